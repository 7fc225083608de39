import Experience
internal import Synchronization

extension AgentGateway {
    /// How an episode comes to its end.
    public enum End: Sendable {
        /// Its program has finished, with a reward or without.
        case finished(reward: Double?)
        /// Its program failed or fell silent: no sample, and never a reward.
        case lost(reason: String, String)
    }

    /// Endings that are remembered.
    private static let mostEndings = 65_536

    /// Ends an episode. When this returns the sample is in the store, or its failure is counted and it is wanted again. The same
    /// end sent again is told the same.
    public func end(_ id: String, _ end: End) async throws -> AgentEnding {
        if case .finished(let reward) = end, !hasEnded(id) { try check(reward) }
        let task: Task<AgentEnding, any Error>? = state.withLock { state in
            if let task = state.endings[id] { return task }
            guard let session = state.session, let episode = state.open[id] else { return nil }
            // Not a child task: what ended is kept though its program has left.
            let task = Task { try await self.settle(episode, end, session) }
            state.endings[id] = task
            state.endingOrder.append(id)
            if state.endingOrder.count > 2 * Self.mostEndings {
                for old in state.endingOrder.prefix(Self.mostEndings) { state.endings[old] = nil }
                state.endingOrder.removeFirst(Self.mostEndings)
            }
            return task
        }
        if let task { return try await task.value }
        if let ending = try await earlierEnding(id) { return ending }
        throw AgentFailure(
            .unknown, "no open episode has this key: it was never leased, or before the server was started again")
    }

    // What was kept was told to nobody when the process died at that moment.
    private func earlierEnding(_ id: String) async throws -> AgentEnding? {
        let parts = id.split(separator: "-")
        guard parts.count == 5, let ordinal = Int(parts[1]), let index = Int(parts[2]),
            let lookUp = state.withLock({ $0.session?.lookUp }), try await lookUp(ordinal, index, id)
        else { return nil }
        return AgentEnding(id: id, problem: "", index: index)
    }

    private func check(_ reward: Double?) throws(AgentFailure) {
        switch (agent.reward, reward) {
        case (.api, nil), (.both, nil):
            throw AgentFailure(.invalid, "'reward' is missing: options.reward is \(agent.reward.rawValue)")
        case (.verifier, .some):
            throw AgentFailure(.invalid, "leave 'reward' out: this run's verifier judges (options.reward)")
        case (_, let reward?) where !(abs(reward) <= 1e9):
            throw AgentFailure(.invalid, "'reward' must be a number from -1e9 to 1e9")
        default: return
        }
    }

    private func settle(_ episode: AgentEpisode, _ end: End, _ session: Session) async throws -> AgentEnding {
        guard let closed = episode.close() else { throw AgentFailure(.over, "the episode is over") }
        var end = end
        if case .finished = end, closed.turns.isEmpty {
            end = .lost(reason: "agent_no_calls", "it ended without a model call: is its base URL set?")
        }
        switch end {
        case .lost(let reason, let text):
            try await lose(episode, reason, text, session)
            state.withLock { $0.count(closed) }
            return episode.ending(closed, reward: nil, failure: reason)
        case .finished(let reward):
            let problem = episode.problem
            var verdict = reward.map { Verdict(reward: $0) }
            if agent.reward == .both, let reward, let judge, let sample = episode.sample(closed, verdict: nil) {
                verdict = await judge(problem, sample.completion).adding(reward)
            }
            guard let sample = episode.sample(closed, verdict: verdict) else {
                throw AgentFailure(.over, "it has no turn")
            }
            try await keep(session) { $0.completions.append(sample) }
            session.sampler.summary.withLock { $0.count([.completion(sample)]) }
            state.withLock { state in
                state.count(closed)
                state.counts.kept += 1
            }
            finish(episode, session, haveFailed: false)
            return episode.ending(closed, reward: reward)
        }
    }

    private func lose(_ episode: AgentEpisode, _ reason: String, _ text: String, _ session: Session) async throws {
        let key = episode.key
        state.withLock { $0.counts.lost[reason, default: 0] += 1 }
        if key.attempt < options.attempts {
            session.sampler.summary.withLock { $0.retries[reason, default: 0] += 1 }
            var again = episode.wanted
            again.attempt += 1
            state.withLock { [again] state in
                state.open[episode.id] = nil
                state.again.append(again)
            }
            return
        }
        let row = SampleFailure(
            ordinal: key.ordinal, index: key.index, reason: reason,
            message: "problem \"\(episode.problem.id)\", episode \(key.index): \(text)", attempts: key.attempt)
        session.sampler.summary.withLock { $0.failures[reason, default: 0] += 1 }
        state.withLock { $0.counts.failed += 1 }
        try await keep(session) { $0.failures.append(row) }
        finish(episode, session, haveFailed: true)
    }

    // What cannot be kept ends the run.
    private func keep(_ session: Session, _ add: @escaping @Sendable (inout EpisodeBatch) -> Void) async throws {
        do {
            try await session.journal.keep(add)
        } catch {
            state.withLock { $0.failure = $0.failure ?? error }
            throw error
        }
    }

    private func finish(_ episode: AgentEpisode, _ session: Session, haveFailed: Bool) {
        let open = episode.wanted.open
        if open.finish(1, haveFailed: haveFailed) { session.admission.finish(isWhole: open.isWhole) }
        state.withLock { state in
            state.open[episode.id] = nil
            state.unfinished -= 1
        }
    }
}

extension AgentGateway.State {
    fileprivate mutating func count(_ closed: AgentEpisode.State) {
        counts.turns += closed.turns.count
        counts.repeats += closed.repeats
        counts.unheeded.merge(closed.unheeded, uniquingKeysWith: +)
    }
}

extension Verdict {
    /// What the end of an episode was paid.
    fileprivate init(reward: Double) {
        self =
            reward > 0
            ? .correct(score: reward, reason: "agent_reward") : .incorrect(score: reward, reason: "agent_reward")
    }

    /// This with a reward besides; what could not be judged stays so.
    fileprivate func adding(_ reward: Double) -> Verdict {
        guard let score else { return self }
        var sum: Verdict =
            outcome == .correct
            ? .correct(score: score + reward, reason: reason, extracted: extracted, explanation: explanation)
            : .incorrect(score: score + reward, reason: reason, extracted: extracted, explanation: explanation)
        sum.components = components
        sum.components["verifier"] = score
        sum.components["agent"] = reward
        return sum
    }
}
