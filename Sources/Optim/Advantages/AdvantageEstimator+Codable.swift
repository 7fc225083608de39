import Experience
import JSON

extension AdvantageEstimator: Codable {
    private enum Key: String, CodingKey, CaseIterable {
        case preset, baseline, scale, ddof, eps, singleton, k, decay, credit, gamma, lambda, gap, whitening, arithmetic
        case constant, temperature
        case positiveWeight = "positive_weight"
        case negativeWeight = "negative_weight"
        case lengthAlpha = "length_alpha"
        case valueLambda = "value_lambda"
        case batchEps = "batch_eps"
        case positionLambda = "position_lambda"
        case normalizesRows = "normalizes_rows"
        case advantageClip = "advantage_clip"
        case turnRewards = "turn_rewards"
        case turnGamma = "turn_gamma"
        case episodeWeight = "episode_weight"
        case turnWeight = "turn_weight"
        case turnShares = "turn_shares"
        case episodesByTurns = "episodes_by_turns"
        case gpgNorm = "gpg_norm"
        case zeroesTail = "zeroes_tail"
        case componentWeights = "component_weights"
        case scalesAroundBaseline = "scales_around_baseline"
        case requiresPositiveMean = "requires_positive_mean"
        case normalizesComponents = "normalizes_components"
    }

    /// The words that parameters can have, by their keys.
    static let words: [String: [String]] = [
        "baseline": Baseline.allCases.map(\.rawValue), "scale": Scale.allCases.map(\.rawValue),
        "singleton": Singleton.allCases.map(\.rawValue), "credit": Credit.allCases.map(\.rawValue),
        "gap": MaskGap.allCases.map(\.rawValue), "whitening": Whitening.allCases.map(\.rawValue),
        "arithmetic": Arithmetic.allCases.map(\.rawValue), "turn_rewards": TurnRewards.allCases.map(\.rawValue),
        "turn_shares": TurnWeights.allCases.map(\.rawValue),
    ]

    /// A preset (`grpo` when none is named) with overrides; a key that is absent keeps the preset's value.
    public init(from decoder: any Decoder) throws {
        for key in try decoder.container(keyedBy: AnyMember.self).allKeys where Key(rawValue: key.stringValue) == nil {
            let known = Key.allCases.map(\.rawValue)
            let hint = key.stringValue.nearest(in: known).map { "; did you mean \($0)?" } ?? ""
            throw OptimError("no parameter \(key.stringValue)\(hint) Known: \(known.joined(separator: ", "))")
        }
        let keyed = try decoder.container(keyedBy: Key.self)
        func take<Value: Decodable>(_ value: inout Value, _ key: Key) throws {
            value = try keyed.decodeIfPresent(Value.self, forKey: key) ?? value
        }
        self = try .preset(keyed.decodeIfPresent(String.self, forKey: .preset) ?? "grpo")
        try take(&baseline, .baseline)
        try take(&scale, .scale)
        try take(&ddof, .ddof)
        try take(&eps, .eps)
        try take(&singleton, .singleton)
        try take(&k, .k)
        try take(&decay, .decay)
        gpgNorm = try keyed.decodeIfPresent(Double.self, forKey: .gpgNorm) ?? gpgNorm
        try take(&scalesAroundBaseline, .scalesAroundBaseline)
        try take(&requiresPositiveMean, .requiresPositiveMean)
        try take(&componentWeights, .componentWeights)
        try take(&normalizesComponents, .normalizesComponents)
        try take(&credit, .credit)
        try take(&gamma, .gamma)
        try take(&lambda, .lambda)
        try take(&zeroesTail, .zeroesTail)
        try take(&gap, .gap)
        try take(&whitening, .whitening)
        try take(&arithmetic, .arithmetic)
        try take(&constant, .constant)
        try take(&temperature, .temperature)
        try take(&positiveWeight, .positiveWeight)
        try take(&negativeWeight, .negativeWeight)
        lengthAlpha = try keyed.decodeIfPresent(Double.self, forKey: .lengthAlpha) ?? lengthAlpha
        valueLambda = try keyed.decodeIfPresent(Double.self, forKey: .valueLambda) ?? valueLambda
        batchEps = try keyed.decodeIfPresent(Double.self, forKey: .batchEps) ?? batchEps
        positionLambda = try keyed.decodeIfPresent(Double.self, forKey: .positionLambda) ?? positionLambda
        advantageClip = try keyed.decodeIfPresent(Double.self, forKey: .advantageClip) ?? advantageClip
        try take(&normalizesRows, .normalizesRows)
        try take(&turnRewards, .turnRewards)
        try take(&turnGamma, .turnGamma)
        try take(&episodeWeight, .episodeWeight)
        try take(&turnWeight, .turnWeight)
        try take(&turnShares, .turnShares)
        try take(&episodesByTurns, .episodesByTurns)
        try validate()
    }

    /// Every parameter by name, so that a stored set says exactly how it was computed.
    public func encode(to encoder: any Encoder) throws {
        var keyed = encoder.container(keyedBy: Key.self)
        try keyed.encode(preset, forKey: .preset)
        try keyed.encode(baseline, forKey: .baseline)
        try keyed.encode(scale, forKey: .scale)
        try keyed.encode(ddof, forKey: .ddof)
        try keyed.encode(eps, forKey: .eps)
        try keyed.encode(singleton, forKey: .singleton)
        try keyed.encode(k, forKey: .k)
        try keyed.encode(decay, forKey: .decay)
        try keyed.encode(gpgNorm, forKey: .gpgNorm)
        try keyed.encode(scalesAroundBaseline, forKey: .scalesAroundBaseline)
        try keyed.encode(requiresPositiveMean, forKey: .requiresPositiveMean)
        try keyed.encode(componentWeights, forKey: .componentWeights)
        try keyed.encode(normalizesComponents, forKey: .normalizesComponents)
        try keyed.encode(credit, forKey: .credit)
        try keyed.encode(gamma, forKey: .gamma)
        try keyed.encode(lambda, forKey: .lambda)
        try keyed.encode(zeroesTail, forKey: .zeroesTail)
        try keyed.encode(gap, forKey: .gap)
        try keyed.encode(whitening, forKey: .whitening)
        try keyed.encode(arithmetic, forKey: .arithmetic)
        // Where they say nothing they are absent: sets of earlier versions keep their identity.
        let plain = AdvantageEstimator()
        if baseline == .constant { try keyed.encode(constant, forKey: .constant) }
        if baseline == .softMean { try keyed.encode(temperature, forKey: .temperature) }
        if positiveWeight != plain.positiveWeight { try keyed.encode(positiveWeight, forKey: .positiveWeight) }
        if negativeWeight != plain.negativeWeight { try keyed.encode(negativeWeight, forKey: .negativeWeight) }
        try keyed.encodeIfPresent(lengthAlpha, forKey: .lengthAlpha)
        try keyed.encodeIfPresent(valueLambda, forKey: .valueLambda)
        try keyed.encodeIfPresent(batchEps, forKey: .batchEps)
        try keyed.encodeIfPresent(positionLambda, forKey: .positionLambda)
        try keyed.encodeIfPresent(advantageClip, forKey: .advantageClip)
        if normalizesRows { try keyed.encode(true, forKey: .normalizesRows) }
        guard credit.isOfTurns else { return }
        try keyed.encode(turnRewards, forKey: .turnRewards)
        try keyed.encode(turnGamma, forKey: .turnGamma)
        try keyed.encode(episodeWeight, forKey: .episodeWeight)
        try keyed.encode(turnWeight, forKey: .turnWeight)
        try keyed.encode(turnShares, forKey: .turnShares)
        try keyed.encode(episodesByTurns, forKey: .episodesByTurns)
    }

    /// Throws for a parameter outside its range.
    public func validate() throws {
        func check(_ holds: Bool, _ what: String) throws {
            guard holds else { throw OptimError("estimator \(preset): \(what)") }
        }
        try check(ddof == 0 || ddof == 1, "ddof is \(ddof); it must be 0 or 1")
        try check(eps >= 0 && eps.isFinite, "eps is \(eps); it must be finite and at least 0")
        try check(k >= 1, "k is \(k); it must be at least 1")
        try check(decay >= 0 && decay < 1, "decay is \(decay); it must be in [0, 1)")
        try check(gamma >= 0 && gamma <= 1, "gamma is \(gamma); it must be in [0, 1]")
        try check(lambda >= 0 && lambda <= 1, "lambda is \(lambda); it must be in [0, 1]")
        try check(gpgNorm.map { $0 > 0 && $0.isFinite } ?? true, "gpgNorm must be finite and above 0")
        try check(constant.isFinite, "constant must be finite")
        try check(
            temperature > 1e-6 && temperature <= 1e6, "temperature is \(temperature); it must be from 1e-6 to 1e6")
        let signs = [positiveWeight, negativeWeight]
        try check(
            signs.allSatisfy { (0...1e6).contains($0) }, "positive_weight and negative_weight must be from 0 to 1e6")
        try check(
            signs == [1, 1] || credit == .outcome && whitening == .none,
            "positive_weight and negative_weight are of whole completions: they take credit outcome without whitening")
        try check(lengthAlpha.map { $0 > 0 && $0 <= 1e6 } ?? true, "length_alpha must be above 0 and at most 1e6")
        try check(valueLambda.map { (0...1).contains($0) } ?? true, "value_lambda must be in [0, 1]")
        try check(
            lengthAlpha == nil && valueLambda == nil && positionLambda == nil || credit == .gae,
            "length_alpha, position_lambda and value_lambda are of credit gae")
        try check(positionLambda.map { $0 > 0 && $0 <= 1 } ?? true, "position_lambda must be above 0 and at most 1")
        try check(lengthAlpha == nil || positionLambda == nil, "length_alpha and position_lambda exclude each other")
        try check(advantageClip.map { $0 > 0 && $0.isFinite } ?? true, "advantage_clip must be finite and above 0")
        try check(
            !normalizesRows || credit == .outcome && whitening == .none && !normalizesComponents,
            "normalizes_rows is of whole completions: it takes credit outcome without whitening or normalizes_components"
        )
        try check(batchEps.map { $0 >= 0 && $0.isFinite } ?? true, "batch_eps must be finite and at least 0")
        try componentWeights.validate()
        let isRelative = [.none, .group, .leaveOneOut, .batch, .runnerUp].contains(baseline)
        try check(
            isRelative && scale != .domain || !normalizesComponents,
            "normalizes_components takes no baseline \(baseline) and no scale domain: these are of the whole score")
        try check((scale == .passK) == (baseline == .passK), "baseline passK and scale passK go together")
        try validateTurns(check)
    }

    private func validateTurns(_ check: (Bool, String) throws -> Void) throws {
        try check((0...1).contains(turnGamma), "turn_gamma is \(turnGamma); it must be in [0, 1]")
        try check(
            [episodeWeight, turnWeight].allSatisfy { (0...1e6).contains($0) },
            "episode_weight and turn_weight must be from 0 to 1e6")
        let plain = AdvantageEstimator()
        let speaksOfTurns =
            turnRewards != plain.turnRewards || turnGamma != plain.turnGamma || turnShares != plain.turnShares
        try check(
            credit.isOfTurns || !speaksOfTurns, "turn_rewards, turn_gamma and turn_shares are of a credit over turns")
        try check(
            credit.comparesTurns || episodeWeight == 1 && turnWeight == 1 && !episodesByTurns,
            "episode_weight, turn_weight and episodes_by_turns are of the credits turnGroup, turnNumber and turnState")
        let compares: Set<Baseline> = [.none, .group, .leaveOneOut, .batch]
        try check(
            !credit.comparesTurns || compares.contains(baseline) && scale != .mean && scale != .domain,
            "\(credit) takes the baselines none, group, leaveOneOut and batch, and no scale mean or domain")
        try check(
            credit != .turnGAE && credit != .biLevelGAE || baseline == .none && scale == .none,
            "\(credit) has the critic's values for a baseline: baseline and scale must be none")
        try check(
            !credit.isOfTurns || !normalizesComponents,
            "normalizes_components has no whole reward for the turns of an episode")
    }
}
