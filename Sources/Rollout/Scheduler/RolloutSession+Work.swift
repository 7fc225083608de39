internal import Experience
internal import Synchronization

/// What one request led to.
private enum Step {
    case again
    case done(Bool)
}

extension RolloutSession {
    /// The course of one job over its requests.
    private struct Course {
        var attempt = 1
        var requests = 0
        var prefix: ResumablePrefix?
    }

    /// Asks until there is an answer or a final error; false when the run has ended.
    func work(_ job: SampleJob) async -> Bool {
        let engine = engine
        let base = firstRequest(job)
        let key = SampleSeed.derive(run: 0, problem: job.item.problem, ordinal: 0, index: 0)
        var course = Course(prefix: job.prefix)
        while true {
            if let budget = exhaustedBudget() {
                summary.withLock { $0.exhaustedBudget = budget }
                stop(nil)
                return false
            }
            guard let place = await pool.acquire(key) else { return await abandon(job, course) }
            let endpoint = engine.endpoints[place]
            guard let request = nextRequest(base, job, &course, endpoint) else {
                pool.release(place, success: nil)
                return await deliver(nil, job, course)
            }
            if course.prefix == nil {
                engine.promptTokenizer.begin(job.item.problem.prompt, group: job.item.ordinal, at: endpoint)
            }
            let step: Step
            do throws(SampleFailed) {
                var reply = try await engine.client.sample(request, from: endpoint)
                pool.release(place, success: true)
                if reply.promptIDs.isEmpty, course.prefix == nil {
                    reply.promptIDs = await engine.promptTokenizer.ids(
                        of: job.item.problem.prompt, group: job.item.ordinal, count: reply.promptTokenCount,
                        at: endpoint)
                }
                step = await take(reply, job, &course)
            } catch {
                pool.release(place, success: RetryPolicy.isHealthy(error.error))
                step = await recover(error, job, &course, endpoint)
            }
            if case .done(let goesOn) = step { return goesOn }
        }
    }

    // What builds large values does so in functions that do not wait, as a waiting one keeps all of them in its task's
    // memory: ten kilobytes for each request in flight.

    @inline(never)
    private func firstRequest(_ job: SampleJob) -> SampleRequest {
        var base = SampleRequest(input: .prompt(job.item.problem.prompt), model: "", sampling: engine.sampling)
        base.count = job.indices.count
        base.seed = SampleSeed.derive(
            run: engine.seed, problem: job.item.problem, ordinal: job.item.ordinal, index: job.indices[0])
        base.isStreaming = engine.options.stream
        return base
    }

    /// The request for what is still missing; nil when the prefix has used up the tokens.
    @inline(never)
    private func nextRequest(
        _ base: SampleRequest, _ job: SampleJob, _ course: inout Course, _ endpoint: Endpoint
    ) -> SampleRequest? {
        guard var request = course.prefix.map({ $0.request(base) }) ?? base else { return nil }
        course.requests += 1
        request.model = endpoint.model
        request.requestID = job.requestID(nonce, course.requests)
        summary.withLock { $0.requests += 1 }
        return request
    }

    private func exhaustedBudget() -> String? {
        let options = engine.options
        if options.tokenBudget == 0, options.requestBudget == 0 { return nil }
        return summary.withLock { summary in
            if options.tokenBudget > 0, summary.tokens >= options.tokenBudget { return "token_budget" }
            if options.requestBudget > 0, summary.requests >= options.requestBudget { return "request_budget" }
            return nil
        }
    }

    /// Takes an answer; one that the server aborted, as it does for new weights, is gone on with.
    private func take(_ reply: SampleReply, _ job: SampleJob, _ course: inout Course) async -> Step {
        let isAborted = reply.completions.contains { $0.finish == .abort }
        if isAborted, course.requests < 64 {
            if isStopped { return .done(await abandon(job, course, reply)) }
            if extend(&course, with: reply, job) {
                summary.withLock { $0.resumptions += 1 }
                return .again
            }
        }
        return .done(await deliver(reply, job, course))
    }

    /// Makes what a cut-off reply holds the prefix of the next request; false when that is not possible exactly.
    private func extend(_ course: inout Course, with reply: SampleReply, _ job: SampleJob) -> Bool {
        // A sample that has ended is no prefix: the server would go on behind its end.
        guard job.indices.count == 1, let part = reply.completions.first, part.finish == .abort,
            engine.endpoints.allSatisfy({ $0.server.acceptsTokenIDs })
        else { return false }
        let whole = course.prefix?.joined(with: part) ?? part
        let promptIDs = course.prefix?.promptIDs ?? reply.promptIDs
        guard let prefix = ResumablePrefix(whole, promptIDs: promptIDs) else { return false }
        course.prefix = prefix
        return true
    }

    private func recover(
        _ failed: SampleFailed, _ job: SampleJob, _ course: inout Course, _ endpoint: Endpoint
    ) async -> Step {
        if Task.isCancelled || isStopped { return .done(await abandon(job, course, failed.partial)) }
        note(failed.error, at: endpoint)
        let neverLeft = RetryPolicy.neverLeft(failed.error)
        guard
            let delay = engine.retry.delay(after: failed.error, attempt: course.attempt, unit: .random(in: 0..<1)),
            RetryPolicy.isConnectionFailure(failed.error) || takeFromRetryBudget()
        else { return .done(await fail(job, failed.error, at: endpoint, course.attempt)) }
        summary.withLock { $0.retries[failed.error.code, default: 0] += 1 }
        if !neverLeft { course.attempt += 1 }
        if let partial = failed.partial, extend(&course, with: partial, job) {
            summary.withLock { $0.resumptions += 1 }
        }
        do { try await Task.sleep(for: .seconds(delay)) } catch { return .done(await abandon(job, course)) }
        return .again
    }

    private func takeFromRetryBudget() -> Bool {
        let requests = summary.withLock { $0.requests }
        return spentRetries.withLock { spent in
            guard Double(spent) < 32 + engine.options.retryBudget * Double(requests) else { return false }
            spent += 1
            return true
        }
    }

    // MARK: Ends of a job

    /// Hands over the completions; without a reply the prefix alone is one, as long as it may be.
    private func deliver(_ reply: SampleReply?, _ job: SampleJob, _ course: Course) async -> Bool {
        guard await events.push(contentsOf: completed(reply, job, course)) else { return false }
        if job.open.finishOne() { finishGroup(job) }
        return true
    }

    @inline(never)
    private func completed(_ reply: SampleReply?, _ job: SampleJob, _ course: Course) -> [RolloutEvent] {
        var completions = reply?.completions ?? []
        if let prefix = course.prefix {
            if let rest = completions.first {
                completions = [prefix.joined(with: rest)]
            } else {
                completions = [prefix.completion]
                completions[0].finish = .length
            }
        }
        let promptIDs = course.prefix?.promptIDs ?? reply?.promptIDs ?? []
        let events = zip(job.indices, completions).map { index, completion in
            RolloutEvent.completion(sampled(completion, index, job, course, promptIDs))
        }
        summary.withLock { $0.count(events) }
        return events
    }

    private func fail(_ job: SampleJob, _ error: SampleError, at endpoint: Endpoint, _ attempts: Int) async -> Bool {
        guard await events.push(contentsOf: failed(job, error, at: endpoint, attempts)) else { return false }
        if job.open.finishOne(hasFailed: true) { finishGroup(job) }
        return true
    }

    @inline(never)
    private func failed(
        _ job: SampleJob, _ error: SampleError, at endpoint: Endpoint, _ attempts: Int
    ) -> [RolloutEvent] {
        summary.withLock { $0.failures[error.code, default: 0] += job.indices.count }
        return job.indices.map { index in
            .failure(
                SampleFailure(
                    ordinal: job.item.ordinal, index: index, reason: error.code,
                    message: "\(endpoint.url): problem \"\(job.item.problem.id)\", sample \(index): \(error)",
                    attempts: attempts))
        }
    }

    private func finishGroup(_ job: SampleJob) {
        engine.promptTokenizer.forget(group: job.item.ordinal)
        admission.finish(isWhole: job.open.isWhole)
    }

    /// The run ends before this job has: what is there exactly is handed over as a partial.
    private func abandon(_ job: SampleJob, _ course: Course, _ reply: SampleReply? = nil) async -> Bool {
        let kept = beginnings(job, course, reply)
        if !kept.isEmpty, await events.push(contentsOf: kept) { summary.withLock { $0.count(kept) } }
        return false
    }

    @inline(never)
    private func beginnings(_ job: SampleJob, _ course: Course, _ reply: SampleReply?) -> [RolloutEvent] {
        let kept = reply.map { reply in reply.completions.compactMap { beginning($0, of: reply, job, course) } } ?? []
        if kept.isEmpty, let prefix = course.prefix { return [partial(prefix, job.indices[0], job, course)] }
        return kept
    }

    /// What had come of one choice, or all of it where only the end of the stream was missing.
    private func beginning(
        _ part: Completion, of reply: SampleReply, _ job: SampleJob, _ course: Course
    ) -> RolloutEvent? {
        let whole = course.prefix?.joined(with: part) ?? part
        guard job.indices.indices.contains(part.index), engine.endpoints.allSatisfy({ $0.server.acceptsTokenIDs }),
            let prefix = ResumablePrefix(whole, promptIDs: course.prefix?.promptIDs ?? reply.promptIDs)
        else { return nil }
        let index = job.indices[part.index]
        if part.finish == .abort { return partial(prefix, index, job, course) }
        // llama.cpp's ids are known to be exact only when its usage has come.
        guard engine.endpoints.allSatisfy({ $0.server != .llamacpp }) else { return nil }
        return .completion(sampled(whole, index, job, course, prefix.promptIDs))
    }

    private func partial(_ prefix: ResumablePrefix, _ index: Int, _ job: SampleJob, _ course: Course) -> RolloutEvent {
        var completion = prefix.completion
        completion.finish = .abort
        return .partial(sampled(completion, index, job, course, prefix.promptIDs))
    }

    private func sampled(
        _ completion: Completion, _ index: Int, _ job: SampleJob, _ course: Course, _ promptIDs: [Int32]
    ) -> SampledCompletion {
        var completion = completion
        completion.index = index
        completion.attempt = course.attempt
        if completion.weightSpans.isEmpty, let version = job.item.policyVersion, let count = completion.tokenCount {
            completion.weightSpans = [WeightSpan(version: version, tokens: 0..<count)]
        }
        return SampledCompletion(
            ordinal: job.item.ordinal, completion: completion, promptIDs: promptIDs,
            unusable: engine.sampling.obstacleToRatios(completion))
    }
}

extension SamplingParameters {
    /// Why importance ratios must not use this completion's log-probs; nil when nothing speaks against it.
    func obstacleToRatios(_ completion: Completion) -> String? {
        if completion.tokenIDs.isEmpty { return "no token ids" }
        if completion.logprobs.isEmpty { return "no log-probs" }
        if let obstacle = Logprob.obstacle(in: completion.logprobs) { return obstacle }
        if isTruncated { return "sampled with top_p, top_k or min_p: the distribution was cut off" }
        if temperature != 1, completion.logprobKind != .processed {
            return "log-probs are \(completion.logprobKind.rawValue) at temperature \(temperature)"
        }
        return nil
    }
}
