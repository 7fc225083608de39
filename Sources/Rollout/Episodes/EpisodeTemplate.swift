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
