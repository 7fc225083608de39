/// What a trust region left out of a step (prime-rl's diagnostics).
public struct TrustRegionMetrics: Sendable, Hashable, Codable {
    /// Mean of rho - 1 - log rho over the tokens that were left out; nil when none was.
    public var droppedKL: Double?
    /// The same over the tokens that were kept; nil when none was.
    public var keptKL: Double?
    /// Share of loss tokens left out with a positive advantage.
    public var droppedHigh = 0.0
    /// Share of loss tokens left out with a negative advantage.
    public var droppedLow = 0.0
    /// Share of the tokens left out that had a positive advantage; nil when none was left out.
    public var droppedPositive: Double?
    /// Share of the tokens left out that had a negative advantage; nil when none was left out.
    public var droppedNegative: Double?

    /// From the result of a `PolicyLoss` of a trust region form; undefined with `noTrainableTokens`.
    public static func of(
        _ result: PolicyLossResult, inputs: PolicyLossInputs
    ) -> Statistic<TrustRegionMetrics> {
        let layout = inputs.layout
        guard layout.lossTokens > 0 else { return .failure(.noTrainableTokens) }
        var metrics = TrustRegionMetrics()
        var (dropped, positive, negative) = (0.0, 0.0, 0.0)
        var (droppedSum, keptSum) = (0.0, 0.0)
        for token in 0..<layout.tokens where layout.mask_T[token] {
            let difference = inputs.new_T[token] - inputs.old_T[token]
            let divergence = exp(difference) - difference - 1
            guard !result.dropped_T.isEmpty, result.dropped_T[token] else {
                keptSum += divergence
                continue
            }
            dropped += 1
            droppedSum += divergence
            if inputs.advantages_T[token] > 0 { positive += 1 }
            if inputs.advantages_T[token] < 0 { negative += 1 }
        }
        let total = Double(layout.lossTokens)
        (metrics.droppedHigh, metrics.droppedLow) = (positive / total, negative / total)
        if dropped > 0 {
            metrics.droppedKL = droppedSum / dropped
            (metrics.droppedPositive, metrics.droppedNegative) = (positive / dropped, negative / dropped)
        }
        if total > dropped { metrics.keptKL = keptSum / (total - dropped) }
        return .success(metrics)
    }
}
