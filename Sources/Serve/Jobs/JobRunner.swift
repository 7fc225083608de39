import Datasets
import Experience
import JSON
import ServiceLifecycle
import Verifiers

/// Works through the queue of jobs, oldest first, one at a time; chunks are small, so that trainers' requests get in
/// between.
struct JobRunner: Service {
    private static let chunkRows = 256
    let store: JobStore
    let pool: VerifierPool
    let log: AccessLog
    private let wake: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation

    init(store: JobStore, pool: VerifierPool, log: AccessLog) {
        self.store = store
        self.pool = pool
        self.log = log
        (wake, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        bell.yield()
    }

    /// There may be something to do.
    func ring() { bell.yield() }

    /// Runs until shutdown; what is unfinished then goes on with the next start.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in wake {
                while let job = await insisting("the next job cannot be taken", { try await store.takeNext() }) ?? nil {
                    await insisting("\(job.id) cannot be kept") { try await work(on: job.id) }
                }
            }
        }
    }

    /// What `body` gives, however often the file of jobs must be asked (its disk is full, another process holds it); nil when
    /// the runner is stopped. Each failure is logged, and the pauses between them grow to half a minute.
    @discardableResult
    private func insisting<Value>(_ failure: String, _ body: () async throws -> Value) async -> Value? {
        var pause = Duration.milliseconds(100)
        while !Task.isCancelled {
            do {
                return try await body()
            } catch is CancellationError {
                return nil
            } catch {
                log.fault("\(failure), tried again in \(pause): \(error)")
            }
            guard (try? await Task.sleep(for: pause)) != nil else { return nil }
            pause = min(pause * 2, .seconds(30))
        }
        return nil
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
            let lines = try await reader.next(maxLines: Self.chunkRows)
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
            // Cancelled by a client meanwhile.
            guard let next else { throw CancellationError() }
            job = next
        }
    }

    // A full lane is the trainers' moment: the job waits.
    private func verdicts(of items: [VerificationItem], _ endpoint: VerifierEndpoint) async throws -> [Verdict] {
        while true {
            do {
                return try await endpoint.verify(items, deadline: .now + .seconds(24 * 3600))
            } catch is APIError {
                try await Task.sleep(for: .milliseconds(200))
            }
        }
    }
}
