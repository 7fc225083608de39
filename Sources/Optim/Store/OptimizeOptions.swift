public import Experience
import Foundation
public import JSON

/// The section `optimize` of a configuration.
public struct OptimizeOptions: Codable, Sendable {
    /// Name of an estimator; `EstimatorPreset.all` lists them.
    public var preset = "grpo"
    /// Parameters of the estimator that differ from the preset's.
    public var overrides: JSONValue = .object([])
    /// Size of the policy's vocabulary, for entropy bounds from the top candidates; nil: estimates from samples.
    public var vocabularySize: Int?
    /// Groups per optimiser step: the scope of batch statistics and the size of a packed batch.
    public var batchGroups = 64
    /// Run of the same problems at temperature 0, whose first completions are the baseline `greedy`.
    public var greedyRun: String?
    /// What happens to scores before the estimator sees them.
    public var shaping = ShapingOptions()
    /// A teacher whose log-probs advantages follow.
    public var distill = DistillOptions()
    /// How batches are packed for a trainer.
    public var pack = PackOptions()

    /// The defaults above.
    public init() {}

    enum CodingKeys: String, CodingKey {
        case preset, overrides, shaping, distill, pack
        case vocabularySize = "vocabulary_size"
        case batchGroups = "batch_groups"
        case greedyRun = "greedy_run"
    }

    /// Absent keys keep their defaults.
    public init(from decoder: any Decoder) throws {
        let keyed = try decoder.container(keyedBy: CodingKeys.self)
        preset = try keyed.decodeIfPresent(String.self, forKey: .preset) ?? preset
        overrides = try keyed.decodeIfPresent(JSONValue.self, forKey: .overrides) ?? overrides
        vocabularySize = try keyed.decodeIfPresent(Int.self, forKey: .vocabularySize)
        batchGroups = try keyed.decodeIfPresent(Int.self, forKey: .batchGroups) ?? batchGroups
        greedyRun = try keyed.decodeIfPresent(String.self, forKey: .greedyRun)
        shaping = try keyed.decodeIfPresent(ShapingOptions.self, forKey: .shaping) ?? shaping
        distill = try keyed.decodeIfPresent(DistillOptions.self, forKey: .distill) ?? distill
        pack = try keyed.decodeIfPresent(PackOptions.self, forKey: .pack) ?? pack
    }

    /// Keys of the section.
    public static let fields: [ConfigField] = [
        ConfigField("preset", "the advantage estimator: grpo, dr_grpo, rloo, … (docs/estimators.md)"),
        ConfigField("overrides", "parameters that differ from the preset's, for example {eps: 1e-4}", kind: .free),
        ConfigField("vocabulary_size", "size of the policy's vocabulary, for entropy bounds from top_logprobs"),
        ConfigField("batch_groups", "groups per optimiser step: scope of batch statistics, size of a packed batch"),
        ConfigField("greedy_run", "run of the same problems at temperature 0, whose scores remax subtracts"),
        ConfigField(
            "shaping", "what happens to scores before the estimator", kind: .section(ShapingOptions.fields)),
        ConfigField("distill", "on-policy distillation from a teacher", kind: .section(DistillOptions.fields)),
        ConfigField("pack", "batches for a trainer", kind: .section(PackOptions.fields)),
    ]

    /// The preset with its overrides; throws `ConfigProblem`, for a shaping that has no place in its formula too.
    public func estimator() throws -> AdvantageEstimator {
        if overrides["preset"] != nil {
            throw ConfigProblem("overrides.preset", "the estimator is named by optimize.preset")
        }
        do {
            var members = overrides.objectValue ?? []
            members.append(.init("preset", .string(preset)))
            let estimator = try JSONDecoder().decode(
                AdvantageEstimator.self, from: Data(JSONValue.object(members).bytes))
            try checkShaping(of: estimator)
            try checkOverrides(of: estimator)
            return estimator
        } catch let problem as ConfigProblem {
            throw problem
        } catch let error as OptimError {
            throw ConfigProblem(error.message.hasPrefix("unknown estimator") ? "preset" : "overrides", error.message)
        } catch DecodingError.typeMismatch(_, let context), DecodingError.dataCorrupted(let context) {
            let key = context.codingPath.first?.stringValue ?? ""
            let given = overrides[key] ?? .null
            let hint = AdvantageEstimator.words[key].flatMap { words in given.stringValue.map { $0.hint(among: words) }
            }
            throw ConfigProblem("overrides.\(key)", "not a value it can have: \(given.text)" + (hint ?? ""))
        } catch {
            throw ConfigProblem("overrides", "not the estimator's parameters: \(error)")
        }
    }

    /// Whether groups of equal scores can be left out before anything is estimated.
    public var dropsUniformScores: Bool { pack.dropsUniform && pack.filterBy == "score" && !mayTeachAlike }

    /// Whether completions of a group may have advantages though their scores are equal: from a teacher, between the turns of
    /// episodes, or as the baseline is not the group's.
    var mayTeachAlike: Bool {
        guard let estimator = try? estimator() else { return false }
        return distill.isActive || estimator.credit.isOfTurns || !estimator.comparesWithinGroup
    }

    // What has no effect is no setting: it was meant for another one.
    private func checkOverrides(of estimator: AdvantageEstimator) throws {
        for (key, reader) in estimator.unread where overrides[key] != nil {
            throw ConfigProblem(
                "overrides.\(key)",
                "has no effect with \(preset) and these overrides; it is read by \(reader): leave it out")
        }
    }

    private func checkShaping(of estimator: AdvantageEstimator) throws {
        let (bounds, terms) = shaping.active
        if estimator.normalizesComponents, let key = (bounds + terms).first {
            throw ConfigProblem(
                "shaping.\(key)",
                "\(preset) normalises each reward component by itself and has no whole reward to shape: leave it out, or "
                    + "take another preset with component_weights")
        }
        let changing = estimator.credit == .outcome ? terms : terms.filter { $0 != "kl_beta" }
        if estimator.baseline == .passK, let key = changing.first {
            throw ConfigProblem(
                "shaping.\(key)", "\(preset) takes rewards of 0 and 1, which this would change: leave it out")
        }
    }

    /// Throws `ConfigProblem`.
    public func validate() throws {
        _ = try estimator()
        if let vocabularySize, vocabularySize < 2 { throw ConfigProblem("vocabulary_size", "must be at least 2") }
        guard (1...1_000_000).contains(batchGroups) else {
            throw ConfigProblem("batch_groups", "must be in 1...1000000")
        }
        try shaping.validate()
        try distill.validate()
        try pack.validate()
    }
}
