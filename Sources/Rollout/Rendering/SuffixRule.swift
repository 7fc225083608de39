public import Experience

/// How new messages are put behind a turn that the policy sampled: they are rendered behind a short dialogue of ours, and what
/// stands behind its end token is the suffix. Nothing that was sampled is rendered or encoded for it.
public struct SuffixRule: Sendable, Hashable {
    /// What our dialogue's assistant does.
    public enum Probe: String, Sendable, CaseIterable {
        /// It says a word.
        case plain
        /// It makes the calls that the new messages answer.
        case calls
    }

    /// Which one this template needs.
    public var probe: Probe
    /// The text that ends a turn; nil where none does, and the policy stops at the token that opens the next one's role: the head
    /// of the suffix.
    public var endToken: String?
    static let question = "probeq"
    static let answer = "probea"

    /// A rule.
    public init(probe: Probe, endToken: String?) {
        self.probe = probe
        self.endToken = endToken
    }

    /// The text behind the policy's end token: new messages, and the opening of its next turn. `calls` are those that the
    /// messages answer. Throws `RenderError`, also where the template shows no end token behind our answer.
    public func suffix(
        _ messages: [ChatMessage], calls: [ToolCall], tools: [Tool], by renderer: any ChatRenderer
    ) async throws -> String {
        let user = ChatMessage(role: "user", content: Self.question)
        guard probe == .calls, !calls.isEmpty else {
            let answer = ChatMessage(role: "assistant", content: Self.answer)
            let text = try await renderer.render([user, answer] + messages, tools: tools, opens: true)
            guard let place = text.firstRange(of: Self.answer) else {
                throw RenderError("the template shows no answer", isRefusal: true)
            }
            guard let endToken else { return String(text[place.upperBound...].drop(while: \.isWhitespace)) }
            guard let end = text[place.upperBound...].firstRange(of: endToken) else {
                throw RenderError("the template shows no \(endToken) behind an answer", isRefusal: true)
            }
            return String(text[end.upperBound...])
        }
        let answer = ChatMessage(calls: calls)
        let base = try await renderer.render([user, answer], tools: tools, opens: false)
        let text = try await renderer.render([user, answer] + messages, tools: tools, opens: true)
        let written = endToken.map { base.ranges(of: $0).last } ?? base.endIndex..<base.endIndex
        guard let end = written, text.hasPrefix(base[..<end.upperBound]) else {
            throw RenderError("the template writes calls otherwise once they are answered", isRefusal: true)
        }
        return String(text[text.utf8.index(text.startIndex, offsetBy: base[..<end.upperBound].utf8.count)...])
    }
}
