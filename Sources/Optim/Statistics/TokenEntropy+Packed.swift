internal import CKernels

extension TokenEntropy {
    /// Bounds for every position of packed rows, one element per position.
    public struct Bounds: Sendable, Hashable {
        /// The smallest entropy consistent with the input, in nats.
        public internal(set) var lower_T: [Double] = []
        /// The largest.
        public internal(set) var upper_T: [Double] = []

        /// No position.
        public init() {}
    }

    /// Bounds for every position of packed rows of `width` candidates in single precision, as the store keeps them:
    /// a row with fewer candidates ends in -infinity.
    ///
    /// Exponentials are single precision, which is what the input's own rounding is worth (about 1e-6 nats); sums and
    /// logarithms are double. Throws as ``interval(topLogprobs:vocabularySize:)`` does.
    public static func intervals(
        topLogprobs_TK: [Float], width: Int, vocabularySize: Int
    ) throws -> Bounds {
        var bounds = Bounds()
        try intervals(topLogprobs_TK: topLogprobs_TK, width: width, vocabularySize: vocabularySize, into: &bounds)
        return bounds
    }

    /// As above into `bounds`, whose memory is reused from step to step.
    public static func intervals(
        topLogprobs_TK: [Float], width: Int, vocabularySize: Int, into bounds: inout Bounds
    ) throws {
        guard width > 0, width <= vocabularySize, topLogprobs_TK.count % width == 0 else {
            throw OptimError("\(topLogprobs_TK.count) top log-probs are no rows of \(width) below \(vocabularySize)")
        }
        let count = topLogprobs_TK.count / width
        bounds.lower_T.makeRoom(for: count)
        bounds.upper_T.makeRoom(for: count)
        var isPlain_T = [UInt8](repeating: 0, count: count)
        assay_entropy_bounds(
            topLogprobs_TK, count, width, Double(vocabularySize - width), &bounds.lower_T, &bounds.upper_T, &isPlain_T)
        // Padded rows, and rows to refuse.
        for position in 0..<count where isPlain_T[position] == 0 {
            let row = topLogprobs_TK[position * width..<(position + 1) * width]
            do {
                let exact = try interval(
                    topLogprobs: row.filter { $0 != -.infinity }.map { Double($0) }, vocabularySize: vocabularySize)
                (bounds.lower_T[position], bounds.upper_T[position]) = (exact.interval.lower, exact.interval.upper)
            } catch {
                throw OptimError("position \(position): \(error)")
            }
        }
    }

    /// As `intervals`, with exponentials in double precision: what is kept and reported can be repeated by anybody.
    static func preciseIntervals(topLogprobs_TK: [Float], width: Int, vocabularySize: Int) throws -> Bounds {
        guard width > 0, width <= vocabularySize, topLogprobs_TK.count % width == 0 else {
            throw OptimError("\(topLogprobs_TK.count) top log-probs are no rows of \(width) below \(vocabularySize)")
        }
        var bounds = Bounds()
        var row: [Double] = []
        for start in stride(from: 0, to: topLogprobs_TK.count, by: width) {
            row.removeAll(keepingCapacity: true)
            for logprob in topLogprobs_TK[start..<start + width] where logprob != -.infinity {
                row.append(Double(logprob))
            }
            let exact = try interval(topLogprobs: row, vocabularySize: vocabularySize).interval
            bounds.lower_T.append(exact.lower)
            bounds.upper_T.append(exact.upper)
        }
        return bounds
    }
}
