/// The mean of a token statistic (entropy, log-probability) by position in the completion, in equal-width bins.
public struct PositionProfile: Sendable, Hashable, Codable {
    /// Width of a bin in tokens.
    public var width: Int
    /// Mean per bin; nil for a bin without loss tokens.
    public var means: [Double?]
    /// Loss tokens per bin.
    public var counts: [Int]

    /// Over the layout's loss tokens; at most `bins` bins of a common width.
    public init(values_T: [Double], layout: TokenLayout, bins: Int = 32) throws {
        try layout.checkFinite(values_T, "value")
        let longest = (0..<layout.rows).map { layout[$0].count }.max() ?? 0
        width = max(1, (longest + max(1, bins) - 1) / max(1, bins))
        var sums = [Double](repeating: 0, count: (longest + width - 1) / width)
        counts = [Int](repeating: 0, count: sums.count)
        for row in 0..<layout.rows {
            for token in layout[row] where layout.mask_T[token] {
                let bin = (token - layout.starts[row]) / width
                sums[bin] += values_T[token]
                counts[bin] += 1
            }
        }
        means = zip(sums, counts).map { $1 == 0 ? nil : $0 / Double($1) }
    }
}
