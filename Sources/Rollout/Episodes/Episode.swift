internal import Datasets
internal import Experience
internal import JSON
internal import Optim
internal import ToolCalls

/// One try of one episode.
final class Episode {
    let driver: EpisodeDriver
    let item: WorkItem
    let index: Int
    let key: EpisodeKey
    private let journal: EpisodeJournal
    let seed: UInt64
    private let started = MonotonicClock.seconds
    private let startedAt = Timestamp.now
    private(set) var promptIDs: [Int32] = []
    /// The end of the first prompt's text.
    private var opened = ""
    private(set) var stream = TokenStream()
    private var turns: [Turn] = []
    private var calls = 0
    /// Whom it left, where it is a fork, and how many tokens they share.
    private var fork: EpisodeRecord.Fork?
    private var shared = 0
    /// Where others may leave it, and what they would begin with.
    private(set) var places: [ForkPoint] = []
    private var kept: [OpenTurn] = []
    var initialEntropy: Double?
    /// Of the last sampled turn.
    private var sampled = Completion(text: "")
    /// The endpoint that has the prefix in its cache.
    var home: Int?
    var requests = 0

    init(_ driver: EpisodeDriver, _ item: WorkItem, _ index: Int, attempt: Int, journal: EpisodeJournal) {
        (self.driver, self.item, self.index, self.journal) = (driver, item, index, journal)
        key = EpisodeKey(run: driver.run, ordinal: item.ordinal, index: index, attempt: attempt)
        seed = SampleSeed.derive(
            run: driver.engine.seed, problem: item.problem, ordinal: item.ordinal, index: index)
    }

    /// All ids so far: what the next request sends.
    var ids: [Int32] { promptIDs + stream.ids_T }
    /// The number of the turn that comes next.
    var turn: Int { turns.count }

    /// Runs it to its end, after the turns that the journal has. Throws `EpisodeFailure` for a try that gave no sample, and
    /// what ends the run.
    func run(from open: [OpenTurn]) async throws -> SampledCompletion {
        let (environment, problem, key) = (driver.environment, item.problem, key)
        // A fork goes on from another's state: with forks the episodes of a group begin alike.
        let seed =
            driver.options.roots == 0
            ? seed : SampleSeed.derive(run: driver.engine.seed, problem: problem, ordinal: item.ordinal, index: 0)
        let opening = try await asked(.start, driver.options.startTimeout) {
            try await environment.start(problem, seed: seed, key: key)
        }
        let stop: EpisodeStop
        do {
            try await replay(open)
            stop = try await sampleTurns(opening)
        } catch {
            // What was begun is ended, whatever happened; nobody waits for an environment that hangs.
            let (ended, seconds) = (ended(.failed), driver.options.stepTimeout)
            Task { _ = try? await within(seconds) { await environment.end(ended) } }
            throw error
        }
        let ended = ended(stop)
        let verdict = try await asked(.deadline, driver.options.stepTimeout) { await environment.end(ended) }
        return sample(stop, verdict, opening)
    }

    private func ended(_ stop: EpisodeStop) -> EndedEpisode {
        EndedEpisode(
            key: key, problem: item.problem, stop: stop, lastText: turns.last?.action.text ?? "", turns: turns.count
        )
    }

    /// Asks the environment; what it throws and its silence are failures of ours.
    private func asked<Value: Sendable>(
        _ kind: EnvironmentError.Kind, _ seconds: Double, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        do {
            return try await within(seconds, work)
        } catch is DeadlinePassed {
            throw EpisodeFailure.environment(
                EnvironmentError(kind, "environment \(driver.environment.name) did not answer within \(seconds) s"))
        } catch let error as EnvironmentError {
            throw EpisodeFailure.environment(error)
        }
    }

    /// Takes the journal's turns over; an environment that replays is given their actions and must answer the same bytes.
    private func replay(_ open: [OpenTurn]) async throws {
        for recorded in open {
            if driver.environment.resumption == .replay, let expected = recorded.turn.observation {
                let seen = try await step(recorded.turn.action, turn: recorded.turn.number)
                guard seen.json.bytes == expected.json.bytes else {
                    throw EpisodeFailure.replay(turn: recorded.turn.number)
                }
            }
            if !recorded.promptIDs.isEmpty { promptIDs = recorded.promptIDs }
            stream.append(recorded.stream)
            turns.append(recorded.turn)
            calls += recorded.turn.action.calls.count
            fork = recorded.fork
            if let fork, recorded.turn.number < fork.turn {
                shared = stream.count
                if recorded.index != index || recorded.attempt != key.attempt {
                    try await keep(recorded)
                    continue
                }
            }
            remember(recorded)
        }
    }

    private func sampleTurns(_ opening: Opening) async throws -> EpisodeStop {
        if let last = turns.last?.observation, last.isDone { return .done }
        while true {
            if let limit = limit() { return limit }
            let before = MonotonicClock.seconds
            let (reply, template): (Completion, EpisodeTemplate)
            switch try await sampleTurn(opening) {
            case .limit(let limit): return limit
            case .turn(let completion, let found): (reply, template) = (completion, found)
            }
            let inModel = (MonotonicClock.seconds - before) * 1000
            let turn = turns.count
            let start = stream
            guard stream.append(sampled: reply, turn: turn) else {
                throw EpisodeFailure.server(
                    .reply(.lengthMismatch(ids: reply.tokenIDs.count, logprobs: reply.logprobs.count)),
                    url: reply.endpoint)
            }
            sampled = reply
            mayFork(reply, turn: turn)
            let action = action(reply, template, opening)
            calls += action.calls.count
            turns.append(
                Turn(
                    number: turn, action: action, finish: reply.finish, requestID: reply.requestID,
                    sampledTokens: reply.tokenIDs.count, sampledMilliseconds: inModel))
            if calls > driver.options.maxCalls { return .calls }
            let asked = MonotonicClock.seconds
            let observation = try await step(action, turn: turn)
            turns[turn].environmentMilliseconds = (MonotonicClock.seconds - asked) * 1000
            turns[turn].observation = observation
            if observation.isDone { return .done }
            let messages = observation.results.map { ChatMessage($0) } + observation.messages
            if messages.isEmpty { return .answered }
            if let limit = limit() { return limit }
            guard try await append(messages, template, turn: turn, hasResults: !observation.results.isEmpty) else {
                return .context
            }
            try await keep(turn, from: start)
        }
    }

    private func action(_ reply: Completion, _ template: EpisodeTemplate, _ opening: Opening) -> Action {
        // The turn itself is already behind the text that opened it.
        let before = stream.segments.last { $0.turn < turns.count }?.text ?? opened
        guard let read = template.read(reply, turn: turns.count, behind: before) else {
            return Action(text: reply.text)
        }
        return Action(text: read.text.joined(separator: "\n"), calls: read.calls)
    }

    /// The environment's answer, with answers of ours to calls that could not be made, in the order of the calls.
    private func step(_ action: Action, turn: Int) async throws -> Observation {
        let (environment, key) = (driver.environment, StepKey(key, turn: turn))
        // The bad ones too: a turn that tried to call something is no answer.
        var observation = try await asked(.deadline, driver.options.stepTimeout) {
            try await environment.step(action, key: key)
        }
        guard observation.results.count == action.goodCalls.count else {
            throw EpisodeFailure.environment(
                EnvironmentError(
                    .contract,
                    "environment \(environment.name) answered \(observation.results.count) of \(action.goodCalls.count) calls"
                ))
        }
        var answers = observation.results[...]
        observation.results = action.calls.compactMap { call in
            guard let fault = call.fault else { return answers.popFirst() }
            return ToolResult(
                to: call, "error: \(fault.rawValue): \(call.explanation ?? "the call could not be read")",
                outcome: .rejected)
        }
        return observation
    }

    /// Puts messages behind what was sampled: the end token where the policy did not write it, then the suffix. False, and nothing
    /// is put there, where that is more than the context may hold.
    private func append(
        _ messages: [ChatMessage], _ template: EpisodeTemplate, turn: Int, hasResults: Bool
    ) async throws -> Bool {
        do {
            let suffix = try await template.suffix(messages, calls: turns[turn].action.calls)
            let (end, ids) = template.parts(of: suffix, behind: stream.ids_T)
            let length = promptIDs.count + stream.count + end.count + ids.count
            if driver.options.maxContext > 0, length > driver.options.maxContext { return false }
            stream.append(context: end, .template, turn: turn, text: template.rule.endToken ?? "")
            stream.append(context: ids, hasResults ? .tool : .user, turn: turn, text: suffix.text)
            return true
        } catch let error as RenderError {
            throw EpisodeFailure.rendering(error.description)
        }
    }

    private func keep(_ turn: Int, from start: TokenStream) async throws {
        var open = OpenTurn(
            ordinal: key.ordinal, index: key.index, attempt: key.attempt, promptIDs: turn == 0 ? promptIDs : [],
            stream: stream.behind(start), turn: turns[turn])
        open.fork = fork
        try await keep(open)
    }

    private func keep(_ open: OpenTurn) async throws {
        var open = open
        (open.index, open.attempt) = (key.index, key.attempt)
        remember(open)
        try await journal.keep { [open] in $0.openTurns.append(open) }
    }

    private func remember(_ open: OpenTurn) {
        if driver.options.roots > 0 { kept.append(open) }
    }

    /// Notes that others may leave before a turn whose sampled beginning was uncertain, as ARPO has it.
    private func mayFork(_ reply: Completion, turn: Int) {
        guard driver.options.roots > 0 else { return }
        let branching = driver.options.branching
        let candidates = reply.topTokens.prefix(branching.window).map { $0.logprobs.map(Double.init) }
        guard
            let entropy = try? branching.entropy(
                logprobs_TC: candidates, vocabularySize: driver.options.vocabularySize
            ).value
        else { return }
        if turn == 0 { initialEntropy = entropy }
        guard turn > 0, kept.count == turn, let initialEntropy else { return }
        var random = SplitMix64(state: seed ^ UInt64(turn))
        let count = branching.forks(
            entropy: entropy, initial: initialEntropy, room: driver.engine.sampling.n, beam: driver.options.forkBeam,
            using: &random)
        let fork = EpisodeRecord.Fork(parent: index, turn: turn)
        let turns = kept.map { open in
            var open = open
            open.fork = fork
            return open
        }
        places += repeatElement(ForkPoint(fork: fork, turns: turns, initialEntropy: initialEntropy), count: count)
    }

    /// The limit that is reached; nil while it may go on.
    private func limit() -> EpisodeStop? {
        let options = driver.options
        if turns.count >= options.maxTurns { return .turns }
        if calls >= options.maxCalls { return .calls }
        if options.maxTokens > 0, stream.sampledCount >= options.maxTokens { return .tokens }
        if options.maxContext > 0, !promptIDs.isEmpty, promptIDs.count + stream.count >= options.maxContext {
            return .context
        }
        return MonotonicClock.seconds >= end ? .seconds : nil
    }

    /// Tokens that the next turn may have.
    var budget: Int {
        var budget = driver.engine.sampling.maxTokens
        if driver.options.maxTokens > 0 { budget = min(budget, driver.options.maxTokens - stream.sampledCount) }
        if driver.options.maxContext > 0 {
            budget = min(budget, driver.options.maxContext - promptIDs.count - stream.count)
        }
        return budget
    }

    /// Samples the next turn.
    private func sampleTurn(_ opening: Opening) async throws -> SampledTurn {
        try await ask(opening) { template in
            if !self.promptIDs.isEmpty { return }
            do {
                let prompt = try await template.prompt(opening.messages)
                (self.opened, self.promptIDs) = (prompt.text, prompt.ids)
            } catch let error as RenderError {
                throw EpisodeFailure.rendering(error.description)
            }
        }
    }

    /// When `max_seconds` are over.
    var end: Double { started + driver.options.maxSeconds }

    private func sample(_ stop: EpisodeStop, _ verdict: Verdict?, _ opening: Opening) -> SampledCompletion {
        var completion = sampled
        stream.giveAway(first: shared)
        completion.index = index
        completion.text = turns.last?.action.text ?? ""
        completion.reasoning = nil
        completion.toolCalls = nil
        completion.tokenIDs = stream.ids_T
        completion.logprobs = stream.logprobs_T
        completion.mask = stream.mask_T
        completion.topTokens = []
        completion.weightSpans = stream.weightSpans
        completion.finish = stop.isLimit ? .length : .stop
        completion.seed = seed
        completion.attempt = key.attempt
        completion.startedAt = startedAt
        completion.finishedAt = Timestamp.now
        var record = EpisodeRecord(
            environment: driver.environment.name, version: driver.environment.version, stop: stop, turns: turns,
            segments: stream.segments, verdict: verdict)
        (record.fork, record.openingState) = (fork, opening.stateHash)
        completion.tokenCount = record.sampledTokens
        var sample = SampledCompletion(
            ordinal: item.ordinal, completion: completion, promptIDs: promptIDs,
            unusable: driver.engine.sampling.obstacleToRatios(completion))
        sample.episode = record
        return sample
    }
}
