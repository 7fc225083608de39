internal import Experience
internal import JSON
internal import Synchronization
internal import ToolCalls

/// What is known of one endpoint's template for one list of tools.
struct EpisodeTemplate: Sendable {
    let renderer: any ChatRenderer
    let rule: SuffixRule
    let endIDs: [Int32]
    let syntax: ToolSyntax?
    let markers: [SpecialMarker]
    let tools: [Tool]
    private let cache = RenderCache()

    init(
        renderer: any ChatRenderer, rule: SuffixRule, endIDs: [Int32], syntax: ToolSyntax?, markers: [SpecialMarker],
        tools: [Tool]
    ) {
        (self.renderer, self.rule, self.endIDs) = (renderer, rule, endIDs)
        (self.syntax, self.markers, self.tools) = (syntax, markers, tools)
    }

    /// A first prompt as text and ids.
    func prompt(_ messages: [ChatMessage]) async throws -> RenderCache.Rendered {
        try await cache.rendered(RenderCache.Key(messages: messages, begins: true)) {
            var plain = PlainText(avoiding: messages)
            let text = try await renderer.render(plain.hide(messages), tools: tools, opens: true)
            return .init(text: plain.shown(text), ids: try await encode(plain.pieces(of: text), begins: true))
        }
    }

    /// New messages behind an end token, as text and ids. `calls` are those that they answer.
    func suffix(_ messages: [ChatMessage], calls: [ToolCall]) async throws -> RenderCache.Rendered {
        let seen = rule.probe == .calls ? calls : []
        return try await cache.rendered(RenderCache.Key(messages: messages, calls: seen, begins: false)) {
            var plain = PlainText(avoiding: messages)
            let text = try await rule.suffix(plain.hide(messages), calls: calls, tools: tools, by: renderer)
            return .init(text: plain.shown(text), ids: try await encode(plain.pieces(of: text), begins: false))
        }
    }

    /// What is put behind sampled ids before new messages: the end token where the policy did not write it, then the suffix.
    func parts(of suffix: RenderCache.Rendered, behind sampled: [Int32]) -> (end: [Int32], ids: [Int32]) {
        if rule.endToken != nil {
            let isEnded = !endIDs.isEmpty && sampled.suffix(endIDs.count).elementsEqual(endIDs)
            return (isEnded ? [] : endIDs, suffix.ids)
        }
        // The policy stopped at the token that opens what follows: it is sampled, and stands once.
        guard let head = suffix.ids.first, sampled.last == head else { return ([], suffix.ids) }
        return ([], Array(suffix.ids.dropFirst()))
    }

    /// Takes a sampled turn apart; nil where nothing is known of calls. `behind` is the text that opened it.
    func read(_ reply: Completion, turn: Int, behind: String) -> ModelTurn? {
        guard let syntax else { return nil }
        let text = Array(reply.text.utf8)
        var read = syntax.read(
            text, special: markers.places(in: text, ids: reply.tokenIDs), tools: tools,
            promptTail: String(behind.suffix(64)))
        // Templates and results name calls: names of one turn must differ, and of an episode too.
        for place in read.calls.indices where read.calls[place].id.isEmpty || read.calls[place].id.hasPrefix("call_") {
            read.calls[place].id = "call_\(turn)_\(place)"
        }
        return read
    }

    private func encode(_ pieces: [String], begins: Bool) async throws -> [Int32] {
        var ids: [Int32] = []
        for (number, piece) in pieces.enumerated() {
            ids += try await renderer.encode(piece, begins: begins && number == 0)
        }
        return ids
    }
}

/// Probes each endpoint's template once for each list of tools.
final class EpisodeTemplates: Sendable {
    private struct Key: Hashable {
        var url: String
        var tools: [Tool]
    }

    /// Templates by list of tools that are remembered.
    private static let most = 128
    private let make: @Sendable (Endpoint) throws -> any ChatRenderer
    private let syntaxName: String?
    private let known = Mutex<[Key: Task<EpisodeTemplate, any Error>]>([:])

    init(syntax: String?, _ make: @escaping @Sendable (Endpoint) throws -> any ChatRenderer) {
        (syntaxName, self.make) = (syntax, make)
    }

    /// Throws `EpisodesRefused` for a template or a server over which no episode is exact, `RenderError` where it does not
    /// answer now.
    func template(of endpoint: Endpoint, tools: [Tool]) async throws -> EpisodeTemplate {
        let key = Key(url: endpoint.url, tools: tools)
        let task = known.withLock { known in
            if let task = known[key] { return task }
            let task = Task { try await self.probe(endpoint, tools) }
            // Agents bring lists of their own; a forgotten one is probed again.
            if known.count >= Self.most, let some = known.keys.first { known[some] = nil }
            known[key] = task
            return task
        }
        do {
            return try await task.value
        } catch {
            if !(error is EpisodesRefused) { known.withLock { $0[key] = nil } }
            throw error
        }
    }

    private func probe(_ endpoint: Endpoint, _ tools: [Tool]) async throws -> EpisodeTemplate {
        let renderer = try make(endpoint)
        switch try await TemplateProbe(renderer, tools: tools).verdict() {
        case .refused(let reason): throw EpisodesRefused(description: "\(endpoint.url): \(reason)")
        case .exact(let rule, _):
            let endIDs = try await renderer.encode(rule.endToken ?? "", begins: false)
            let syntax = try await syntax(renderer, tools, endpoint)
            var markers: [SpecialMarker] = []
            for text in syntax?.specialMarkers ?? [] {
                let ids = try await renderer.encode(text, begins: false)
                markers.append(SpecialMarker(text: text, id: ids.count == 1 ? ids[0] : nil))
            }
            return EpisodeTemplate(
                renderer: renderer, rule: rule, endIDs: endIDs, syntax: syntax, markers: markers, tools: tools)
        }
    }

    private func syntax(_ renderer: any ChatRenderer, _ tools: [Tool], _ endpoint: Endpoint) async throws -> ToolSyntax?
    {
        if let syntaxName { return ToolSyntax(named: syntaxName) }
        guard let tool = tools.first else { return nil }
        // What the template shows the model of calls and definitions holds the marks of its syntax.
        let call = ToolCall(id: "c00000001", name: tool.name, arguments: .object([]))
        let messages = [
            ChatMessage(role: "user", content: SuffixRule.question), ChatMessage(calls: [call]),
            ChatMessage(ToolResult(to: call, "prober")),
        ]
        let text = try await renderer.render(messages, tools: tools, opens: true)
        if let found = ToolSyntax.recognised(in: text) { return found }
        throw EpisodesRefused(
            description:
                "\(endpoint.url): how the model writes calls is not seen in its template; set environment.tool_syntax")
    }
}
