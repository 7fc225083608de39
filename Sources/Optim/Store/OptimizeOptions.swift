public import Experience
import Foundation
public import JSON

/// The section `optimize` of a configuration.
public struct OptimizeOptions: Codable, Sendable {
    /// Name of an estimator; `AdvantageEstimator.presets` lists them.
    public var preset = "grpo"
    /// Parameters of the estimator that differ from the preset's.
    public var overrides: JSONValue = .object([])
    /// Size of the policy's vocabulary, for entropy bounds from the top candidates; nil: estimates from samples.
    public var vocabularySize: Int?

    /// The defaults above.
    public init() {}

    enum CodingKeys: String, CodingKey {
        case preset, overrides
        case vocabularySize = "vocabulary_size"
    }

    /// Keys of the section.
    public static let fields: [ConfigField] = [
        ConfigField("preset", "the advantage estimator: grpo, dr_grpo, rloo, … (docs/estimators.md)"),
        ConfigField("overrides", "parameters that differ from the preset's, for example {eps: 1e-4}", kind: .free),
        ConfigField("vocabulary_size", "size of the policy's vocabulary, for entropy bounds from top_logprobs"),
    ]

    /// The preset with its overrides; throws `ConfigProblem`.
    public func estimator() throws -> AdvantageEstimator {
        do {
            var members = overrides.objectValue ?? []
            members.append(.init("preset", .string(preset)))
            return try JSONDecoder().decode(AdvantageEstimator.self, from: Data(JSONValue.object(members).bytes))
        } catch let error as OptimError {
            throw ConfigProblem("preset", error.message)
        } catch {
            throw ConfigProblem("overrides", "not the estimator's parameters: \(error)")
        }
    }

    /// Throws `ConfigProblem`.
    public func validate() throws {
        _ = try estimator()
        if let vocabularySize, vocabularySize < 2 { throw ConfigProblem("vocabulary_size", "must be at least 2") }
    }
}
