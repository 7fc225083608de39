/// PPO's clipped value loss: half the mean of max((v - R)^2, (clip(v) - R)^2), with v clipped around the old value.
public enum ValueLoss {
    /// The loss and the share of loss tokens where clipping raised it.
    public struct Result: Sendable, Hashable {
        /// The aggregated loss.
        public var loss: Double
        /// Share of loss tokens held by the clip.
        public var clipFraction: Double
    }

    /// Undefined with `noTrainableTokens` when the mask is empty.
    public static func clipped(
        predictions_T: [Double], values_T: [Double], returns_T: [Double], layout: TokenLayout, range: Double,
        aggregation: LossAggregation = .tokenMean, parameters: LossAggregation.Parameters = .init()
    ) throws -> Statistic<Result> {
        try layout.checkFinite(predictions_T, "value prediction")
        try layout.checkFinite(values_T, "value")
        try layout.checkFinite(returns_T, "return")
        var clippedTokens = 0
        let losses_T = predictions_T.indices.map { token in
            let bounded = min(values_T[token] + range, max(values_T[token] - range, predictions_T[token]))
            let free = predictions_T[token] - returns_T[token]
            let held = bounded - returns_T[token]
            if layout.mask_T[token], held * held > free * free { clippedTokens += 1 }
            return max(free * free, held * held)
        }
        return try aggregation.aggregate(losses_T, layout: layout, parameters: parameters).map {
            Result(loss: 0.5 * $0, clipFraction: Double(clippedTokens) / Double(layout.lossTokens))
        }
    }
}
