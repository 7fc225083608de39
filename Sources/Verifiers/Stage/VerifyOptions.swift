public import Experience
public import JSON

/// The section `verify` of a configuration.
public struct VerifyOptions: Codable, Sendable {
    /// A registered verifier.
    public var verifier = "math"
    /// Its options.
    public var options: JSONValue = .object([])
    /// Whether a resumed run judges again what ended in our own failure (timeout, verifierError).
    public var retryErrors = true

    /// What of a completion is judged where the server gives reasoning or tool calls apart.
    public var reasoning = JudgedParts.answer

    /// The defaults above.
    public init() {}

    enum CodingKeys: String, CodingKey {
        case verifier, options, reasoning
        case retryErrors = "retry_errors"
    }

    /// Keys of the section.
    public static let fields: [ConfigField] = [
        ConfigField("verifier", "the verifier's name; 'assay verify --help' lists them"),
        ConfigField("options", "the verifier's own options", kind: .free),
        ConfigField(
            "reasoning",
            "what is judged where the server gives reasoning apart: answer (alone), or whole (reasoning, answer, tool calls)",
            words: JudgedParts.allCases.map(\.rawValue)),
        ConfigField("retry_errors", "judge again, on resume, what ended in a failure of ours"),
    ]
}

/// What of a completion a verifier is given (`verify.reasoning`).
public enum JudgedParts: String, Sendable, Codable, CaseIterable {
    /// The answer alone, as the server tells it from the reasoning.
    case answer
    /// Reasoning, answer and tool calls, each after an empty line.
    case whole

    /// The text that is judged.
    func text(of completion: Completion) -> String {
        if self == .answer || (completion.reasoning == nil && completion.toolCalls == nil) { return completion.text }
        return [completion.reasoning, completion.text, completion.toolCalls].compactMap(\.self).filter { !$0.isEmpty }
            .joined(separator: "\n\n")
    }

    /// A scoring's options with the rule, which makes other verdicts: nothing is added for the rule that every store had before
    /// there was another.
    public func labelled(_ options: JSONValue) -> JSONValue {
        guard self != .answer, case .object(let members) = options else { return options }
        return .object(members + [JSONValue.Member("reasoning", .string(rawValue))])
    }
}
