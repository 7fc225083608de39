internal import Experience
internal import JSON

/// The messages of a published chat, as a server takes them.
struct Conversation {
    /// In order, without the answer that the row gives away.
    private(set) var messages: [ChatMessage] = []
    /// What was done to the chat.
    private(set) var notes: [RowNote] = []

    /// Messages of a chat at most.
    private static let limit = 10_000
    private static let contentNames = ["content", "value", "text", "message"]
    /// Members of a message that chat routes know.
    private static let known: Set<String> = [
        "role", "content", "name", "tool_calls", "tool_call_id", "reasoning_content", "reasoning", "thinking",
        "refusal",
        "function_call", "audio", "prefix",
    ]
    private static let roles = [
        "human": "user", "gpt": "assistant", "chatgpt": "assistant", "bot": "assistant", "bard": "assistant",
        "bing": "assistant", "model": "assistant", "prompter": "user", "function_call": "assistant",
        "tool_call": "assistant", "observation": "tool", "function_response": "tool", "tool_response": "tool",
        "function-call": "assistant", "function-response": "tool", "ipython": "tool", "ai": "assistant",
    ]
    private static let plainRoles: Set<String> = ["system", "user", "assistant", "tool", "developer", "function"]

    /// Whether a value is a list of messages, or one alone; text that holds one counts.
    static func list(in value: JSONValue) -> [JSONValue]? {
        let list = value.stringValue.flatMap { JSONValue.embedded(in: $0)?.arrayValue } ?? value.arrayValue
        if value.objectValue != nil, role(of: value) != nil { return [value] }
        guard let list, let first = list.first, role(of: first) != nil else { return nil }
        return list
    }

    /// The messages, but for the assistant's at the end: they are the answer, or a part of it. Throws `ShapeError`.
    init(_ value: JSONValue, at path: String) throws {
        guard let list = Self.list(in: value) else {
            throw ShapeError("field \"\(path)\" must be a list of {role, content}, or of {from, value}")
        }
        if list.count > Self.limit { throw ShapeError("field \"\(path)\" holds over \(Self.limit) messages") }
        // The turns that are left out may lack what messages have.
        let asked = list.lastIndex { Self.role(of: $0) != "assistant" }.map { $0 + 1 } ?? 0
        if asked < list.count { notes.append(.answerTurn) }
        for (index, element) in list[..<asked].enumerated() {
            messages.append(try message(element, "\(path).\(index)"))
        }
        if messages.isEmpty { throw ShapeError("field \"\(path)\" holds an answer and nothing that asks for it") }
    }

    /// What the last turn says, if it is the assistant's.
    static func lastAnswer(in value: JSONValue) -> String? {
        guard let last = list(in: value)?.last, role(of: last) == "assistant" else { return nil }
        let content = contentNames.lazy.compactMap { last[$0] }.first { !$0.isNull }
        if let content, let text = text(of: content), !text.isEmpty { return text }
        guard let calls = last["tool_calls"], calls.arrayValue?.isEmpty == false else { return nil }
        return calls.text
    }

    private static func role(of message: JSONValue) -> String? {
        guard let stated = (message["role"] ?? message["from"] ?? message["speaker"])?.stringValue else { return nil }
        let word = stated.lowercased().filter { !$0.isWhitespace }
        return roles[word] ?? (plainRoles.contains(word) ? word : stated)
    }

    private static func text(of content: JSONValue) -> String? {
        content.stringValue ?? content.arrayValue?.compactMap { $0.stringValue ?? $0["text"]?.stringValue }.joined()
    }

    private mutating func message(_ element: JSONValue, _ path: String) throws -> ChatMessage {
        guard let role = Self.role(of: element), let members = element.objectValue else {
            throw ShapeError("\"\(path)\" is no message: expected {role, content}")
        }
        if !Self.plainRoles.contains(role) {
            throw ShapeError("\"\(path)\" is from '\(role)', which is no role that a chat has")
        }
        var kept: [JSONValue.Member] = [.init("role", .string(role))]
        let calls = element["tool_calls"]?.arrayValue ?? []
        var hasContent = false
        for member in members {
            if Self.contentNames.contains(member.key), !hasContent {
                guard let content = Self.content(member.value, hasCalls: !calls.isEmpty) else {
                    throw ShapeError("\"\(path).\(member.key)\" is neither a text nor a list of parts")
                }
                kept.append(.init("content", content))
                hasContent = true
            } else if Self.known.contains(member.key), member.key != "role" {
                // Tables fill members that a message lacks with null.
                if member.value.isNull || member.value.arrayValue?.isEmpty == true { continue }
                kept.append(.init(member.key, member.value.withoutNulls))
            } else if !["role", "from", "speaker"].contains(member.key), !member.value.isNull {
                if !notes.contains(.foreignMember(member.key)) { notes.append(.foreignMember(member.key)) }
            }
        }
        if !hasContent {
            guard !calls.isEmpty else { throw ShapeError("\"\(path)\" has no content") }
            kept.append(.init("content", .null))
        }
        return ChatMessage(.object(kept))
    }

    /// The content as it is sent: a text, or a list of parts; null where tools are called instead.
    private static func content(_ value: JSONValue, hasCalls: Bool) -> JSONValue? {
        if value.isNull { return hasCalls ? .null : "" }
        if value.stringValue != nil { return value }
        guard let parts = value.arrayValue else { return nil }
        return .array(parts.map { $0.stringValue.map { ["type": "text", "text": .string($0)] } ?? $0.withoutNulls })
    }
}

extension JSONValue {
    /// Without members that are null, at any depth.
    var withoutNulls: JSONValue {
        switch self {
        case .object(let members):
            .object(members.filter { !$0.value.isNull }.map { .init($0.key, $0.value.withoutNulls) })
        case .array(let elements): .array(elements.map(\.withoutNulls))
        default: self
        }
    }
}
