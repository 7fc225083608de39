import Experience
import JSON
import Workers

/// What every worker of a verifier is started with.
struct WorkerSettings: Sendable {
    var command: [String]
    /// What messages call it.
    var title: String
    var environment: [String: String]
    var options: JSONValue
    /// Longest wait for the next reply, in seconds.
    var timeout: Double
    var startTimeout: Double
    var maxMemoryMiB: Int
    var correctAt: Double
    /// Folders shown to a worker inside the sandbox; nil to start it outside.
    var sandbox: [String]?
}

/// One worker process, started when it is first needed and again after it was ended.
actor Worker {
    private nonisolated let executor = BlockingExecutor(label: "assay.worker")
    private let settings: WorkerSettings
    private var process: (any WorkerChannel)?
    private var ready = WorkerMessages.Ready()
    private var failedStarts = 0
    private var lastFailure: (time: ContinuousClock.Instant, error: any Error)?
    private var isFinished = false

    /// A thread of its own: pipes block.
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ settings: WorkerSettings) { self.settings = settings }

    /// What came of a batch.
    struct Answer: Sendable {
        var verdicts: [Verdict]
        /// The batch was too slow as a whole though each item alone was not: send fewer at once.
        var wantsSmallerBatches = false
    }

    /// Judges all items, in their order. What an item does to the worker is that item's verdict alone: after a failure
    /// the unanswered items go one by one, to a fresh process, until the culprit is known.
    func judge(_ items: [VerificationItem], _ cancellation: Cancellation) -> Answer {
        var answer = Answer(verdicts: [])
        var verdicts = [Verdict?](repeating: nil, count: items.count)
        var waiting = Array(items.indices)
        while let failure = exchange(waiting, of: items, into: &verdicts, cancellation) {
            let wasAlone = waiting.count == 1
            waiting.removeAll { verdicts[$0] != nil }
            if failure.isCommon || wasAlone {
                for slot in waiting { verdicts[slot] = failure.verdict }
                break
            }
            let culprit = waiting.first { slot in
                guard let failure = exchange([slot], of: items, into: &verdicts, cancellation) else { return false }
                verdicts[slot] = verdicts[slot] ?? failure.verdict
                return true
            }
            if culprit == nil, failure.verdict.outcome == .timeout { answer.wantsSmallerBatches = true }
            waiting.removeAll { verdicts[$0] != nil }
            if waiting.isEmpty { break }
        }
        // After the loop every slot has its verdict.
        answer.verdicts = verdicts.compactMap { $0 }
        return answer
    }

    /// Why it cannot be started; nil when it runs.
    func startFault(_ cancellation: Cancellation) -> String? {
        do {
            _ = try started(unless: cancellation)
            return nil
        } catch WorkerFailure.cancelled {
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// Ends the process: kindly, then not.
    func shutdown() {
        isFinished = true
        process?.finish(grace: 1)
        process = nil
    }

    /// Why an exchange ended before all was answered.
    private struct Failure {
        var verdict: Verdict
        /// Whether it is the same for every item, or one of them did it.
        var isCommon = false
    }

    /// Sends the items at `slots` and fills in what is answered.
    private func exchange(
        _ slots: [Int], of items: [VerificationItem], into verdicts: inout [Verdict?],
        _ cancellation: Cancellation
    ) -> Failure? {
        if cancellation.isCancelled || isFinished { return Failure(verdict: .cancelled, isCommon: true) }
        let process: any WorkerChannel
        do {
            process = try started(unless: cancellation)
        } catch WorkerFailure.cancelled {
            return Failure(verdict: .cancelled, isCommon: true)
        } catch {
            return Failure(
                verdict: .verifierError(reason: "workerNotStarted", explanation: "\(error)"), isCommon: true)
        }
        // Who knows the ids of one message cannot tell those of the next; JavaScript's numbers hold them.
        let firstID = Int.random(in: 1 << 32..<1 << 52)
        let message = WorkerMessages.verify(slots.map { items[$0] }, firstID: firstID, for: ready)
        var missing = slots.count
        do {
            try process.checkIsQuiet()
            try process.exchange(message, silence: settings.timeout) {
                if cancellation.isCancelled { throw WorkerFailure.cancelled }
                try checkMemory(of: process)
            } onLine: { line in
                for reply in try WorkerMessages.replies(line, for: ready, correctAt: settings.correctAt) {
                    guard (firstID..<firstID + slots.count).contains(reply.id) else {
                        throw ReplyError("it answers id \(reply.id), which this message does not have")
                    }
                    // Of two answers in one message the first counts.
                    let slot = slots[reply.id - firstID]
                    if verdicts[slot] != nil { continue }
                    verdicts[slot] = reply.verdict
                    missing -= 1
                }
                return missing == 0
            }
            if (process.residentMiB ?? 0) > settings.maxMemoryMiB { stop() }
            return nil
        } catch {
            if case WorkerFailure.cancelled = error, !ready.isTabular {
                cancel(Array(firstID..<firstID + slots.count), process)
            }
            let verdict = verdict(for: error, process, silence: settings.timeout)
            stop()
            // Whatever it was: the signal that ends us may have ended the worker just before.
            if cancellation.isCancelled { return Failure(verdict: .cancelled, isCommon: true) }
            return Failure(verdict: verdict)
        }
    }

    private func checkMemory(of process: any WorkerChannel) throws {
        if let used = process.residentMiB, used > settings.maxMemoryMiB { throw WorkerFailure.memory(used) }
    }

    /// Tells the worker that nobody waits, so that it can end in order what it started; it has a moment for that.
    private func cancel(_ ids: [Int], _ process: any WorkerChannel) {
        let end = ContinuousClock.now + .milliseconds(100)
        try? process.exchange(
            WorkerMessages.cancel(ids), silence: 0.1,
            onTick: { if ContinuousClock.now > end { throw WorkerFailure.silence } },
            onLine: { _ in false })
    }

    private func started(unless cancellation: Cancellation) throws -> any WorkerChannel {
        if let process { return process }
        // A command that does not start is not tried for every item again.
        if let lastFailure, failedStarts >= 3, ContinuousClock.now < lastFailure.time + .seconds(5) {
            throw lastFailure.error
        }
        do {
            let process = try start(unless: cancellation)
            failedStarts = 0
            self.process = process
            return process
        } catch WorkerFailure.cancelled {
            throw WorkerFailure.cancelled
        } catch {
            failedStarts += 1
            lastFailure = (ContinuousClock.now, error)
            throw error
        }
    }

    private func start(unless cancellation: Cancellation) throws -> any WorkerChannel {
        let process: any WorkerChannel
        if let shown = settings.sandbox {
            process = try BoxedWorker(
                BoxedCommand(settings.command, shown: shown), environment: settings.environment,
                memoryMiB: settings.maxMemoryMiB)
        } else {
            process = try WorkerProcess(command: settings.command, environment: settings.environment)
        }
        var answer: WorkerMessages.Ready?
        do {
            try process.exchange(
                WorkerMessages.hello(options: settings.options), silence: settings.startTimeout,
                onTick: { if cancellation.isCancelled { throw WorkerFailure.cancelled } }
            ) { line in
                answer = try WorkerMessages.ready(line)
                return true
            }
        } catch {
            process.kill()
            if case WorkerFailure.cancelled = error { throw error }
            if case WorkerFailure.refused(let why) = error { throw ReplyError("'\(settings.title)': \(why)") }
            let cause = verdict(for: error, process, silence: settings.startTimeout)
            throw ReplyError("no handshake: " + (cause.explanation ?? cause.reason))
        }
        ready = answer ?? ready
        return process
    }

    private func stop() {
        process?.kill()
        process = nil
    }

    private func verdict(for error: any Error, _ process: any WorkerChannel, silence: Double) -> Verdict {
        let command = settings.title
        let said = LastWords.text(of: process.errorTail)
        switch error as? WorkerFailure {
        case .silence: return .timeout(explanation: "'\(command)' did not answer within \(silence) s" + said)
        case .ended(let how): return .verifierError(reason: "workerDied", explanation: "'\(command)' \(how)" + said)
        case .memory(let used):
            return .verifierError(
                reason: "workerMemory",
                explanation: "'\(command)' used \(used) MiB, memory_mb allows \(settings.maxMemoryMiB)" + said)
        case .flood:
            return .verifierError(
                reason: "badReply", explanation: "'\(command)' wrote a line of over 16 MiB to stdout" + said)
        case .unasked(let line):
            return .verifierError(
                reason: "workerProtocol",
                explanation: "'\(command)' wrote \(line.quoted) to stdout before it was asked" + said)
        case .refused(let why):
            return .verifierError(reason: "workerNotStarted", explanation: "'\(command)': \(why)" + said)
        case .cancelled: return .cancelled
        case nil:
            return .verifierError(
                reason: "badReply",
                explanation: "'\(command)': \(error) (stdout is the protocol's; print to stderr)" + said)
        }
    }
}
