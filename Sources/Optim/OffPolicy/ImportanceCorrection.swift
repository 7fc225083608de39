/// Importance weights for tokens that were sampled by another policy than the one being trained: an older version, or
/// the same weights in another numeric precision. The ratio is exp(trainer - sampler log-probability).
public struct ImportanceCorrection: Sendable, Hashable, Codable {
    /// What a ratio is taken over.
    public enum Level: String, Sendable, Codable, CaseIterable {
        /// Each token by itself.
        case token
        /// The product over the row's loss tokens, the same for all of them.
        case sequence
        /// Rows are judged by the geometric mean over their loss tokens. Truncation gives it, bounded, to all of them; with
        /// masks the tokens of a row inside the bounds keep their own ratios.
        case geometricMean
    }

    /// What happens to a ratio outside the bounds.
    public enum Treatment: String, Sendable, Codable, CaseIterable {
        /// It is set to the bound: truncated importance sampling, TIS.
        case truncate
        /// It is set to 0: IcePop, masked importance sampling, MIS.
        case mask
    }

    /// What a ratio is taken over.
    public var level = Level.token
    /// What happens outside the bounds.
    public var treatment = Treatment.truncate
    /// Lower bound; nil is none.
    public var lower: Double?
    /// Upper bound; nil is none.
    public var upper: Double? = 2
    /// Log-ratios are clamped to +- this before the exponential.
    public var logLimit = 20.0
    /// Token counts have 1e-8 added before they divide in the metrics, as in verl.
    public var guardsTokenCounts = false
    /// Weights are divided by their mean over the batch: over loss tokens, or over rows for the other levels.
    public var normalizesBatch = false

    /// Truncation per token at 2.
    public init() {}

    /// The weight of each token; 0 outside the mask. See ``evaluate(trainer_T:sampler_T:layout:)``.
    public func weights(trainer_T: [Double], sampler_T: [Double], layout: TokenLayout) throws -> Statistic<[Double]> {
        try evaluate(trainer_T: trainer_T, sampler_T: sampler_T, layout: layout).map(\.weights_T)
    }

    /// Weights and what to watch about them.
    ///
    /// Throws for bounds that cross, unequal lengths, or a log-probability at a loss token that is not finite;
    /// undefined with `noTrainableTokens` for an empty mask.
    public func evaluate(
        trainer_T: [Double], sampler_T: [Double], layout: TokenLayout
    ) throws -> Statistic<(weights_T: [Double], metrics: ImportanceMetrics)> {
        var weights_T: [Double] = []
        return try evaluate(trainer_T: trainer_T, sampler_T: sampler_T, layout: layout, into: &weights_T)
            .map { (weights_T, $0) }
    }

    /// As above into `weights_T`, whose memory is reused from step to step.
    public func evaluate(
        trainer_T: [Double], sampler_T: [Double], layout: TokenLayout, into weights_T: inout [Double]
    ) throws -> Statistic<ImportanceMetrics> {
        guard (lower ?? 0) <= (upper ?? .infinity), (upper ?? 1) > 0 else {
            throw OptimError("importance bounds [\(lower ?? 0), \(upper ?? .infinity)] are empty")
        }
        try layout.check(trainer_T, "trainer log-probs")
        try layout.check(sampler_T, "sampler log-probs")
        guard layout.lossTokens > 0 else { return .failure(.noTrainableTokens) }
        weights_T.makeRoom(for: layout.tokens)
        var pass = ImportancePass(self, layout: layout)
        pass.run(trainer_T, sampler_T, &weights_T)
        if !pass.isFinite {
            // The slow check says which token it was.
            try layout.checkFinite(trainer_T, "trainer log-probability")
            try layout.checkFinite(sampler_T, "sampler log-probability")
        }
        return .success(pass.finish(&weights_T))
    }
}
