/// Normalisation of token advantages over a batch's loss tokens.
public enum Whitening: String, Sendable, Codable, CaseIterable {
    /// None.
    case none
    /// (A - mean) / sqrt(var + 1e-8), sample variance; at least two tokens (verl, NeMo RL).
    case sample
    /// (A - mean) / sqrt(max(var, 1e-8)), population variance (OpenRLHF).
    case population

    /// Moments of the loss tokens and what they are turned into: A * factor + offset.
    public struct Transform: Sendable, Hashable {
        /// Mean over the loss tokens.
        public let mean: Double
        /// Variance over the loss tokens, with the rule's degrees of freedom.
        public let variance: Double
        /// The multiplier.
        public let factor: Double
    }

    /// Whitens `values_T` at the loss tokens in place; other tokens become 0.
    ///
    /// Equal values become exactly 0. Throws when there are too few loss tokens for a variance.
    @discardableResult
    public func apply(
        to values_T: inout [Double], layout: TokenLayout, arithmetic: AdvantageEstimator.Arithmetic = .exact
    ) throws -> Transform? {
        try layout.check(values_T, "advantages")
        guard self != .none else { return nil }
        var spread = StreamedMoments()
        for row in 0..<layout.rows { spread.add(values_T, layout.mask_T, in: layout[row]) }
        return try apply(to: &values_T, layout: layout, moments: spread, arithmetic: arithmetic)
    }

    func apply(
        to values_T: inout [Double], layout: TokenLayout, moments: StreamedMoments,
        arithmetic: AdvantageEstimator.Arithmetic
    ) throws -> Transform? {
        guard moments.count > 0 else {
            throw OptimError("no trainable tokens: whitening needs at least one loss token")
        }
        let ddof = self == .sample ? 1 : 0
        guard moments.count > ddof else { throw OptimError("whitening needs at least two loss tokens; there is one") }
        // verl adds 1e-8 to the count of every masked mean.
        let count = Double(moments.count) + (arithmetic == .verl ? 1e-8 : 0)
        var (mean, variance) = moments.centred(over: count)
        variance /= count
        if ddof == 1 { variance *= Double(moments.count) / Double(moments.count - 1) }
        if arithmetic == .exact, moments.isConstant { (mean, variance) = (moments.minimum, 0) }
        let factor = 1 / (self == .sample ? variance + 1e-8 : max(variance, 1e-8)).squareRoot()
        values_T.withUnsafeMutableBufferPointer { values in
            layout.mask_T.withUnsafeBufferPointer { mask in
                for token in 0..<values.count {
                    values[token] = mask[token] ? (values[token] - mean) * factor : 0
                }
            }
        }
        return Transform(mean: mean, variance: variance, factor: factor)
    }
}
