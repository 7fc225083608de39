import Experience
import Synchronization
import TestServers
import Testing

@testable import Rollout

@Suite(.timeLimit(.minutes(5))) struct SchedulingTests {
    private func answering() throws -> FaultServer {
        try FaultServer { _, connection in
            connection.reply(200, Canned.completion())
            return .keep
        }
    }

    @Test func samplesOfAProblemMeetAtOneEndpoint() async throws {
        let servers = try (0..<3).map { _ in try answering() }
        defer { for server in servers { server.stop() } }
        let engine = try Harness.engine(servers) { $0.concurrency = 3 }
        // One sample at a time never spills.
        let (collected, _) = try await Harness.run(
            engine,
            (0..<30).map { ordinal in
                WorkItem(ordinal: ordinal, problem: Problem(id: "p\(ordinal % 10)"), missing: [0])
            })
        #expect(collected.completions.count == 30)
        #expect(servers.allSatisfy { !$0.posts.isEmpty })
        let pool = EndpointPool(engine.endpoints, concurrency: 300)
        for key in 0..<100 as Range<UInt64> {
            let first = await pool.acquire(key)
            #expect(await pool.acquire(key) == first)
        }
    }

    @Test func rendezvousMovesOnlyTheLostEndpointsProblems() async throws {
        let endpoints = try (0..<4).map { try Endpoint(url: "http://h\($0)", server: .vllm, model: "m") }
        let all = EndpointPool(endpoints, concurrency: 40_000)
        let fewer = EndpointPool(Array(endpoints.dropLast()), concurrency: 40_000)
        var moved = 0
        for key in 0..<1000 as Range<UInt64> {
            let before = await all.acquire(key)
            if before == 3 { moved += 1 } else { #expect(await fewer.acquire(key) == before) }
        }
        #expect((150...350).contains(moved))
    }

    @Test func fullEndpointsSpill() async throws {
        let endpoints = try (0..<2).map { try Endpoint(url: "http://h\($0)", server: .vllm, model: "m") }
        let pool = EndpointPool(endpoints, concurrency: 4)
        var taken: [Int?] = []
        for _ in 0..<4 { taken.append(await pool.acquire(7)) }
        #expect(taken[0] == taken[1] && taken[2] == taken[3] && taken[0] != taken[2])
        let waiting = Task { await pool.acquire(7) }
        try await Task.sleep(for: .milliseconds(20))
        pool.release(taken[2] ?? 0, success: true)
        #expect(await waiting.value == taken[2])
        let ended = Task { await pool.acquire(7) }
        pool.close()
        #expect(await ended.value == nil)
    }

    @Test func failingEndpointIsLeftAndProbed() {
        var breaker = Breaker(threshold: 3, firstPause: 1, longestPause: 4)
        for _ in 0..<3 {
            #expect(breaker.admits(at: 0))
            breaker.begin()
            breaker.end(success: false, at: 0)
        }
        #expect(!breaker.admits(at: 0.9) && breaker.admits(at: 1))
        breaker.begin()
        #expect(!breaker.admits(at: 100))
        breaker.end(success: false, at: 1)
        #expect(!breaker.admits(at: 2.9) && breaker.admits(at: 3))
        breaker.begin()
        breaker.end(success: true, at: 3)
        #expect(breaker.admits(at: 3) && !breaker.isOpen)
    }

    @Test func aDeadEndpointDoesNotStopTheOther() async throws {
        let good = try answering()
        let dead = try FaultServer { _, _ in .close }
        dead.stop()
        defer { good.stop() }
        let engine = try Harness.engine([good, dead])
        let (collected, summary) = try await Harness.run(engine, Harness.items(40, n: 2))
        #expect(collected.completions.count == 80 && summary.failures.isEmpty)
    }

    @Test func limitFollowsTheCache() {
        var limit = AdaptiveLimit(start: 100, maximum: 200)
        limit.observe(ServerLoad(cacheUsage: 0.5, waiting: 0), inFlight: 100)
        #expect(limit.value == 110)
        limit.observe(ServerLoad(cacheUsage: 0.5, waiting: 0), inFlight: 20)
        #expect(limit.value == 110)
        limit.observe(ServerLoad(cacheUsage: 0.7, waiting: 0), inFlight: 110)
        #expect(limit.value == 110)
        limit.observe(ServerLoad(cacheUsage: 0.85, waiting: 0), inFlight: 110)
        #expect(limit.value == 99)
        limit.observe(ServerLoad(cacheUsage: 0.95, waiting: 0), inFlight: 99)
        #expect(limit.value == 49)
        for _ in 0..<100 { limit.observe(ServerLoad(cacheUsage: 0, waiting: 0), inFlight: 500) }
        #expect(limit.value == 200)
        for _ in 0..<100 { limit.observe(ServerLoad(cacheUsage: 1, waiting: 9), inFlight: 0) }
        #expect(limit.value == 1)
    }

    @Test(.enabled(if: Captures.isPresent, "../shared/data/servers is absent"))
    func metricsOfRealServers() throws {
        let vllm = try ServerLoad(
            metrics: String(decoding: Captures.bytes("vllm-0.32.0-cpu.metrics.json"), as: UTF8.self))
        #expect(vllm == ServerLoad(cacheUsage: 0, waiting: 0))
        let llama = try ServerLoad(
            metrics: String(decoding: Captures.bytes("llamacpp-xllamacpp.metrics.json"), as: UTF8.self))
        #expect(llama == ServerLoad(cacheUsage: nil, waiting: 0))
        #expect(ServerLoad(metrics: "up 1\n") == nil)
    }

    @Test func capacityIsAReaLs() async {
        var limits = Admission.Limits()
        limits.batch = 2
        limits.maxStaleness = 1
        let admission = Admission(limits)
        // (1 + 0 + 1) * 2 groups may be begun before the first update.
        for _ in 0..<4 { #expect(await admission.admit()) }
        let fifth = Task { await admission.admit() }
        try? await Task.sleep(for: .milliseconds(20))
        #expect(admission.counts.begun == 4)
        admission.finish()
        admission.judge(isInformative: true)
        #expect(admission.counts.begun == 4)
        admission.advance(to: 1)
        #expect(await fifth.value)
        #expect(await admission.admit())
        #expect(admission.counts.begun == 6)
    }

    /// DAPO: groups without variance are replaced, up to the cap.
    @Test func dynamicSamplingEndsWithEnoughGroups() async throws {
        let server = try answering()
        defer { server.stop() }
        var limits = Admission.Limits()
        limits.maxInFlight = 4
        limits.wantedGroups = 5
        limits.maxGroups = 50
        let admission = Admission(limits)
        let engine = try Harness.engine([server])
        let seen = Mutex<[Int: Int]>([:])
        let source = Mutex(Harness.items(100, n: 2)[...])
        _ = try await engine.run({ source.withLock { $0.popFirst() } }, admission: admission) { batch in
            for case .completion(let sample) in batch {
                let count = seen.withLock { seen in
                    seen[sample.ordinal, default: 0] += 1
                    return seen[sample.ordinal]
                }
                // Every third group teaches something.
                if count == 2 { admission.judge(isInformative: sample.ordinal % 3 == 0) }
            }
        }
        #expect(admission.counts.accepted >= 5 && admission.counts.begun <= 24 && !admission.counts.hitCap)
    }

    @Test func wantedGroupsAreInFlightUntilJudged() async {
        var limits = Admission.Limits()
        limits.wantedGroups = 3
        limits.maxInFlight = 2
        limits.maxGroups = 4
        let admission = Admission(limits)
        admission.recall(isInformative: true)
        for _ in 0..<2 { #expect(await admission.admit()) }
        for _ in 0..<2 { admission.finish() }
        let third = Task { await admission.admit() }
        try? await Task.sleep(for: .milliseconds(20))
        #expect(admission.counts.begun == 3)
        admission.judge(isInformative: false)
        #expect(await third.value)
        admission.finish()
        for _ in 0..<2 { admission.judge(isInformative: false) }
        #expect(await !admission.admit(), "four begun, the earlier one among them")
        #expect(admission.counts.hitCap && admission.counts.accepted == 1)
    }

    /// Nobody judges a group that lacks a sample; it must not hold its place for ever.
    @Test func brokenGroupsAreNotInFlight() async throws {
        let server = try FaultServer { _, connection in
            connection.reply(400, "{}")
            return .keep
        }
        defer { server.stop() }
        var limits = Admission.Limits()
        limits.wantedGroups = 1
        limits.maxInFlight = 1
        let admission = Admission(limits)
        let (collected, _) = try await Harness.run(
            Harness.engine([server]), Harness.items(3, n: 2), admission: admission)
        #expect(collected.failures.count == 6 && admission.counts.broken == 3)
    }

    @Test func dynamicSamplingStopsAtTheCap() async throws {
        let server = try answering()
        defer { server.stop() }
        var limits = Admission.Limits()
        limits.wantedGroups = 5
        limits.maxGroups = 10
        let admission = Admission(limits)
        let (collected, _) = try await Harness.run(
            Harness.engine([server]), Harness.items(100, n: 2), admission: admission)
        #expect(collected.completions.count == 20)
        #expect(admission.counts.hitCap && admission.counts.accepted == 0)
    }

    @Test func budgetsEndSampling() async throws {
        let server = try answering()
        defer { server.stop() }
        let (_, requests) = try await Harness.run(
            Harness.engine([server]) { $0.requestBudget = 10 }, Harness.items(100, n: 2))
        #expect(requests.exhaustedBudget == "request_budget" && (10...18).contains(requests.requests))
        let (_, tokens) = try await Harness.run(
            Harness.engine([server]) { $0.tokenBudget = 30 }, Harness.items(100, n: 2))
        #expect(tokens.exhaustedBudget == "token_budget" && (30...60).contains(tokens.tokens))
    }

    /// Stragglers are cut off when enough is there; what they had goes on in the next run.
    @Test func stragglersArePartialsAndGoOn() async throws {
        let server = try FaultServer { request, connection in
            connection.startStream()
            if request.body.contains("\"prompt\":[") {
                connection.send(Canned.event("!", 9, finish: "\"stop\""))
            } else {
                connection.send(Canned.event("a", 1, prompt: "[7,8]") + Canned.event("b", 2))
                connection.waitForClose()
            }
            return .close
        }
        defer { server.stop() }
        var limits = Admission.Limits()
        limits.wantedGroups = 1
        let admission = Admission(limits)
        let engine = try Harness.engine([server]) { $0.stream = true }
        let item = Harness.items(1, n: 2)
        let collected = Collected()
        let run = Task { try await Harness.run(engine, item, admission: admission, collected: collected) }
        try await eventually { server.posts.count >= 2 }
        try await Task.sleep(for: .milliseconds(50))
        admission.judge(isInformative: true)
        let summary = try await run.value.1
        #expect(summary.partials == 2 && collected.completions.isEmpty)
        #expect(collected.partials.allSatisfy { $0.completion.tokenIDs == [1, 2] && $0.completion.finish == .abort })
        var rest = item[0]
        rest.partials = collected.partials
        let (second, _) = try await Harness.run(engine, [rest])
        #expect(second.completions.count == 2)
        #expect(second.completions.allSatisfy { $0.completion.text == "ab!" && $0.completion.tokenIDs == [1, 2, 9] })
        #expect(second.completions.allSatisfy { $0.promptIDs == [7, 8] })
    }

    /// Of two choices in one stream one is whole and waits for the other: neither is lost.
    @Test func choicesOfOneRequestAreKeptApart() async throws {
        let server = try FaultServer { _, connection in
            connection.startStream()
            connection.send(
                Canned.event("a", 1, prompt: "[7,8]") + Canned.event("b", 2, finish: "\"stop\"")
                    + Canned.event("c", 3, prompt: "[7,8]").replacing("\"index\":0", with: "\"index\":1"))
            connection.waitForClose()
            return .close
        }
        defer { server.stop() }
        let engine = try Harness.engine([server]) { options in
            options.stream = true
            options.samplesPerRequest = 2
        }
        var item = Harness.items(1, n: 4)[0]
        item.missing = [1, 3]
        let source = Mutex([item][...])
        let collected = Collected()
        let run = Task {
            try await engine.run({ source.withLock { $0.popFirst() } }) { collected.add($0) }
        }
        try await eventually { !server.posts.isEmpty }
        try await Task.sleep(for: .milliseconds(100))
        run.cancel()
        let summary = try await run.value
        #expect(summary.completions == 1 && summary.partials == 1)
        #expect(collected.completions.map(\.completion.index) == [1])
        #expect(collected.completions.first?.completion.tokenIDs == [1, 2])
        #expect(collected.partials.map(\.completion.index) == [3])
        #expect(collected.partials.first?.completion.tokenIDs == [3])
    }

    /// The last token has come and the stream's end has not: the next run must not go on behind the end.
    @Test func aSampleThatHasEndedIsNoBeginning() async throws {
        let server = try FaultServer { _, connection in
            connection.startStream()
            connection.send(
                Canned.event("a", 1, prompt: "[7,8]") + Canned.event("b", 2, finish: "\"stop\""))
            connection.waitForClose()
            return .close
        }
        defer { server.stop() }
        let engine = try Harness.engine([server]) { $0.stream = true }
        let collected = Collected()
        let run = Task { try await Harness.run(engine, Harness.items(1, n: 1), collected: collected) }
        try await eventually { !server.posts.isEmpty }
        try await Task.sleep(for: .milliseconds(100))
        run.cancel()
        let summary = try await run.value.1
        #expect(summary.completions == 1 && summary.partials == 0 && collected.partials.isEmpty)
        #expect(collected.completions.first?.completion.finish == .stop)
        #expect(collected.completions.first?.completion.tokenIDs == [1, 2])
    }
}
