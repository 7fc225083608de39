import JSON
import Optim

extension VectorRunner {
    static func advantages(_ vector: VectorCase) throws -> [String] {
        let name = vector.id.split(separator: "/").map(String.init).dropFirst().first ?? ""
        switch vector.peer {
        case "verl": return try verl(vector, name)
        case "trl": return try trl(vector, name)
        case "openrlhf": return try openRLHF(vector, name)
        case "nemo":
            var estimator = try AdvantageEstimator.preset(
                name == "rfpp"
                    ? "reinforce++-baseline@nemo"
                    : vector.flag("use_leave_one_out_baseline", default: true) ? "nemo" : "grpo@nemo")
            if name == "rfpp" {
                if !vector.flag("minus_baseline", default: true) { estimator.baseline = .none }
            }
            if !vector.flag("normalize_rewards", default: true) { estimator.scale = .none }
            return try tokens(vector, estimator, isMasked: name == "rfpp", eps: "eps")
        case "slime": return try rows(vector, "grpo@slime", eps: "eps")
        case "torchtune": return try rows(vector, "grpo@torchtune", eps: "eps")
        case "open_instruct":
            return try rows(vector, name == "centered" ? "dr_grpo@open-instruct" : "grpo@open-instruct", eps: "eps") {
                $0.ddof = Int(vector.number("ddof", default: 0))
            }
        case "roll":
            return try rows(vector, "grpo", eps: "eps") {
                $0.baseline = level(vector, "norm_mean_type", group: .group, batch: .batch, none: .none)
                $0.scale = level(vector, "norm_std_type", group: .group, batch: .batch, none: .none)
            }
        case "areal":
            return try rows(vector, "grpo@areal", eps: "eps") {
                $0.baseline = level(vector, "mean_level", group: .group, batch: .batch, none: .none)
                $0.scale = level(vector, "std_level", group: .group, batch: .batch, none: .none)
                if vector.flag("mean_leave1out", default: false) { $0.baseline = .leaveOneOut }
                $0.ddof = vector.flag("std_unbiased", default: true) ? 1 : 0
            }
        case "passk_training":
            return try rows(vector, "passk_training", eps: "eps") { $0.k = Int(vector.number("k", default: 1)) }
        case "prime":
            if name == "grpo_lenpen" { return try lengthPenalty(vector) }
            let preset = name == "max_rl" ? "maxrl@prime" : name == "rae" ? "rae" : "dr_grpo"
            return try rows(vector, preset, eps: "eps") { $0.decay = vector.number("decay", default: $0.decay) }
        case "skyrl":
            return try tokens(
                vector, try .preset(name == "maxrl" ? "maxrl@skyrl" : "rloo@skyrl"), eps: "epsilon")
        case "ours": return try tokens(vector, try .preset("grpo"), eps: "eps")
        default: throw unknown(vector)
        }
    }

    private static func level<Choice>(
        _ vector: VectorCase, _ key: String, group: Choice, batch: Choice, none: Choice
    ) -> Choice {
        switch vector.param(key)?.stringValue {
        case "group": group
        case "batch": batch
        default: none
        }
    }

    private static func outcome(_ vector: VectorCase) throws -> OutcomeInputs {
        var inputs = OutcomeInputs(
            scores_N: try vector.numbers("rewards").map { Optional($0) }, groups: try vector.groups())
        if vector.has("mask") {
            inputs.lengths_N = try vector.matrix("mask").map { $0.reduce(0, +) }
        }
        if vector.has("reward_baselines") {
            inputs.greedy_N = try vector.numbers("reward_baselines").map { Optional($0) }
        }
        if vector.has("role") { inputs.roles_N = (try vector.input("role").arrayValue ?? []).map(\.text) }
        return inputs
    }

    /// Compares `adv_seq`.
    private static func rows(
        _ vector: VectorCase, _ preset: String, eps: String, _ change: (inout AdvantageEstimator) -> Void = { _ in }
    ) throws -> [String] {
        var estimator = try AdvantageEstimator.preset(preset)
        estimator.eps = vector.number(eps, default: estimator.eps)
        change(&estimator)
        return try vector.differences("adv_seq", estimator.advantages(outcome(vector)).values_N)
    }

    /// Compares `advantages` and `returns` at the masked positions (everywhere when the peer does not mask).
    private static func tokens(
        _ vector: VectorCase, _ base: AdvantageEstimator, isMasked: Bool = true, eps: String = "epsilon",
        _ fill: (inout TokenInputs) throws -> Void = { _ in }
    ) throws -> [String] {
        var estimator = base
        estimator.eps = vector.number(eps, default: estimator.eps)
        let layout = try vector.layout()
        let inputs = try outcome(vector)
        if !isMasked {
            let values = try estimator.advantages(inputs).values_N
            let wide = try TokenLayout(lengths_N: (0..<layout.rows).map { layout[$0].count })
            return try vector.differences("advantages", wide.broadcast(values.map { $0 ?? .nan }))
        }
        var tokens = TokenInputs(layout: layout)
        try fill(&tokens)
        let result = try estimator.tokenAdvantages(inputs, tokens: tokens)
        var found = try vector.differences("advantages", result.advantages_T, mask: layout.mask_T)
        // A peer's "returns" of an outcome estimator are its advantages again.
        if vector.expected("returns") != nil, estimator.credit != .outcome {
            found += try vector.differences("returns", result.returns_T, mask: layout.mask_T)
        }
        return found
    }

    private static func verl(_ vector: VectorCase, _ name: String) throws -> [String] {
        let isNormed = vector.flag("norm_adv_by_std_in_grpo", default: true)
        switch name {
        case "grpo", "dr_grpo", "grpo_vectorized":
            return try tokens(vector, .preset(isNormed && name != "dr_grpo" ? "grpo@verl" : "dr_grpo@verl"))
        case "rloo": return try tokens(vector, .preset("rloo@verl"))
        case "rloo_vectorized": return try tokens(vector, .preset("rloo@skyrl"))
        case "opo": return try tokens(vector, .preset("opo@verl"))
        case "gpg":
            var estimator = try AdvantageEstimator.preset("gpg@verl")
            estimator.gpgNorm = vector.number("f_norm", default: 1)
            return try tokens(vector, estimator)
        case "rfpp_baseline": return try tokens(vector, .preset("reinforce++-baseline@verl"))
        case "remax":
            var estimator = try AdvantageEstimator.preset("remax")
            estimator.gamma = 1
            // The peer's returns are those of the reward alone.
            return try tokens(vector, estimator).filter { !$0.contains(" returns[") }
        case "grpo_passk_std1", "grpo_passk_std0":
            var estimator = try AdvantageEstimator.preset("grpo_passk")
            if !isNormed { estimator.scale = .none }
            return try tokens(vector, estimator)
        case "otb", "tir_otb":
            var estimator = try AdvantageEstimator.preset(name)
            estimator.zeroesTail = vector.flag("handle_zero_tail", default: true)
            return try tokens(vector, estimator) {
                $0.logprobs_T = try vector.flat("old_log_probs")
                $0.sumOfSquares_T = try vector.flat("sum_pi_squared")
            }
        case "whiten":
            let layout = try vector.layout()
            var values = try vector.flat("values")
            let transform = try Whitening.sample.apply(to: &values, layout: layout, arithmetic: .verl)
            if !vector.flag("shift_mean", default: true), let mean = transform?.mean {
                values = values.map { $0 + mean }
            }
            return try vector.differences("out", values, mask: layout.mask_T)
                + vector.difference("mean", transform?.mean) + vector.difference("var", transform?.variance)
        case "gdpo":
            let estimator = try AdvantageEstimator.preset("gdpo@verl")
            let keys = try vector.matrix("rewards_per_key")
            let columns = (0..<(keys.first?.count ?? 0)).map { row in keys.map { Optional($0[row]) } }
            let scores = try ComponentScores(
                values_NJ: columns, weights_J: vector.param("weights")?.numbers() ?? [])
            var normed = estimator
            normed.eps = vector.number("epsilon", default: 1e-6)
            let outcome = try normed.advantages(components: scores, groups: vector.groups())
            let layout = try vector.layout()
            let result = try normed.tokenAdvantages(
                outcome, groups: vector.groups(), tokens: TokenInputs(layout: layout))
            return try vector.differences("advantages", result.advantages_T, mask: layout.mask_T)
        default:
            if name.hasPrefix("rfpp_g") {
                var estimator = try AdvantageEstimator.preset("reinforce++@verl")
                estimator.gamma = vector.number("gamma", default: 1)
                return try tokens(vector, estimator)
            }
            guard name.hasPrefix("gae") else { throw unknown(vector) }
            var estimator = try AdvantageEstimator.preset("gae@verl")
            estimator.gamma = vector.number("gamma", default: 1)
            estimator.lambda = vector.number("lam", default: 1)
            if !vector.flag("whiten", default: true) { estimator.whitening = .none }
            // The token rewards hold the score already.
            let layout = try vector.layout()
            let result = try TokenCredit.gae(
                rewards_T: vector.flat("token_level_rewards"), values_T: vector.flat("values"), layout: layout,
                gamma: estimator.gamma, lambda: estimator.lambda, gap: estimator.gap, whitening: estimator.whitening,
                arithmetic: estimator.arithmetic)
            return try vector.differences("advantages", result.advantages_T, mask: layout.mask_T)
                + vector.differences("returns", result.returns_T, mask: layout.mask_T)
        }
    }

    private static func trl(_ vector: VectorCase, _ name: String) throws -> [String] {
        let groups = try vector.groups()
        var estimator = try AdvantageEstimator.preset(
            vector.param("agg")?.stringValue == "normalize_then_sum" ? "gdpo@trl" : "grpo@trl")
        estimator.eps = vector.number("eps", default: estimator.eps)
        estimator.scale = level(vector, "scale_rewards", group: .group, batch: .batch, none: .none)
        let rows: [[Double?]] =
            vector.has("rewards")
            ? try vector.numbers("rewards").map { [$0] }
            : try vector.matrix("rewards_per_func").map { $0.map { $0.isNaN ? nil : $0 } }
        let scores = try ComponentScores(values_NJ: rows, weights_J: vector.param("weights")?.numbers() ?? [])
        let result = try estimator.advantages(components: scores, groups: groups)
        // What TRL logs of its scale.
        vector.ignore("expected", "std", "is_std_zero")
        // TRL gives an unscorable row the advantage 0.
        return try vector.differences("adv_seq", result.values_N.map { $0 ?? 0 })
    }

    private static func openRLHF(_ vector: VectorCase, _ name: String) throws -> [String] {
        let presets = [
            "rloo": "rloo@openrlhf", "reinforce_baseline": "reinforce++-baseline@openrlhf",
            "dr_grpo": "dr_grpo@openrlhf", "group_norm": "grpo@openrlhf", "reinforce": "reinforce++@openrlhf",
            "gae": "gae@openrlhf",
        ]
        guard let preset = presets[vector.param("estimator")?.stringValue ?? name] else { throw unknown(vector) }
        var estimator = try AdvantageEstimator.preset(preset)
        estimator.gamma = vector.number("gamma", default: 1)
        estimator.lambda = vector.number("lambd", default: 1)
        return try tokens(vector, estimator) {
            let penalty = vector.number("kl_coef", default: 0)
            if vector.has("kl") { $0.rewards_T = try vector.flat("kl").map { -penalty * $0 } }
            if vector.has("values") { $0.values_T = try vector.flat("values") }
        }
    }

    private static func lengthPenalty(_ vector: VectorCase) throws -> [String] {
        let outputs = try vector.numbers("num_output_tokens")
        let totals = try vector.numbers("num_total_tokens")
        let turns = try vector.numbers("num_turns")
        let costs = [
            (vector.number("num_output_tokens_weight", default: 0), outputs),
            (vector.number("num_input_tokens_weight", default: 0), zip(totals, outputs).map { $0 - $1 }),
            (vector.number("num_turns_weight", default: 0), turns),
        ]
        let inputs = try outcome(vector)
        let shaped = RelativeCost.apply(scores_N: inputs.scores_N, costs: costs, groups: inputs.groups)
        let estimator = try AdvantageEstimator.preset("dr_grpo")
        return try vector.differences(
            "adv_seq", estimator.advantages(OutcomeInputs(scores_N: shaped, groups: inputs.groups)).values_N)
    }
}
