internal import Experience
internal import Synchronization
internal import ToolCalls

/// The model calls of an episode.
extension AgentEpisode {
    /// Samples a call's turn, and records it: all of it, or nothing.
    func sample(
        _ request: AgentRequest, _ key: CallKey, _ number: Int, _ match: ConversationTree.Match
    ) async throws -> AgentReply {
        let before = MonotonicClock.seconds
        do {
            var prompt = CallPrompt(request, match, of: self)
            let affinity = SampleSeed.derive(run: 0, problem: wanted.item.problem, ordinal: 0, index: 0)
            let asked = try await sampler.ask(
                request.tools, affinity: affinity, home: prompt.home, versionNow: wanted.item.versionNow,
                until: started + options.maxSeconds
            ) { endpoint, template in
                try await prompt.render(template)
                return sampleRequest(request, prompt, number, endpoint, template)
            }
            let sampled: TurnSampler.Sampled
            switch asked {
            case .noRoom: throw reached(.context)
            case .late: throw reached(.seconds)
            case .sampled(let turn): sampled = turn
            }
            let read =
                request.readsCalls ? sampled.template.read(sampled.completion, turn: number, behind: prompt.tail) : nil
            let answer = SampledAnswer(sampled.completion, read)
            return try state.withLock { state in
                try record(sampled, answer, prompt, key, request, &state, since: before)
            }
        } catch {
            state.withLock { state in
                state.calls[key] = nil
                state.inFlight -= 1
                state.lastSeen = MonotonicClock.seconds
            }
            throw error
        }
    }

    /// Notes the limit, which holds from now on.
    private func reached(_ limit: EpisodeStop) -> AgentFailure {
        state.withLock { $0.limit = limit }
        return Self.refusal(limit)
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
        _ sampled: TurnSampler.Sampled, _ answer: SampledAnswer, _ prompt: CallPrompt, _ key: CallKey,
        _ request: AgentRequest,
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
        state.tree.know(turn, behind: key.place, reply: MessageKey(reply.message))
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
