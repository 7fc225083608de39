/// The KL penalty as part of the reward: r_t = score at the last loss token - beta * kl_t.
public enum KLInReward {
    /// Where the penalty applies.
    public enum Scope: String, Sendable, Codable {
        /// At loss tokens (verl).
        case lossTokens
        /// At every token, also those outside the mask (OpenRLHF).
        case allTokens
    }

    /// Token rewards from token scores and KL estimates.
    ///
    /// `scores_T` holds scores where they were given, usually one per row; see ``scores(_:layout:range:)``.
    public static func rewards(
        scores_T: [Double], kl_T: [Double], layout: TokenLayout, beta: Double, scope: Scope = .lossTokens
    ) throws -> [Double] {
        try layout.check(scores_T, "scores")
        try layout.checkFinite(kl_T, "KL")
        var rewards_T = scores_T
        for token in 0..<layout.tokens where scope == .allTokens || layout.mask_T[token] {
            rewards_T[token] -= beta * kl_T[token]
        }
        return rewards_T
    }

    /// One score per row, clipped to `range`, at the row's last loss token; a row without loss tokens has none.
    public static func scores(
        _ scores_N: [Double], layout: TokenLayout, range: ClosedRange<Double>? = nil
    ) throws -> [Double] {
        guard scores_N.count == layout.rows else {
            throw OptimError("length mismatch: \(scores_N.count) scores for \(layout.rows) rows")
        }
        var scores_T = [Double](repeating: 0, count: layout.tokens)
        for (row, score) in scores_N.enumerated() {
            guard score.isFinite else { throw OptimError("non-finite reward \(score)", row: row) }
            guard let last = layout[row].last(where: { layout.mask_T[$0] }) else { continue }
            scores_T[last] = range.map { min($0.upperBound, max($0.lowerBound, score)) } ?? score
        }
        return scores_T
    }
}
