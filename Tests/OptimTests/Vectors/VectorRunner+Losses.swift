import JSON
import Optim

extension VectorRunner {
    static func policyLoss(_ vector: VectorCase) throws -> [String] {
        let name = vector.id.split(separator: "/").map(String.init).dropFirst().first ?? ""
        let layout = try vector.layout()
        if vector.has("loss_mat") {
            guard let mode = LossAggregation(rawValue: vector.param("mode")?.stringValue ?? "") else {
                throw unknown(vector)
            }
            return try vector.difference("loss", mode.aggregate(vector.flat("loss_mat"), layout: layout).get())
        }
        if vector.has("vpreds") { return try valueLoss(vector, layout) }
        let width = layout.starts.count > 1 ? layout[0].count : 0
        let first_N = try vector.matrix("advantages").map { $0.first ?? 0 }
        switch name {
        case "vespo_gamma":
            var gamma = SequenceWeights.Gamma()
            gamma.positive = .init(
                k: vector.number("k_pos", default: 2), lambda: vector.number("lambda_pos", default: 3))
            gamma.negative = .init(
                k: vector.number("k_neg", default: 3), lambda: vector.number("lambda_neg", default: 2))
            let ratios = zip(try vector.flat("new_logprobs"), try vector.flat("old_logprobs")).map { $0 - $1 }
            let weights = try gamma.weights(advantages_N: first_N, logRatios_T: ratios, layout: layout)
            return try vector.differences("phi_seq", weights.map { Optional($0) })
        case "off_policy_mask":
            let keep = try SequenceWeights.offPolicyMask(
                advantages_N: first_N, new_T: vector.flat("new_logprobs"), sampler_T: vector.flat("rollout_logprobs"),
                layout: layout, threshold: vector.number("threshold", default: 0))
            return try vector.differences("keep", keep.map { $0 ? 1 : 0 })
        default: break
        }
        var inputs = PolicyLossInputs(
            layout: layout, new_T: try vector.flat("new_logprobs"), old_T: try vector.flat("old_logprobs"),
            advantages_T: try vector.flat("advantages"))
        if vector.has("is_weights") { inputs.weights_T = try vector.flat("is_weights") }
        if vector.has("ref_logprobs") { inputs.reference_T = try vector.flat("ref_logprobs") }
        var loss = PolicyLoss()
        switch vector.peer {
        case "verl": try verl(vector, name, &loss)
        case "trl":
            inputs.advantages_T = first_N.flatMap { [Double](repeating: $0, count: width) }
            trl(vector, &loss)
        case "openrlhf":
            loss.logRatioLimit = 20
            loss.clipLow = vector.number("clip_eps_low", default: 0.2)
            loss.clipHigh = vector.number("clip_eps_high", default: 0.2)
            var correction = ImportanceCorrection()
            let bounds = try vector.param("threshold")?.numbers() ?? []
            (correction.lower, correction.upper) = (bounds.first, bounds.last)
            switch name {
            case "ppo_tis": correction.treatment = .truncate
            case "ppo_icepop": correction.treatment = .mask
            default: (correction.treatment, correction.level) = (.mask, .geometricMean)
            }
            inputs.weights_T = try correction.weights(
                trainer_T: inputs.old_T, sampler_T: vector.flat("rollout_logprobs"), layout: layout
            ).get()
        case "prime":
            inputs.old_T = try vector.flat("rollout_logprobs")
            inputs.advantages_T = inputs.advantages_T.map { $0 * vector.number("adv_tau", default: 1) }
            loss.form = name == "ipo" ? .symmetricRegion : .trustRegion
            loss.clipLow = vector.number("dppo_mask_low", default: 0.2)
            loss.clipHigh = vector.number(name == "ipo" ? "ipo_threshold" : "dppo_mask_high", default: 0.2)
            loss.quadratic = vector.number("kl_tau", default: 0)
            loss.aggregation = .tokenSum
        case "areal":
            loss.clipLow = vector.number("eps_clip", default: 0.2)
            loss.clipHigh = loss.clipLow
            loss.dualClip = vector.param("c_clip")?.doubleValue
        // Clipping is against the proximal policy; without a cap the behaviour policy does not enter.
        default: throw unknown(vector)
        }
        return try compare(vector, loss.evaluate(inputs).get(), inputs)
    }

    private static func compare(
        _ vector: VectorCase, _ result: PolicyLossResult, _ inputs: PolicyLossInputs
    ) throws -> [String] {
        let layout = inputs.layout
        var found: [String] = []
        for key in ["loss", "loss_sum"] where vector.expected(key) != nil {
            found += try vector.difference(key, result.loss)
        }
        if vector.expected("grad_new_logprobs") != nil {
            found += try vector.differences(
                "grad_new_logprobs", result.gradients_T.map { Optional($0) }, mask: layout.mask_T)
        }
        if vector.expected("per_token_loss") != nil,
            vector.expected("per_token_loss")?.flatNumbers().count == layout.tokens
        {
            found += try vector.differences("per_token_loss", result.losses_T.map { Optional($0) }, mask: layout.mask_T)
        }
        let names = [
            "metrics.actor/pg_clipfrac": result.clipFraction,
            "metrics.actor/pg_clipfrac_lower": result.clipFractionLower,
            "metrics.actor/ppo_kl": result.approximateKL, "clip_ratio": result.clipFraction,
            "clip_tokens": (result.clipFraction * Double(layout.lossTokens)).rounded(),
            // Shares are single precision in prime-rl.
            "metrics.is_masked": Double(Float(result.clipFraction)),
        ]
        for (path, value) in names where vector.expected(path) != nil { found += try vector.difference(path, value) }
        if vector.expected("ppo_kl") != nil {
            // OpenRLHF clamps the ratio but not this.
            let metrics = try OffPolicyMetrics.of(trainer_T: inputs.new_T, sampler_T: inputs.old_T, layout: layout)
            found += try vector.difference("ppo_kl", metrics.get().kl)
        }
        if vector.expected("vllm_kl") != nil {
            let sampler = try vector.flat("rollout_logprobs")
            let metrics = try OffPolicyMetrics.of(trainer_T: inputs.old_T, sampler_T: sampler, layout: layout).get()
            found += try vector.difference("vllm_kl", metrics.kl)
        }
        if vector.peer == "prime" {
            let region = try TrustRegionMetrics.of(result, inputs: inputs).get()
            let metrics = [
                "masked_mismatch_kl": region.droppedKL, "unmasked_mismatch_kl": region.keptKL,
                "is_masked_low": Double(Float(region.droppedLow)), "is_masked_high": Double(Float(region.droppedHigh)),
                "masked_advantage_positive": region.droppedPositive.map { Double(Float($0)) },
                "masked_advantage_negative": region.droppedNegative.map { Double(Float($0)) },
            ]
            for (key, value) in metrics where vector.expected("metrics.\(key)") != nil {
                found += try vector.difference("metrics.\(key)", value ?? 0)
            }
        }
        return found
    }

    private static func verl(_ vector: VectorCase, _ name: String, _ loss: inout PolicyLoss) throws {
        let forms: [String: PolicyLoss.Form] = [
            "gspo": .sequence, "sapo": .sapo, "gpg": .reinforce, "geo_mean": .geometricMean, "cispo": .cispo,
            "dppo_tv": .totalVariation, "dppo_kl": .binaryKL, "dro": .regression, "kl_cov": .klCovariance,
            "clip_cov": .clipCovariance,
        ]
        guard let form = name.hasPrefix("vanilla") ? .clip : forms[name] else { throw unknown(vector) }
        loss.form = form
        loss.clipLow = vector.number("clip_ratio_low", default: 0.2)
        loss.clipHigh = vector.number("clip_ratio_high", default: 0.2)
        if form == .clip { loss.dualClip = vector.number("clip_ratio_c", default: 3) }
        loss.cap = vector.number("clip_ratio_c", default: 20)
        if [.clip, .sapo, .cispo, .totalVariation, .binaryKL].contains(form) { loss.logRatioLimit = 20 }
        loss.tauPositive = vector.number("tau_pos", default: 1)
        loss.tauNegative = vector.number("tau_neg", default: 1.05)
        let own = vector.param("policy_loss")
        loss.quadratic = own?["dro_beta"]?.doubleValue ?? own?["ppo_kl_coef"]?.doubleValue ?? 0
        loss.covarianceShare = own?["kl_cov_ratio"]?.doubleValue ?? own?["clip_cov_ratio"]?.doubleValue ?? 0.0002
        if let low = own?["clip_cov_lb"]?.doubleValue, let high = own?["clip_cov_ub"]?.doubleValue {
            loss.covarianceRange = low...high
        }
        loss.aggregation = LossAggregation(rawValue: vector.param("loss_agg_mode")?.stringValue ?? "") ?? .tokenMean
        if form == .sequence || form == .sapo { loss.aggregation = .seqMeanTokenMean }
        loss.aggregationParameters.guardsTokenCounts = true
    }

    private static func trl(_ vector: VectorCase, _ loss: inout PolicyLoss) {
        let kind = vector.param("loss_type")?.stringValue ?? ""
        loss.clipLow = vector.number("epsilon_low", default: 0.2)
        loss.clipHigh = vector.number("epsilon_high", default: 0.2)
        loss.beta = vector.number("beta", default: 0)
        loss.form = vector.param("importance_sampling_level")?.stringValue == "sequence" ? .sequenceMean : .clip
        loss.tauPositive = vector.number("sapo_temperature_pos", default: 1)
        // Temperatures are single precision there.
        loss.tauNegative = Double(Float(vector.number("sapo_temperature_neg", default: 1.05)))
        loss.aggregationParameters.countsEmptyRows = true
        // Divides in dr_grpo alone.
        vector.ignore("params", "max_completion_length")
        switch kind {
        case "grpo": loss.aggregation = .seqMeanTokenMean
        case "sapo": (loss.form, loss.aggregation) = (.sapo, .seqMeanTokenMean)
        case "dr_grpo":
            loss.aggregation = .seqMeanTokenSumNorm
            loss.aggregationParameters.constantLength = vector.number("max_completion_length", default: 1)
        case "luspo": loss.aggregation = .lengthWeighted
        case "cispo": (loss.form, loss.hasAbsoluteCap) = (.cispo, true)
        default: loss.aggregation = .tokenMean
        }
    }

    private static func valueLoss(_ vector: VectorCase, _ layout: TokenLayout) throws -> [String] {
        var parameters = LossAggregation.Parameters()
        parameters.guardsTokenCounts = true
        let result = try ValueLoss.clipped(
            predictions_T: vector.flat("vpreds"), values_T: vector.flat("values"), returns_T: vector.flat("returns"),
            layout: layout, range: vector.number("cliprange_value", default: 0.5),
            aggregation: LossAggregation(rawValue: vector.param("loss_agg_mode")?.stringValue ?? "") ?? .tokenMean,
            parameters: parameters
        ).get()
        return try vector.difference("loss", result.loss) + vector.difference("clipfrac", result.clipFraction)
    }
}
