public import Experience
internal import Synchronization

/// Samples episodes: thousands at once, each a small state machine over the engine's client.
///
/// Every turn is in the journal before the next one is sampled, every episode in the store before it counts. The sink is called
/// with batches, one call at a time, and keeps each in one transaction before it returns.
public final class EpisodeDriver: Sendable {
    let engine: RolloutEngine
    let environment: any Environment
    let options: EpisodeOptions
    let run: String
    let turns: TurnSampler
    private let stopping = Mutex<(any Error)?>(nil)

    /// A driver over a connected engine; `run` is the run's name. `renderer` takes the place of the server's own template.
    public init(
        _ engine: RolloutEngine, environment: any Environment, options: EpisodeOptions, run: String,
        renderer: (@Sendable (Endpoint) -> any ChatRenderer)? = nil
    ) {
        self.engine = engine
        self.environment = environment
        self.options = options
        self.run = run
        turns = TurnSampler(engine, toolSyntax: options.toolSyntax, renderer: renderer)
    }

    /// Works off `next` until it gives nil, and returns when the sink has taken everything. On cancellation requests and
    /// steps in flight are ended; finished turns are kept. Throws what `next` or the sink throws, and `EpisodesRefused`.
    public func sample(
        _ next: @escaping @Sendable () async throws -> WorkItem?, admission: Admission = Admission(),
        sink: @escaping @Sendable (EpisodeBatch) async throws -> Void
    ) async throws -> RolloutSummary {
        let journal = EpisodeJournal(sink)
        let queue = BoundedQueue<EpisodeJob>(capacity: min(256, engine.options.concurrency))
        await withTaskCancellationHandler {
            await withTaskExecutorPreference(engine.driver.executor) {
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { await self.feed(queue, admission, next) }
                    group.addTask { await self.watch(admission) }
                    let work = Task(executorPreference: self.engine.driver.executor) {
                        await self.workAll(queue, admission, journal)
                    }
                    await withTaskCancellationHandler {
                        await work.value
                    } onCancel: {
                        work.cancel()
                        queue.finish(discarding: true)
                    }
                    admission.stop()
                    queue.finish(discarding: true)
                    group.cancelAll()
                }
            }
        } onCancel: {
            admission.stop()
            turns.pool.close()
        }
        if let error = stopping.withLock({ $0 }) { throw error }
        var summary = turns.summary.withLock { $0 }
        summary.wasCancelled = Task.isCancelled
        return summary
    }

    private func feed(
        _ queue: BoundedQueue<EpisodeJob>, _ admission: Admission,
        _ next: @Sendable () async throws -> WorkItem?
    ) async {
        do {
            feeding: while await admission.admit(), let item = try await next() {
                let open = GroupCountdown(item.missing.count)
                if item.missing.isEmpty { admission.finish() }
                for index in item.missing {
                    if await !queue.push(EpisodeJob(item: item, index: index, open: open)) { break feeding }
                }
            }
        } catch {
            stopping.withLock { $0 = $0 ?? error }
        }
        queue.finish()
    }

    /// Breakers and pacers open their door by time alone.
    private func watch(_ admission: Admission) async {
        while !Task.isCancelled {
            turns.pool.tick()
            do { try await Task.sleep(for: .milliseconds(50)) } catch { return }
        }
    }

    private func workAll(_ queue: BoundedQueue<EpisodeJob>, _ admission: Admission, _ journal: EpisodeJournal) async {
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<engine.options.concurrency {
                group.addTask {
                    while !Task.isCancelled, let job = await queue.next().first {
                        do {
                            try await self.work(job, journal)
                        } catch {
                            if !(error is CancellationError) { self.stopping.withLock { $0 = $0 ?? error } }
                            return false
                        }
                        if job.open.finish(1) { admission.finish() }
                    }
                    return true
                }
            }
            // One that cannot go on ends them all.
            while let goesOn = await group.next() {
                if goesOn { continue }
                queue.finish(discarding: true)
                turns.pool.close()
                group.cancelAll()
            }
        }
    }

    /// One episode, with all its tries. Throws what ends the run.
    private func work(_ job: EpisodeJob, _ journal: EpisodeJournal) async throws {
        var turns = job.item.openTurns[job.index] ?? []
        var attempt = turns.last?.attempt ?? 1
        if !turns.isEmpty, environment.resumption == .none {
            turns = []
            attempt += 1
        }
        let last = attempt + options.attempts - 1
        var patience = EpisodePatience(seconds: options.maxSeconds)
        while true {
            do {
                let sample = try await Episode(self, job, attempt: attempt, journal: journal).run(from: turns)
                self.turns.summary.withLock { $0.count([.completion(sample)]) }
                return try await journal.keep { $0.completions.append(sample) }
            } catch let failure as EpisodeFailure {
                // One that never began, for want of room, is no try.
                if failure.isFull, try await patience.wait() { continue }
                if attempt >= last { return try await fail(job, failure, attempt, journal) }
                self.turns.summary.withLock { $0.retries[failure.code, default: 0] += 1 }
            }
            turns = []
            attempt += 1
        }
    }

    private func fail(
        _ job: EpisodeJob, _ failure: EpisodeFailure, _ attempts: Int, _ journal: EpisodeJournal
    ) async throws {
        turns.summary.withLock { $0.failures[failure.code, default: 0] += 1 }
        let row = SampleFailure(
            ordinal: job.item.ordinal, index: job.index, reason: failure.code,
            message: "problem \"\(job.item.problem.id)\", episode \(job.index): \(failure.text)", attempts: attempts)
        try await journal.keep { $0.failures.append(row) }
    }
}

/// One episode that is wanted.
struct EpisodeJob: Sendable {
    let item: WorkItem
    let index: Int
    let open: GroupCountdown
}
