import Experience
import JSON
import Verifiers
import Workers

/// A resources server of NeMo-Gym: `/seed_session`, a route for each tool, `/verify`; or, with `routes: gymnasium`, `/reset`
/// and `/step`. A session is a cookie; an episode whose session is lost is an error, never the reward 0 that the server
/// gives to a stranger.
struct NeMoGymEnvironment: EnvironmentKind, EpisodeMaker {
    /// Which routes it has.
    enum Routes: String, Sendable, CaseIterable {
        case resources, gymnasium
    }

    static let name = "nemo_gym"
    static let summary = "a resources server of NeMo-Gym, over HTTP"
    /// Of a server nothing is known; option `resume` says more.
    static let resumption = Resumption.none
    private static let routes = Option<Routes>.choice(
        "routes", .resources, "resources: seed_session, tools, verify; gymnasium: reset, step")
    private static let resume = Option<Resumption>.choice(
        "resume", .none, "replay where the same row and the same turns bring the same answers")
    private static let correctAt = Option<Double>.number(
        "correct_at", 1, in: -1e300...1e300, "the reward from which an episode is correct")
    private static let bytes = Option<Int>.int(
        "output_bytes", 65_536, in: 256...LineBuffer.maxLineBytes, "longest result that is shown")
    private static let episodes = Option<Int>.int("episodes", 1024, in: 1...100_000, "episodes alive at once")
    static let options =
        ServerOptions.all + [routes.listed, resume.listed, correctAt.listed, bytes.listed, episodes.listed]

    let name: String
    let version: String
    let resumption: Resumption
    let mostEpisodes: Int
    let judges = true
    private let poster: PacedPoster
    private let routes: Routes
    private let correctAt: Double
    private let bytes: Int
    private let outages = Outages()

    static func make(_ options: OptionsReader, _ context: EnvironmentContext) async throws -> any Environment {
        guard let poster = try ServerOptions.poster(options, context) else {
            throw EnvironmentOptionsError(key: "endpoint", "name the server, for example http://127.0.0.1:8000")
        }
        let routes = try routes.read(options)
        var hash = FNV1a()
        for text in [poster.endpoint, routes.rawValue, try ServerOptions.revision.read(options)] { hash.add(text.utf8) }
        return EpisodeHost(
            Self(
                name: try ServerOptions.called.read(options) ?? Self.name,
                version: "1-" + hash.text,
                resumption: try resume.read(options), mostEpisodes: try episodes.read(options), poster: poster,
                routes: routes, correctAt: try correctAt.read(options), bytes: try bytes.read(options)))
    }

    func begin(
        _ problem: Problem, seed: UInt64, key: EpisodeKey
    ) async throws(EnvironmentError) -> Beginning {
        var session = NeMoGymSession(poster, outages, problem)
        let reply = try await session.begin(routes == .resources ? "/seed_session" : "/reset")
        let parameters = problem.fields["responses_create_params"] ?? .null
        var opening = Opening(messages: Self.messages(parameters["input"]) ?? problem.messages)
        if let instructions = parameters["instructions"]?.stringValue {
            opening.messages.insert(ChatMessage(role: "system", content: instructions), at: 0)
        }
        if let said = reply["observation"]?.stringValue, routes == .gymnasium {
            opening.messages.append(ChatMessage(role: "user", content: said))
        }
        let given = parameters["tools"]?.unlessNull ?? problem.fields["tools"]?.unlessNull
        if let given { opening.tools = try EpisodeReply.tools(given, poster.endpoint) }
        return (Body(session: session, routes: routes, correctAt: correctAt, bytes: bytes), opening)
    }

    /// The input of a Responses request, as far as it is text.
    private static func messages(_ input: JSONValue?) -> [ChatMessage]? {
        if let text = input?.stringValue { return [ChatMessage(role: "user", content: text)] }
        return input?.arrayValue?.map { item in
            ChatMessage(
                role: item["role"]?.stringValue ?? "user",
                content: ChatMessage(["role": "user", "content": item["content"] ?? .string("")]).content)
        }
    }
}
