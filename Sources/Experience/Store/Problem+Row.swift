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
    /// A JSON string, an array of messages, or `{messages, tools}` of a chat with tools.
    public var json: JSONValue {
        switch self {
        case .text(let text): .string(text)
        case .chat(let chat):
            chat.tools.map { ["messages": chat.messagesJSON, "tools": $0] } ?? chat.messagesJSON
        }
    }

    /// From what `json` gives; anything else is its JSON text.
    public init(_ json: JSONValue) {
        if let text = json.stringValue {
            self = .text(text)
        } else if let messages = json.arrayValue ?? json["messages"]?.arrayValue {
            self = .chat(Chat(messages.map { ChatMessage($0) }, tools: json["tools"]))
        } else {
            self = .text(json.text)
        }
    }
}
