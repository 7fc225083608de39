public import Experience
internal import JSON

/// What a template allows, found by rendering short dialogues.
public enum TemplateVerdict: Sendable, Hashable {
    /// Ids are appended as they came, new messages by the rule. `rewrites`: the template itself would write earlier turns
    /// otherwise (thoughts taken away, contents trimmed); what was sampled stays as it is.
    case exact(SuffixRule, rewrites: Bool)
    /// It cannot be used, for this reason in a line.
    case refused(String)
}

/// Decides whether episodes over a template are exact. Dialogues with an answer, and with tools two rounds of calls, must be,
/// turn by turn, what came before, the end token and the suffix.
public struct TemplateProbe: Sendable {
    private let renderer: any ChatRenderer
    private let tools: [Tool]

    /// A probe of a template; without tools their part is not asked.
    public init(_ renderer: any ChatRenderer, tools: [Tool]) {
        self.renderer = renderer
        self.tools = tools
    }

    /// The verdict. Throws `RenderError` where the server does not answer at all.
    public func verdict() async throws -> TemplateVerdict {
        let user = ChatMessage(role: "user", content: "probeu1")
        let opening: String
        do {
            opening = try await renderer.render([user], tools: tools, opens: true)
        } catch let error as RenderError {
            return .refused("the template refuses a question\(tools.isEmpty ? "" : " with tools"): \(error)")
        }
        if let missing = tools.first(where: { !opening.contains($0.name) }) {
            return .refused(
                "the template drops tools: '\(missing.name)' is not in what it renders; name a template with tools")
        }
        guard let found = try await endToken() else {
            return .refused("no special token was found behind an answer: where a turn ends cannot be told")
        }
        // One that opens the user's turn, too, ends none.
        let before = opening.firstRange(of: "probeu1").map { opening[..<$0.lowerBound] } ?? ""
        let opens = before.ranges(of: found).last.map { before[$0.upperBound...].allSatisfy(\.isWhitespace) } ?? false
        let end = opens ? nil : found
        var reason = "the suffix of new messages depends on what came before"
        for probe in SuffixRule.Probe.allCases {
            if probe == .calls, tools.isEmpty { continue }
            let rule = SuffixRule(probe: probe, endToken: end)
            switch try await holds(rule) {
            case .success(let rewrites): return .exact(rule, rewrites: rewrites)
            case .failure(let error): reason = error.description
            }
        }
        return .refused(reason)
    }

    /// What stands behind an assistant's answer that another message follows.
    private func endToken() async throws -> String? {
        let messages = [
            ChatMessage(role: "user", content: SuffixRule.question),
            ChatMessage(role: "assistant", content: SuffixRule.answer),
            ChatMessage(role: "user", content: "probeu2"),
        ]
        guard let text = try? await renderer.render(messages, tools: tools, opens: true),
            let place = text.firstRange(of: SuffixRule.answer)
        else { return nil }
        let rest = text[place.upperBound...].drop(while: \.isWhitespace)
        return try await renderer.leadingToken(of: String(rest))
    }

    /// Whether a rule gives the template's own suffixes; the value says whether earlier turns are rendered otherwise later.
    private func holds(_ rule: SuffixRule) async throws -> Result<Bool, RenderError> {
        var rewrites = false
        do {
            for (number, dialogue) in Self.dialogues(tools).enumerated() {
                // Many templates know no more than one call a turn, and say so.
                if number > 0, (try? await renderer.render(dialogue, tools: tools, opens: true)) == nil { continue }
                for place in dialogue.indices where dialogue[place].role == "assistant" {
                    let next = dialogue[(place + 1)...].firstIndex { $0.role == "assistant" } ?? dialogue.endIndex
                    let new = Array(dialogue[(place + 1)..<next])
                    if new.isEmpty { continue }
                    let want = try await renderer.render(Array(dialogue[..<next]), tools: tools, opens: true)
                    let suffix = try await rule.suffix(
                        new, calls: Self.calls(dialogue[place]), tools: tools, by: renderer)
                    guard want.hasSuffix((rule.endToken ?? "") + suffix) else {
                        return .failure(
                            RenderError(
                                "the template writes \(new[0].role == "tool" ? "results" : "questions") otherwise in a "
                                    + "longer dialogue: no suffix is exact"))
                    }
                    let results = new.filter { $0.role == "tool" }
                    guard results.allSatisfy({ suffix.contains($0.content) }) else {
                        return .failure(RenderError("the template drops results of tools"))
                    }
                    // Some write the first of several alone.
                    let call = Self.calls(dialogue[place]).first?.arguments?[Self.argument]?.stringValue ?? ""
                    guard want.contains(call) else {
                        return .failure(RenderError("the template drops calls of tools"))
                    }
                    let before = try await renderer.render(Array(dialogue[..<place]), tools: tools, opens: true)
                    if !want.hasPrefix(before) { rewrites = true }
                }
            }
        } catch let error as RenderError {
            return .failure(error)
        }
        return .success(rewrites)
    }

    private static let argument = "probek"

    static func calls(_ message: ChatMessage) -> [ToolCall] {
        (message.published?["tool_calls"]?.arrayValue ?? []).compactMap { call in
            guard let id = call["id"]?.stringValue, let name = call["function"]?["name"]?.stringValue else {
                return nil
            }
            return ToolCall(id: id, name: name, arguments: call["function"]?["arguments"])
        }
    }

    private static func dialogues(_ tools: [Tool]) -> [[ChatMessage]] {
        func user(_ text: String) -> ChatMessage { ChatMessage(role: "user", content: text) }
        func says(_ text: String) -> ChatMessage { ChatMessage(role: "assistant", content: text) }
        let talk = [user("probeu1"), says("probea1"), user("probeu2"), says("probea2"), user("probeu3")]
        guard let tool = tools.first else { return [talk] }
        func call(_ number: Int) -> ToolCall {
            ToolCall(id: "c0000000\(number)", name: tool.name, arguments: [argument: .string("probea\(number)v")])
        }
        func round(_ numbers: Int...) -> [ChatMessage] {
            let calls = numbers.map(call)
            return [ChatMessage(calls: calls)]
                + calls.map { ChatMessage(ToolResult(to: $0, "prober\($0.id.suffix(1))")) }
        }
        return [
            [user("probeu1")] + round(1) + round(2) + [says("probea1"), user("probeu2")],
            [user("probeu1")] + round(1, 2, 3) + round(4, 5) + [says("probea1"), user("probeu2")] + round(6, 7),
            // Some count from the first message behind it, and look at another one.
            [ChatMessage(role: "system", content: "probes"), user("probeu1")] + round(1, 2, 3) + round(4, 5),
        ]
    }
}
