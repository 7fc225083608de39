import Experience
import Synchronization
import Verifiers

/// A verifier under the name that requests use, with its lane and its counts.
final class VerifierEndpoint: Sendable {
    let name: String
    let verifier: any Verifier
    let lane: Lane
    let latency = Histogram()
    private let outcomes = Mutex<[Outcome: Int]>([:])
    private let chunkSize: Int
    private let isComputation: Bool

    // Far more than one item of a computation ever takes: with that much time left nobody need watch the clock.
    private static let ample = Duration.seconds(5)

    init(name: String, verifier: any Verifier, cores: Int, maxPending: Int) {
        self.name = name
        self.verifier = verifier
        // These wait for nothing but the processor, within budgets of their own; another's of the same name may do anything.
        isComputation =
            verifier is MathVerifier || verifier is ExactVerifier || verifier is ChoiceVerifier
            || verifier is RegexVerifier
        chunkSize = isComputation ? 128 : 16
        lane = Lane(slots: isComputation ? cores : 4 * cores, maxPending: maxPending)
    }

    /// Verdicts given since the start, by outcome.
    var counts: [Outcome: Int] { outcomes.withLock { $0 } }

    /// Judges one item; see the other.
    func verify(_ item: VerificationItem, deadline: ContinuousClock.Instant) async throws -> Verdict {
        try await verify([item], deadline: deadline)[0]  // total: one verdict per item
    }

    /// Judges items, in their order, in chunks on all slots that are free; a chunk that is not judged by `deadline` is a
    /// time-out.
    ///
    /// Throws `APIError` when the lane is full, and `CancellationError` when nobody waits any more: then nothing was counted,
    /// and what had not begun is not judged.
    func verify(_ items: [VerificationItem], deadline: ContinuousClock.Instant) async throws -> [Verdict] {
        if items.isEmpty { return [] }
        guard lane.admit(items.count, within: Self.seconds(until: deadline)) else { throw full }
        let verdicts = await judge(items, deadline: deadline)
        try Task.checkCancellation()
        count(verdicts)
        return verdicts
    }

    private func judge(_ items: [VerificationItem], deadline: ContinuousClock.Instant) async -> [Verdict] {
        if items.count <= chunkSize { return await judge(chunk: items, deadline: deadline) }
        let starts = Array(stride(from: 0, to: items.count, by: chunkSize))
        let chunks = await withTaskGroup(of: (Int, [Verdict]).self) { group in
            for start in starts {
                let chunk = Array(items[start..<min(start + chunkSize, items.count)])
                group.addTask { (start, await self.judge(chunk: chunk, deadline: deadline)) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        return starts.flatMap { chunks[$0] ?? [] }
    }

    // The lane is left when the work has ended, which may be after the deadline: a hung verifier fills its lane, no other.
    private func judge(chunk: [VerificationItem], deadline: ContinuousClock.Instant) async -> [Verdict] {
        let work = { @Sendable in
            let verdicts = await self.lane.inSlot(chunk.count) {
                ContinuousClock.now < deadline && !Task.isCancelled ? await self.verifier.verdicts(of: chunk) : nil
            }
            self.lane.leave(chunk.count)
            return verdicts
        }
        let isWatched = !isComputation || chunk.count > 1 || deadline - .now < Self.ample
        let verdicts = isWatched ? await Deadline.run(until: deadline, work) ?? nil : await work()
        return verdicts
            ?? chunk.map { _ in
                .timeout(reason: "deadline", explanation: "not judged before the request's deadline")
            }
    }

    private static func seconds(until deadline: ContinuousClock.Instant) -> Double {
        (deadline - .now) / .seconds(1)
    }

    private func count(_ verdicts: [Verdict]) {
        outcomes.withLock { counts in
            for verdict in verdicts { counts[verdict.outcome, default: 0] += 1 }
        }
        for verdict in verdicts { latency.record(verdict.milliseconds / 1000) }
    }

    private var full: APIError { .overloaded("'\(name)' has \(lane.load.pending) items waiting") }
}
