/// Holm's step-down adjustment of several tests (1979): claims at p < 0.05 of what it gives are all right in 95 % of pages.
public enum HolmAdjustment {
    /// Each p-value times how many are at least as large, never below that of a smaller one, at most 1; nil is no test.
    public static func adjusted(_ pValues: [Double?]) -> [Double?] {
        let order = pValues.indices.filter { pValues[$0] != nil }.sorted { (pValues[$0] ?? 1) < (pValues[$1] ?? 1) }
        var (adjusted, least) = (pValues, 0.0)
        for (rank, index) in order.enumerated() {
            least = max(least, min(1, (pValues[index] ?? 1) * Double(order.count - rank)))
            adjusted[index] = least
        }
        return adjusted
    }
}
