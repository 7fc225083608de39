/// How far the trainer's policy is from the sampler's, from their log-probabilities of the same tokens.
///
/// A row without loss tokens counts with mean log-probability 0, as in verl.
public struct OffPolicyMetrics: Sendable, Hashable, Codable {
    /// Mean over rows of the trainer's perplexity.
    public var trainerPerplexity = 0.0
    /// Mean over rows of its logarithm, in nats.
    public var trainerLogPerplexity = 0.0
    /// Mean over rows of the sampler's perplexity.
    public var samplerPerplexity = 0.0
    /// Mean over rows of its logarithm, in nats.
    public var samplerLogPerplexity = 0.0
    /// Mean over rows of the difference of the log perplexities, trainer - sampler.
    public var logPerplexityDifference = 0.0
    /// Mean of its absolute value.
    public var logPerplexityAbsoluteDifference = 0.0
    /// Its highest value.
    public var logPerplexityMaximumDifference = 0.0
    /// Its lowest value.
    public var logPerplexityMinimumDifference = 0.0
    /// Mean over rows of the ratio of perplexities, trainer / sampler.
    public var perplexityRatio = 0.0
    /// Mean of sampler - trainer over loss tokens: the k1 estimate of KL(sampler || trainer).
    public var kl = 0.0
    /// The k3 estimate of the same.
    public var k3 = 0.0
    /// Mean over loss tokens of rho^2, minus 1.
    public var chiSquareToken = 0.0
    /// Mean over rows of the squared product of rho, minus 1.
    public var chiSquareRow = 0.0

    /// Over the layout; log-ratios are held to +-`logLimit` where they are squared. With `guardsTokenCounts` token
    /// counts have 1e-8 added before they divide, as in verl. Undefined with `noTrainableTokens` for an empty mask.
    public static func of(
        trainer_T: [Double], sampler_T: [Double], layout: TokenLayout, logLimit: Double = 20,
        guardsTokenCounts: Bool = false
    ) throws -> Statistic<OffPolicyMetrics> {
        try layout.checkFinite(trainer_T, "trainer log-probability")
        try layout.checkFinite(sampler_T, "sampler log-probability")
        guard layout.lossTokens > 0 else { return .failure(.noTrainableTokens) }
        var metrics = OffPolicyMetrics()
        let guardTerm = guardsTokenCounts ? 1e-8 : 0
        let tokens = Double(layout.lossTokens) + guardTerm
        let rows = Double(layout.rows)
        (metrics.logPerplexityMaximumDifference, metrics.logPerplexityMinimumDifference) = (-.infinity, .infinity)
        for row in 0..<layout.rows {
            var (trainer, sampler, k3, squares) = (0.0, 0.0, 0.0, 0.0)
            var count = 0
            for token in layout[row] where layout.mask_T[token] {
                let difference = trainer_T[token] - sampler_T[token]
                trainer += trainer_T[token]
                sampler += sampler_T[token]
                k3 += exp(difference) - difference - 1
                squares += exp(2 * min(logLimit, max(-logLimit, difference)))
                count += 1
            }
            let divisor = Double(max(1, count)) + guardTerm
            let difference = (sampler - trainer) / divisor
            metrics.kl += (sampler - trainer) / tokens
            metrics.k3 += k3 / tokens
            metrics.chiSquareToken += squares / tokens
            metrics.chiSquareRow += exp(2 * min(logLimit, max(-logLimit, trainer - sampler))) / rows
            metrics.trainerPerplexity += exp(-trainer / divisor) / rows
            metrics.trainerLogPerplexity -= trainer / divisor / rows
            metrics.samplerPerplexity += exp(-sampler / divisor) / rows
            metrics.samplerLogPerplexity -= sampler / divisor / rows
            metrics.logPerplexityDifference += difference / rows
            metrics.logPerplexityAbsoluteDifference += abs(difference) / rows
            metrics.logPerplexityMaximumDifference = max(metrics.logPerplexityMaximumDifference, difference)
            metrics.logPerplexityMinimumDifference = min(metrics.logPerplexityMinimumDifference, difference)
            metrics.perplexityRatio += exp(difference) / rows
        }
        metrics.chiSquareToken -= 1
        metrics.chiSquareRow -= 1
        return .success(metrics)
    }
}
