import Experience
import JSON
import Verifiers
import Workers

/// A server of the Model Context Protocol as tools: a process for each episode or one for all, or a server behind a URL. The
/// configured verifier judges the policy's last text.
struct MCPEnvironment: EnvironmentKind, EpisodeMaker {
    static let name = "mcp"
    static let summary = "tools of an MCP server, over stdio or Streamable HTTP"
    /// Of a server nothing is known; option `resume` says more.
    static let resumption = Resumption.none
    private static let shared = Option<Bool>.flag(
        "shared", false, "one process or session for all episodes, where its tools keep no state")
    private static let warm = Option<Int>.int("warm", 1, in: 0...256, "processes that wait for the next episode")
    private static let tools = Option<[String]>.texts("tools", "names of the tools that are shown (all)")
    private static let resume = Option<Resumption>.choice(
        "resume", .none, "replay where the same calls bring the same results")
    private static let bytes = Option<Int>.int(
        "output_bytes", 65_536, in: 256...LineBuffer.maxLineBytes, "longest result that is shown")
    private static let episodes = Option<Int>.int("episodes", 64, in: 1...100_000, "episodes alive at once")
    static let options: [EnvironmentOption] = {
        let known = CommandOptions.all
        let server = ServerOptions.all.filter { option in !known.contains { $0.name == option.name } }
        return known + server
            + [shared.listed, warm.listed, tools.listed, resume.listed, bytes.listed, episodes.listed]
    }()

    let name: String
    let version: String
    let resumption: Resumption
    let mostEpisodes: Int
    let judges = false
    private let sessions: MCPSessions
    private let bytes: Int

    static func make(_ options: OptionsReader, _ context: EnvironmentContext) async throws -> any Environment {
        let command = try CommandOptions.read(options)
        let server = try ServerOptions.poster(options, context)
        if command.command.isEmpty == (server == nil) {
            throw EnvironmentOptionsError(
                key: "command", "give 'command', a server's program, or 'endpoint', a server's URL")
        }
        let title = server?.endpoint ?? command.title
        let wanted = try tools.read(options)
        let isShared = try shared.read(options)
        let sessions = MCPSessions(isShared: isShared, warm: server == nil && !isShared ? try warm.read(options) : 0) {
            () async throws(EnvironmentError) in
            let transport: any MCPTransport = server.map { MCPServer($0) } ?? MCPProcess(command)
            do throws(EnvironmentError) {
                return try await MCPSession(transport, title: title, wanted: wanted)
            } catch {
                await transport.close()
                throw error
            }
        }
        // Whether it serves at all, and what it is.
        let first = try await sessions.take()
        await sessions.give(first)
        var hash = FNV1a()
        for text in [command.fingerprint, server?.endpoint ?? "", wanted.joined(separator: " ")] { hash.add(text.utf8) }
        return EpisodeHost(
            Self(
                name: try ServerOptions.called.read(options) ?? first.server.name ?? Self.name,
                version: "1-" + hash.text + "-" + first.server.version,
                resumption: try resume.read(options), mostEpisodes: try episodes.read(options), sessions: sessions,
                bytes: try bytes.read(options)))
    }

    func begin(
        _ problem: Problem, seed: UInt64, key: EpisodeKey
    ) async throws(EnvironmentError) -> Beginning {
        let session = try await sessions.take()
        let body = Body(holding: MCPHolding(session, of: sessions), bytes: bytes)
        return (body, Opening(messages: problem.messages(under: session.instructions ?? ""), tools: session.tools))
    }

    func shutdown() async { await sessions.close() }

    struct Body: EpisodeBody {
        fileprivate let held: MCPHolding
        private let bytes: Int
        var holding: (any EpisodeHolding)? { held }

        fileprivate init(holding: MCPHolding, bytes: Int) {
            held = holding
            self.bytes = bytes
        }

        mutating func answer(_ action: Action) async throws(EnvironmentError) -> Observation {
            try await Observation(callsOf: action) { call throws(EnvironmentError) in
                try await held.session.call(call, bytes: bytes)
            }
        }
    }
}

/// A session that an episode has, given back once.
final class MCPHolding: EpisodeHolding {
    let session: MCPSession
    private let sessions: MCPSessions
    private let isHeld = Once()

    fileprivate init(_ session: MCPSession, of sessions: MCPSessions) {
        self.session = session
        self.sessions = sessions
    }

    func release() async {
        if isHeld.take() { await sessions.give(session) }
    }
}
