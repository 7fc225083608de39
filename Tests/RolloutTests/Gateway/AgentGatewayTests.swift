import Experience
import JSON
import Synchronization
import TestServers
import Testing

@testable import Rollout

@Suite(.timeLimit(.minutes(1))) struct AgentGatewayTests {
    static let tool = Tool(
        name: "add", description: "Adds.",
        parameters: ["type": "object", "properties": ["a": ["type": "integer"], "b": ["type": "integer"]]])
    static let question = AgentMessage(.user, "What is 1+2?")

    /// A gateway that leases `episodes` of one problem, for the length of `body`.
    static func run(
        _ server: TemplateServer, episodes: Int = 1,
        _ change: (inout EpisodeOptions, inout AgentOptions) -> Void = { _, _ in },
        judge: AgentGateway.Judge? = nil, _ body: @escaping @Sendable (AgentGateway) async throws -> Void
    ) async throws -> EpisodeDriverTests.Kept {
        var (options, agent) = (EpisodeOptions(), AgentOptions())
        change(&options, &agent)
        var sampling = SamplingParameters()
        sampling.maxTokens = 200
        var rollout = RolloutOptions()
        rollout.concurrency = 16
        let engine = RolloutEngine(
            driver: try CurlDriver(),
            endpoints: [try Endpoint(url: server.server.url, server: .llamacpp, model: "tiny")],
            sampling: sampling, seed: 1, options: rollout,
            retry: RetryPolicy(attempts: 2, baseDelay: 0.01, maxDelay: 0.05))
        let gateway = AgentGateway(options: options, agent: agent, run: "r", judge: judge)
        let work = OneGroup(episodes)
        let kept = EpisodeDriverTests.Kept()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                _ = try await gateway.sample(over: engine, { work.next() }) { batch in
                    kept.batches.withLock { $0.append(batch) }
                }
            }
            try await body(gateway)
            // A body that left episodes open ends them with the gateway.
            if gateway.counts.kept + gateway.counts.failed < episodes { group.cancelAll() }
            try await group.waitForAll()
        }
        return kept
    }

    static func lease(_ gateway: AgentGateway) async throws -> AgentEpisode {
        var leased: AgentEpisode?
        try await eventually {
            if case .episode(let episode) = gateway.lease() { leased = episode }
            return leased != nil
        }
        return try #require(leased)
    }

    /// Asks with tools until there is an answer, as an agent does.
    @discardableResult
    static func drive(_ episode: AgentEpisode, _ first: AgentMessage = question) async throws -> [AgentReply] {
        var messages = [first]
        var replies: [AgentReply] = []
        while replies.count < 8 {
            let reply = try await episode.reply(to: AgentRequest(messages: messages, tools: [tool]))
            replies.append(reply)
            if reply.calls.isEmpty { break }
            // As clients send it back: arguments spelt anew, and white space at the ends gone.
            messages.append(AgentMessage(.assistant, reply.text, calls: reply.calls))
            messages += reply.calls.map { AgentMessage(toolResult: "3", to: $0.id, name: $0.name) }
        }
        return replies
    }

    @Test func everySampledTokenOnceAndInPlace() async throws {
        let server = try TemplateServer(EpisodeDriverTests.twoCalls)
        defer { server.server.stop() }
        let kept = try await Self.run(server, episodes: 4) { gateway in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        let episode = try await Self.lease(gateway)
                        let replies = try await Self.drive(episode)
                        #expect(replies.map(\.calls.count) == [1, 1, 0])
                        #expect(replies.last?.text == "The answer is 3.")
                        let ending = try await gateway.end(episode.id, .finished(reward: 1))
                        #expect(ending.turns == 3 && ending.pieces == 1 && ending.failure == nil)
                    }
                }
                try await group.waitForAll()
            }
            guard case .over = gateway.lease() else { return }
        }
        #expect(kept.completions.map(\.completion.index).sorted() == [0, 1, 2, 3])
        for sample in kept.completions {
            let ids = sample.promptIDs + sample.completion.tokenIDs
            // Prompt, turns and results are the last request with its answer, id for id.
            #expect(server.turns.contains { $0.prompt + $0.sampled == ids })
            let sampled = zip(sample.completion.tokenIDs, sample.completion.mask).filter { $1 == 1 }.map(\.0)
            #expect(sampled.count == sample.completion.tokenCount)
            #expect(sample.episode?.verdict?.score == 1)
            #expect(sample.episode?.turns.first?.observation?.results.first?.text == "3")
            // What answers a call is no message of its own beside.
            #expect(sample.episode?.turns.first?.observation?.messages.isEmpty == true)
            #expect(sample.completion.text == "The answer is 3.")
        }
        // Nothing that was sampled is rendered or encoded again.
        #expect(!server.bodies("/tokenize").contains { $0.contains("\\\"a\\\":1, ") })
    }

    @Test func theSameRequestGetsTheSameReplyAlsoWhileItIsSampled() async throws {
        let server = try TemplateServer(EpisodeDriverTests.twoCalls)
        defer { server.server.stop() }
        let kept = try await Self.run(server) { gateway in
            let episode = try await Self.lease(gateway)
            let request = AgentRequest(messages: [Self.question], tools: [Self.tool])
            let replies = try await withThrowingTaskGroup(of: AgentReply.self) { group in
                for _ in 0..<16 { group.addTask { try await episode.reply(to: request) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(replies.map(\.id)).count == 1)
            #expect(replies.count { $0.isRepeated } == 15)
            // Another seed is another request.
            var other = request
            other.variant = "seed 2"
            #expect(try await episode.reply(to: other).turn == 1)
            let ending = try await gateway.end(episode.id, .finished(reward: nil))
            #expect(ending.repeats == 15 && ending.turns == 2)
        }
        #expect(server.turns.count == 2)
        #expect(kept.completions.first?.episode?.pieces.count == 1)
    }

    @Test func aClientThatLeavesFindsItsReplyAgain() async throws {
        let server = try TemplateServer { _ in
            "slow"
        }
        defer { server.server.stop() }
        _ = try await Self.run(server) { gateway in
            let episode = try await Self.lease(gateway)
            let request = AgentRequest(messages: [Self.question])
            let first = Task { try await episode.reply(to: request) }
            first.cancel()
            _ = try? await first.value
            let again = try await episode.reply(to: request)
            #expect(again.text == "slow" && again.isRepeated)
            _ = try await gateway.end(episode.id, .finished(reward: nil))
        }
        #expect(server.turns.count == 1)
    }

    @Test func silenceIsAFailureAndLeasedAgain() async throws {
        let server = try TemplateServer { _ in "hm" }
        defer { server.server.stop() }
        let kept = try await Self.run(server) { options, agent in
            agent.idleSeconds = 0.1
            options.attempts = 2
        } _: { gateway in
            for attempt in 1...2 {
                let episode = try await Self.lease(gateway)
                #expect(episode.attempt == attempt)
                _ = try await episode.reply(to: AgentRequest(messages: [Self.question]))
                try await eventually { gateway.episode(episode.id) == nil }
                let late = await #expect(throws: AgentFailure.self) {
                    _ = try await episode.reply(to: AgentRequest(messages: [AgentMessage(.user, "still there")]))
                }
                #expect(late?.kind == .over)
                // Too late for a reward: the end is told what became of it.
                #expect(try await gateway.end(episode.id, .finished(reward: 1)).failure == "agent_silent")
            }
        }
        #expect(kept.completions.isEmpty)
        #expect(kept.failures.map(\.reason) == ["agent_silent"])
        #expect(kept.failures.first?.attempts == 2)
    }

    @Test func anEndThatIsSentAgainIsToldTheSame() async throws {
        let server = try TemplateServer { _ in "hm" }
        defer { server.server.stop() }
        let kept = try await Self.run(server) { gateway in
            let episode = try await Self.lease(gateway)
            try await Self.drive(episode)
            let endings = try await withThrowingTaskGroup(of: AgentEnding.self) { group in
                for _ in 0..<8 { group.addTask { try await gateway.end(episode.id, .finished(reward: 0.5)) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(endings).count == 1 && endings.first?.reward == 0.5)
        }
        #expect(kept.completions.count == 1)
    }

    @Test func anEpisodeWithoutACallIsNoSample() async throws {
        let server = try TemplateServer { _ in "hm" }
        defer { server.server.stop() }
        let kept = try await Self.run(server) { options, _ in
            options.attempts = 1
        } _: { gateway in
            let ending = try await gateway.end(try await Self.lease(gateway).id, .finished(reward: 1))
            #expect(ending.failure == "agent_no_calls")
        }
        #expect(kept.failures.map(\.reason) == ["agent_no_calls"])
    }

    @Test func rewardsAreOfTheSourceThatTheRunNames() async throws {
        let server = try TemplateServer { _ in "hm" }
        defer { server.server.stop() }
        for (source, reward, score) in [
            (AgentOptions.RewardSource.both, 0.5, 0.75), (.api, 2, 2), (.auto, nil, nil), (.verifier, nil, nil),
        ] as [(AgentOptions.RewardSource, Double?, Double?)] {
            let kept = try await Self.run(server) { _, agent in
                agent.reward = source
            } judge: { _, _ in
                .incorrect(score: 0.25)
            } _: { gateway in
                let episode = try await Self.lease(gateway)
                try await Self.drive(episode)
                if source == .api || source == .both {
                    await #expect(throws: AgentFailure.self) {
                        _ = try await gateway.end(episode.id, .finished(reward: nil))
                    }
                }
                if source == .verifier {
                    await #expect(throws: AgentFailure.self) {
                        _ = try await gateway.end(episode.id, .finished(reward: 1))
                    }
                }
                await #expect(throws: AgentFailure.self) {
                    _ = try await gateway.end(episode.id, .finished(reward: .nan))
                }
                _ = try await gateway.end(episode.id, .finished(reward: reward))
            }
            #expect(kept.completions.first?.episode?.verdict?.score == score, "\(source)")
        }
    }

    @Test func subAgentsAndEditsArePiecesAndAllAreKept() async throws {
        let server = try TemplateServer { prompt in "to \(prompt.utf8.count)" }
        defer { server.server.stop() }
        let kept = try await Self.run(server) { gateway in
            let episode = try await Self.lease(gateway)
            let first = try await episode.reply(to: AgentRequest(messages: [Self.question]))
            let said = AgentMessage(.assistant, first.text)
            // Two in parallel behind the first reply, one in a conversation of its own, one over an edited reply.
            async let left = episode.reply(
                to: AgentRequest(messages: [Self.question, said, AgentMessage(.user, "left")]))
            async let right = episode.reply(
                to: AgentRequest(messages: [Self.question, said, AgentMessage(.user, "right")]))
            async let other = episode.reply(to: AgentRequest(messages: [AgentMessage(.system, "sub"), Self.question]))
            let edited = AgentMessage(.assistant, "edited")
            async let forged = episode.reply(
                to: AgentRequest(messages: [Self.question, edited, AgentMessage(.user, "x")]))
            let replies = try await [left, right, other, forged]
            #expect(replies.map { $0.heldTokens > 0 } == [true, true, false, false])
            _ = try await gateway.end(episode.id, .finished(reward: nil))
        }
        let sample = try #require(kept.completions.first)
        let rows =
            [(sample.promptIDs, sample.completion.tokenIDs, sample.completion.mask)]
            + (sample.episode?.pieces ?? []).map { ($0.promptIDs, $0.stream.ids_T, $0.stream.mask_T) }
        #expect(rows.count == 4)
        let trained: [Int32] = rows.flatMap { row in zip(row.1, row.2).filter { $1 == 1 }.map(\.0) }
        #expect(trained.sorted() == server.turns.flatMap(\.sampled).sorted())
        // Each turn stands behind the ids that the server had before it.
        for turn in server.turns {
            #expect(rows.contains { ($0.0 + $0.1).starts(with: turn.prompt + turn.sampled) })
        }
    }

    @Test func limitsAreSaidAndTheEpisodeIsKeptAsItIs() async throws {
        let server = try TemplateServer { _ in EpisodeDriverTests.call }
        defer { server.server.stop() }
        let kept = try await Self.run(server) { _, agent in
            agent.maxModelCalls = 2
        } _: { gateway in
            let episode = try await Self.lease(gateway)
            let failure = await #expect(throws: AgentFailure.self) { try await Self.drive(episode) }
            #expect(failure?.kind == .invalid && failure?.retryAfter == nil)
            _ = try await gateway.end(episode.id, .finished(reward: nil))
        }
        #expect(kept.completions.first?.episode?.stop == .turns)
        #expect(kept.completions.first?.completion.finish == .length)
    }

    @Test func aMiscountIsAFailureOfTheTurn() async throws {
        let server = try TemplateServer(miscounts: true) { _ in "hm" }
        defer { server.server.stop() }
        let kept = try await Self.run(server) { options, _ in
            options.attempts = 1
        } _: { gateway in
            let episode = try await Self.lease(gateway)
            let failure = await #expect(throws: AgentFailure.self) { try await Self.drive(episode) }
            #expect(failure?.kind == .upstream)
            _ = try await gateway.end(episode.id, .lost(reason: "agent_failed", "no model"))
        }
        #expect(kept.completions.isEmpty && kept.failures.map(\.reason) == ["agent_failed"])
    }

    @Test func optionsAreChecked() throws {
        #expect(throws: ConfigProblem.self) { _ = try AgentOptions(["idle_second": 1]) }
        #expect(throws: ConfigProblem.self) { _ = try AgentOptions(["idle_seconds": 0]) }
        #expect(throws: ConfigProblem.self) { _ = try AgentOptions(["reward": "me"]) }
        #expect(throws: ConfigProblem.self) { _ = try AgentOptions(["fields": [1]]) }
        #expect(try AgentOptions(["fields": ["a"], "reward": "both"]).fields == ["a"])
    }
}

/// Work that is one group.
final class OneGroup: Sendable {
    private let item: Mutex<WorkItem?>

    init(_ episodes: Int) {
        item = Mutex(WorkItem(ordinal: 0, problem: Problem(id: "p"), missing: Array(0..<episodes)))
    }

    func next() -> WorkItem? {
        item.withLock { item in
            defer { item = nil }
            return item
        }
    }
}
