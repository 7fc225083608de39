import JSON
import Optim

extension VectorRunner {
    static func rolloutCorrection(_ vector: VectorCase) throws -> [String] {
        let name = vector.id.split(separator: "/").map(String.init).dropFirst().first ?? ""
        let layout = try vector.layout()
        let (trainer, sampler) = (try vector.flat("old_logprobs"), try vector.flat("rollout_logprobs"))
        if vector.peer == "trl" {
            let mode = vector.param("mode")?.stringValue ?? ""
            var correction = ImportanceCorrection()
            correction.level = mode.hasPrefix("sequence") ? .sequence : .token
            correction.treatment = mode.hasSuffix("mask") ? .mask : .truncate
            (correction.lower, correction.upper) = (
                vector.param("clip_min")?.doubleValue, vector.param("clip_max")?.doubleValue
            )
            // TRL does not bound the exponent.
            correction.logLimit = 700
            let weights = try correction.weights(trainer_T: trainer, sampler_T: sampler, layout: layout).get()
            guard correction.level == .sequence else {
                return try vector.differences("ratio", weights.map { Optional($0) }, mask: layout.mask_T)
            }
            let rows = (0..<layout.rows).map { row in layout[row].first { layout.mask_T[$0] }.map { weights[$0] } }
            return try vector.differences("ratio", rows, mask: rows.map { $0 != nil })
        }
        if name == "offpolicy" { return try offPolicy(vector, trainer, sampler, layout) }
        if vector.param("rollout_rs") != nil { return try rejection(vector, trainer, sampler, layout) }
        var correction = ImportanceCorrection()
        correction.guardsTokenCounts = true
        correction.level = vector.param("rollout_is")?.stringValue == "sequence" ? .sequence : .token
        correction.normalizesBatch = vector.flag("batch_normalize", default: false)
        if let threshold = vector.param("threshold") {
            let bounds = threshold.stringValue?.split(separator: "_").compactMap { Double($0) }
            correction.upper = bounds?.last ?? threshold.doubleValue
            if let bounds, bounds.count == 2 { (correction.lower, correction.treatment) = (bounds[0], .mask) }
        }
        let result = try correction.evaluate(trainer_T: trainer, sampler_T: sampler, layout: layout).get()
        let metrics = result.metrics
        let names: [String: Double?] = [
            "mean": metrics.mean, "max": metrics.maximum, "min": metrics.minimum, "std": metrics.deviation,
            "ratio_fraction_high": metrics.fractionHigh, "ratio_fraction_low": metrics.fractionLow,
            "eff_sample_size": metrics.effectiveSampleShare, "seq_mean": metrics.rowMean,
            "seq_std": metrics.rowDeviation, "seq_max": metrics.rowMaximum, "seq_min": metrics.rowMinimum,
            "seq_max_deviation": metrics.rowMaximumDeviation, "seq_fraction_high": metrics.rowFractionHigh,
            "seq_fraction_low": metrics.rowFractionLow, "oob_ratio": metrics.outOfBounds,
            "batch_norm_factor": metrics.normalizer,
        ]
        return try vector.differences("weights", result.weights_T.map { Optional($0) }, mask: layout.mask_T)
            + named(vector, names, prefix: "rollout_is_")
    }

    // Every metric that the case expects must be one that we have.
    private static func named(
        _ vector: VectorCase, _ values: [String: Double?], prefix: String
    ) throws -> [String] {
        try (vector.expected("metrics")?.objectValue ?? []).flatMap { member -> [String] in
            guard let value = values[String(member.key.dropFirst(prefix.count))] else {
                return ["\(vector): no metric \(member.key)"]
            }
            return try vector.difference("metrics.\(member.key)", value)
        }
    }

    private static func rejection(
        _ vector: VectorCase, _ trainer: [Double], _ sampler: [Double], _ layout: TokenLayout
    ) throws -> [String] {
        let options = vector.param("rollout_rs")?.stringValue ?? ""
        let threshold = vector.param("threshold")
        let rules = try RejectionRule.verl(
            options, thresholds: threshold?.stringValue ?? threshold?.doubleValue.map { "\($0)" } ?? "")
        var mask_T = layout.mask_T
        var names: [String: Double?] = [:]
        for (rule, option) in zip(rules, options.split(separator: ",")) {
            let result = try rule.evaluate(trainer_T: trainer, sampler_T: sampler, layout: layout).get()
            mask_T = zip(mask_T, result.mask_T).map { $0 && $1 }
            let metrics = result.metrics
            let own: [String: Double] = [
                "mean": metrics.mean, "max": metrics.maximum, "min": metrics.minimum, "std": metrics.deviation,
                "fraction_high": metrics.fractionHigh, "fraction_low": metrics.fractionLow,
                "seq_mean": metrics.rowMean, "seq_std": metrics.rowDeviation, "seq_max": metrics.rowMaximum,
                "seq_min": metrics.rowMinimum, "seq_max_deviation": metrics.rowMaximumDeviation,
                "seq_fraction_high": metrics.rowFractionHigh, "seq_fraction_low": metrics.rowFractionLow,
                "masked_fraction": metrics.maskedFraction, "seq_masked_fraction": metrics.rowMaskedFraction,
            ]
            for (key, value) in own { names["\(option)_\(key)"] = value }
        }
        let kept = Double(mask_T.count { $0 })
        let cut = (0..<layout.rows).count { row in layout[row].contains { layout.mask_T[$0] && !mask_T[$0] } }
        names["masked_fraction"] = 1 - kept / Double(layout.lossTokens)
        names["seq_masked_fraction"] = Double(cut) / Double(layout.rows)
        return try vector.differences("mask", mask_T.map { $0 ? 1 : 0 }) + named(vector, names, prefix: "rollout_rs_")
    }

    private static func offPolicy(
        _ vector: VectorCase, _ trainer: [Double], _ sampler: [Double], _ layout: TokenLayout
    ) throws -> [String] {
        let metrics = try OffPolicyMetrics.of(
            trainer_T: trainer, sampler_T: sampler, layout: layout, guardsTokenCounts: true
        ).get()
        let names: [String: Double] = [
            "training_ppl": metrics.trainerPerplexity, "training_log_ppl": metrics.trainerLogPerplexity,
            "kl": metrics.kl, "k3_kl": metrics.k3, "rollout_ppl": metrics.samplerPerplexity,
            "rollout_log_ppl": metrics.samplerLogPerplexity, "log_ppl_diff": metrics.logPerplexityDifference,
            "log_ppl_abs_diff": metrics.logPerplexityAbsoluteDifference,
            "log_ppl_diff_max": metrics.logPerplexityMaximumDifference,
            "log_ppl_diff_min": metrics.logPerplexityMinimumDifference, "ppl_ratio": metrics.perplexityRatio,
            "chi2_token": metrics.chiSquareToken, "chi2_seq": metrics.chiSquareRow,
        ]
        return try names.sorted { $0.key < $1.key }.flatMap { try vector.difference($0.key, $0.value) }
    }
}
