public import Experience

/// The section `optimize.shaping`: score to reward, in the order of the keys. All parts are off by default.
public struct ShapingOptions: Codable, Sendable, Hashable {
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
    /// GRPO-lambda: length terms apply only in groups with at least this share of right answers.
    public var lambdaThreshold: Double?
    /// Weight of the KL penalty in the reward; needs log-probs of the reference policy in the store.
    public var klBeta = 0.0
    /// Its estimator: k1, k2, k3 or abs.
    public var klEstimator = KLEstimator.Form.k1

    /// The defaults above.
    public init() {}

    enum CodingKeys: String, CodingKey, CaseIterable {
        case clipLow = "clip_low"
        case clipHigh = "clip_high"
        case stopProperly = "stop_properly"
        case overlongLimit = "overlong_limit"
        case overlongBuffer = "overlong_buffer"
        case overlongFactor = "overlong_factor"
        case kimiWeight = "kimi_weight"
        case laserTarget = "laser_target"
        case laserAlpha = "laser_alpha"
        case lambdaThreshold = "lambda_threshold"
        case klBeta = "kl_beta"
        case klEstimator = "kl_estimator"
    }

    /// Absent keys keep their defaults.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: CodingKeys.self)
        clipLow = try keyed.decodeIfPresent(Double.self, forKey: .clipLow)
        clipHigh = try keyed.decodeIfPresent(Double.self, forKey: .clipHigh)
        stopProperly = try keyed.decodeIfPresent(Double.self, forKey: .stopProperly)
        overlongLimit = try keyed.decodeIfPresent(Int.self, forKey: .overlongLimit)
        overlongBuffer = try keyed.decodeIfPresent(Int.self, forKey: .overlongBuffer)
        overlongFactor = try keyed.decodeIfPresent(Double.self, forKey: .overlongFactor) ?? overlongFactor
        kimiWeight = try keyed.decodeIfPresent(Double.self, forKey: .kimiWeight)
        laserTarget = try keyed.decodeIfPresent(Int.self, forKey: .laserTarget)
        laserAlpha = try keyed.decodeIfPresent(Double.self, forKey: .laserAlpha) ?? laserAlpha
        lambdaThreshold = try keyed.decodeIfPresent(Double.self, forKey: .lambdaThreshold)
        klBeta = try keyed.decodeIfPresent(Double.self, forKey: .klBeta) ?? klBeta
        klEstimator = try keyed.decodeIfPresent(KLEstimator.Form.self, forKey: .klEstimator) ?? klEstimator
    }

    /// Keys of the section.
    public static let fields: [ConfigField] = [
        ConfigField("clip_low", "scores are clamped to at least this"),
        ConfigField("clip_high", "scores are clamped to at most this"),
        ConfigField("stop_properly", "a truncated completion's score times this (>= 0), or replaced by it (< 0)"),
        ConfigField("overlong_limit", "tokens at which DAPO's soft penalty is full; needs overlong_buffer"),
        ConfigField("overlong_buffer", "tokens before the limit over which the penalty grows"),
        ConfigField("overlong_factor", "the full penalty"),
        ConfigField("kimi_weight", "adds this times Kimi k1.5's length reward"),
        ConfigField("laser_target", "a right answer of at most this many tokens earns laser_alpha more"),
        ConfigField("laser_alpha", "LASER's bonus"),
        ConfigField("lambda_threshold", "length terms only in groups with at least this share of right answers"),
        ConfigField("kl_beta", "weight of the KL penalty in the reward; needs the reference policy's log-probs"),
        ConfigField("kl_estimator", "its estimator: k1, k2, k3 or abs"),
    ]

    /// Throws `ConfigProblem`.
    public func validate() throws {
        if let clipLow, let clipHigh, clipLow > clipHigh { throw ConfigProblem("shaping.clip_low", "above clip_high") }
        guard (overlongLimit == nil) == (overlongBuffer == nil) else {
            throw ConfigProblem("shaping.overlong_limit", "overlong_limit and overlong_buffer go together")
        }
        if let overlongLimit, let overlongBuffer, !(1...overlongLimit).contains(overlongBuffer) {
            throw ConfigProblem("shaping.overlong_buffer", "must be in 1...overlong_limit")
        }
        guard klBeta >= 0, klBeta.isFinite else { throw ConfigProblem("shaping.kl_beta", "must be at least 0") }
    }

    /// One completion as shaping sees it.
    struct Row {
        var score: Double?
        var length: Int?
        var isCorrect: Bool
        var isTruncated: Bool
    }

    /// Rewards of one group; a row without a score has none. Throws when a length is needed and not known.
    func rewards(_ rows_G: [Row]) throws -> [Double?] {
        var rewards_G = rows_G.map { row in
            row.score.map { score in
                let clipped = min(clipHigh ?? .infinity, max(clipLow ?? -.infinity, score))
                return stopProperly.map {
                    LengthPenalty.stopProperly(score: clipped, isTruncated: row.isTruncated, coefficient: $0)
                } ?? clipped
            }
        }
        guard overlongLimit != nil || kimiWeight != nil || laserTarget != nil else { return rewards_G }
        let scored = rows_G.filter { $0.score != nil }
        if let lambdaThreshold {
            let correct = scored.count(where: \.isCorrect)
            let isActive = LengthPenalty.isActive(
                correct: correct, scored: scored.count, threshold: lambdaThreshold)
            guard isActive else { return rewards_G }
        }
        let lengths_G = try rows_G.map { row in
            guard let length = row.length else {
                throw OptimError("length shaping needs token counts; the server of this run reported none")
            }
            return length
        }
        // Unscored rows are left out of the group's shortest and longest.
        let places = rows_G.indices.filter { rows_G[$0].score != nil }
        let kimi = try kimiWeight.map { weight in
            try LengthPenalty.kimi(
                lengths_G: places.map { lengths_G[$0] }, isCorrect_G: places.map { rows_G[$0].isCorrect }
            ).map { $0 * weight }
        }
        for (slot, place) in places.enumerated() {
            var bonus = kimi?[slot] ?? 0
            if let overlongLimit, let overlongBuffer {
                bonus += try LengthPenalty.overlong(
                    length: lengths_G[place], limit: overlongLimit, buffer: overlongBuffer, factor: overlongFactor)
            }
            if let laserTarget, rows_G[place].isCorrect, lengths_G[place] <= laserTarget { bonus += laserAlpha }
            rewards_G[place] = rewards_G[place].map { $0 + bonus }
        }
        return rewards_G
    }
}
