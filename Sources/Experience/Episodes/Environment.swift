/// What a policy acts in over several turns: tools, a game, a shell, a user.
///
/// An environment serves many episodes at once; `EpisodeKey` tells them apart. Everything the policy causes is text to
/// the policy. What is thrown is ours: the episode is no sample and is tried again whole, with the same seed.
public protocol Environment: Sendable {
    /// As the configuration names it.
    var name: String { get }
    /// Changes whenever an episode of the same seed may change.
    var version: String { get }
    /// What an episode can go on from after the process ended.
    var resumption: Resumption { get }

    /// Begins an episode. The same problem and seed begin the same one.
    func start(_ problem: Problem, seed: UInt64, key: EpisodeKey) async throws(EnvironmentError) -> Opening

    /// Answers one turn of the policy. `key` is the same when a turn is tried again: a side effect happens once for it.
    func step(_ action: Action, key: StepKey) async throws(EnvironmentError) -> Observation

    /// Ends an episode, whole or given up, and frees what it holds. A verdict is the environment's own; nil lets the
    /// configured verifier judge. Called once for each episode that was started, whatever happened.
    func end(_ episode: EndedEpisode) async -> Verdict?

    /// Ends whatever all episodes share: processes, connections. Nothing is asked of it afterwards.
    func shutdown() async
}

extension Environment {
    /// Nothing is shared.
    public func shutdown() async {}
}

/// What an interrupted episode can go on from.
public enum Resumption: String, Sendable, Codable, CaseIterable {
    /// From nothing: it is sampled again.
    case none
    /// From its recorded actions, whose observations must come out equal to the byte.
    case replay
    /// From a state that the environment keeps itself, under the episode's key.
    case snapshot
}

/// Which try of which sample an episode is.
public struct EpisodeKey: Sendable, Hashable {
    /// The run's name.
    public var run: String
    /// The group's position in the run.
    public var ordinal: Int
    /// 0..<n inside the group.
    public var index: Int
    /// 1 for the first try.
    public var attempt: Int

    /// The key of a try.
    public init(run: String, ordinal: Int, index: Int, attempt: Int = 1) {
        self.run = run
        self.ordinal = ordinal
        self.index = index
        self.attempt = attempt
    }
}

/// Which turn of which episode is answered: the idempotency key of a step.
public struct StepKey: Sendable, Hashable {
    /// The episode.
    public var episode: EpisodeKey
    /// From 0.
    public var turn: Int

    /// The key of a turn.
    public init(_ episode: EpisodeKey, turn: Int) {
        self.episode = episode
        self.turn = turn
    }
}

/// How an episode begins.
public struct Opening: Sendable, Hashable {
    /// What the policy sees first.
    public var messages: [ChatMessage]
    /// What it may call; empty where it only speaks.
    public var tools: [Tool]
    /// Of states that are equal wherever they are met, for credit by state (GiGPO); nil where it is not known.
    public var stateHash: UInt64?

    /// An opening of messages and tools.
    public init(messages: [ChatMessage], tools: [Tool] = [], stateHash: UInt64? = nil) {
        self.messages = messages
        self.tools = tools
        self.stateHash = stateHash
    }
}

/// What the policy did in a turn.
public struct Action: Sendable, Hashable {
    /// What it said beside its calls, thoughts taken away.
    public var text: String
    /// Its calls in order; one with a fault has been answered already and is not to be made.
    public var calls: [ToolCall]

    /// A text with calls.
    public init(text: String, calls: [ToolCall] = []) {
        self.text = text
        self.calls = calls
    }

    /// The calls that can be made.
    public var goodCalls: [ToolCall] { calls.filter { $0.fault == nil } }
}

/// What a turn brought.
public struct Observation: Sendable, Hashable {
    /// One result for each good call of the action, in order.
    public var results: [ToolResult]
    /// What is said to the policy besides, as a user or the system would.
    public var messages: [ChatMessage]
    /// Reward of this turn; nil where the environment gives none.
    public var reward: Double?
    /// Share of the task that is done, 0...1; nil where it is not known.
    public var progress: Double?
    /// Whether the episode ended.
    public var isDone: Bool
    /// See `Opening.stateHash`.
    public var stateHash: UInt64?

    /// Results and messages of a turn.
    public init(
        results: [ToolResult] = [], messages: [ChatMessage] = [], reward: Double? = nil, progress: Double? = nil,
        isDone: Bool = false, stateHash: UInt64? = nil
    ) {
        self.results = results
        self.messages = messages
        self.reward = reward
        self.progress = progress
        self.isDone = isDone
        self.stateHash = stateHash
    }
}

/// What an environment is told of an episode at its end.
public struct EndedEpisode: Sendable {
    /// Which one.
    public var key: EpisodeKey
    /// The problem that it was begun with.
    public var problem: Problem
    /// Why it ended.
    public var stop: EpisodeStop
    /// The policy's last text.
    public var lastText: String
    /// The policy's turns.
    public var turns: Int

    /// An episode at its end.
    public init(key: EpisodeKey, problem: Problem, stop: EpisodeStop, lastText: String, turns: Int) {
        self.key = key
        self.problem = problem
        self.stop = stop
        self.lastText = lastText
        self.turns = turns
    }
}

/// Why an episode ended.
public enum EpisodeStop: String, Sendable, Codable, CaseIterable {
    /// The environment said that it is done.
    case done
    /// The policy gave an answer without a call, where tools are what goes on.
    case answered
    /// The limit on turns.
    case turns
    /// The limit on calls.
    case calls
    /// The limit on sampled tokens of the episode.
    case tokens
    /// The context is full.
    case context
    /// The limit on seconds.
    case seconds
    /// Ours: it failed, was cancelled, or its token counts did not agree; never judged.
    case failed

    /// Whether a limit ended it: `finish` is `length`, and it is judged as it is.
    public var isLimit: Bool { self != .done && self != .answered && self != .failed }
}

/// Why an environment could not do its part. Ours, never the policy's.
public struct EnvironmentError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds that the fault table knows.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// An episode could not be begun.
        case start
        /// A step did not answer by its deadline.
        case deadline
        /// The process or the server behind it went away, or lost the session.
        case lost
        /// It has no room for one more episode: try again later.
        case full
        /// It answered what its contract does not allow.
        case contract
    }

    /// Which kind.
    public var kind: Kind
    /// What happened and what to do, in a sentence.
    public var description: String

    /// An error of a kind, in words.
    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
