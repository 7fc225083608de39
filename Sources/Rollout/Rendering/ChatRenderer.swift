public import Experience
internal import JSON

/// A chat template and the tokenizer behind it, wherever they run.
public protocol ChatRenderer: Sendable {
    /// The text of messages, with the opening of the model's next turn where `opens` says so. Throws `RenderError`.
    func render(_ messages: [ChatMessage], tools: [Tool], opens: Bool) async throws -> String

    /// The ids of a rendered text; texts of special tokens become those. `begins`: what a tokenizer puts before a whole
    /// prompt is put there. Throws `RenderError`.
    func encode(_ text: String, begins: Bool) async throws -> [Int32]

    /// The text of the special token that `text` begins with; nil where it begins with none. Throws `RenderError`.
    func leadingToken(of text: String) async throws -> String?
}

/// A template or a tokenizer that does not answer, or answers what it should not.
public struct RenderError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What happened, where, in a line.
    public var description: String
    /// Whether the template itself refused what it was given: it will again.
    public var isRefusal = false

    /// An error in words.
    public init(_ description: String, isRefusal: Bool = false) {
        self.description = description
        self.isRefusal = isRefusal
    }
}

extension ChatMessage {
    /// A policy's turn that calls tools, as templates read it.
    public init(calls: [ToolCall], content: String = "") {
        self.init([
            "role": "assistant", "content": .string(content),
            "tool_calls": .array(
                calls.map {
                    [
                        "id": .string($0.id), "type": "function",
                        "function": ["name": .string($0.name), "arguments": $0.arguments ?? .object([])],
                    ]
                }),
        ])
    }

    /// A tool's answer, as templates read it.
    public init(_ result: ToolResult) {
        self.init([
            "role": "tool", "name": .string(result.name), "tool_call_id": .string(result.callID),
            "content": .string(result.text),
        ])
    }

    /// This with another text.
    func with(content: String) -> ChatMessage {
        guard let published, case .object(let members) = published else {
            return ChatMessage(role: role, content: content)
        }
        return ChatMessage(
            .object(members.map { $0.key == "content" ? .init("content", .string(content)) : $0 }))
    }
}
