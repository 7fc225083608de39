import Experience
import Synchronization
import TestServers
import Testing

@testable import Rollout

@Suite(.timeLimit(.minutes(5))) struct RolloutEngineTests {
    private func items(_ count: Int, n: Int) -> [WorkItem] { Harness.items(count, n: n) }

    private func engine(
        _ server: FaultServer, _ change: (inout RolloutOptions) -> Void = { _ in }
    ) throws -> RolloutEngine { try Harness.engine([server], change) }

    private func run(_ engine: RolloutEngine, _ items: [WorkItem]) async throws -> (Collected, RolloutSummary) {
        try await Harness.run(engine, items)
    }

    @Test func everySampleOnce() async throws {
        let server = try FaultServer { _, connection in
            connection.reply(200, Canned.completion())
            return .keep
        }
        defer { server.stop() }
        let (collected, summary) = try await run(engine(server), items(10, n: 4))
        let keys = Set(collected.completions.map { "\($0.ordinal).\($0.completion.index)" })
        #expect(keys.count == 40 && collected.completions.count == 40)
        #expect(summary.completions == 40 && summary.requests == 40 && summary.tokens == 120)
        #expect(server.posts.count == 40)
        #expect(Set(collected.completions.map { $0.completion.seed }).count == 40)
        #expect(Set(server.posts.map { $0.headers["x-request-id"] }).count == 40)
        let one = try #require(collected.completions.first)
        #expect(one.promptIDs == [7, 8])
        #expect(one.completion.tokenIDs == [1, 2, 3])
        #expect(one.completion.logprobs == [-0.5, -0.25, -1])
        #expect(one.unusable == nil)
        #expect(one.completion.endpoint == server.url)
    }

    @Test func onlyMissingIndicesAreAsked() async throws {
        let server = try FaultServer { _, connection in
            connection.reply(200, Canned.completion())
            return .keep
        }
        defer { server.stop() }
        var item = items(1, n: 8)[0]
        item.missing = [2, 5]
        let (collected, _) = try await run(engine(server), [item])
        #expect(collected.completions.map(\.completion.index).sorted() == [2, 5])
        #expect(server.posts.count == 2)
    }

    @Test func seedsAreStable() async throws {
        let problem = Problem(id: "p", dataset: "d")
        let seeds = (0..<1000).map { SampleSeed.derive(run: 1, problem: problem, ordinal: 0, index: $0) }
        #expect(Set(seeds).count == 1000)
        #expect(seeds.allSatisfy { $0 < 1 << 31 })
        #expect(seeds[0] == SampleSeed.derive(run: 1, problem: problem, ordinal: 0, index: 0))
        #expect(seeds[0] != SampleSeed.derive(run: 2, problem: problem, ordinal: 0, index: 0))
        #expect(seeds[0] != SampleSeed.derive(run: 1, problem: problem, ordinal: 1, index: 0))
    }

    @Test func retriesThenSucceeds() async throws {
        let server = try FaultServer { request, connection in
            if request.number < 3 {
                connection.reply(503, "busy", headers: ["Retry-After: 1"])
            } else {
                connection.reply(200, Canned.completion())
            }
            return .keep
        }
        defer { server.stop() }
        let (collected, summary) = try await run(engine(server) { $0.concurrency = 1 }, items(1, n: 1))
        #expect(collected.completions.first?.completion.attempt == 4)
        #expect(summary.retries == ["http503": 3])
        #expect(Set(server.posts.map { $0.headers["x-request-id"] }).count == 4)
    }

    @Test func finalErrorsAreAskedOnce() async throws {
        let server = try FaultServer { _, connection in
            connection.reply(400, #"{"error":{"message":"too long","type":"BadRequestError"}}"#)
            return .keep
        }
        defer { server.stop() }
        let (collected, summary) = try await run(engine(server), items(1, n: 2))
        #expect(server.posts.count == 2)
        #expect(summary.failures == ["http400": 2])
        let failure = try #require(collected.failures.first)
        #expect(failure.reason == "http400" && failure.attempts == 1)
        #expect(failure.message.contains("problem \"p0\"") && failure.message.hasSuffix("HTTP 400: too long"))
    }

    @Test func severalSamplesPerRequest() async throws {
        let server = try FaultServer { request, connection in
            let count = request.body.contains("\"n\":3") ? 3 : 2
            let choices = (0..<count).map { Canned.choice($0, "t\($0)", "[1]", "[-1]") }.joined(separator: ",")
            connection.reply(200, #"{"model":"tiny","choices":[\#(choices)]}"#)
            return .keep
        }
        defer { server.stop() }
        let (collected, summary) = try await run(engine(server) { $0.samplesPerRequest = 3 }, items(1, n: 5))
        #expect(summary.requests == 2)
        #expect(collected.completions.map(\.completion.index).sorted() == [0, 1, 2, 3, 4])
        // The server repeats the prompt in each choice.
        #expect(collected.completions.allSatisfy { $0.promptIDs == [7, 8] })
    }

    @Test func aServerWithoutVersionsGetsThatOfTheWork() async throws {
        let server = try FaultServer { _, connection in
            connection.reply(200, Canned.completion())
            return .keep
        }
        defer { server.stop() }
        var work = items(1, n: 1)
        work[0].policyVersion = 7
        let (collected, _) = try await run(engine(server), work)
        #expect(collected.completions.map(\.completion.weightSpans) == [[WeightSpan(version: 7, tokens: 0..<3)]])
    }

    @Test func aSinkThatFailsStopsTheRun() async throws {
        let server = try FaultServer { _, connection in
            connection.reply(200, Canned.completion())
            return .keep
        }
        defer { server.stop() }
        let engine = try engine(server)
        let source = Mutex(items(1000, n: 4)[...])
        await #expect(throws: TestFailure.self) {
            _ = try await engine.run({ source.withLock { $0.popFirst() } }) { _ in throw TestFailure("disk full") }
        }
        #expect(server.posts.count < 2000)
    }

    @Test func aSourceThatFailsKeepsWhatIsDone() async throws {
        let server = try FaultServer { _, connection in
            connection.reply(200, Canned.completion())
            return .keep
        }
        defer { server.stop() }
        let engine = try engine(server)
        let collected = Collected()
        let source = Mutex(items(3, n: 2)[...])
        await #expect(throws: TestFailure.self) {
            _ = try await engine.run({
                guard let item = source.withLock({ $0.popFirst() }) else { throw TestFailure("bad row") }
                return item
            }) { batch in collected.add(batch) }
        }
        #expect(collected.completions.count == 6)
    }

    @Test func cancellationDeliversWhatArrived() async throws {
        let server = try FaultServer { request, connection in
            if request.number >= 20 { connection.waitForClose() }
            connection.reply(200, Canned.completion())
            return .keep
        }
        defer { server.stop() }
        let engine = try engine(server)
        let collected = Collected()
        let source = Mutex(items(100, n: 4)[...])
        let task = Task {
            try await engine.run({ source.withLock { $0.popFirst() } }) { batch in
                collected.add(batch)
            }
        }
        try await eventually { server.posts.count >= 28 }
        task.cancel()
        let summary = try await task.value
        #expect(summary.wasCancelled)
        #expect(collected.completions.count == 20 && summary.completions == 20)
        #expect(collected.failures.isEmpty)
    }
}
