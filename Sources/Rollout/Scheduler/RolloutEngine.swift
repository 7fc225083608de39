public import Experience
internal import Synchronization

/// A group that wants samples.
public struct WorkItem: Sendable {
    /// Position in the run.
    public var ordinal: Int
    /// The problem to sample.
    public var problem: Problem
    /// Indices wanted, each in 0..<n: those without a completion yet.
    public var missing: [Int]

    /// Work on the samples `missing` of the group at `ordinal`.
    public init(ordinal: Int, problem: Problem, missing: [Int]) {
        self.ordinal = ordinal
        self.problem = problem
        self.missing = missing
    }

    /// What the store says is left of a group.
    public init(_ group: PendingGroup) {
        self.init(ordinal: group.ordinal, problem: group.problem, missing: group.missing)
    }
}

/// What came of one sample.
public enum RolloutEvent: Sendable {
    /// A completion, to be kept by the sink.
    case completion(SampledCompletion)
    /// No completion, after all retries.
    case failure(SampleFailure)
}

/// What a run of the engine did.
public struct RolloutSummary: Sendable, Hashable {
    /// Completions handed to the sink.
    public var completions = 0
    /// Samples without a completion, by the word of their error.
    public var failures: [String: Int] = [:]
    /// Requests sent, retries included.
    public var requests = 0
    /// Requests that repeated one that had failed, by the word of the error.
    public var retries: [String: Int] = [:]
    /// Sampled tokens, as counted by us.
    public var tokens = 0
    /// Whether the task was cancelled before all was done.
    public var wasCancelled = false

    /// A run that did nothing.
    public init() {}
}

/// Samples every missing completion once and hands each to the sink as soon as it is there.
///
/// The sink is called with batches, one call at a time; it keeps them (one transaction) before it returns. When it is
/// slow, sampling waits; when it throws, sampling stops and the error is passed on. What the sink has not kept was never
/// reported, and is asked for again by the next run: that makes a sample exact-once over crashes.
public final class RolloutEngine: Sendable {
    private let client: SampleClient
    private let pool: EndpointPool
    private let sampling: SamplingParameters
    private let seed: UInt64
    private let options: RolloutOptions
    private let retry: RetryPolicy
    private let summary = Mutex(RolloutSummary())

    /// An engine over probed endpoints; `seed` is the run's.
    public init(
        driver: CurlDriver, endpoints: [Endpoint], sampling: SamplingParameters, seed: UInt64, options: RolloutOptions,
        retry: RetryPolicy? = nil
    ) {
        client = SampleClient(
            driver: driver, timeouts: options.timeouts, maxResponseBytes: options.maxResponseBytes)
        pool = EndpointPool(endpoints, concurrency: options.concurrency)
        self.sampling = sampling
        self.seed = seed
        self.options = options
        self.retry = retry ?? RetryPolicy(attempts: options.attempts)
    }

    /// Works off `next` until it gives nil, and returns when the sink has taken everything.
    ///
    /// On cancellation requests in flight are ended and what had arrived still goes to the sink.
    public func run(
        _ next: @escaping @Sendable () async throws -> WorkItem?,
        sink: @escaping @Sendable ([RolloutEvent]) async throws -> Void
    ) async throws -> RolloutSummary {
        summary.withLock { $0 = RolloutSummary() }
        let jobs = BoundedQueue<SampleJob>(capacity: options.concurrency)
        let events = BoundedQueue<RolloutEvent>(capacity: max(256, options.concurrency * 2))
        // Not a child task: the sink goes on after a cancellation until the queue is empty.
        let drain = Task {
            while case let batch = await events.next(256), !batch.isEmpty {
                do {
                    try await sink(batch)
                } catch {
                    jobs.finish(discarding: true)
                    events.finish(discarding: true)
                    throw error
                }
            }
        }
        let work = await withTaskCancellationHandler {
            await produce(next, jobs, events)
        } onCancel: {
            jobs.finish(discarding: true)
        }
        events.finish()
        try await drain.value
        try work.get()
        return summary.withLock {
            $0.wasCancelled = Task.isCancelled
            return $0
        }
    }

    /// Feeds the workers and waits for them; an error of the work source is returned after what was begun is done.
    private func produce(
        _ next: @escaping @Sendable () async throws -> WorkItem?, _ jobs: BoundedQueue<SampleJob>,
        _ events: BoundedQueue<RolloutEvent>
    ) async -> Result<Void, any Error> {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<options.concurrency {
                group.addTask {
                    while let job = await jobs.next().first {
                        if await !self.work(job, events) { break }
                    }
                }
            }
            var outcome: Result<Void, any Error> = .success(())
            do {
                feeding: while let item = try await next() {
                    for job in self.jobs(of: item) {
                        if await !jobs.push(job) { break feeding }
                    }
                }
            } catch {
                outcome = .failure(error)
            }
            jobs.finish()
            return outcome
        }
    }

    private func jobs(of item: WorkItem) -> [SampleJob] {
        let supportsCount = pool.endpoints.allSatisfy { $0.server.supportsCount }
        let size = supportsCount ? max(1, options.samplesPerRequest) : 1
        return stride(from: 0, to: item.missing.count, by: size).map { start in
            SampleJob(item: item, indices: Array(item.missing[start..<min(item.missing.count, start + size)]))
        }
    }

    /// Asks until there is an answer or a final error; false when nobody listens any more.
    private func work(_ job: SampleJob, _ events: BoundedQueue<RolloutEvent>) async -> Bool {
        var request = SampleRequest(input: .prompt(job.item.problem.prompt), model: "", sampling: sampling)
        request.count = job.indices.count
        request.seed = SampleSeed.derive(
            run: seed, problem: job.item.problem, ordinal: job.item.ordinal, index: job.indices[0])
        request.isStreaming = options.stream
        let key = SampleSeed.derive(run: 0, problem: job.item.problem, ordinal: 0, index: 0)
        var attempt = 1
        while true {
            let place = pool.acquire(key)
            let endpoint = pool.endpoints[place]
            request.model = endpoint.model
            request.requestID = job.requestID(attempt)
            let outcome: Result<SampleReply, SampleFailed>
            do throws(SampleFailed) {
                outcome = .success(try await client.sample(request, from: endpoint))
            } catch {
                outcome = .failure(error)
            }
            pool.release(place)
            summary.withLock { $0.requests += 1 }
            switch outcome {
            case .success(let reply): return await deliver(reply, job, attempt, events)
            case .failure(let failed):
                if Task.isCancelled { return false }
                let unit = Double.random(in: 0..<1)
                guard let delay = retry.delay(after: failed.error, attempt: attempt, unit: unit) else {
                    return await fail(job, failed.error, at: endpoint, attempt, events)
                }
                summary.withLock { $0.retries[failed.error.code, default: 0] += 1 }
                attempt += 1
                do { try await Task.sleep(for: .seconds(delay)) } catch { return false }
            }
        }
    }

    private func deliver(
        _ reply: SampleReply, _ job: SampleJob, _ attempt: Int, _ events: BoundedQueue<RolloutEvent>
    ) async -> Bool {
        for (index, completion) in zip(job.indices, reply.completions) {
            var completion = completion
            completion.index = index
            completion.attempt = attempt
            let sampled = SampledCompletion(
                ordinal: job.item.ordinal, completion: completion, promptIDs: reply.promptIDs,
                unusable: sampling.obstacleToRatios(completion))
            if await !events.push(.completion(sampled)) { return false }
            summary.withLock {
                $0.completions += 1
                $0.tokens += completion.tokenCount ?? 0
            }
        }
        return true
    }

    private func fail(
        _ job: SampleJob, _ error: SampleError, at endpoint: Endpoint, _ attempts: Int,
        _ events: BoundedQueue<RolloutEvent>
    ) async -> Bool {
        for index in job.indices {
            let failure = SampleFailure(
                ordinal: job.item.ordinal, index: index, reason: error.code,
                message: "\(endpoint.url): problem \"\(job.item.problem.id)\", sample \(index): \(error)",
                attempts: attempts)
            if await !events.push(.failure(failure)) { return false }
            summary.withLock { $0.failures[error.code, default: 0] += 1 }
        }
        return true
    }
}

/// The samples of one group that go into one request.
struct SampleJob: Sendable {
    var item: WorkItem
    var indices: [Int]

    /// New for every request, so that a server which still works on the failed one does not mix them up.
    func requestID(_ attempt: Int) -> String {
        "assay-\(item.ordinal)-\(indices[0])-\(attempt)-\(String(UInt32.random(in: 0...(.max)), radix: 16))"
    }
}

extension SamplingParameters {
    /// Why importance ratios must not use this completion's log-probs; nil when nothing speaks against it.
    func obstacleToRatios(_ completion: Completion) -> String? {
        if completion.tokenIDs.isEmpty { return "no token ids" }
        if completion.logprobs.isEmpty { return "no log-probs" }
        if isTruncated { return "sampled with top_p, top_k or min_p: the distribution was cut off" }
        if temperature != 1, completion.logprobKind != .processed {
            return "log-probs are \(completion.logprobKind.rawValue) at temperature \(temperature)"
        }
        return nil
    }
}
