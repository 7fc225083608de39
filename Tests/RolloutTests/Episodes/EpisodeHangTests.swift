import Experience
import Foundation
import Synchronization
import TestServers
import Testing

@testable import Rollout

/// Steps that never answer, many of them.
@Suite(.timeLimit(.minutes(20))) struct EpisodeHangTests {
    /// One step of a hundred never answers: ASSAY_HANGS=10000 for as many episodes as the promise is about.
    @Test func stepsThatHangCostTheirDeadlinesAlone() async throws {
        let measured = ProcessInfo.processInfo.environment["ASSAY_HANGS"].flatMap { Int($0) }
        let count = measured ?? 300
        // Beside the rest of the suite an honest step may wait for a core; alone it does not.
        let deadline = measured == nil ? 5 : 0.5
        let server = try TemplateServer(EpisodeDriverTests.twoCalls)
        defer { server.server.stop() }
        func seconds(_ environment: AddingEnvironment) async throws -> (Double, EpisodeDriverTests.Kept) {
            let start = ContinuousClock.now
            let kept = try await EpisodeDriverTests.run(server, environment, episodes: count) { options, _ in
                (options.stepTimeout, options.attempts) = (deadline, 3)
            }
            return ((ContinuousClock.now - start) / .seconds(1), kept)
        }
        let plain = AddingEnvironment()
        let (plainSeconds, _) = try await seconds(plain)
        let hanging = AddingEnvironment { key in
            var hash = UInt64(key.episode.index * 31 + key.episode.attempt * 7 + key.turn) &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash >> 32
            return hash % 100 == 0
        }
        let (hangingSeconds, kept) = try await seconds(hanging)
        #expect(kept.failures.isEmpty)
        #expect(Set(kept.completions.map(\.completion.index)).count == count)
        // Everything that was begun is ended, the tries that hung among it, which nobody waits for.
        try await eventually { hanging.counts.withLock { $0.starts <= $0.ends.count } }
        let (before, after) = (plain.counts.withLock { $0 }, hanging.counts.withLock { $0 })
        #expect(after.starts > count)
        guard measured != nil else { return }
        // 16 at once; each hanging step holds one until its deadline.
        let deadlines = Double(after.starts - count) * deadline / 16
        let expected = plainSeconds * Double(after.steps) / Double(before.steps) + deadlines
        print("hangs: \(after.starts - count) of \(after.steps) steps, \(hangingSeconds) s, expected \(expected) s")
        #expect(hangingSeconds <= 1.05 * expected)
    }
}
