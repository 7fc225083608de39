import Experience
import HTTPTypes
import Numbers
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

    init(name: String, verifier: any Verifier, cores: Int, maxPending: Int, maxPerOwner: Int) {
        self.name = name
        self.verifier = verifier
        // These wait for nothing but the processor, within budgets of their own; another's of the same name may do anything.
        isComputation =
            verifier is MathVerifier || verifier is ExactVerifier || verifier is ChoiceVerifier
            || verifier is RegexVerifier
        // Programs are let in one by one: a small request must not wait behind another's pack of them.
        let runsPrograms = verifier is CodeVerifier
        // Of a server elsewhere a chunk is a request.
        let remote = (verifier as? HTTPVerifier)?.batchSize
        chunkSize = isComputation ? 128 : runsPrograms ? 1 : remote ?? 16
        let slots =
            runsPrograms ? Slots.ofPrograms(cores: cores) : Slots(isComputation ? cores : 4 * cores)
        lane = Lane(slots: slots, maxPending: maxPending, maxPerOwner: maxPerOwner)
    }

    /// Items that keep all of its places busy.
    var fill: Int { chunkSize * lane.slots.count }

    /// Verdicts given since the start, by outcome.
    var counts: [Outcome: Int] { outcomes.withLock { $0 } }

    /// Judges one item; see the other.
    func verify(
        _ item: VerificationItem, for share: WorkShare, deadline: ContinuousClock.Instant
    ) async throws -> Verdict {
        try await verify([item], for: share, deadline: deadline)[0]  // total: one verdict per item
    }

    /// Judges items, in their order, in chunks on all slots that are free; a chunk that is not judged by `deadline` is a
    /// time-out.
    ///
    /// Throws `APIError` when the lane is full, and `CancellationError` when nobody waits any more: then nothing was counted,
    /// and what had not begun is not judged.
    func verify(
        _ items: [VerificationItem], for share: WorkShare, deadline: ContinuousClock.Instant
    ) async throws -> [Verdict] {
        if items.isEmpty { return [] }
        do {
            try lane.admit(items.count, for: share, within: Self.seconds(until: deadline))
        } catch {
            throw APIError.refused(by: error, of: name)
        }
        let verdicts = await judge(items, for: share, deadline: deadline)
        try Task.checkCancellation()
        count(verdicts)
        return verdicts
    }

    /// Why a problem's gold can never be judged by; nil where another try may succeed.
    func permanentFault(of item: VerificationItem, _ verdict: Verdict) async -> String? {
        guard verdict.outcome == .verifierError else { return nil }
        if let fault = await verifier.goldFault(of: item.problem) { return fault.reason }
        return Self.permanentReasons.contains(verdict.reason) ? verdict.explanation ?? verdict.reason : nil
    }

    // Nothing about the same row will be another time.
    private static let permanentReasons: Set<String> = [
        "unparsedGold", "unreadableTests", "missingToolchain", "noGold", "badSchema", "badInstruction",
    ]

    private func judge(
        _ items: [VerificationItem], for share: WorkShare, deadline: ContinuousClock.Instant
    ) async -> [Verdict] {
        if items.count <= chunkSize { return await judge(chunk: items, after: 0, for: share, deadline: deadline) }
        let starts = Array(stride(from: 0, to: items.count, by: chunkSize))
        let chunks = await withTaskGroup(of: (Int, [Verdict]).self) { group in
            for start in starts {
                let chunk = Array(items[start..<min(start + chunkSize, items.count)])
                group.addTask { (start, await self.judge(chunk: chunk, after: start, for: share, deadline: deadline)) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        return starts.flatMap { chunks[$0] ?? [] }
    }

    // The lane is left when the work has ended, which may be after the deadline: a hung verifier fills its lane, no other.
    private func judge(
        chunk: [VerificationItem], after offset: Int, for share: WorkShare, deadline: ContinuousClock.Instant
    ) async -> [Verdict] {
        let work = { @Sendable () -> [Verdict]? in
            let verdicts = await self.lane.slots.run(chunk.count, after: offset, for: share) {
                ContinuousClock.now < deadline && !Task.isCancelled ? await self.verifier.verdicts(of: chunk) : nil
            }
            self.lane.leave(chunk.count, for: share)
            return verdicts ?? nil
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
}

extension Slots {
    /// Places for programs: as many as there are cores while all of them compute, and far more while they sleep.
    static func ofPrograms(cores: Int) -> Slots {
        Slots(cores, most: programPlaces(cores: cores), idle: ProcessorLoad().idle)
    }

    /// What `ofPrograms` lets in at most.
    static func programPlaces(cores: Int) -> Int { min(1024, max(32, 16 * cores)) }
}

extension APIError {
    /// What a client is told when a lane takes no more.
    static func refused(
        by refusal: Lane.Refusal, of name: String, status: HTTPResponse.Status = .serviceUnavailable
    ) -> APIError {
        switch refusal {
        case .full(let count): .overloaded("'\(name)' has \(count) items waiting", status: status)
        case .quota(let count):
            .overloaded("this token has \(count) items waiting at '\(name)', its share", status: .tooManyRequests)
        case .late(let seconds):
            .overloaded("'\(name)' is busy for about \(Int(clamping: seconds, .up)) s more", status: status)
        }
    }
}
