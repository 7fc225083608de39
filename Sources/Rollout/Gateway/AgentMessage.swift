public import Experience
internal import JSON

/// A message of an agent's request, in no protocol's words.
public struct AgentMessage: Sendable, Hashable {
    /// Whose it is.
    public enum Role: String, Sendable, Hashable {
        /// The instructions, a developer's among them.
        case system
        /// What the user, or the agent's program, says.
        case user
        /// What the model said before, or is claimed to have said.
        case assistant
        /// What a tool answered.
        case tool
    }

    /// Whose it is.
    public var role: Role
    /// Its text; of several parts one after the other.
    public var text: String
    /// The calls of an assistant; arguments that are no JSON stay a string.
    public var calls: [ToolCall] = []
    /// The call that a tool answers.
    public var callID = ""
    /// The tool's name, as that call gave it.
    public var name = ""

    /// A message of a role.
    public init(_ role: Role, _ text: String, calls: [ToolCall] = []) {
        (self.role, self.text, self.calls) = (role, text, calls)
    }

    /// A tool's answer.
    public init(toolResult text: String, to callID: String, name: String = "") {
        (role, self.text, self.callID, self.name) = (.tool, text, callID, name)
    }

    /// As templates read it.
    var chat: ChatMessage {
        switch role {
        case .assistant where !calls.isEmpty: ChatMessage(calls: calls, content: text)
        case .tool: ChatMessage(ToolResult(to: ToolCall(id: callID, name: name, arguments: nil), text))
        default: ChatMessage(role: role.rawValue, content: text)
        }
    }
}

/// A message as it is compared with what an episode holds. Two messages are the same when they differ
///
/// - in the spelling of calls' arguments: objects by key, numbers in one form (`JSONValue.canonical`),
/// - in the names of calls: a call is its tool and its arguments, and a result belongs to the call at its place,
/// - in white space at the ends of an assistant's text, which clients strip,
/// - in how a text is cut into parts, and in whether a text that is not there is null or empty.
///
/// White space inside texts, and that of every other role, is compared as it is: the policy has read it.
struct MessageKey: Sendable, Hashable {
    private struct Call: Sendable, Hashable {
        var name: String
        var arguments: String
    }

    let role: AgentMessage.Role
    // Bytes: to String, two spellings of one accent are equal, to a tokenizer they are not.
    private let text: [UInt8]
    private let calls: [Call]
    /// The place of the call that a tool's result answers, in the calls before it; -1 where it answers none of them.
    private let answers: Int
    /// Of the text, which is long, and looked up several times.
    private let textHash: Int

    /// The keys of a conversation.
    static func keys(of messages: [AgentMessage]) -> [MessageKey] {
        var places: [String: Int] = [:]
        return messages.map { message in
            if message.role == .assistant {
                places = Dictionary(message.calls.enumerated().map { ($1.id, $0) }) { first, _ in first }
            }
            return MessageKey(message, answers: message.role == .tool ? places[message.callID] ?? -1 : -1)
        }
    }

    init(_ message: AgentMessage, answers: Int = -1) {
        role = message.role
        let bytes = Array(message.text.utf8)
        text = message.role == .assistant ? Self.trimmed(bytes) : bytes
        var hasher = Hasher()
        text.withUnsafeBytes { hasher.combine(bytes: $0) }
        textHash = hasher.finalize()
        calls = message.calls.map { Call(name: $0.name, arguments: $0.arguments?.canonical.text ?? "") }
        self.answers = answers
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(textHash)
        hasher.combine(role)
        hasher.combine(calls)
        hasher.combine(answers)
    }

    /// Bytes that it holds in memory.
    var size: Int { calls.reduce(text.count + 64) { $0 + $1.name.utf8.count + $1.arguments.utf8.count + 64 } }

    private static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        guard let first = bytes.firstIndex(where: { !isSpace($0) }), let last = bytes.lastIndex(where: { !isSpace($0) })
        else { return [] }
        return first == 0 && last == bytes.count - 1 ? bytes : Array(bytes[first...last])
    }
}
