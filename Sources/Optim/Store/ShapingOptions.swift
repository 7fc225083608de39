public import Experience

/// The section `optimize.shaping`: score to reward, in the order of the keys. All parts are off by default.
public struct ShapingOptions: Codable, Sendable, Hashable {
    /// Added to the score, before it is scaled.
    public var bias = 0.0
    /// The score and bias times this (AReaL's reward_scaling).
    public var scale = 1.0
    /// Scores are clamped to at least this.
    public var clipLow: Double?
    /// Scores are clamped to at most this.
    public var clipHigh: Double?
    /// The score of a truncated completion times this (>= 0), or replaced by it (< 0).
    public var stopProperly: Double?
    /// Length in tokens from which DAPO's soft penalty reaches `overlong_factor`; needs `overlong_buffer`.
    public var overlongLimit: Int?
    /// Tokens before the limit over which the penalty grows.
    public var overlongBuffer: Int?
    /// The penalty at and beyond the limit.
    public var overlongFactor = 1.0
    /// Kimi k1.5's length reward over the group, times this, is added.
    public var kimiWeight: Double?
    /// LASER: a right answer of at most this many tokens earns `laser_alpha` more.
    public var laserTarget: Int?
    /// LASER's bonus.
    public var laserAlpha = 0.5
    /// LASER-D: the target is per difficulty class of the window, the length within which this share of the class's right
    /// answers fits.
    public var laserCoverage: Double?
    /// Cosine schedule: tokens at which it ends; the score is replaced by its reward.
    public var cosineLimit: Int?
    /// Its rewards of a right answer at length 0 and at the limit.
    public var cosineCorrect = [1, 0.5]
    /// Its rewards of a wrong answer at length 0 and at the limit.
    public var cosineWrong = [-1, -0.5]
    /// prime-rl's length cost: this times the group's mean score times length / longest is taken from each reward.
    public var relativeLength: Double?
    /// The same cost by turns of the policy in place of tokens.
    public var relativeTurns: Double?
    /// GRPO-lambda: length terms apply only in groups with at least this share of right answers.
    public var lambdaThreshold: Double?
    /// Weight of the KL penalty in the reward; needs log-probs of the reference policy in the store.
    public var klBeta = 0.0
    /// Its estimator: k1, k2, k3 or abs.
    public var klEstimator = KLEstimator.Form.k1
    /// KL per token, in nats, that the weight is adapted to from window to window; nil keeps the weight.
    public var klTarget: Double?
    /// Completions over which an error of 100 % changes the weight by about 100 %.
    public var klHorizon = 10_000.0

    /// The defaults above.
    public init() {}

    enum CodingKeys: String, CodingKey, CaseIterable {
        case bias, scale
        case relativeLength = "relative_length"
        case relativeTurns = "relative_turns"
        case clipLow = "clip_low"
        case clipHigh = "clip_high"
        case stopProperly = "stop_properly"
        case overlongLimit = "overlong_limit"
        case overlongBuffer = "overlong_buffer"
        case overlongFactor = "overlong_factor"
        case kimiWeight = "kimi_weight"
        case laserTarget = "laser_target"
        case laserAlpha = "laser_alpha"
        case laserCoverage = "laser_coverage"
        case cosineLimit = "cosine_limit"
        case cosineCorrect = "cosine_correct"
        case cosineWrong = "cosine_wrong"
        case lambdaThreshold = "lambda_threshold"
        case klBeta = "kl_beta"
        case klEstimator = "kl_estimator"
        case klTarget = "kl_target"
        case klHorizon = "kl_horizon"
    }

    /// Absent keys keep their defaults.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: CodingKeys.self)
        bias = try keyed.decodeIfPresent(Double.self, forKey: .bias) ?? bias
        scale = try keyed.decodeIfPresent(Double.self, forKey: .scale) ?? scale
        relativeLength = try keyed.decodeIfPresent(Double.self, forKey: .relativeLength)
        relativeTurns = try keyed.decodeIfPresent(Double.self, forKey: .relativeTurns)
        clipLow = try keyed.decodeIfPresent(Double.self, forKey: .clipLow)
        clipHigh = try keyed.decodeIfPresent(Double.self, forKey: .clipHigh)
        stopProperly = try keyed.decodeIfPresent(Double.self, forKey: .stopProperly)
        overlongLimit = try keyed.decodeIfPresent(Int.self, forKey: .overlongLimit)
        overlongBuffer = try keyed.decodeIfPresent(Int.self, forKey: .overlongBuffer)
        overlongFactor = try keyed.decodeIfPresent(Double.self, forKey: .overlongFactor) ?? overlongFactor
        kimiWeight = try keyed.decodeIfPresent(Double.self, forKey: .kimiWeight)
        laserTarget = try keyed.decodeIfPresent(Int.self, forKey: .laserTarget)
        laserAlpha = try keyed.decodeIfPresent(Double.self, forKey: .laserAlpha) ?? laserAlpha
        laserCoverage = try keyed.decodeIfPresent(Double.self, forKey: .laserCoverage)
        cosineLimit = try keyed.decodeIfPresent(Int.self, forKey: .cosineLimit)
        cosineCorrect = try keyed.decodeIfPresent([Double].self, forKey: .cosineCorrect) ?? cosineCorrect
        cosineWrong = try keyed.decodeIfPresent([Double].self, forKey: .cosineWrong) ?? cosineWrong
        lambdaThreshold = try keyed.decodeIfPresent(Double.self, forKey: .lambdaThreshold)
        klBeta = try keyed.decodeIfPresent(Double.self, forKey: .klBeta) ?? klBeta
        klEstimator = try keyed.decodeIfPresent(KLEstimator.Form.self, forKey: .klEstimator) ?? klEstimator
        klTarget = try keyed.decodeIfPresent(Double.self, forKey: .klTarget)
        klHorizon = try keyed.decodeIfPresent(Double.self, forKey: .klHorizon) ?? klHorizon
    }

    /// Every key that has a value; bias and scale where they change something, so that sets of earlier versions keep their identity.
    public func encode(to encoder: any Encoder) throws {
        var keyed = encoder.container(keyedBy: CodingKeys.self)
        if bias != 0 { try keyed.encode(bias, forKey: .bias) }
        if scale != 1 { try keyed.encode(scale, forKey: .scale) }
        try keyed.encodeIfPresent(relativeLength, forKey: .relativeLength)
        try keyed.encodeIfPresent(relativeTurns, forKey: .relativeTurns)
        try keyed.encodeIfPresent(clipLow, forKey: .clipLow)
        try keyed.encodeIfPresent(clipHigh, forKey: .clipHigh)
        try keyed.encodeIfPresent(stopProperly, forKey: .stopProperly)
        try keyed.encodeIfPresent(overlongLimit, forKey: .overlongLimit)
        try keyed.encodeIfPresent(overlongBuffer, forKey: .overlongBuffer)
        try keyed.encode(overlongFactor, forKey: .overlongFactor)
        try keyed.encodeIfPresent(kimiWeight, forKey: .kimiWeight)
        try keyed.encodeIfPresent(laserTarget, forKey: .laserTarget)
        try keyed.encode(laserAlpha, forKey: .laserAlpha)
        try keyed.encodeIfPresent(laserCoverage, forKey: .laserCoverage)
        try keyed.encodeIfPresent(cosineLimit, forKey: .cosineLimit)
        try keyed.encode(cosineCorrect, forKey: .cosineCorrect)
        try keyed.encode(cosineWrong, forKey: .cosineWrong)
        try keyed.encodeIfPresent(lambdaThreshold, forKey: .lambdaThreshold)
        try keyed.encode(klBeta, forKey: .klBeta)
        try keyed.encode(klEstimator, forKey: .klEstimator)
        try keyed.encodeIfPresent(klTarget, forKey: .klTarget)
        try keyed.encode(klHorizon, forKey: .klHorizon)
    }

    /// Keys of the section.
    public static let fields: [ConfigField] = [
        ConfigField("bias", "added to the score first"),
        ConfigField("scale", "the score and bias times this"),
        ConfigField("clip_low", "scores are clamped to at least this"),
        ConfigField("clip_high", "scores are clamped to at most this"),
        ConfigField("stop_properly", "a truncated completion's score times this (>= 0), or replaced by it (< 0)"),
        ConfigField("overlong_limit", "tokens at which DAPO's soft penalty is full; needs overlong_buffer"),
        ConfigField("overlong_buffer", "tokens before the limit over which the penalty grows"),
        ConfigField("overlong_factor", "the full penalty"),
        ConfigField("kimi_weight", "adds this times Kimi k1.5's length reward"),
        ConfigField("laser_target", "a right answer of at most this many tokens earns laser_alpha more"),
        ConfigField("laser_alpha", "LASER's bonus"),
        ConfigField(
            "laser_coverage", "LASER-D: the target per difficulty holds this share of the class's right answers"),
        ConfigField("cosine_limit", "tokens at which the cosine schedule ends; its reward replaces the score"),
        ConfigField("cosine_correct", "its rewards of a right answer at length 0 and at the limit"),
        ConfigField("cosine_wrong", "its rewards of a wrong answer at length 0 and at the limit"),
        ConfigField(
            "relative_length", "takes this times the group's mean score times length / the group's longest (prime-rl)"),
        ConfigField(
            "relative_turns", "takes this times the group's mean score times turns / the group's most turns (prime-rl)"),
        ConfigField("lambda_threshold", "length terms only in groups with at least this share of right answers"),
        ConfigField("kl_beta", "weight of the KL penalty in the reward; needs the reference policy's log-probs"),
        ConfigField(
            "kl_estimator", "its estimator: k1, k2, k3 or abs", words: KLEstimator.Form.allCases.map(\.rawValue)),
        ConfigField("kl_target", "nats per token that the weight is adapted to, window by window; unset keeps it"),
        ConfigField("kl_horizon", "completions over which an error of 100 % changes the weight by about 100 %"),
    ]

    /// The keys that change rewards now: bounds first, then what puts another number in a score's place or adds one.
    var active: (bounds: [String], terms: [String]) {
        func names(_ keys: [(CodingKeys, Bool)]) -> [String] { keys.filter(\.1).map(\.0.rawValue) }
        return (
            names([(.clipLow, clipLow != nil), (.clipHigh, clipHigh != nil), (.stopProperly, stopProperly != nil)]),
            names([
                (.bias, bias != 0), (.scale, scale != 1), (.relativeLength, relativeLength != nil),
                (.relativeTurns, relativeTurns != nil),
                (.cosineLimit, cosineLimit != nil), (.overlongLimit, overlongLimit != nil),
                (.kimiWeight, kimiWeight != nil), (.laserTarget, laserTarget != nil),
                (.laserCoverage, laserCoverage != nil), (.klBeta, klBeta > 0),
            ])
        )
    }

    /// Whether a term counts tokens.
    var readsLengths: Bool {
        let others: [CodingKeys] = [.klBeta, .bias, .scale, .relativeTurns]
        return active.terms.contains { !others.map(\.rawValue).contains($0) }
    }

    /// Throws `ConfigProblem`.
    public func validate() throws {
        let numbers: [(CodingKeys, Double?)] = [
            (.bias, bias), (.scale, scale), (.relativeLength, relativeLength),
            (.relativeTurns, relativeTurns), (.clipLow, clipLow),
            (.clipHigh, clipHigh), (.stopProperly, stopProperly),
            (.overlongFactor, overlongFactor),
            (.kimiWeight, kimiWeight), (.laserAlpha, laserAlpha), (.lambdaThreshold, lambdaThreshold),
        ]
        for (key, number) in numbers where number?.isFinite == false {
            throw ConfigProblem("shaping.\(key.rawValue)", "must be finite")
        }
        if let clipLow, let clipHigh, clipLow > clipHigh { throw ConfigProblem("shaping.clip_low", "above clip_high") }
        guard (overlongLimit == nil) == (overlongBuffer == nil) else {
            throw ConfigProblem("shaping.overlong_limit", "overlong_limit and overlong_buffer go together")
        }
        if let overlongLimit, let overlongBuffer, overlongBuffer < 1 || overlongBuffer > overlongLimit {
            throw ConfigProblem("shaping.overlong_buffer", "must be in 1...overlong_limit")
        }
        if let laserCoverage, !(laserCoverage > 0 && laserCoverage <= 1) {
            throw ConfigProblem("shaping.laser_coverage", "must be above 0 and at most 1")
        }
        guard laserCoverage == nil || laserTarget == nil else {
            throw ConfigProblem("shaping.laser_coverage", "makes the target itself; leave out laser_target")
        }
        if let cosineLimit, cosineLimit < 1 { throw ConfigProblem("shaping.cosine_limit", "must be at least 1") }
        for (key, ends) in [("cosine_correct", cosineCorrect), ("cosine_wrong", cosineWrong)] {
            guard ends.count == 2, ends.allSatisfy(\.isFinite) else {
                throw ConfigProblem("shaping.\(key)", "must be two numbers: at length 0 and at the limit")
            }
        }
        guard klBeta >= 0, klBeta.isFinite else { throw ConfigProblem("shaping.kl_beta", "must be at least 0") }
        if let klTarget, !(klTarget > 0) { throw ConfigProblem("shaping.kl_target", "must be above 0") }
        guard klHorizon > 0 else { throw ConfigProblem("shaping.kl_horizon", "must be above 0") }
    }
}
