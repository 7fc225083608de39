public import Experience
internal import Synchronization

/// Samples every missing completion once and hands each to the sink as soon as it is there.
///
/// The sink is called with batches, one call at a time; it keeps them (one transaction) before it returns. When it is
/// slow, sampling waits; when it throws, sampling stops and the error is passed on. What the sink has not kept was never
/// reported, and is asked for again by the next run: that makes a sample exact-once over crashes.
///
/// Source, workers and sink run on the driver's thread, so that an answer costs no change of thread: neither may block it.
public final class RolloutEngine: Sendable {
    let driver: CurlDriver
    let client: SampleClient
    let promptTokenizer: PromptTokenizer
    /// The probed servers.
    public let endpoints: [Endpoint]
    let sampling: SamplingParameters
    let seed: UInt64
    let options: RolloutOptions
    let retry: RetryPolicy
    /// Endpoints that were down at the start; they join when they are there.
    let late: [String]

    /// The models that the endpoints serve, as they list them; empty text where a server does not say.
    public var models: [String] { Set(endpoints.map(\.model)).sorted() }

    /// An engine over probed endpoints; `seed` is the run's.
    public init(
        driver: CurlDriver, endpoints: [Endpoint], sampling: SamplingParameters, seed: UInt64, options: RolloutOptions,
        retry: RetryPolicy? = nil, late: [String] = []
    ) {
        self.late = late
        self.driver = driver
        client = SampleClient(driver: driver, timeouts: options.timeouts, maxResponseBytes: options.maxResponseBytes)
        promptTokenizer = PromptTokenizer(driver: driver)
        self.endpoints = endpoints
        self.sampling = sampling
        self.seed = seed
        self.options = options
        self.retry = retry ?? RetryPolicy(attempts: options.attempts)
    }

    /// Works off `next` until it gives nil or `admission` has enough, and returns when the sink has taken everything.
    ///
    /// On cancellation, and when enough is there, requests in flight are ended and what had arrived still goes to the
    /// sink. Throws what `next` or the sink throws, and `NoProgress`.
    public func run(
        _ next: @escaping @Sendable () async throws -> WorkItem?, admission: Admission = Admission(),
        sink: @escaping @Sendable ([RolloutEvent]) async throws -> Void
    ) async throws -> RolloutSummary {
        let session = RolloutSession(self, admission)
        // Not a child task: the sink goes on after a cancellation until the queue is empty.
        let drain = Task(executorPreference: driver.executor) {
            while case let batch = await session.events.next(256), !batch.isEmpty {
                do {
                    try await sink(batch)
                } catch {
                    session.stop(error)
                    session.events.finish(discarding: true)
                    throw error
                }
            }
        }
        await withTaskCancellationHandler {
            await withTaskExecutorPreference(driver.executor) { await session.produce(next) }
        } onCancel: {
            session.stop(nil)
        }
        session.events.finish()
        try await drain.value
        var summary = session.summary.withLock { $0 }
        summary.wasCancelled = Task.isCancelled
        if let error = session.failure { throw error }
        return summary
    }
}
