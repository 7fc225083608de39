internal import Experience
internal import Synchronization

/// Asks the servers for one turn of an episode at a time: exact ids out, exact ids back, with the retries that the failure
/// table allows.
final class TurnSampler: Sendable {
    let engine: RolloutEngine
    let pool: EndpointPool
    let templates: EpisodeTemplates
    /// Tells the requests of this process from those of others.
    let nonce = String(UInt32.random(in: 0...(.max)), radix: 16)
    let summary = Mutex(RolloutSummary())

    /// What came of asking.
    enum Asked {
        case sampled(Sampled)
        /// Nothing was asked for, as no token fits.
        case noRoom
        /// The time was over.
        case late
    }

    /// A sampled turn.
    struct Sampled {
        var completion: Completion
        var template: EpisodeTemplate
        /// The endpoint that has the turn in its cache.
        var home: Int
    }

    /// A sampler over a connected engine. `renderer` takes the place of the server's own template.
    init(
        _ engine: RolloutEngine, toolSyntax: String?, renderer: (@Sendable (Endpoint) -> any ChatRenderer)? = nil
    ) {
        self.engine = engine
        pool = EndpointPool(
            engine.endpoints, concurrency: engine.options.concurrency,
            pacer: Pacer(basePause: engine.retry.baseDelay, longestPause: engine.retry.maxDelay))
        let (driver, kwargs) = (engine.driver, engine.sampling.chatTemplateKwargs)
        templates = EpisodeTemplates(syntax: toolSyntax) { endpoint in
            if let renderer { return renderer(endpoint) }
            guard ServerRenderer.serves(endpoint.server), endpoint.server.acceptsTokenIDs else {
                throw EpisodesRefused(
                    description:
                        "\(endpoint.url): \(endpoint.server.rawValue) is asked by text alone here, and episodes of "
                        + "text are not exact (unusable for ratios); use vLLM or llama.cpp")
            }
            return ServerRenderer(driver: driver, endpoint: endpoint, kwargs: kwargs)
        }
    }

    /// Samples what `make` asks for, once it has seen the endpoint's template for `tools`, until `end` on the monotonic clock.
    /// `home` is waited for where it is up; else `affinity` decides, which equal prompts share.
    ///
    /// Throws `EpisodeFailure` where no usable answer came, `CancellationError`, and what ends the run.
    func ask(
        _ tools: [Tool], affinity: UInt64, home: Int?, versionNow: Int?, until end: Double = .infinity,
        _ make: (Endpoint, EpisodeTemplate) async throws -> SampleRequest?
    ) async throws -> Asked {
        var home = home
        var attempt = 1
        while true {
            guard let place = await pool.acquire(affinity, home: home) else { throw CancellationError() }
            let endpoint = pool.endpoint(at: place)
            home = place
            let sent = MonotonicClock.seconds
            let asked: (SampleRequest, EpisodeTemplate)?
            do {
                let template = try await templates.template(of: endpoint, tools: tools)
                asked = try await make(endpoint, template).map { (endpoint.taught($0), template) }
            } catch {
                pool.release(place, success: nil)
                if let error = error as? RenderError { throw EpisodeFailure.rendering(error.description) }
                throw error
            }
            guard let (request, template) = asked else {
                pool.release(place, success: nil)
                return .noRoom
            }
            summary.withLock { $0.requests += 1 }
            var answer: SampleReply?
            var failure = SampleError.reply(.empty)
            do throws(SampleFailed) {
                let seconds = max(0.001, end - MonotonicClock.seconds)
                answer = try await engine.client.sample(request, from: endpoint, within: seconds)
                pool.release(place, success: true, sentAt: sent)
                if let failed = answer?.failures.first { failure = failed.error }
            } catch {
                failure = error.error
                // The episode's time was over, not the server's.
                if MonotonicClock.seconds >= end {
                    pool.release(place, success: nil)
                    return .late
                }
                if case .server(let answer) = failure, answer.isRefusal {
                    pool.refuse(
                        place, sentAt: sent, wait: answer.retryAfter,
                        isRate: answer.status == 429 || answer.retryAfter != nil)
                } else {
                    pool.release(place, success: RetryPolicy.isHealthy(failure), sentAt: sent)
                }
            }
            if let answer, let completion = answer.completions.first, answer.failures.isEmpty {
                let checked = try Self.checked(completion, answer, request, endpoint, versionNow)
                return .sampled(Sampled(completion: checked, template: template, home: place))
            }
            try Task.checkCancellation()
            attempt = try await pause(after: failure, attempt, request, endpoint)
        }
    }

    /// A turn whose prompt the server read as it was sent; anything else voids the episode.
    private static func checked(
        _ completion: Completion, _ reply: SampleReply, _ request: SampleRequest, _ endpoint: Endpoint,
        _ versionNow: Int?
    ) throws -> Completion {
        guard case .ids(let ids) = request.input else { return completion }
        // `promptIDs` may be those of the request; only the count is surely the server's word.
        let counted = reply.promptTokenCount
        guard counted == ids.count, reply.promptIDs.isEmpty || reply.promptIDs == ids else {
            throw EpisodeFailure.count(sent: ids.count, counted: counted, url: endpoint.url)
        }
        var completion = completion
        completion.requestID = request.requestID
        if completion.weightSpans.isEmpty, !completion.tokenIDs.isEmpty,
            let version = [reply.endVersion, endpoint.habits.newestVersion, versionNow].compactMap(\.self).min()
        {
            completion.weightSpans = [WeightSpan(version: version, tokens: 0..<completion.tokenIDs.count)]
        }
        return completion
    }

    /// Waits as the retry table says, and gives the number of the next attempt; throws where the error is final.
    private func pause(
        after error: SampleError, _ attempt: Int, _ request: SampleRequest, _ endpoint: Endpoint
    ) async throws -> Int {
        summary.withLock { $0.retries[error.code, default: 0] += 1 }
        if endpoint.learn(from: error, asked: request) { return attempt }
        if case .server(let answer) = error, answer.isQuota {
            pool.retire(endpoint.address, because: "\(answer)")
            guard !pool.isEmpty else {
                throw QuotaSpent(description: "\(endpoint.url): \(answer); fill the account, and run again")
            }
            return attempt
        }
        guard let delay = engine.retry.delay(after: error, attempt: attempt, unit: .random(in: 0..<1)) else {
            throw EpisodeFailure.server(error, url: endpoint.url)
        }
        try await Task.sleep(for: .seconds(delay))
        return RetryPolicy.neverLeft(error) ? attempt : attempt + 1
    }
}
