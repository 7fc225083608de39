internal import Experience
internal import Synchronization

/// One run of an engine: a feeder, as many workers as requests may be in flight, and a watch over both.
final class RolloutSession: Sendable {
    let engine: RolloutEngine
    let pool: EndpointPool
    let admission: Admission
    /// Part of every request id, as two runs may ask one server for the same sample.
    let nonce = String(UInt32.random(in: 0...(.max)), radix: 16)
    let events = BoundedQueue<RolloutEvent>(capacity: 512)
    let summary = Mutex(RolloutSummary())
    /// Retries taken from `retry_budget`.
    let spentRetries = Mutex(0)
    private let jobs: BoundedQueue<SampleJob>
    private let ending = Mutex<(isStopped: Bool, error: (any Error)?)>((false, nil))
    private let lastError = Mutex<String?>(nil)

    init(_ engine: RolloutEngine, _ admission: Admission) {
        self.engine = engine
        self.admission = admission
        pool = EndpointPool(
            engine.endpoints, concurrency: engine.options.concurrency,
            pacer: Pacer(basePause: engine.retry.baseDelay, longestPause: engine.retry.maxDelay))
        jobs = BoundedQueue(capacity: min(256, engine.options.concurrency))
    }

    /// The error that ended the run.
    var failure: (any Error)? { ending.withLock { $0.error } }
    /// Whether no further request is to be sent.
    var isStopped: Bool { ending.withLock { $0.isStopped } }

    /// Ends sampling, with the first error if there are several.
    func stop(_ error: (any Error)?) {
        ending.withLock { $0 = (true, $0.error ?? error) }
        jobs.finish(discarding: true)
        admission.stop()
        pool.close()
    }

    /// Feeds the workers and returns when all have ended.
    func produce(_ next: @escaping @Sendable () async throws -> WorkItem?) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.feed(next) }
            group.addTask { await self.followEndpoints() }
            let work = Task(executorPreference: engine.driver.executor) { await self.workAll() }
            group.addTask { await self.watch { work.cancel() } }
            await withTaskCancellationHandler {
                await work.value
            } onCancel: {
                work.cancel()
            }
            // An end for want of work leaves the feeder done; any other end must wake it.
            stop(nil)
            group.cancelAll()
        }
    }

    private func workAll() async {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<engine.options.concurrency {
                group.addTask {
                    while let job = await self.jobs.next().first, await self.work(job) {}
                }
            }
        }
    }

    /// Begins groups as the admission allows; an error of the source lets what was begun be finished.
    private func feed(_ next: @escaping @Sendable () async throws -> WorkItem?) async {
        do {
            feeding: while await admission.admit(), let item = try await next() {
                let split = jobs(of: item)
                if split.isEmpty { admission.finish() }
                for job in split {
                    if await !jobs.push(job) { break feeding }
                }
            }
        } catch {
            ending.withLock { $0.error = $0.error ?? error }
        }
        jobs.finish()
    }

    /// Ends the run when enough groups are there or nothing moves, and follows the servers' load.
    private func watch(_ cancelWork: @Sendable () -> Void) async {
        let options = engine.options
        var lastCount = 0
        var lastChange = MonotonicClock.seconds
        var lastLook = lastChange
        while !Task.isCancelled {
            // A paced endpoint opens at a moment of its own.
            do { try await Task.sleep(for: .milliseconds(pool.isPacing ? 10 : 100)) } catch { return }
            pool.tick()
            if isStopped || admission.isSatisfied {
                stop(nil)
                return cancelWork()
            }
            let now = MonotonicClock.seconds
            let count = summary.withLock { $0.completions + $0.failures.values.reduce(0, +) }
            let isWaiting = pool.occupancy.contains { $0.inFlight > 0 || $0.isFailing }
            if count != lastCount || !isWaiting {
                lastCount = count
                lastChange = now
            } else if now - lastChange > options.noProgressTimeout {
                stop(noProgress())
                return cancelWork()
            }
            if options.adaptive, now - lastLook >= 1 {
                lastLook = now
                await observeLoad()
            }
        }
    }

    /// Takes in endpoints that come up late, and follows the file of endpoints where there is one.
    private func followEndpoints() async {
        var late = engine.late
        let file = engine.options.endpointsFile
        if late.isEmpty, file == nil { return }
        let fixed = Set(engine.options.endpoints.map { ServerAddress($0).shown })
        while !Task.isCancelled, !isStopped {
            do { try await Task.sleep(for: .seconds(1)) } catch { return }
            if let file {
                let listed = EndpointList.urls(of: file)
                let shown = Set(listed.map { ServerAddress($0).shown }).union(fixed)
                // A file that is being written, or was taken away, takes nothing out.
                if !listed.isEmpty {
                    for endpoint in pool.endpoints where !shown.contains(endpoint.url) {
                        pool.retire(endpoint.address, because: "it is not in \(file) any more")
                    }
                    late.removeAll { !shown.contains(ServerAddress($0).shown) }
                }
                let inUse = Set(pool.endpoints.map(\.url) + late.map { ServerAddress($0).shown })
                late += listed.filter { !inUse.contains(ServerAddress($0).shown) }
            }
            for url in late {
                guard let endpoint = await engine.probed(url) else { continue }
                pool.add(endpoint)
                late.removeAll { $0 == url }
            }
            if late.isEmpty, file == nil { return }
        }
    }

    private func noProgress() -> NoProgress {
        let urls = pool.endpoints.map(\.url).joined(separator: ", ")
        let last = lastError.withLock { $0 }.map { "; last error: \($0)" } ?? ""
        return NoProgress(
            description: """
                no completion from \(urls) for \(engine.options.noProgressTimeout) s\(last); check the servers and run \
                again, what was sampled is kept
                """)
    }

    /// Remembers an error for the case that nothing else comes.
    func note(_ error: SampleError, at endpoint: Endpoint) {
        lastError.withLock { $0 = "\(endpoint.url): \(error)" }
    }

    private func observeLoad() async {
        for (index, endpoint) in pool.all.enumerated() {
            var request = endpoint.address.get("/metrics", headers: endpoint.headers)
            request.timeouts.total = 2
            request.maxResponseBytes = 4 << 20
            guard let response = try? await engine.driver.send(request), response.status == 200,
                let load = ServerLoad(metrics: String(decoding: response.body, as: UTF8.self))
            else { continue }
            pool.observe(load, at: index)
        }
    }
}
