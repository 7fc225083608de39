import Numbers

/// Covariance of log-probability and advantage over loss tokens: its sign predicts whether an update lowers entropy
/// (Cui et al., arXiv 2505.22617).
public struct TokenCovariance: Sendable, Hashable {
    /// Each loss token's term (A - mean A)(logp - mean logp), in the layout's order.
    public var terms: [Double]
    /// The mean of the terms.
    public var mean: Double

    /// Over the layout's loss tokens; undefined with `noTrainableTokens` when there are none.
    public static func of(
        advantages_T: [Double], logprobs_T: [Double], layout: TokenLayout
    ) throws -> Statistic<TokenCovariance> {
        try layout.checkFinite(advantages_T, "advantage")
        try layout.checkFinite(logprobs_T, "log-probability")
        guard layout.lossTokens > 0 else { return .failure(.noTrainableTokens) }
        let tokens = advantages_T.indices.filter { layout.mask_T[$0] }
        let advantage = Moments(tokens.lazy.map { advantages_T[$0] }).mean
        let logprob = Moments(tokens.lazy.map { logprobs_T[$0] }).mean
        let terms = tokens.map { (advantages_T[$0] - advantage) * (logprobs_T[$0] - logprob) }
        return .success(TokenCovariance(terms: terms, mean: Moments(terms).mean))
    }

    /// The terms of the `share` of loss tokens with the highest covariance (at least one), as (index, term) by
    /// descending term; equal terms by index.
    public func top(share: Double) -> [(index: Int, term: Double)] {
        let count = Int(clamping: Double(terms.count) * share, to: 1...max(1, terms.count), .down)
        let order = terms.indices.sorted { (terms[$1], $0) < (terms[$0], $1) }
        return order.prefix(count).map { ($0, terms[$0]) }
    }
}
