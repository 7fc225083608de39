import Experience

/// One episode of a built-in environment, as a value. Its host asks one turn at a time.
protocol EpisodeBody: Sendable {
    /// What it holds beside itself: processes, files.
    var holding: (any EpisodeHolding)? { get }
    /// Answers a turn. What the policy does wrong is in the observation; what is thrown is ours.
    mutating func answer(_ action: Action) async throws(EnvironmentError) -> Observation
    /// The verdict at its end; nil lets the configured verifier judge. Not asked of an episode that failed.
    mutating func verdict(_ ended: EndedEpisode) async -> Verdict?
}

/// What an episode holds. May be released at any time, from anywhere, more than once; a turn under way then ends soon.
protocol EpisodeHolding: AnyObject, Sendable {
    func release() async
}

extension EpisodeBody {
    var holding: (any EpisodeHolding)? { nil }
    mutating func verdict(_ ended: EndedEpisode) async -> Verdict? { nil }
}

/// Begins the episodes of an environment.
protocol EpisodeMaker: Sendable {
    associatedtype Body: EpisodeBody
    /// An episode and what the policy is told first.
    typealias Beginning = (body: Body, opening: Opening)
    /// As the configuration names it.
    var name: String { get }
    /// See `Environment.version`.
    var version: String { get }
    /// See `Environment.resumption`.
    var resumption: Resumption { get }
    /// Episodes alive at once.
    var mostEpisodes: Int { get }
    /// Whether the environment has a verdict of its own.
    var judges: Bool { get }
    /// Ends what all episodes share: processes, connections.
    func shutdown() async
    /// Begins one; what it took is given back when it throws.
    func begin(_ problem: Problem, seed: UInt64, key: EpisodeKey) async throws(EnvironmentError) -> Beginning
}

extension EpisodeMaker {
    var version: String { "1" }
    var mostEpisodes: Int { 100_000 }
    func shutdown() async {}
}

extension EpisodeMaker where Self: EnvironmentKind {
    var name: String { Self.name }
    var resumption: Resumption { Self.resumption }
}

/// How many episodes may be alive at once where none has a process of its own.
enum EpisodeRoom {
    static let option = Option<Int>.int("episodes", 100_000, in: 1...1_000_000, "episodes alive at once")
}
