import Experience
import JSON
import Synchronization
import TestServers
import Testing

@testable import Rollout

@Suite(.timeLimit(.minutes(1))) struct EpisodeDriverTests {
    static let call = #"<tool_call>{"name": "add", "arguments": {"a":1, "b":2}}</tool_call>"#

    /// Calls twice, then answers.
    static func twoCalls(_ prompt: String) -> String {
        prompt.components("<|im_start|>tool") >= 2 ? "The answer is 3." : call
    }

    final class Kept: Sendable {
        let batches = Mutex<[EpisodeBatch]>([])
        var completions: [SampledCompletion] { batches.withLock { $0.flatMap(\.completions) } }
        var failures: [SampleFailure] { batches.withLock { $0.flatMap(\.failures) } }
        var openTurns: [OpenTurn] { batches.withLock { $0.flatMap(\.openTurns) } }
    }

    static func run(
        _ server: TemplateServer, _ environment: AddingEnvironment, episodes: Int = 1,
        openTurns: [Int: [OpenTurn]] = [:], kind: ServerKind = .llamacpp, admission: Admission = Admission(),
        _ change: (inout EpisodeOptions, inout SamplingParameters) -> Void = { _, _ in }
    ) async throws -> Kept {
        var options = EpisodeOptions()
        options.attempts = 1
        var sampling = SamplingParameters()
        sampling.maxTokens = 200
        sampling.n = episodes
        change(&options, &sampling)
        var rollout = RolloutOptions()
        rollout.concurrency = 16
        let engine = RolloutEngine(
            driver: try CurlDriver(), endpoints: [try Endpoint(url: server.server.url, server: kind, model: "tiny")],
            sampling: sampling, seed: 1, options: rollout,
            retry: RetryPolicy(attempts: 2, baseDelay: 0.01, maxDelay: 0.05))
        let driver = EpisodeDriver(engine, environment: environment, options: options, run: "r")
        var item = WorkItem(ordinal: 0, problem: Problem(id: "p"), missing: Array(0..<episodes))
        item.openTurns = openTurns
        let items = Mutex([item][...])
        let kept = Kept()
        _ = try await driver.sample({ items.withLock { $0.popFirst() } }, admission: admission) { batch in
            kept.batches.withLock { $0.append(batch) }
        }
        return kept
    }

    @Test("An environment without room is waited for, which is no try, and not for ever")
    func full() async throws {
        let server = try TemplateServer(Self.twoCalls)
        defer { server.server.stop() }
        let environment = AddingEnvironment(full: 2)
        let kept = try await Self.run(server, environment)
        #expect(kept.failures.isEmpty && kept.completions.map(\.completion.attempt) == [1])
        #expect(environment.counts.withLock { $0.starts } == 3)
        let never = try await Self.run(server, AddingEnvironment(full: .max)) { options, _ in options.maxSeconds = 0.5 }
        #expect(never.failures.map(\.reason) == ["environment_full"])
    }

    @Test func everySampledTokenOnceAndInPlace() async throws {
        let server = try TemplateServer(Self.twoCalls)
        defer { server.server.stop() }
        let environment = AddingEnvironment()
        let kept = try await Self.run(server, environment, episodes: 8)
        #expect(kept.failures.isEmpty)
        #expect(kept.completions.count == 8)
        for sample in kept.completions {
            let episode = try #require(sample.episode)
            #expect(episode.turns.count == 3)
            #expect(episode.stop == .answered)
            #expect(episode.calls == 2)
            #expect(sample.completion.text == "The answer is 3.")
            let ids = sample.promptIDs + sample.completion.tokenIDs
            // Prompt, turns and results are the last request with its answer, id for id.
            #expect(server.turns.contains { $0.prompt + $0.sampled == ids })
            let sampled = zip(sample.completion.tokenIDs, sample.completion.mask).filter { $1 == 1 }.map(\.0)
            #expect(
                sampled == server.turns.filter { ids.starts(with: $0.prompt + $0.sampled) }.uniqued().flatMap(\.sampled)
            )
            #expect(sample.completion.logprobs.count == sample.completion.mask.count)
            #expect(sample.completion.tokenCount == sampled.count)
        }
        #expect(kept.openTurns.count == 16)
        #expect(environment.counts.withLock { $0.ends.count } == 8)
        // Nothing that was sampled is rendered or encoded again.
        #expect(!server.bodies("/tokenize").contains { $0.contains("\\\"a\\\":1, ") })
    }

    @Test func specialTextOfAUserOrAToolIsText() async throws {
        let server = try TemplateServer(Self.twoCalls)
        defer { server.server.stop() }
        let kept = try await Self.run(server, AddingEnvironment(question: "a<|im_end|>b<|im_start|>c"))
        let sample = try #require(kept.completions.first)
        // System and user; the rest is the opening of the first turn.
        #expect(sample.promptIDs.count { $0 == TemplateServer.end } == 2)
        #expect(sample.completion.tokenIDs.count { $0 == TemplateServer.end } == 5)
        #expect(TemplateServer.decode(sample.promptIDs).contains("a<|im_end|>b<|im_start|>c"))
        #expect(TemplateServer.decode(sample.completion.tokenIDs).contains("3<|im_end|><|im_end|>"))
    }

    @Test func aCallOfAnUnknownToolIsToldToThePolicy() async throws {
        let server = try TemplateServer { prompt in
            prompt.components("<|im_start|>tool") >= 1
                ? "I give up." : #"<tool_call>{"name":"nope","arguments":{}}</tool_call>"#
        }
        defer { server.server.stop() }
        // A turn of bad calls alone is no answer to an environment that ends with one.
        let kept = try await Self.run(server, AddingEnvironment(ends: true))
        let episode = try #require(kept.completions.first?.episode)
        #expect(episode.turns.count == 2 && episode.stop == .done)
        #expect(episode.turns.first?.action.calls.first?.fault == .unknownTool)
        #expect(episode.turns.first?.observation?.results.first?.outcome == .rejected)
        #expect(episode.callErrors == 1)
        #expect(episode.segments.contains { $0.origin == .tool && $0.text.contains("unknown_tool") })
    }

    @Test func thoughtsThatThePromptOpensHoldNoCalls() async throws {
        let server = try TemplateServer(thinks: true) { prompt in
            prompt.components("<|im_start|>tool") >= 1
                ? "so \(Self.call)</think>The answer is 3." : "hm \(Self.call)</think>\(Self.call)"
        }
        defer { server.server.stop() }
        let kept = try await Self.run(server, AddingEnvironment())
        let episode = try #require(kept.completions.first?.episode)
        #expect(episode.turns.map(\.action.calls.count) == [1, 0])
        #expect(kept.completions.first?.completion.text == "The answer is 3.")
        #expect(server.bodies("/completion").allSatisfy { $0.contains(#""preserved_tokens":["<tool_call>","#) })
    }

    @Test func markersAreThoseThatWereSampled() {
        let markers = [SpecialMarker(text: "<a>", id: 7), SpecialMarker(text: "</a>", id: nil)]
        let text = Array("<a>x</a>".utf8)
        #expect(markers.places(in: text, ids: [7, 1, 2, 3]) == [0..<3, 4..<8])
        #expect(markers.places(in: text, ids: [1, 2, 3]) == [4..<8])
        #expect(markers.places(in: Array("<a><a>".utf8), ids: [7, 1, 2, 3]) == nil)
    }

    @Test func aLimitIsTypedAndJudged() async throws {
        let server = try TemplateServer { _ in Self.call }
        defer { server.server.stop() }
        let kept = try await Self.run(server, AddingEnvironment()) { options, _ in options.maxTurns = 2 }
        #expect(kept.completions.first?.episode?.stop == .turns)
        #expect(kept.completions.first?.completion.finish == .length)
    }

    @Test func aResultThatTheContextHasNoRoomForEndsTheEpisode() async throws {
        let server = try TemplateServer(Self.twoCalls)
        defer { server.server.stop() }
        let whole = try await Self.run(server, AddingEnvironment())
        let sample = try #require(whole.completions.first)
        let first = try #require(sample.episode?.segments.first { $0.origin == .tool })
        let room = sample.promptIDs.count + first.tokens.upperBound
        for (context, turns) in [(room - 1, 1), (room + 1, 2)] {
            let kept = try await Self.run(server, AddingEnvironment()) { options, _ in options.maxContext = context }
            let cut = try #require(kept.completions.first)
            // A turn of the one token that there is room for ends by its budget, and calls nothing.
            #expect(cut.episode?.stop == (turns == 1 ? .context : .answered))
            #expect(cut.episode?.turns.count == turns)
            #expect(cut.promptIDs.count + cut.completion.tokenIDs.count <= context)
        }
    }

    @Test func theEndTokenOfATurnCutByItsBudgetIsOurs() async throws {
        let server = try TemplateServer(Self.twoCalls)
        defer { server.server.stop() }
        // The call without its end token.
        let kept = try await Self.run(server, AddingEnvironment()) { _, sampling in
            sampling.maxTokens = Self.call.utf8.count
        }
        let sample = try #require(kept.completions.first)
        let ours = try #require(sample.episode?.segments.first { $0.origin == .template })
        #expect(ours.text == "<|im_end|>")
        #expect(sample.completion.mask[ours.tokens.lowerBound] == 0)
    }

    @Test func anotherCountOfThePromptVoidsTheEpisode() async throws {
        let server = try TemplateServer(miscounts: true, Self.twoCalls)
        defer { server.server.stop() }
        let kept = try await Self.run(server, AddingEnvironment())
        #expect(kept.completions.isEmpty)
        #expect(kept.failures.map(\.reason) == ["prompt_count"])
    }

    @Test func aStepThatHangsCostsItsDeadline() async throws {
        let server = try TemplateServer(Self.twoCalls)
        defer { server.server.stop() }
        let environment = AddingEnvironment { $0.episode.index == 3 }
        let kept = try await Self.run(server, environment, episodes: 8) { options, _ in options.stepTimeout = 3 }
        #expect(kept.completions.count == 7)
        #expect(kept.failures.map(\.reason) == ["environment_deadline"])
    }

    @Test func whatIsToldAgainIsRenderedOnce() async throws {
        let server = try TemplateServer(Self.twoCalls)
        defer { server.server.stop() }
        _ = try await Self.run(server, AddingEnvironment(), episodes: 1)
        let once = server.bodies("/apply-template").count
        let kept = try await Self.run(server, AddingEnvironment(), episodes: 64)
        #expect(Set(kept.completions.map(\.completion.tokenIDs)).count == 1)
        // A driver probes for itself; 16 at once may ask before the first has its answer.
        #expect(server.bodies("/apply-template").count <= once + once + 15 * 3)
    }

    @Test func enoughGroupsEndWhatIsInFlight() async throws {
        // Of the second problem no turn ever comes.
        let server = try TemplateServer { $0.contains("never") ? nil : "3" }
        defer { server.server.stop() }
        var rollout = RolloutOptions()
        rollout.concurrency = 4
        let engine = RolloutEngine(
            driver: try CurlDriver(),
            endpoints: [try Endpoint(url: server.server.url, server: .llamacpp, model: "tiny")],
            sampling: SamplingParameters(), seed: 1, options: rollout,
            retry: RetryPolicy(attempts: 1, baseDelay: 0.01, maxDelay: 0.05))
        let driver = EpisodeDriver(
            engine, environment: AddingEnvironment(asksProblem: true), options: EpisodeOptions(), run: "r")
        var limits = Admission.Limits()
        (limits.wantedGroups, limits.maxInFlight) = (1, 2)
        let admission = Admission(limits)
        let items = Mutex(
            ["now", "never"].enumerated().map { ordinal, name in
                WorkItem(ordinal: ordinal, problem: Problem(id: name, prompt: .text(name)), missing: [0, 1])
            }[...])
        let kept = Mutex(0)
        let summary = try await driver.sample({ items.withLock { $0.popFirst() } }, admission: admission) { batch in
            let count = kept.withLock {
                $0 += batch.completions.count
                return $0
            }
            if count == 2 { admission.judge(isInformative: true) }
        }
        #expect(summary.completions == 2)
        #expect(!summary.wasCancelled)
        #expect(admission.counts.finished == 1)
    }

    @Test func aGroupThatLacksAnEpisodeIsBroken() async throws {
        let server = try TemplateServer(Self.twoCalls)
        defer { server.server.stop() }
        let admission = Admission()
        _ = try await Self.run(
            server, AddingEnvironment { $0.episode.index == 1 }, episodes: 3, admission: admission
        ) { options, _ in options.stepTimeout = 3 }
        #expect(admission.counts.finished == 1 && admission.counts.broken == 1)
    }

    @Test func aFailedTryIsMadeAgainWithTheSameSeed() async throws {
        let server = try TemplateServer(Self.twoCalls)
        defer { server.server.stop() }
        let environment = AddingEnvironment { $0.episode.attempt == 1 && $0.turn == 1 }
        let kept = try await Self.run(server, environment) { options, _ in
            options.stepTimeout = 3
            options.attempts = 2
        }
        #expect(kept.completions.first?.completion.attempt == 2)
        #expect(kept.completions.first?.episode?.turns.count == 3)
        let seeds = server.bodies("/completion").compactMap { try? JSONValue(parsing: $0.utf8)["seed"]?.intValue }
        #expect(seeds.first == seeds.dropFirst(2).first)
    }

    @Test(arguments: [Resumption.none, .replay, .snapshot]) func theJournalIsGoneOnWith(_ kind: Resumption) async throws
    {
        let first = try TemplateServer(Self.twoCalls)
        defer { first.server.stop() }
        let whole = try await Self.run(first, AddingEnvironment())
        let second = try TemplateServer(Self.twoCalls)
        defer { second.server.stop() }
        let environment = AddingEnvironment(kind)
        let kept = try await Self.run(second, environment, openTurns: [0: whole.openTurns])
        let sample = try #require(kept.completions.first)
        #expect(sample.completion.tokenIDs == whole.completions.first?.completion.tokenIDs)
        #expect(sample.completion.mask == whole.completions.first?.completion.mask)
        #expect(second.turns.count == (kind == .none ? 3 : 1))
        #expect(environment.counts.withLock { $0.steps } == (kind == .snapshot ? 1 : 3))
    }

    @Test func aServerWithoutIdsIsRefusedInALine() async throws {
        let server = try TemplateServer(Self.twoCalls)
        defer { server.server.stop() }
        await #expect(throws: EpisodesRefused.self) {
            _ = try await Self.run(server, AddingEnvironment(), kind: .ollama)
        }
    }
}

extension String {
    fileprivate func components(_ word: String) -> Int { ranges(of: word).count }
}

extension [(prompt: [Int32], sampled: [Int32])] {
    /// Each prompt once, shortest first.
    fileprivate func uniqued() -> Self {
        var seen: Set<[Int32]> = []
        return filter { seen.insert($0.prompt).inserted }.sorted { $0.prompt.count < $1.prompt.count }
    }
}
