import Experience
internal import Synchronization

/// An episode that a program outside has: its model calls are sampled here, and recorded token by token.
public final class AgentEpisode: Sendable {
    /// Its key, which nobody can guess; it is the end of its base URL as well.
    public let id: String
    let wanted: WantedEpisode
    let key: EpisodeKey
    let sampler: TurnSampler
    let options: EpisodeOptions
    let agent: AgentOptions
    let seed: UInt64
    let started = MonotonicClock.seconds
    let startedAt = Timestamp.now
    let state: Mutex<State>

    struct State: Sendable {
        var tree = ConversationTree()
        /// All calls, by what was asked: the same again gets the same reply.
        var calls: [CallKey: Task<AgentReply, any Error>] = [:]
        var turns: [Turn] = []
        /// The last sampled turn, as the server gave it.
        var last = Completion(text: "")
        /// Calls that were begun; each has a seed of its own.
        var begun = 0
        var inFlight = 0
        var lastSeen: Double
        /// Requests that got an earlier one's reply.
        var repeats = 0
        /// Why calls are refused from now on.
        var limit: EpisodeStop?
        var isOver = false
        /// What was asked otherwise than the run samples, by name.
        var unheeded: [String: Int] = [:]
    }

    init(
        id: String, _ wanted: WantedEpisode, run: String, sampler: TurnSampler, options: EpisodeOptions,
        agent: AgentOptions
    ) {
        (self.id, self.wanted, self.sampler, self.options) = (id, wanted, sampler, options)
        self.agent = agent
        let item = wanted.item
        key = EpisodeKey(run: run, ordinal: item.ordinal, index: wanted.index, attempt: wanted.attempt)
        seed = SampleSeed.derive(
            run: sampler.engine.seed, problem: item.problem, ordinal: item.ordinal, index: wanted.index)
        state = Mutex(State(lastSeen: MonotonicClock.seconds))
    }

    /// Bytes of messages that an episode may hold.
    private static let mostBytes = 64 << 20

    /// Samples a reply, or gives that of an earlier request that was the same, also where it is still on its way. Who stops
    /// waiting leaves the turn to go on: the same request gets it.
    public func reply(to request: AgentRequest) async throws(AgentFailure) -> AgentReply {
        let (task, isRepeated) = try begin(request)
        do {
            var reply = try await within(agent.callSeconds) { try await task.value }
            reply.isRepeated = isRepeated
            reply.unheeded = unheeded(request)
            return reply
        } catch {
            throw failure(error)
        }
    }

    private func begin(_ request: AgentRequest) throws(AgentFailure) -> (Task<AgentReply, any Error>, Bool) {
        let messages = MessageKey.keys(of: request.messages)
        let unheeded = unheeded(request)
        let found: Result<(Task<AgentReply, any Error>, Bool), AgentFailure> = state.withLock { state in
            if state.isOver { return .failure(AgentFailure(.over, "the episode is over: lease another one")) }
            state.lastSeen = MonotonicClock.seconds
            // Names come from outside: so many are counted each, and no more.
            for name in unheeded where state.unheeded[name] != nil || state.unheeded.count < 64 {
                state.unheeded[name, default: 0] += 1
            }
            let known = state.tree.place(of: messages, tools: request.tools)
            if let task = known.flatMap({ state.calls[CallKey(request, at: $0)] }) {
                state.repeats += 1
                return .success((task, true))
            }
            if let limit = limit(&state) { return .failure(Self.refusal(limit)) }
            let key = CallKey(request, at: state.tree.enter(messages, tools: request.tools))
            let number = state.begun
            state.begun += 1
            state.inFlight += 1
            let match = state.tree.match(messages, tools: request.tools)
            let executor = sampler.engine.driver.executor
            let task = Task(executorPreference: executor) { try await self.sample(request, key, number, match) }
            state.calls[key] = task
            return .success((task, false))
        }
        return try found.get()
    }

    private func unheeded(_ request: AgentRequest) -> [String] {
        let sampling = sampler.engine.sampling
        var names = request.unheeded
        if let asked = request.temperature, asked != sampling.temperature { names.append("temperature") }
        if let asked = request.topP, asked != sampling.topP { names.append("top_p") }
        if let asked = request.topK, max(0, asked) != max(0, sampling.topK) { names.append("top_k") }
        return names
    }

    private func limit(_ state: inout State) -> EpisodeStop? {
        if let limit = state.limit { return limit }
        if state.begun >= agent.maxModelCalls || state.tree.size > Self.mostBytes {
            state.limit = .turns
        } else if options.maxTokens > 0, sampledTokens(state) >= options.maxTokens {
            state.limit = .tokens
        } else if MonotonicClock.seconds - started >= options.maxSeconds {
            state.limit = .seconds
        }
        return state.limit
    }

    func sampledTokens(_ state: borrowing State) -> Int { state.turns.reduce(0) { $0 + $1.sampledTokens } }

    static func refusal(_ limit: EpisodeStop) -> AgentFailure {
        AgentFailure(
            .invalid,
            "the episode has reached its limit (\(limit.rawValue)): end it; environment.max_tokens, max_context, max_seconds "
                + "and options.max_model_calls set the limits")
    }

    private func failure(_ error: any Error) -> AgentFailure {
        switch error {
        case let error as AgentFailure: error
        case let error as EpisodeFailure: AgentFailure(error)
        case is DeadlinePassed:
            AgentFailure(.timeout, "the turn is still being sampled: send the same request again to get it")
        case is CancellationError:
            AgentFailure(.over, "the episode ended, or the server stops, while the turn was sampled")
        case let error as EpisodesRefused: AgentFailure(.invalid, error.description)
        default: AgentFailure(.upstream, "\(error)")
        }
    }
}
