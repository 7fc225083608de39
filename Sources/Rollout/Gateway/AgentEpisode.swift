public import Experience
internal import Synchronization
internal import ToolCalls

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
    private static let mostBytes = 256 << 20

    /// Samples a reply, or gives that of an earlier request that was the same, also where it is still on its way. Who stops
    /// waiting leaves the turn to go on: the same request gets it.
    public func reply(to request: AgentRequest) async throws(AgentFailure) -> AgentReply {
        let key = CallKey(request)
        let (task, isRepeated) = try begin(key, request)
        do {
            var reply = try await within(agent.callSeconds) { try await task.value }
            reply.isRepeated = isRepeated
            reply.unheeded = unheeded(request)
            return reply
        } catch {
            throw failure(error)
        }
    }

    private func begin(_ key: CallKey, _ request: AgentRequest) throws(AgentFailure) -> (
        Task<AgentReply, any Error>, Bool
    ) {
        let found: Result<(Task<AgentReply, any Error>, Bool), AgentFailure> = state.withLock { state in
            if state.isOver { return .failure(AgentFailure(.over, "the episode is over: lease another one")) }
            state.lastSeen = MonotonicClock.seconds
            for name in unheeded(request) { state.unheeded[name, default: 0] += 1 }
            if let task = state.calls[key] {
                state.repeats += 1
                return .success((task, true))
            }
            if let limit = limit(&state) { return .failure(Self.refusal(limit)) }
            let number = state.begun
            state.begun += 1
            state.inFlight += 1
            let match = state.tree.match(key.messages, tools: request.tools)
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

    private static func refusal(_ limit: EpisodeStop) -> AgentFailure {
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

    private func sample(
        _ request: AgentRequest, _ key: CallKey, _ number: Int, _ match: ConversationTree.Match
    ) async throws -> AgentReply {
        let before = MonotonicClock.seconds
        do {
            var prompt = CallPrompt(request, match, of: self)
            let affinity = SampleSeed.derive(run: 0, problem: wanted.item.problem, ordinal: 0, index: 0)
            let asked = try await sampler.ask(
                request.tools, affinity: affinity, home: prompt.home, versionNow: wanted.item.versionNow
            ) { endpoint, template in
                try await prompt.render(template)
                return sampleRequest(request, prompt, number, endpoint, template)
            }
            guard case .sampled(let sampled) = asked else { throw Self.refusal(.context) }
            let read =
                request.readsCalls ? sampled.template.read(sampled.completion, turn: number, behind: prompt.tail) : nil
            let answer = Answer(sampled.completion, read)
            return try state.withLock { state in
                try record(sampled, answer, prompt, key, request, &state, since: before)
            }
        } catch {
            state.withLock { state in
                state.calls[key] = nil
                state.inFlight -= 1
                state.lastSeen = MonotonicClock.seconds
                if let refused = error as? AgentFailure, refused == Self.refusal(.context) { state.limit = .context }
            }
            throw error
        }
    }

    /// Nil where the context, or the episode, has no room for a token.
    private func sampleRequest(
        _ asked: AgentRequest, _ prompt: CallPrompt, _ number: Int, _ endpoint: Endpoint, _ template: EpisodeTemplate
    ) -> SampleRequest? {
        var sampling = sampler.engine.sampling
        if let most = asked.maxTokens { sampling.maxTokens = min(sampling.maxTokens, most) }
        if options.maxTokens > 0 {
            sampling.maxTokens = min(sampling.maxTokens, options.maxTokens - state.withLock { sampledTokens($0) })
        }
        if options.maxContext > 0 {
            sampling.maxTokens = min(sampling.maxTokens, options.maxContext - prompt.ids.count)
        }
        guard sampling.maxTokens > 0 else { return nil }
        for text in asked.stop where !sampling.stop.contains(text) { sampling.stop.append(text) }
        var request = SampleRequest(input: .ids(prompt.ids), model: endpoint.model, sampling: sampling)
        request.seed = SampleSeed.ofTurn(number, seed)
        request.logprobs = sampler.engine.options.logprobs ?? endpoint.logprobs
        request.shownTokens = template.markers.map(\.text)
        request.requestID = "assay-\(sampler.nonce)-\(key.ordinal)-\(key.index)-\(key.attempt)-\(number)"
        return request
    }

    private func record(
        _ sampled: TurnSampler.Sampled, _ answer: Answer, _ prompt: CallPrompt, _ key: CallKey, _ request: AgentRequest,
        _ state: inout State, since before: Double
    ) throws -> AgentReply {
        let completion = sampled.completion
        guard !state.isOver else { throw CancellationError() }
        let turn = state.tree.append(
            completion, calls: answer.calls, home: sampled.home, behind: prompt.match, context: prompt.context)
        guard let turn else {
            throw EpisodeFailure.server(
                .reply(.lengthMismatch(ids: completion.tokenIDs.count, logprobs: completion.logprobs.count)),
                url: completion.endpoint)
        }
        let reply = AgentReply(
            id: "\(sampler.nonce)-\(self.key.ordinal)-\(self.key.index)-\(self.key.attempt)-\(turn)",
            model: completion.model, text: answer.text, reasoning: answer.reasoning,
            calls: answer.calls, finish: completion.finish, promptTokens: prompt.ids.count,
            heldTokens: prompt.heldTokens,
            sampledTokens: completion.tokenIDs.count, createdAt: Timestamp.now, turn: turn)
        state.tree.know(turn, as: key.messages, reply: MessageKey(reply.message), tools: request.tools)
        if case .continues(let earlier, let held) = prompt.match {
            state.turns[earlier].observation = Observation(
                request.messages[held...], answering: state.tree.nodes[earlier])
        }
        state.turns.append(
            Turn(
                number: turn, action: Action(text: answer.text, calls: answer.written), finish: completion.finish,
                requestID: completion.requestID, sampledTokens: completion.tokenIDs.count,
                sampledMilliseconds: (MonotonicClock.seconds - before) * 1000))
        state.last = completion
        state.inFlight -= 1
        state.lastSeen = MonotonicClock.seconds
        return reply
    }
}

/// A sampled turn as a client gets it.
private struct Answer {
    var text: String
    var reasoning: String?
    /// What a client can be given.
    var calls: [ToolCall] = []
    /// All of them, for the record.
    var written: [ToolCall] = []

    init(_ completion: Completion, _ read: ModelTurn?) {
        text = completion.text
        guard let read else { return }
        written = read.calls
        reasoning = read.reasoning
        let given = read.calls.map { call in
            var call = call
            call.arguments = call.arguments ?? call.written
            return call
        }
        // A call without a name or without arguments is in no protocol: then the client sees what the model wrote.
        guard given.allSatisfy({ !$0.name.isEmpty && $0.arguments != nil }) else { return }
        calls = given
        if !calls.isEmpty || reasoning != nil { text = read.text.joined(separator: "\n") }
    }
}

extension Observation {
    /// What an agent's program put behind a turn.
    fileprivate init(_ messages: ArraySlice<AgentMessage>, answering node: ConversationTree.Node) {
        self.init(
            results: messages.filter { $0.role == .tool }.map { message in
                let call = node.calls.first { $0.id == message.callID }
                return ToolResult(
                    to: call ?? ToolCall(id: message.callID, name: message.name, arguments: nil), message.text)
            }, messages: messages.filter { $0.role != .tool }.map(\.chat))
    }
}
