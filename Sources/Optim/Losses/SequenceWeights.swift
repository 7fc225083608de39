/// Weights of whole rows from how far the policy has moved on them.
public enum SequenceWeights {
    /// VESPO's gamma weight phi(w) = e^lambda w^k e^(-lambda w), with w the row's importance ratio, so that phi(1) = 1.
    public struct Gamma: Sendable, Hashable, Codable {
        /// Exponent k and rate lambda for rows with A >= 0.
        public var positive = Shape(k: 2, lambda: 3)
        /// The same for rows with A < 0.
        public var negative = Shape(k: 3, lambda: 2)

        /// Exponent and rate.
        public struct Shape: Sendable, Hashable, Codable {
            /// Exponent.
            public var k: Double
            /// Rate, >= 1e-4.
            public var lambda: Double

            /// Both.
            public init(k: Double, lambda: Double) {
                self.k = k
                self.lambda = lambda
            }
        }

        /// The defaults above.
        public init() {}

        /// The weight of each row; log w is the sum of log ratios over its loss tokens, within [ln 1e-8, 20].
        public func weights(
            advantages_N: [Double], logRatios_T: [Double], layout: TokenLayout
        ) throws -> [Double] {
            try layout.checkFinite(logRatios_T, "log-ratio")
            return try sums(logRatios_T.map { min(20, max(-20, $0)) }, advantages_N, layout).enumerated().map {
                row, sum in
                let logWeight = min(20, max(log(1e-8), sum))
                let shape = advantages_N[row] >= 0 ? positive : negative
                let lambda = max(1e-4, shape.lambda)
                return exp(lambda + shape.k * logWeight - lambda * exp(logWeight))
            }
        }
    }

    /// DeepSeek-V3.2's off-policy sequence mask: keeps a row when A >= 0, or when the mean of sampler - new
    /// log-probabilities over its loss tokens is at most `threshold`.
    public static func offPolicyMask(
        advantages_N: [Double], new_T: [Double], sampler_T: [Double], layout: TokenLayout, threshold: Double
    ) throws -> [Bool] {
        try layout.checkFinite(new_T, "new log-probability")
        try layout.checkFinite(sampler_T, "sampler log-probability")
        let sums_N = try sums(zip(sampler_T, new_T).map { $0 - $1 }, advantages_N, layout)
        return sums_N.enumerated().map { row, sum in
            advantages_N[row] >= 0 || sum / Double(max(1, layout.lossTokens(row))) <= threshold
        }
    }

    // Over the loss tokens of each row.
    private static func sums(_ values_T: [Double], _ advantages_N: [Double], _ layout: TokenLayout) throws -> [Double] {
        guard advantages_N.count == layout.rows else {
            throw OptimError("length mismatch: \(advantages_N.count) advantages for \(layout.rows) rows")
        }
        return (0..<layout.rows).map { row in
            layout[row].reduce(0.0) { layout.mask_T[$1] ? $0 + values_T[$1] : $0 }
        }
    }
}
