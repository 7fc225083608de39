import GRDB
public import JSON

extension Problem {
    /// From columns external_id, dataset, prompt, answer, fields.
    init(row: Row) throws {
        self.init(
            id: try row[stored: "external_id"], dataset: try row[stored: "dataset"],
            prompt: Prompt(try row.json("prompt")),
            answer: try row[stored: "answer"], fields: try row.record("fields"))
    }
}

extension Prompt {
    /// A JSON string, or an array of `{role, content}`.
    public var json: JSONValue {
        switch self {
        case .text(let text): .string(text)
        case .chat(let messages):
            .array(messages.map { ["role": .string($0.role), "content": .string($0.content)] })
        }
    }

    /// From what `json` gives; anything else is its JSON text.
    public init(_ json: JSONValue) {
        switch json {
        case .string(let text): self = .text(text)
        case .array(let messages):
            self = .chat(
                messages.map {
                    ChatMessage(role: $0["role"]?.stringValue ?? "user", content: $0["content"]?.stringValue ?? "")
                })
        default: self = .text(json.text)
        }
    }
}
