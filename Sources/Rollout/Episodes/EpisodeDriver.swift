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
        if options.roots > 0, environment.resumption != .replay {
            throw EpisodesRefused(
                description:
                    "environment '\(environment.name)' cannot be replayed, which forks need: set environment.roots to 0"
            )
        }
        let journal = EpisodeJournal(sink)
        let queue = BoundedQueue<EpisodeJob>(capacity: min(256, engine.options.concurrency))
        await withTaskCancellationHandler {
            await withTaskExecutorPreference(engine.driver.executor) {
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { await self.feed(queue, admission, next) }
                    let work = Task(executorPreference: self.engine.driver.executor) {
                        await self.workAll(queue, admission, journal)
                    }
                    group.addTask {
                        await self.watch(admission) {
                            work.cancel()
                            self.turns.pool.close()
                            queue.finish(discarding: true)
                        }
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
                // Forks leave episodes of their group: one worker has them all.
                let parts = options.roots > 0 ? [item.missing] : item.missing.map { [$0] }
                for part in parts where !part.isEmpty {
                    if await !queue.push(EpisodeJob(item: item, indices: part, open: open)) { break feeding }
                }
            }
        } catch {
            stopping.withLock { $0 = $0 ?? error }
        }
        queue.finish()
    }

    /// Breakers and pacers open their door by time alone. Where enough groups teach something, what is in flight is ended.
    private func watch(_ admission: Admission, _ end: @Sendable () -> Void) async {
        while !Task.isCancelled {
            turns.pool.tick()
            if admission.isSatisfied { return end() }
            do { try await Task.sleep(for: .milliseconds(50)) } catch { return }
        }
    }

    private func workAll(_ queue: BoundedQueue<EpisodeJob>, _ admission: Admission, _ journal: EpisodeJournal) async {
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<engine.options.concurrency {
                group.addTask {
                    while !Task.isCancelled, let job = await queue.next().first {
                        do {
                            try await self.work(job, admission, journal)
                        } catch {
                            if !(error is CancellationError) { self.stopping.withLock { $0 = $0 ?? error } }
                            return false
                        }
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

    /// A job's episodes. Throws what ends the run.
    private func work(_ job: EpisodeJob, _ admission: Admission, _ journal: EpisodeJournal) async throws {
        let episodes = EpisodeGroup(roots: options.roots) { index, fork in
            let (places, isThere) = try await self.work(job.item, index, fork, journal)
            if job.open.finish(1, haveFailed: !isThere) { admission.finish(isWhole: job.open.isWhole) }
            return places
        }
        if options.roots == 0 {
            for index in job.indices { _ = try await episodes.run(index, nil) }
        } else {
            let resumed = job.item.openTurns.keys.filter { job.item.missing.contains($0) }
            try await episodes.run(job.indices, of: engine.sampling.n, resumed: Set(resumed))
        }
    }

    /// One episode, with all its tries: where others may leave it, and whether it came. Throws what ends the run.
    private func work(
        _ item: WorkItem, _ index: Int, _ fork: ForkPoint?, _ journal: EpisodeJournal
    ) async throws -> ([ForkPoint], Bool) {
        var turns = fork?.turns ?? item.openTurns[index] ?? []
        var attempt = turns.last?.attempt ?? 1
        if !turns.isEmpty, environment.resumption == .none {
            turns = []
            attempt += 1
        }
        // A fork's tries begin with what it was given.
        let shared = turns.filter { $0.turn.number < $0.fork?.turn ?? 0 }
        let last = attempt + options.attempts - 1
        var patience = EpisodePatience(seconds: options.maxSeconds)
        while true {
            do {
                let episode = Episode(self, item, index, attempt: attempt, journal: journal)
                if let fork { episode.initialEntropy = fork.initialEntropy }
                let sample = try await episode.run(from: turns)
                self.turns.summary.withLock { $0.count([.completion(sample)]) }
                try await journal.keep { $0.completions.append(sample) }
                return (episode.places, true)
            } catch let failure as EpisodeFailure {
                // One that never began, for want of room, is no try.
                if failure.isFull, try await patience.wait() { continue }
                if attempt >= last {
                    try await fail(item, index, failure, attempt, journal)
                    return ([], false)
                }
                self.turns.summary.withLock { $0.retries[failure.code, default: 0] += 1 }
            }
            turns = shared
            attempt += 1
        }
    }

    private func fail(
        _ item: WorkItem, _ index: Int, _ failure: EpisodeFailure, _ attempts: Int, _ journal: EpisodeJournal
    ) async throws {
        turns.summary.withLock { $0.failures[failure.code, default: 0] += 1 }
        let row = SampleFailure(
            ordinal: item.ordinal, index: index, reason: failure.code,
            message: "problem \"\(item.problem.id)\", episode \(index): \(failure.text)", attempts: attempts)
        try await journal.keep { $0.failures.append(row) }
    }
}
