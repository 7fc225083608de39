internal import Experience
internal import Synchronization

/// The tokens before an agent's call: those that the episode holds and what is new, or all of them rendered.
struct CallPrompt {
    private let request: AgentRequest
    /// What the call goes on from; nothing, where the template has no place for what is new.
    private(set) var match: ConversationTree.Match
    private let held: [Int32]
    private let answered: [ToolCall]
    /// The endpoint that has the beginning in its cache.
    let home: Int?
    /// What is put before the turn, behind what is held.
    private(set) var context: [ConversationTree.Context] = []

    init(_ request: AgentRequest, _ match: ConversationTree.Match, of episode: AgentEpisode) {
        (self.request, self.match) = (request, match)
        guard case .continues(let turn, _) = match else {
            (held, answered, home) = ([], [], nil)
            return
        }
        (held, answered, home) = episode.state.withLock {
            ($0.tree.ids(through: turn), $0.tree.nodes[turn].calls, $0.tree.nodes[turn].home)
        }
    }

    /// All ids that the server is sent.
    private(set) var ids: [Int32] = []
    /// How many of them the episode held.
    var heldTokens: Int { match == .opens ? 0 : held.count }
    /// The end of the text before the turn.
    var tail: String { context.last?.text ?? "" }

    /// Renders what is not held, once. Throws `AgentFailure` where the template refuses the messages, `RenderError` where it does
    /// not answer.
    mutating func render(_ template: EpisodeTemplate) async throws {
        if !context.isEmpty { return }
        if case .continues(_, let count) = match {
            do {
                context = try await suffix(template, Array(request.messages[count...]))
                ids = context.reduce(held) { $0 + $1.ids }
                return
            } catch let error as RenderError where error.isRefusal {
                match = .opens
            }
        }
        do {
            let whole = try await template.prompt(request.messages.map(\.chat))
            context = [.init(ids: whole.ids, origin: .user, text: whole.text)]
            ids = whole.ids
        } catch let error as RenderError where error.isRefusal {
            throw AgentFailure(.invalid, "the model's chat template refuses these messages: \(error)")
        }
    }

    private func suffix(
        _ template: EpisodeTemplate, _ messages: [AgentMessage]
    ) async throws -> [ConversationTree.Context] {
        let rendered = try await template.suffix(messages.map(\.chat), calls: answered)
        let origin: TokenStream.Origin = messages.contains { $0.role == .tool } ? .tool : .user
        let (end, ids) = template.parts(of: rendered, behind: held)
        let suffix = ConversationTree.Context(ids: ids, origin: origin, text: rendered.text)
        if end.isEmpty { return [suffix] }
        return [.init(ids: end, origin: .template, text: template.rule.endToken ?? ""), suffix]
    }
}
