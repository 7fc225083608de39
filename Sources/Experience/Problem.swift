public import JSON

/// What is sent to the policy: a plain text for a completions endpoint, or messages for a chat endpoint.
public enum Prompt: Sendable, Hashable {
    /// The exact text the model continues.
    case text(String)
    /// Messages that the server renders with the model's chat template.
    case chat(Chat)

    /// The text, or the messages' contents joined by blank lines.
    public var plainText: String {
        switch self {
        case .text(let text): text
        case .chat(let messages): messages.map(\.content).joined(separator: "\n\n")
        }
    }
}

/// A task with a verifiable answer. Identity is (`dataset`, `id`).
public struct Problem: Sendable, Hashable {
    /// Unique inside its dataset.
    public var id: String
    /// The dataset's name; empty when there is just one unnamed source.
    public var dataset: String
    /// What the policy sees; empty text when completions are only verified, not sampled.
    public var prompt: Prompt
    /// The gold answer; nil when the verifier takes what it needs from `fields` (tests, rubrics).
    public var answer: String?
    /// The whole source record, for verifiers, templates, and reports by level or domain.
    public var fields: JSONRow

    /// A problem; only `id` is required.
    public init(
        id: String, dataset: String = "", prompt: Prompt = .text(""), answer: String? = nil, fields: JSONRow = JSONRow()
    ) {
        self.id = id
        self.dataset = dataset
        self.prompt = prompt
        self.answer = answer
        self.fields = fields
    }
}
