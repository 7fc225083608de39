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
        to values_T: inout [Double], layout: TokenLayout, arithmetic: Arithmetic = .exact
    ) throws -> Transform? {
        try layout.check(values_T, "advantages")
        guard self != .none else { return nil }
        let transform = try transform(moments(values_T, layout), arithmetic)
        values_T.withUnsafeMutableBufferPointer { values in
            guard let values = values.baseAddress else { return }
            transform.apply(from: values, to: values, layout)
        }
        return transform
    }

    /// As above from one array into another, whose memory is reused; without whitening the values are copied.
    func apply(
        from source_T: [Double], to values_T: inout [Double], layout: TokenLayout,
        arithmetic: Arithmetic
    ) throws {
        guard self != .none else {
            values_T = source_T
            return
        }
        let transform = try transform(moments(source_T, layout), arithmetic)
        values_T.makeRoom(for: layout.tokens)
        source_T.withUnsafeBufferPointer { source in
            values_T.withUnsafeMutableBufferPointer { values in
                guard let source = source.baseAddress, let values = values.baseAddress else { return }
                transform.apply(from: source, to: values, layout)
            }
        }
    }

    private func moments(_ values_T: [Double], _ layout: TokenLayout) -> StreamedMoments {
        var spread = StreamedMoments()
        values_T.withUnsafeBufferPointer { values in
            layout.mask_T.withUnsafeBufferPointer { mask in
                guard let values = values.baseAddress, let mask = mask.baseAddress else { return }
                for row in 0..<layout.rows { spread.add(values, layout, mask, row: row) }
            }
        }
        return spread
    }

    /// The transformation that whitens values of these moments; throws when there are too few of them.
    func transform(
        _ moments: StreamedMoments, _ arithmetic: Arithmetic
    ) throws -> Transform {
        guard moments.count > 0 else {
            throw OptimError("no trainable tokens: whitening needs at least one loss token")
        }
        let ddof = self == .sample ? 1 : 0
        guard moments.count > ddof else { throw OptimError("whitening needs at least two loss tokens; there is one") }
        guard moments.isFinite else { throw OptimError("a value to whiten is not finite") }
        // verl adds 1e-8 to the count of every masked mean.
        let count = Double(moments.count) + (arithmetic == .verl ? 1e-8 : 0)
        var (mean, variance) = moments.centred(over: count)
        variance /= count
        if ddof == 1 { variance *= Double(moments.count) / Double(moments.count - 1) }
        if arithmetic == .exact, moments.isConstant { (mean, variance) = (moments.pivot, 0) }
        let factor = 1 / (self == .sample ? variance + 1e-8 : max(variance, 1e-8)).squareRoot()
        return Transform(mean: mean, variance: variance, factor: factor)
    }
}

extension Whitening.Transform {
    /// (value - mean) * factor at loss tokens, 0 elsewhere.
    func apply(from source: UnsafePointer<Double>, to target: UnsafeMutablePointer<Double>, _ layout: TokenLayout) {
        let (mean, factor) = (mean, factor)
        layout.mask_T.withUnsafeBufferPointer { mask in
            for row in 0..<layout.rows {
                let range = layout[row]
                if layout.isFull(row) {
                    for token in range { target[token] = (source[token] - mean) * factor }
                } else {
                    for token in range { target[token] = mask[token] ? (source[token] - mean) * factor : 0 }
                }
            }
        }
    }
}
