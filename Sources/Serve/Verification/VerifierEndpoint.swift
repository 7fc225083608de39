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

    // These never wait for anything but the processor, so that a deadline is looked at between chunks only.
    private static let computations: Set<String> = ["math", "exact", "choice", "regex"]

    init(name: String, verifier: any Verifier, cores: Int, maxPending: Int) {
        self.name = name
        self.verifier = verifier
        isComputation = Self.computations.contains(verifier.name)
        chunkSize = isComputation ? 128 : 16
        lane = Lane(slots: isComputation ? cores : 4 * cores, maxPending: maxPending)
    }

    /// Verdicts given since the start, by outcome.
    var counts: [Outcome: Int] { outcomes.withLock { $0 } }

    /// Judges one item; what is not judged by `deadline` is a time-out. Throws when the lane is full.
    func verify(_ item: VerificationItem, deadline: ContinuousClock.Instant) async throws -> Verdict {
        guard isComputation else {
            return try await verify([item], deadline: deadline).first
                ?? .verifierError(reason: "noVerdict", explanation: "'\(name)' gave no verdict for the item")
        }
        guard lane.admit(1, within: Self.seconds(until: deadline)) else { throw full }
        let clock = ContinuousClock()
        let verdict = await lane.inSlot(1) {
            let start = clock.now
            var verdict = await verifier.verify(item)
            verdict.milliseconds = (clock.now - start) / .milliseconds(1)
            return verdict
        }
        lane.leave(1)
        count([verdict])
        return verdict
    }

    /// Judges items, in their order, in chunks on all slots that are free.
    func verify(_ items: [VerificationItem], deadline: ContinuousClock.Instant) async throws -> [Verdict] {
        if items.isEmpty { return [] }
        guard lane.admit(items.count, within: Self.seconds(until: deadline)) else { throw full }
        let verdicts = await judge(items, deadline: deadline)
        count(verdicts)
        return verdicts
    }

    private func judge(_ items: [VerificationItem], deadline: ContinuousClock.Instant) async -> [Verdict] {
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
                ContinuousClock.now < deadline && !Task.isCancelled ? await self.verifier.verify(chunk) : nil
            }
            self.lane.leave(chunk.count)
            return verdicts
        }
        let verdicts = isComputation ? await work() : await Deadline.run(until: deadline, work) ?? nil
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
