internal import Experience
internal import Synchronization

/// What came of asking for a turn.
enum SampledTurn {
    case turn(Completion, EpisodeTemplate)
    /// None: the context has no room for it, or the episode's time is over.
    case limit(EpisodeStop)
}

/// The requests of an episode.
extension Episode {
    /// Likeliest tokens whose entropy says whether to fork, as in ARPO's code.
    private static let candidates = 10

    /// Samples one turn behind all ids so far, with the retries that the failure table allows. `prepare` sees the template first.
    func ask(_ opening: Opening, _ prepare: (EpisodeTemplate) async throws -> Void) async throws -> SampledTurn {
        let affinity = SampleSeed.derive(run: 0, problem: item.problem, ordinal: 0, index: 0)
        let engine = driver.engine
        var attempt = 1
        while true {
            guard let place = await driver.pool.acquire(affinity, home: home) else { throw CancellationError() }
            let endpoint = driver.pool.endpoint(at: place)
            home = place
            let sent = MonotonicClock.seconds
            let request: (SampleRequest, EpisodeTemplate)?
            do {
                let template = try await driver.templates.template(of: endpoint, tools: opening.tools)
                try await prepare(template)
                request = budget > 0 ? (self.request(endpoint, template), template) : nil
            } catch {
                driver.pool.release(place, success: nil)
                if let error = error as? RenderError { throw EpisodeFailure.rendering(error.description) }
                throw error
            }
            guard let (request, template) = request else {
                driver.pool.release(place, success: nil)
                return .limit(.context)
            }
            var answer: SampleReply?
            var failure = SampleError.reply(.empty)
            do throws(SampleFailed) {
                answer = try await engine.client.sample(request, from: endpoint, within: max(0.001, secondsLeft))
                driver.pool.release(place, success: true, sentAt: sent)
                if let failed = answer?.failures.first { failure = failed.error }
            } catch {
                failure = error.error
                // The episode's time was over, not the server's.
                if secondsLeft <= 0 {
                    driver.pool.release(place, success: nil)
                    return .limit(.seconds)
                }
                if case .server(let answer) = failure, answer.isRefusal {
                    driver.pool.refuse(
                        place, sentAt: sent, wait: answer.retryAfter,
                        isRate: answer.status == 429 || answer.retryAfter != nil)
                } else {
                    driver.pool.release(place, success: RetryPolicy.isHealthy(failure), sentAt: sent)
                }
            }
            if let answer, let completion = answer.completions.first, answer.failures.isEmpty {
                return .turn(try checked(completion, answer, request, endpoint), template)
            }
            try Task.checkCancellation()
            attempt = try await pause(after: failure, attempt, request, endpoint)
        }
    }

    private func request(_ endpoint: Endpoint, _ template: EpisodeTemplate) -> SampleRequest {
        var sampling = driver.engine.sampling
        sampling.maxTokens = budget
        var request = SampleRequest(input: .ids(ids), model: endpoint.model, sampling: sampling)
        // Each turn has a seed of its own: the same one would draw the same words again.
        request.seed = (seed &+ UInt64(turn) &* 0x9E37_79B1) & 0x7FFF_FFFF
        request.logprobs = driver.engine.options.logprobs ?? endpoint.logprobs
        if driver.options.roots > 0, sampling.topLogprobs == 0 { request.sampling.topLogprobs = Self.candidates }
        request.shownTokens = template.markers.map(\.text)
        requests += 1
        request.requestID =
            "assay-\(driver.nonce)-\(key.ordinal)-\(key.index)-\(key.attempt)-\(turn)-\(requests)"
        driver.summary.withLock { $0.requests += 1 }
        return endpoint.taught(request)
    }

    /// A turn whose prompt the server read as it was sent; anything else voids the episode.
    private func checked(
        _ completion: Completion, _ reply: SampleReply, _ request: SampleRequest, _ endpoint: Endpoint
    ) throws -> Completion {
        // `promptIDs` may be those of the request; only the count is surely the server's word.
        let counted = reply.promptTokenCount
        guard counted == ids.count, reply.promptIDs.isEmpty || reply.promptIDs == ids else {
            throw EpisodeFailure.count(sent: ids.count, counted: counted, url: endpoint.url)
        }
        var completion = completion
        completion.requestID = request.requestID
        if completion.weightSpans.isEmpty, !completion.tokenIDs.isEmpty,
            let version = [reply.endVersion, endpoint.habits.newestVersion, item.versionNow].compactMap(\.self)
                .min()
        {
            completion.weightSpans = [WeightSpan(version: version, tokens: 0..<completion.tokenIDs.count)]
        }
        return completion
    }

    /// Waits as the retry table says, and gives the number of the next attempt; throws where the error is final.
    private func pause(
        after error: SampleError, _ attempt: Int, _ request: SampleRequest, _ endpoint: Endpoint
    ) async throws -> Int {
        driver.summary.withLock { $0.retries[error.code, default: 0] += 1 }
        if endpoint.learn(from: error, asked: request) { return attempt }
        if case .server(let answer) = error, answer.isQuota {
            driver.pool.retire(endpoint.address, because: "\(answer)")
            guard !driver.pool.isEmpty else {
                throw QuotaSpent(description: "\(endpoint.url): \(answer); fill the account, and run again")
            }
            return attempt
        }
        guard let delay = driver.engine.retry.delay(after: error, attempt: attempt, unit: .random(in: 0..<1)) else {
            throw EpisodeFailure.server(error, url: endpoint.url)
        }
        try await Task.sleep(for: .seconds(delay))
        return RetryPolicy.neverLeft(error) ? attempt : attempt + 1
    }
}
