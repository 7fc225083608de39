public import Experience

/// The section `optimize.pack`: how advantages become a trainer's batches.
public struct PackOptions: Codable, Sendable, Hashable {
    /// Leaves out groups whose scores are all equal (DAPO's dynamic sampling), where that leaves no advantage.
    public var dropsUniform = true
    /// What the two filters look at: `score`, `reward`, or `component.NAME`.
    public var filterBy = "score"
    /// Rejection rules in verl's words, comma separated, such as `token_k1,seq_mean_k3`; tokens that break one leave the loss.
    public var rejection: String?
    /// Their thresholds, comma separated; of k1 two bounds on the ratio, `0.5_2`.
    public var rejectionThresholds: String?
    /// Completions with any token whose ratio is below this leave the loss; nil leaves this out (slime, SkyRL: 1e-4).
    public var veto: Double?
    /// Tokens of negative advantage leave the loss in completions whose mean sampler - trainer log-prob is above this; nil leaves
    /// this out (DeepSeek-V3.2's off-policy sequence mask).
    public var offPolicyMask: Double?
    /// Difficulty mask: leaves out groups whose mean score is not strictly between these two.
    public var minMean: Double?
    /// See `minMean`.
    public var maxMean: Double?
    /// Takes truncated completions out of the loss; they stay in the group's statistics.
    public var masksTruncated = false
    /// Takes completions whose server gave no token ids as their text, for a trainer that tokenises it itself.
    public var allowsTextOnly = false
    /// Leaves out completions sampled by a policy more versions behind than this; nil takes all.
    public var maxStaleness: Int?
    /// Trains only on tokens whose entropy reaches this quantile over the batch (0.8: the 20 % forking tokens).
    public var forkingQuantile: Double?
    /// Entropy-shaped advantage: adds min(alpha * H, |A| / kappa) to each token's.
    public var entropyAlpha: Double?
    /// See `entropyAlpha`; above 1.
    public var entropyKappa = 2.0
    /// The loss reduction that is folded into `loss_weights`.
    public var aggregation = LossAggregation.tokenMean
    /// The constant length of `seq-mean-token-sum-norm`.
    public var constantLength: Double?
    /// Importance weights where the trainer's log-probs are in the store.
    public var correction = ImportanceCorrection()

    /// The defaults above.
    public init() {}

    enum CodingKeys: String, CodingKey {
        case aggregation
        case dropsUniform = "drop_uniform"
        case minMean = "min_mean"
        case maxMean = "max_mean"
        case forkingQuantile = "forking_quantile"
        case entropyAlpha = "entropy_alpha"
        case entropyKappa = "entropy_kappa"
        case masksTruncated = "mask_truncated"
        case allowsTextOnly = "allow_text_only"
        case maxStaleness = "max_staleness"
        case constantLength = "constant_length"
        case level = "importance_level"
        case treatment = "importance_treatment"
        case lower = "importance_lower"
        case upper = "importance_upper"
        case normalizes = "importance_normalize"
        case filterBy = "filter_by"
        case rejection, veto
        case offPolicyMask = "off_policy_mask"
        case rejectionThresholds = "rejection_thresholds"
    }

    /// Absent keys keep their defaults.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: CodingKeys.self)
        dropsUniform = try keyed.decodeIfPresent(Bool.self, forKey: .dropsUniform) ?? dropsUniform
        minMean = try keyed.decodeIfPresent(Double.self, forKey: .minMean)
        maxMean = try keyed.decodeIfPresent(Double.self, forKey: .maxMean)
        forkingQuantile = try keyed.decodeIfPresent(Double.self, forKey: .forkingQuantile)
        entropyAlpha = try keyed.decodeIfPresent(Double.self, forKey: .entropyAlpha)
        entropyKappa = try keyed.decodeIfPresent(Double.self, forKey: .entropyKappa) ?? entropyKappa
        masksTruncated = try keyed.decodeIfPresent(Bool.self, forKey: .masksTruncated) ?? masksTruncated
        allowsTextOnly = try keyed.decodeIfPresent(Bool.self, forKey: .allowsTextOnly) ?? allowsTextOnly
        maxStaleness = try keyed.decodeIfPresent(Int.self, forKey: .maxStaleness)
        aggregation = try keyed.decodeIfPresent(LossAggregation.self, forKey: .aggregation) ?? aggregation
        constantLength = try keyed.decodeIfPresent(Double.self, forKey: .constantLength)
        correction.level =
            try keyed.decodeIfPresent(ImportanceCorrection.Level.self, forKey: .level) ?? correction.level
        correction.treatment =
            try keyed.decodeIfPresent(ImportanceCorrection.Treatment.self, forKey: .treatment) ?? correction.treatment
        correction.lower = try keyed.decodeIfPresent(Double.self, forKey: .lower)
        correction.upper = try keyed.decodeIfPresent(Double.self, forKey: .upper) ?? correction.upper
        correction.normalizesBatch =
            try keyed.decodeIfPresent(Bool.self, forKey: .normalizes) ?? correction.normalizesBatch
        filterBy = try keyed.decodeIfPresent(String.self, forKey: .filterBy) ?? filterBy
        rejection = try keyed.decodeIfPresent(String.self, forKey: .rejection)
        rejectionThresholds = try keyed.decodeIfPresent(String.self, forKey: .rejectionThresholds)
        veto = try keyed.decodeIfPresent(Double.self, forKey: .veto)
        offPolicyMask = try keyed.decodeIfPresent(Double.self, forKey: .offPolicyMask)
    }

    /// Every key.
    public func encode(to encoder: any Encoder) throws {
        var keyed = encoder.container(keyedBy: CodingKeys.self)
        try keyed.encode(dropsUniform, forKey: .dropsUniform)
        try keyed.encodeIfPresent(minMean, forKey: .minMean)
        try keyed.encodeIfPresent(maxMean, forKey: .maxMean)
        try keyed.encodeIfPresent(forkingQuantile, forKey: .forkingQuantile)
        try keyed.encodeIfPresent(entropyAlpha, forKey: .entropyAlpha)
        try keyed.encode(entropyKappa, forKey: .entropyKappa)
        try keyed.encode(masksTruncated, forKey: .masksTruncated)
        try keyed.encode(allowsTextOnly, forKey: .allowsTextOnly)
        try keyed.encodeIfPresent(maxStaleness, forKey: .maxStaleness)
        try keyed.encode(aggregation, forKey: .aggregation)
        try keyed.encodeIfPresent(constantLength, forKey: .constantLength)
        try keyed.encode(correction.level, forKey: .level)
        try keyed.encode(correction.treatment, forKey: .treatment)
        try keyed.encodeIfPresent(correction.lower, forKey: .lower)
        try keyed.encodeIfPresent(correction.upper, forKey: .upper)
        // Where they say nothing they are absent: packings of earlier versions keep their identity.
        if correction.normalizesBatch { try keyed.encode(true, forKey: .normalizes) }
        if filterBy != "score" { try keyed.encode(filterBy, forKey: .filterBy) }
        try keyed.encodeIfPresent(rejection, forKey: .rejection)
        try keyed.encodeIfPresent(rejectionThresholds, forKey: .rejectionThresholds)
        try keyed.encodeIfPresent(veto, forKey: .veto)
        try keyed.encodeIfPresent(offPolicyMask, forKey: .offPolicyMask)
    }

    /// Keys of the section.
    public static let fields: [ConfigField] = [
        ConfigField(
            "drop_uniform",
            "leave out groups whose scores are all equal, where the baseline is the group's: they have no gradient"),
        ConfigField("filter_by", "what drop_uniform and min_mean look at: score, reward, or component.NAME"),
        ConfigField("min_mean", "difficulty mask: leave out groups whose mean score is not above this"),
        ConfigField("max_mean", "difficulty mask: leave out groups whose mean score is not below this"),
        ConfigField("mask_truncated", "take truncated completions out of the loss, not out of the statistics"),
        ConfigField(
            "allow_text_only",
            "pack completions without token ids as text; their trainer tokenises it, which may not be what was sampled"),
        ConfigField("max_staleness", "leave out completions sampled by a policy more versions behind than this"),
        ConfigField(
            "forking_quantile",
            "train only on tokens whose entropy reaches this quantile of the batch (0.8: the 20 % forking tokens)"),
        ConfigField("entropy_alpha", "add min(entropy_alpha * H, |A| / entropy_kappa) to each token's advantage"),
        ConfigField("entropy_kappa", "see entropy_alpha; above 1"),
        ConfigField(
            "aggregation",
            "loss reduction folded into loss_weights: token-mean, token-sum, seq-mean-token-sum, "
                + "seq-mean-token-sum-norm, seq-mean-token-mean, prompt-mean, length-weighted",
            words: LossAggregation.allCases.map(\.rawValue)),
        ConfigField("constant_length", "the length that seq-mean-token-sum-norm divides by"),
        ConfigField(
            "importance_level", "ratios per token, sequence, or geometricMean, where the trainer wrote log-probs",
            words: ImportanceCorrection.Level.allCases.map(\.rawValue)),
        ConfigField(
            "importance_treatment", "outside the bounds: truncate (TIS) or mask (IcePop)",
            words: ImportanceCorrection.Treatment.allCases.map(\.rawValue)),
        ConfigField("importance_lower", "lower bound of a ratio"),
        ConfigField("importance_upper", "upper bound of a ratio"),
        ConfigField("importance_normalize", "divide the weights by their mean over the batch"),
        ConfigField("rejection", "rejection rules, comma separated: token_k1, seq_sum_k2, seq_mean_k3, seq_max_k3 …"),
        ConfigField(
            "rejection_thresholds", "their thresholds, comma separated; of k1 bounds on the ratio, in quotes: \"0.5_2\""
        ),
        ConfigField("veto", "leave completions out of the loss that have a token whose ratio is below this"),
        ConfigField(
            "off_policy_mask",
            "take tokens of negative advantage out of the loss where the mean of sampler - trainer log-probs is above this"
        ),
    ]

    /// Throws `ConfigProblem`.
    public func validate() throws {
        if let maxStaleness, maxStaleness < 0 { throw ConfigProblem("pack.max_staleness", "must be at least 0") }
        guard (minMean ?? -.infinity) < (maxMean ?? .infinity) else {
            throw ConfigProblem("pack.min_mean", "must be below max_mean")
        }
        if let forkingQuantile, !(0...1).contains(forkingQuantile) {
            throw ConfigProblem("pack.forking_quantile", "must be in [0, 1]")
        }
        if let entropyAlpha, !(entropyAlpha >= 0 && entropyAlpha.isFinite) {
            throw ConfigProblem("pack.entropy_alpha", "must be at least 0")
        }
        guard entropyKappa > 1 else { throw ConfigProblem("pack.entropy_kappa", "must be above 1") }
        if let constantLength, !(1...1e9).contains(constantLength) {
            throw ConfigProblem("pack.constant_length", "must be in 1...1e9")
        }
        guard (correction.lower ?? 0) >= 0 else {
            throw ConfigProblem("pack.importance_lower", "must be at least 0: ratios are positive")
        }
        guard (correction.upper ?? 1) > 0 else { throw ConfigProblem("pack.importance_upper", "must be above 0") }
        guard (correction.lower ?? 0) <= (correction.upper ?? .infinity) else {
            throw ConfigProblem("pack.importance_lower", "above importance_upper")
        }
        guard ["score", "reward"].contains(filterBy) || filterComponent?.isEmpty == false else {
            throw ConfigProblem("pack.filter_by", "must be score, reward or component.NAME, not '\(filterBy)'")
        }
        if let veto, !(veto > 0 && veto < 1) { throw ConfigProblem("pack.veto", "must be between 0 and 1") }
        if let offPolicyMask, !(offPolicyMask >= 0 && offPolicyMask.isFinite) {
            throw ConfigProblem("pack.off_policy_mask", "must be at least 0")
        }
        guard (rejection == nil) == (rejectionThresholds == nil) else {
            throw ConfigProblem("pack.rejection", "rejection and rejection_thresholds go together")
        }
        do {
            _ = try rejectionRules()
        } catch let error as OptimError {
            throw ConfigProblem("pack.rejection", error.message)
        }
    }

    /// Which groups a batch keeps.
    var groupFilter: GroupFilter {
        var filter = GroupFilter()
        filter.dropsUniform = dropsUniform
        if minMean != nil || maxMean != nil { filter.meanRange = (minMean ?? -.infinity)...(maxMean ?? .infinity) }
        return filter
    }

    /// The component that the filters look at; nil for another figure.
    var filterComponent: String? {
        filterBy.hasPrefix("component.") ? String(filterBy.dropFirst("component.".count)) : nil
    }

    /// The rules of `rejection`; throws `OptimError`.
    func rejectionRules() throws -> [RejectionRule] {
        guard let rejection, let rejectionThresholds else { return [] }
        return try RejectionRule.verl(rejection, thresholds: rejectionThresholds)
    }

    /// The key by which rows leave the loss for their ratios to the trainer's log-probs; nil where none does.
    public var ratioKey: String? {
        rejection != nil ? "rejection" : veto != nil ? "veto" : offPolicyMask != nil ? "off_policy_mask" : nil
    }

    /// Whether a batch needs the entropy of every token.
    var needsEntropies: Bool { forkingQuantile != nil || entropyAlpha != nil }
}
