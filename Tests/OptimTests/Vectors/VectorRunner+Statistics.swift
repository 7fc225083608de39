import JSON
import Optim

extension VectorRunner {
    static func entropy(_ vector: VectorCase) throws -> [String] {
        switch vector.peer {
        case "full":
            let rows = try vector.matrix("logits").map { ($0, try TokenEntropy.exact(logits: $0)) }
            let entropies = rows.map { Optional($0.1.entropy) }
            return try vector.differences("entropy", entropies) + vector.differences("trl_entropy", entropies)
                + vector.differences("sum_pi_squared", rows.map { $0.1.sumOfSquares })
                + vector.differences("logp0", rows.map { $0.0[0] - $0.1.logNormaliser })
        case "answer":
            let entropy = try AnswerEntropy.of(vector.answers()).get()
            return try vector.difference("entropy_nats", entropy.entropy)
                + vector.difference("miller_madow", entropy.corrected)
                + vector.difference("distinct", Double(entropy.distinct))
                + vector.difference("simpson", entropy.simpson)
        case "high_entropy_mask":
            let mask = try EntropyShaping.forkingTokens(
                entropies_T: vector.flat("entropies"), layout: vector.layout(),
                quantile: vector.number("threshold_quantile", default: 0.8))
            return try vector.differences("mask", mask.map { $0 ? 1 : 0 })
        case "agg":
            guard let mode = LossAggregation(rawValue: vector.param("mode")?.stringValue ?? "") else {
                throw unknown(vector)
            }
            var parameters = LossAggregation.Parameters()
            parameters.guardsTokenCounts = true
            let value = try mode.aggregate(
                vector.flat("entropies"), layout: vector.layout(), parameters: parameters)
            return try vector.difference("value", value.get())
        case "cov":
            let covariance = try TokenCovariance.of(
                advantages_T: vector.flat("advantages"), logprobs_T: vector.flat("logprobs"), layout: vector.layout()
            ).get()
            let top = covariance.top(share: vector.number("top_ratio", default: 0.2))
            let wanted = try (vector.expected("topk_idx_flat")?.numbers() ?? []).sorted()
            let found = top.map { Double($0.index) }.sorted()
            return try vector.differences("token_cov", covariance.terms.map { Optional($0) })
                + vector.difference("mean_cov", covariance.mean)
                + vector.difference("topk_mean", top.reduce(0) { $0 + $1.term } / Double(top.count))
                + (found == wanted ? [] : ["\(vector) topk_idx_flat: \(found), expected \(wanted)"])
        case "fit":
            let fit = try EntropyRewardFit.fit(entropies: vector.numbers("H"), rewards: vector.numbers("R")).get()
            return try vector.difference("a", fit.a) + vector.difference("b", fit.b)
                + vector.difference("r2", fit.r2) + vector.difference("R_at_H0", fit.ceiling)
        default:
            guard vector.peer.hasPrefix("topk") else { throw unknown(vector) }
            // The number of candidates is that of the rows; the renormalised entropy is biased, and we have none.
            vector.ignore("params", "k")
            vector.ignore("expected", "H_renorm")
            let size = try vector.integer("vocab_size")
            let rows = try vector.matrix("top_logprobs").map {
                try TokenEntropy.interval(topLogprobs: $0, vocabularySize: size)
            }
            // The truth, made from the full distribution, must lie inside the interval.
            let truth = (vector.expected("H_true")?.flatNumbers() ?? []).compactMap { $0 }
            let outside = zip(rows, truth).filter { $1 < $0.interval.lower - 1e-9 || $1 > $0.interval.upper + 1e-9 }
            return try vector.differences("H_topk", rows.map(\.reported))
                + vector.differences("missing_mass", rows.map(\.missingMass))
                + vector.differences("H_lower", rows.map(\.interval.lower))
                + vector.differences("H_upper", rows.map(\.interval.upper))
                + (outside.isEmpty ? [] : ["\(vector): the true entropy is outside the interval"])
        }
    }

    static func leash(_ vector: VectorCase) throws -> [String] {
        let shift =
            vector.has("P")
            ? SupportShift(
                preserved: try vector.integer("P"), gained: try vector.integer("E"), lost: try vector.integer("S"),
                outOfReach: try vector.integer("O"))
            : try SupportShift(before_P: vector.integers("base_correct"), after_P: vector.integers("rl_correct"))
        var found =
            try vector.difference("SRR", shift.retention.value)
            + vector.difference("NDR", shift.discovery.value) + vector.difference("SDS", shift.dynamics.value)
            + vector.difference("NSCR", shift.netChange.value)
        if vector.expected("P") != nil {
            found +=
                try vector.difference("P", Double(shift.preserved))
                + vector.difference("E", Double(shift.gained)) + vector.difference("S", Double(shift.lost))
                + vector.difference("O", Double(shift.outOfReach))
        }
        return found
    }

    static func kl(_ vector: VectorCase) throws -> [String] {
        if vector.has("updates") {
            var controller = try KLController(
                initial: vector.number("init", default: 0), target: vector.number("target", default: 0),
                horizon: vector.number("horizon", default: 0))
            let values = try vector.matrix("updates").map { update in
                controller.update(kl: update[0], samples: Int(update[1]))
                return Optional(controller.coefficient)
            }
            return try vector.differences("values", values)
        }
        let (logprobs, reference) = (try vector.flat("logprobs"), try vector.flat("ref_logprobs"))
        switch vector.peer {
        case "verl":
            let estimator = try KLEstimator(verl: vector.param("kl_penalty")?.stringValue ?? "")
            let values = try estimator.values(logprobs_T: logprobs, reference_T: reference)
            return try vector.differences("kl", values.map { Optional($0) })
                + vector.differences("grad", zip(logprobs, reference).map { estimator.gradient($0, $1) })
        case "openrlhf":
            guard let form = KLEstimator.Form(rawValue: vector.param("kl_estimator")?.stringValue ?? "") else {
                throw unknown(vector)
            }
            let values = try KLEstimator.openRLHF(form).values(logprobs_T: logprobs, reference_T: reference)
            return try vector.differences("kl", values.map { Optional($0) })
        case "open_instruct":
            let ratio = vector.number("ratio", default: 1)
            let values = try [KLEstimator.Form.k1, .k2, .k3, .k1].enumerated().flatMap { place, form in
                var estimator = KLEstimator(form)
                estimator.differenceLimit = vector.number("clamp", default: 40)
                // The fourth is k1 times an importance ratio.
                return try estimator.values(logprobs_T: logprobs, reference_T: reference)
                    .map { Optional(place == 3 ? ratio * $0 : $0) }
            }
            return try vector.differences("kl4", values)
        default: throw unknown(vector)
        }
    }
}
