/// Advantages and masks shaped by token entropy.
public enum EntropyShaping {
    /// Adds min(alpha * H, |A| / kappa) to each loss token's advantage (Cheng et al., arXiv 2506.14758). H is constant
    /// to the gradient. Other tokens become 0.
    public static func bonus(
        advantages_T: [Double], entropies_T: [Double], layout: TokenLayout, alpha: Double = 0.4, kappa: Double = 2
    ) throws -> [Double] {
        try layout.checkFinite(advantages_T, "advantage")
        try layout.checkFinite(entropies_T, "entropy")
        guard kappa > 1 else { throw OptimError("kappa is \(kappa); it must be above 1, or the sign could flip") }
        return (0..<layout.tokens).map { token in
            guard layout.mask_T[token] else { return 0 }
            let advantage = advantages_T[token]
            return advantage + min(alpha * entropies_T[token], abs(advantage) / kappa)
        }
    }

    /// Loss tokens whose entropy reaches the given quantile over all loss tokens (Wang et al., arXiv 2506.01939:
    /// the 20 % "forking" tokens are the quantile 0.8). Quantiles interpolate linearly.
    public static func forkingTokens(
        entropies_T: [Double], layout: TokenLayout, quantile: Double = 0.8
    ) throws -> [Bool] {
        try layout.checkFinite(entropies_T, "entropy")
        guard (0...1).contains(quantile) else { throw OptimError("quantile \(quantile) is outside [0, 1]") }
        let sorted = entropies_T.indices.filter { layout.mask_T[$0] }.map { entropies_T[$0] }.sorted()
        guard !sorted.isEmpty else { return layout.mask_T }
        let threshold = Bootstrap.quantile(sorted: sorted, quantile)
        return entropies_T.indices.map { layout.mask_T[$0] && entropies_T[$0] >= threshold }
    }

    /// Entropy-modulated policy gradients, EMPG (arXiv 2509.09265).
    public struct Modulated: Sendable {
        /// Gain of each segment: confident ones above 1, uncertain ones below; their mean is 1.
        public var gains_S: [Double]
        /// Clarity of the segment that follows: its bonus before `zeta`.
        public var clarities_S: [Double]
        /// Modulated advantages before the last centring.
        public var uncentred_T: [Double]
        /// Modulated advantages, with mean 0 over segments.
        public var advantages_T: [Double]
    }

    /// Modulates advantages by the mean entropy of segments (reasoning steps).
    ///
    /// Entropies are scaled to [0, 1] over all segments as h; gain g = exp(-k h) / mean exp(-k h); a segment's tokens
    /// get A * g, plus zeta * f of the next segment, f = exp(-kf h). Then the mean over segments of each segment's mean
    /// is subtracted. `segments` are token ranges relative to their row's start. That last step is not checked against
    /// the authors' code.
    public static func modulated(
        advantages_T: [Double], entropies_T: [Double], layout: TokenLayout, segments: [[Range<Int>]],
        k: Double = 1, kf: Double = 1, zeta: Double = 0.1, eps: Double = 1e-8
    ) throws -> Modulated {
        try layout.checkFinite(advantages_T, "advantage")
        try layout.checkFinite(entropies_T, "entropy")
        guard segments.count == layout.rows else {
            throw OptimError("length mismatch: segments of \(segments.count) rows, \(layout.rows) rows")
        }
        var entropies_S: [Double] = []
        for (row, ranges) in segments.enumerated() {
            for range in ranges {
                guard !range.isEmpty, range.lowerBound >= 0, range.upperBound <= layout[row].count else {
                    throw OptimError("segment \(range) is empty or outside its row", row: row)
                }
                let tokens = range.map { entropies_T[layout.starts[row] + $0] }
                entropies_S.append(tokens.reduce(0, +) / Double(tokens.count))
            }
        }
        guard let lowest = entropies_S.min(), let highest = entropies_S.max() else {
            throw OptimError("EMPG needs at least one segment")
        }
        let scaled_S = entropies_S.map { ($0 - lowest) / (highest - lowest + eps) }
        let weights_S = scaled_S.map { exp(-k * $0) }
        let mean = weights_S.reduce(0, +) / Double(weights_S.count)
        var result = Modulated(
            gains_S: weights_S.map { $0 / (mean + eps) }, clarities_S: scaled_S.map { exp(-kf * $0) },
            uncentred_T: advantages_T, advantages_T: [])
        var segment = 0
        var means = 0.0
        for (row, ranges) in segments.enumerated() {
            for (position, range) in ranges.enumerated() {
                let bonus = position + 1 < ranges.count ? zeta * result.clarities_S[segment + 1] : 0
                var sum = 0.0
                for offset in range {
                    let token = layout.starts[row] + offset
                    result.uncentred_T[token] = advantages_T[token] * result.gains_S[segment] + bonus
                    sum += result.uncentred_T[token]
                }
                means += sum / Double(range.count)
                segment += 1
            }
        }
        let centre = means / Double(segment)
        result.advantages_T = result.uncentred_T.map { $0 - centre }
        return result
    }
}
