import Experience
import JSON
import Synchronization
import Testing

@testable import Verifiers

@Suite(.timeLimit(.minutes(5))) struct VerdictCacheTests {
    /// Gives verdicts in turn, the last one for ever, and counts.
    final class Judge: Sendable {
        private let verdicts: [Verdict]
        private let asked = Mutex(0)
        var count: Int { asked.withLock { $0 } }

        init(_ verdicts: [Verdict]) { self.verdicts = verdicts }

        func next() -> Verdict {
            asked.withLock {
                $0 += 1
                return verdicts[min($0, verdicts.count) - 1]
            }
        }
    }

    private static func key(_ program: String, rowBytes: Int = 0) -> VerdictCache.Key {
        VerdictCache.Key(
            program: program, row: JSONRow(["x": .string(String(repeating: "x", count: rowBytes))]), answer: nil,
            id: "1")
    }

    private static func cache(_ capacity: Int = 10, bytes: Int = 1 << 20) -> VerdictCache {
        VerdictCache(capacity: capacity, bytes: bytes)
    }

    private static let slow: Verdict = {
        var verdict = Verdict.incorrect(reason: "timeout")
        verdict.details = ["tests": [["status": "pass"], ["status": "timeout"]]]
        return verdict
    }()

    @Test func knownVerdictsAreNotJudgedAgain() async {
        for known in [Verdict.correct(), .incorrect(), .noAnswer()] {
            let (cache, judge) = (Self.cache(), Judge([known]))
            for _ in 0..<3 { #expect(await cache.verdict(Self.key("a")) { judge.next() } == known) }
            #expect(judge.count == 1 && cache.counts.hits == 2 && cache.counts.misses == 1)
        }
    }

    @Test(arguments: [Verdict.verifierError(reason: "infrastructure_error"), .timeout(), .cancelled, slow])
    func whatMayEndDifferentlyIsJudgedAgain(first: Verdict) async {
        let (cache, judge) = (Self.cache(), Judge([first, .correct()]))
        #expect(await cache.verdict(Self.key("a")) { judge.next() } == first)
        #expect(await cache.verdict(Self.key("a")) { judge.next() } == .correct())
        #expect(judge.count == 2)
    }

    @Test("A failure is its own judge's alone: who waits meanwhile judges again")
    func failuresAreNotHandedOn() async {
        // Each yield waits for a pool that other suites keep busy: three rounds are as good as fifty.
        for _ in 0..<3 {
            let cache = Self.cache()
            let (failures, calls) = (Counter(), Counter())
            let verdicts = await withTaskGroup(of: Verdict.self) { group in
                for _ in 0..<40 {
                    group.addTask {
                        await cache.verdict(Self.key("a")) {
                            await Task.yield()
                            guard calls.add(1) <= 20 else { return .correct() }
                            failures.add(1)
                            return .verifierError(reason: "infrastructure_error")
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(verdicts.count { $0.outcome == .verifierError } == failures.now)
            #expect(calls.now == 21)
        }
    }

    @Test func whoIsCancelledWaitsForNobody() async {
        let cache = Self.cache()
        let (gate, open) = AsyncStream<Void>.makeStream()
        let (begun, bell) = AsyncStream<Void>.makeStream()
        async let first = cache.verdict(Self.key("a")) {
            bell.yield()
            for await _ in gate {}
            return .correct()
        }
        for await _ in begun.prefix(1) {}
        let waiting = Task { await cache.verdict(Self.key("a")) { .incorrect() } }
        waiting.cancel()
        #expect(await waiting.value.isCancelled)
        open.finish()
        #expect(await first == .correct())
        #expect(await cache.verdict(Self.key("a")) { .incorrect() } == .correct())
    }

    @Test func rowsCountInBytes() async {
        let (cache, judge) = (Self.cache(1000, bytes: 3 << 20), Judge([.correct()]))
        for program in 0..<10 { _ = await cache.verdict(Self.key("\(program)", rowBytes: 1 << 20)) { judge.next() } }
        _ = await cache.verdict(Self.key("9", rowBytes: 1 << 20)) { judge.next() }
        #expect(judge.count == 10)
        _ = await cache.verdict(Self.key("0", rowBytes: 1 << 20)) { judge.next() }
        #expect(judge.count == 11)
    }

    @Test func whatWasUsedLastStays() async {
        let (cache, judge) = (Self.cache(2), Judge([.correct()]))
        for program in ["a", "b", "a", "c", "a"] { _ = await cache.verdict(Self.key(program)) { judge.next() } }
        #expect(judge.count == 3)
    }
}
