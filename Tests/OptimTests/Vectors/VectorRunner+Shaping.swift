import JSON
import Optim

extension VectorRunner {
    static func shaping(_ vector: VectorCase) throws -> [String] {
        let name = vector.id.split(separator: "/").map(String.init).last ?? ""
        if vector.id.contains("overlong") {
            let limit =
                ["max_completion_len", "max_new_tokens", "max_resp_len"].lazy.compactMap { vector.param($0)?.intValue }
                .first ?? 0
            let buffer =
                ["soft_punish_cache", "overlong_buffer_len", "buffer_len"].lazy.compactMap {
                    vector.param($0)?.intValue
                }.first ?? 0
            let penalties = try vector.integers("lengths").map {
                Optional(
                    try LengthPenalty.overlong(
                        length: $0, limit: limit, buffer: buffer, factor: vector.number("factor", default: 1),
                        isFloored: vector.peer != "verl"))
            }
            return try vector.differences("penalty", penalties)
        }
        if name.hasPrefix("stop_properly") {
            let rewards = zip(try vector.numbers("rewards"), try vector.numbers("truncated")).map { score, truncated in
                Optional(
                    LengthPenalty.stopProperly(
                        score: score, isTruncated: truncated != 0, coefficient: vector.number("coef", default: 0)))
            }
            return try vector.differences("rewards", rewards)
        }
        switch vector.peer {
        case "kimi_len":
            let rewards = try LengthPenalty.kimi(
                lengths_G: vector.integers("lengths"), isCorrect_G: vector.numbers("correct").map { $0 != 0 })
            return try vector.differences("reward", rewards.map { Optional($0) })
        case "dynamic_filter":
            // Equality is judged by max and min, not by numpy's deviation.
            vector.ignore("expected", "np_std")
            let groups = try (vector.input("groups").arrayValue ?? []).map { try $0.numbers().map { Optional($0) } }
            var ranged = GroupFilter()
            (ranged.dropsUniform, ranged.meanRange) = (false, 0...1)
            return try vector.differences("filtered", groups.map { GroupFilter().reason(scores_G: $0) == nil ? 0 : 1 })
                + vector.differences("openrlhf_range_0_1", groups.map { ranged.reason(scores_G: $0) == nil ? 0 : 1 })
        default: break
        }
        if name == "cosine" {
            var cosine = LengthPenalty.Cosine()
            cosine.limit = vector.param("max_len")?.intValue ?? 0
            cosine.correct = .init(
                short: vector.number("max_value_correct", default: 1),
                long: vector.number("min_value_correct", default: 0))
            cosine.wrong = .init(
                short: vector.number("min_value_wrong", default: -1), long: vector.number("max_value_wrong", default: 0)
            )
            let correct = try (vector.input("correct").arrayValue ?? []).map(\.boolValue)
            let rewards = zip(try vector.integers("lengths"), correct).map { length, correct in
                correct.map { cosine.reward(length: length, isCorrect: $0) }
            }
            return try vector.differences("reward", rewards)
        }
        let layout = try vector.layout()
        if name == "compute_reward" {
            let range = try vector.param("reward_clip_range")?.numbers() ?? [-.infinity, .infinity]
            let scores = try KLInReward.scores(vector.numbers("rewards"), layout: layout, range: range[0]...range[1])
            let rewards = try KLInReward.rewards(
                scores_T: scores, kl_T: vector.flat("kl"), layout: layout, beta: vector.number("kl_coef", default: 0),
                scope: .allTokens)
            return try vector.differences("token_rewards", rewards.map { Optional($0) })
        }
        guard name.hasPrefix("kl_in_reward") else { throw unknown(vector) }
        let estimator = try KLEstimator(verl: vector.param("kl_penalty")?.stringValue ?? "")
        let values = try estimator.values(
            logprobs_T: vector.flat("old_logprobs"), reference_T: vector.flat("ref_logprobs"))
        let rewards = try KLInReward.rewards(
            scores_T: vector.flat("token_level_scores"), kl_T: values, layout: layout,
            beta: vector.number("beta", default: 0))
        let means = (0..<layout.rows).map { row in
            let terms = layout[row].filter { layout.mask_T[$0] }.map { values[$0] }
            return terms.isEmpty ? 0 : terms.reduce(0, +) / Double(terms.count)
        }
        return try vector.differences("token_level_rewards", rewards.map { Optional($0) })
            + vector.difference("current_kl", means.reduce(0, +) / Double(means.count))
    }

    static func advantageShaping(_ vector: VectorCase) throws -> [String] {
        switch vector.peer {
        case "entropy_adv":
            let advantages = try EntropyShaping.bonus(
                advantages_T: vector.flat("advantages"), entropies_T: vector.flat("entropies"),
                layout: vector.layout(), alpha: vector.number("alpha", default: 0),
                kappa: vector.number("kappa", default: 2))
            return try vector.differences("advantages", advantages.map { Optional($0) })
        case "empg":
            let segments = try (vector.input("segments").arrayValue ?? []).map {
                try ($0.arrayValue ?? []).map { try $0.numbers() }.map { Int($0[0])..<Int($0[1]) }
            }
            let layout = try TokenLayout(lengths_N: vector.matrix("advantages").map(\.count))
            let result = try EntropyShaping.modulated(
                advantages_T: vector.flat("advantages"), entropies_T: vector.flat("entropies"), layout: layout,
                segments: segments, k: vector.number("k", default: 1), kf: vector.number("k_f", default: 1),
                zeta: vector.number("zeta", default: 0), eps: vector.number("eps", default: 0))
            return try vector.differences("g", result.gains_S.map { Optional($0) })
                + vector.differences("f", result.clarities_S.map { Optional($0) })
                + vector.differences("advantages_before_mean", result.uncentred_T.map { Optional($0) })
                + vector.differences("advantages", result.advantages_T.map { Optional($0) })
        case "polychromic_set":
            let advantages = try SetAdvantage.diverse(
                scores_G: vector.numbers("rewards"), clusters_G: vector.integers("clusters"),
                m: Int(vector.number("m", default: 1))
            ).get()
            return try vector.differences("adv_seq", advantages.map { Optional($0) })
        case "laser":
            let rewards = zip(try vector.integers("lengths"), try vector.numbers("correct")).map { length, correct in
                Optional(
                    LengthPenalty.laser(
                        length: length, isCorrect: correct != 0,
                        target: Int(vector.number("target_length", default: 0)),
                        alpha: vector.number("alpha", default: 0)))
            }
            return try vector.differences("reward_mode", rewards)
        case "kimi_k15_baseline":
            let coefficients = try MirrorDescent.coefficients(
                scores_G: vector.numbers("rewards").map { Optional($0) }, logRatios_G: vector.numbers("log_ratio"),
                tau: vector.number("tau", default: 0))
            return try vector.differences("coef", coefficients)
        default: throw unknown(vector)
        }
    }
}
