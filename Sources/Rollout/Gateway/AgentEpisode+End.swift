import Experience
internal import Synchronization

/// How an episode was ended, as whoever ended it is told.
public struct AgentEnding: Sendable, Hashable {
    /// The episode's key.
    public var id: String
    /// The problem, and the episode's index in its group.
    public var problem: String
    /// See `problem`.
    public var index: Int
    /// The reward that the end named; nil where it named none.
    public var reward: Double?
    /// Why it is no sample; nil for one that is in the store.
    public var failure: String?
    /// Turns, rows and sampled tokens of it.
    public var turns = 0
    /// See `turns`.
    public var pieces = 0
    /// See `turns`.
    public var sampledTokens = 0
    /// Requests that got an earlier one's reply.
    public var repeats = 0
    /// What its agent asked otherwise than the run samples, by name.
    public var unheeded: [String: Int] = [:]
}

extension AgentEpisode {
    /// Ends it: calls in flight are cancelled, and no further ones begin. Nil when it was over already.
    func close() -> State? {
        let (closed, tasks): (State?, [Task<AgentReply, any Error>]) = state.withLock { state in
            if state.isOver { return (nil, []) }
            state.isOver = true
            let tasks = state.inFlight > 0 ? Array(state.calls.values) : []
            defer { state.calls = [:] }
            return (state, tasks)
        }
        for task in tasks { task.cancel() }
        return closed
    }

    /// Seconds without a call, and with none in flight; nil while one is.
    func silence(at now: Double) -> Double? { state.withLock { $0.inFlight > 0 ? nil : now - $0.lastSeen } }

    /// What is told of its end.
    func ending(_ state: State, reward: Double?, failure: String? = nil) -> AgentEnding {
        AgentEnding(
            id: id, problem: wanted.item.problem.id, index: key.index, reward: reward, failure: failure,
            turns: state.turns.count, pieces: state.tree.pieces.count, sampledTokens: sampledTokens(state),
            repeats: state.repeats, unheeded: state.unheeded)
    }

    /// The sample that it is; a verdict where the reward is not the verifier's alone.
    func sample(_ state: State, verdict: Verdict?) -> SampledCompletion? {
        guard let first = state.tree.pieces.first, let last = state.turns.last else { return nil }
        var completion = state.last
        completion.index = key.index
        completion.text = last.action.text
        completion.reasoning = nil
        completion.toolCalls = nil
        completion.tokenIDs = first.stream.ids_T
        completion.logprobs = first.stream.logprobs_T
        completion.mask = first.stream.mask_T
        completion.topTokens = []
        completion.weightSpans = first.stream.weightSpans
        completion.tokenCount = sampledTokens(state)
        completion.finish = state.limit == nil ? .stop : .length
        completion.seed = seed
        // Whoever ends it twice is told the same, also after a crash.
        completion.requestID = id
        completion.attempt = key.attempt
        completion.startedAt = startedAt
        completion.finishedAt = Timestamp.now
        var record = EpisodeRecord(
            environment: AgentOptions.environmentName, version: AgentOptions.version, stop: state.limit ?? .done,
            turns: state.turns, segments: first.stream.segments, verdict: verdict)
        record.pieces = Array(state.tree.pieces.dropFirst())
        // Each row has log-probs of its own, of one kind.
        var sample = SampledCompletion(
            ordinal: key.ordinal, completion: completion, promptIDs: first.promptIDs,
            unusable: sampler.engine.sampling.obstacleToRatios(completion))
        sample.episode = record
        return sample
    }
}
