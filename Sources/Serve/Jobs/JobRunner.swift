import Datasets
import Experience
import JSON
import ServiceLifecycle
import Synchronization
import Verifiers

/// Works through the queue of jobs, oldest first, one at a time; chunks are small, so that trainers' requests get in
/// between.
struct JobRunner: Sendable {
    // Rows that are kept together, at least: a transaction for each would cost more than judging it.
    private static let chunkRows = 256
    let store: JobStore
    let pool: VerifierPool
    let log: AccessLog
    private let current = Current()
    private let wake: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation

    init(store: JobStore, pool: VerifierPool, log: AccessLog) {
        self.store = store
        self.pool = pool
        self.log = log
        (wake, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        bell.yield()
    }

    /// What keeps the file of jobs from being used now; nil when nothing does.
    var stall: String? { current.stall }

    /// Ends what is being done for a job that was cancelled.
    func cancel(_ id: String) { current.cancel(id) }

    /// There may be something to do.
    func ring() { bell.yield() }

    /// Runs until shutdown; what is unfinished then goes on with the next start.
    func run() async {
        await cancelWhenGracefulShutdown {
            for await _ in wake {
                while let job = await insisting("the next job cannot be taken", { try await store.takeNext() }) ?? nil {
                    await insisting("\(job.id) cannot be kept") { try await watched(job.id) }
                }
            }
        }
    }

    /// What `body` gives, however often the file of jobs must be asked (its disk is full, another process holds it); nil when
    /// the runner is stopped. Each failure is logged, and the pauses between them grow to five seconds.
    @discardableResult
    private func insisting<Value>(_ failure: String, _ body: () async throws -> Value) async -> Value? {
        var pause = Duration.milliseconds(100)
        while !Task.isCancelled {
            do {
                let value = try await body()
                current.stall = nil
                return value
            } catch is CancellationError {
                return nil
            } catch {
                current.stall = "\(failure): \(error)"
                log.fault("\(failure), tried again in \(pause): \(error)")
            }
            guard (try? await Task.sleep(for: pause)) != nil else { return nil }
            pause = min(pause * 2, .seconds(5))
        }
        return nil
    }

    // Whoever cancels it, here or through another server on the same file, ends its programs within a second.
    private func watched(_ id: String) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                let work = Task { try await self.work(on: id) }
                current.begin(id, work)
                defer { current.end() }
                try await withTaskCancellationHandler {
                    try await work.value
                } onCancel: {
                    work.cancel()
                }
                return true
            }
            group.addTask {
                while true {
                    try await Task.sleep(for: .milliseconds(500))
                    // A file that cannot be read now says nothing.
                    if let state = try? await store.job(id)?.state, state.isFinal { return false }
                }
            }
            defer { group.cancelAll() }
            _ = try await group.next()
        }
    }

    /// Works on a job from where it is; throws what is the file's fault and not the job's.
    private func work(on id: String) async throws {
        guard let job = try await store.job(id), job.state == .running else { return }
        do {
            // What a client sent starts no program here.
            try await work(on: job, RowReader(path: job.path, startsPrograms: !job.isSpooled))
            try await store.finish(job.id, .done)
        } catch let error where error is CancellationError || error is JobStoreError {
            throw error
        } catch {
            // Where the server keeps rows is no client's business.
            try await store.finish(job.id, .failed, message: "\(error)".replacing(job.path, with: "rows"))
        }
    }

    private func work(on given: Job, _ reader: RowReader) async throws {
        var job = given
        let endpoint = try pool.endpoint(job.verifier)
        let verification = RowVerification(verifier: endpoint.verifier, mapping: job.mapping, jobs: 1)
        var mapping: RowMapping?
        while true {
            try Task.checkCancellation()
            let lines = try await reader.next(maxLines: max(Self.chunkRows, endpoint.fill))
            guard let last = lines.last else { return }
            var items: [VerificationItem] = []
            // The first row names the fields, also of a job that goes on behind it.
            for line in lines where line.offset >= job.inputOffset || mapping == nil {
                let row = try JSONRow(checking: line.bytes)
                let settled =
                    try mapping
                    ?? job.mapping.resolved(
                        by: row, needsAnswer: endpoint.verifier.needsAnswer, path: "rows", line: line.number)
                mapping = settled
                if line.offset < job.inputOffset { continue }
                items.append(try verification.item(from: row, mapping: settled, path: "rows", line: line.number).item)
            }
            if items.isEmpty { continue }
            let verdicts = try await verdicts(of: items, endpoint)
            // What is not judged by a shutdown is judged after the next start.
            try Task.checkCancellation()
            var output = JSONWriter()
            var outcomes: [Outcome: Int] = [:]
            for (item, verdict) in zip(items, verdicts) {
                outcomes[verdict.outcome, default: 0] += 1
                output.row(item.problem.fields, setting: "verdict") {
                    verdict.write(to: &$0, verifier: endpoint.name, version: endpoint.verifier.version)
                }
                output.newline()
            }
            let next = try await store.record(
                output.bytes, count: items.count, outcomes: outcomes, inputOffset: last.offset + last.bytes.count + 1,
                of: job
            )
            current.stall = nil
            // Cancelled by a client meanwhile.
            guard let next else { throw CancellationError() }
            job = next
        }
    }

    // A full lane is the trainers' moment: the job waits.
    private func verdicts(of items: [VerificationItem], _ endpoint: VerifierEndpoint) async throws -> [Verdict] {
        while true {
            do {
                return try await endpoint.verify(
                    items, for: WorkShare(owner: "", isJob: true), deadline: .now + .seconds(24 * 3600))
            } catch is APIError {
                try await Task.sleep(for: .milliseconds(200))
            }
        }
    }
}

/// What the runner is at.
private final class Current: Sendable {
    private struct State {
        var id: String?
        var work: Task<Void, any Error>?
        var stall: String?
    }

    private let state = Mutex(State())

    var stall: String? {
        get { state.withLock { $0.stall } }
        set { state.withLock { $0.stall = newValue } }
    }

    func begin(_ id: String, _ work: Task<Void, any Error>) {
        state.withLock {
            $0.id = id
            $0.work = work
        }
    }

    func end() {
        state.withLock {
            $0.id = nil
            $0.work = nil
        }
    }

    func cancel(_ id: String) { state.withLock { $0.id == id ? $0.work : nil }?.cancel() }
}
