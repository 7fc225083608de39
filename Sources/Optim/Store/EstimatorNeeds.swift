/// What an estimator with its options reads of a completion besides the score. A completion that lacks a part of it has no
/// advantage, and a reason.
struct EstimatorNeeds: Sendable {
    /// One number per token, from whoever gave it.
    struct Column: Sendable, Hashable {
        var kind: String
        var source: String
        /// Why a completion without it has no advantage.
        var gap: Undefined

        static let samplerLogprobs = Column(kind: "logprob", source: "sampler", gap: .noSamplerLogprobs)
        static let referenceLogprobs = Column(kind: "logprob", source: "reference", gap: .noReferenceLogprobs)
        static let teacherLogprobs = Column(kind: "teacher_logprob", source: "reference", gap: .noTeacherLogprobs)
        static let criticValues = Column(kind: "value", source: "critic", gap: .noCriticValues)
        static let sumsOfSquares = Column(kind: "sum_pi_sq", source: "trainer", gap: .noSumOfSquares)
    }

    /// Token arrays.
    var columns: [Column] = []
    /// Token counts.
    var lengths: Bool
    /// Which tokens were sampled.
    var masks: Bool
    /// The turns of episodes.
    var turns: Bool
    /// Reward components.
    var components: Bool
    /// The greedy completion's verdict.
    var greedy: Bool

    init(_ estimator: AdvantageEstimator, _ options: OptimizeOptions) {
        let shaping = options.shaping
        if shaping.klBeta > 0 { columns += [.samplerLogprobs, .referenceLogprobs] }
        switch estimator.credit {
        case .gae, .turnGAE, .biLevelGAE: columns.append(.criticValues)
        case .optimalToken, .optimalTurnToken:
            if !columns.contains(.samplerLogprobs) { columns.append(.samplerLogprobs) }
            columns.append(.sumsOfSquares)
        case .outcome, .rewardToGo, .turnGroup, .turnNumber, .turnState: break
        }
        if options.distill.isActive {
            if !columns.contains(.samplerLogprobs) { columns.append(.samplerLogprobs) }
            columns.append(.teacherLogprobs)
        }
        lengths =
            estimator.isPerToken || estimator.baseline == .lengthWeighted || shaping.readsLengths || !columns.isEmpty
        masks = estimator.isPerToken || !columns.isEmpty
        turns = estimator.credit.isOfTurns
        components = estimator.normalizesComponents || estimator.componentWeights != .equal
        greedy = estimator.baseline == .greedy
    }
}

extension AdvantageEstimator {
    /// Whether advantages are computed per token: a completion without tokens has none.
    var isPerToken: Bool { credit != .outcome || whitening != .none }

    /// Whether penalties of single tokens reach it as their sum in the completion's reward.
    var seesSums: Bool { credit == .outcome || credit.isOfTurns }
}
