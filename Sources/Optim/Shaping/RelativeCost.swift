/// A penalty on what a completion spent relative to the group's biggest spender (prime-rl's length penalties).
public enum RelativeCost {
    /// r - m * sum over costs of w * x / max(x), with m the group's mean score: nothing is taken where nobody succeeds.
    ///
    /// `costs` are (weight, amount per row). A cost that is 0 throughout a group is left out.
    public static func apply(
        scores_N: [Double?], costs: [(weight: Double, amounts_N: [Double])], groups: GroupIndex
    ) -> [Double?] {
        var shaped_N = scores_N
        for group in 0..<groups.count {
            let rows = groups[group].filter { scores_N[$0] != nil }
            let mean = Moments(rows.lazy.compactMap { scores_N[$0] }).mean
            for (weight, amounts_N) in costs {
                let most = rows.reduce(0) { max($0, amounts_N[$1]) }
                guard most > 0 else { continue }
                for row in rows { shaped_N[row] = shaped_N[row].map { $0 - mean * weight * amounts_N[row] / most } }
            }
        }
        return shaped_N
    }
}
