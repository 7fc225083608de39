internal import Experience
internal import Synchronization

/// What one request led to.
private enum Step {
    case again
    case done(Bool)
}

/// The course of one job over its requests.
struct Course {
    var attempt: Int
    var requests: Int
    var prefix: ResumablePrefix?
    /// The newest version of the weights known when the last request was sent: what it brings is no older.
    var version: Int?
    /// Since when the samples are refused by servers that have too much to do; nil after any other answer.
    var refusedSince: Double?
    /// Requests that such servers refused.
    var refusals = 0
    /// How the last request was asked, and whether its prompt was given as ids.
    var style = RequestStyle()
    var isByIDs = false

    init(_ job: SampleJob) {
        (attempt, requests, prefix) = (job.attempt, job.requests, job.prefix)
    }
}

extension RolloutSession {
    /// Asks until there is an answer or a final error; false when the run has ended.
    func work(_ job: SampleJob) async -> Bool {
        let base = firstRequest(job)
        let key = SampleSeed.derive(run: 0, problem: job.item.problem, ordinal: 0, index: 0)
        var course = Course(job)
        while true {
            if let budget = exhaustedBudget() {
                summary.withLock { $0.exhaustedBudget = budget }
                stop(nil)
                return false
            }
            guard let place = await pool.acquire(key) else { return await abandon(job, course) }
            let sent = MonotonicClock.seconds
            let endpoint = pool.endpoint(at: place)
            var ids: [Int32]?
            if course.prefix == nil, endpoint.dialect.prefersIDs {
                ids = await engine.promptTokenizer.request(
                    of: job.item.problem.prompt, engine.sampling, group: job.item.ordinal, at: endpoint)
            }
            guard let request = nextRequest(base, job, &course, endpoint, ids) else {
                pool.release(place, success: nil)
                return await deliverPrefix(job, course)
            }
            let step: Step
            do throws(SampleFailed) {
                var reply = try await engine.client.sample(request, from: endpoint)
                pool.release(place, success: true, sentAt: sent)
                if reply.promptIDs.isEmpty, course.prefix == nil {
                    reply.promptIDs = await engine.promptTokenizer.ids(
                        of: job.item.problem.prompt, engine.sampling, group: job.item.ordinal,
                        count: reply.promptTokenCount, at: endpoint)
                }
                step = await take(reply, job, &course, endpoint)
            } catch {
                giveBack(place, error.error, sentAt: sent)
                step = await recover(error, job, &course, endpoint)
            }
            if case .done(let goesOn) = step { return goesOn }
        }
    }

    private func giveBack(_ place: Int, _ error: SampleError, sentAt sent: Double) {
        guard case .server(let answer) = error, answer.isRefusal else {
            return pool.release(place, success: RetryPolicy.isHealthy(error), sentAt: sent)
        }
        let isRate = answer.status == 429 || answer.retryAfter != nil
        pool.refuse(place, sentAt: sent, wait: answer.retryAfter, isRate: isRate)
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
        _ base: SampleRequest, _ job: SampleJob, _ course: inout Course, _ endpoint: Endpoint, _ ids: [Int32]?
    ) -> SampleRequest? {
        guard var request = course.prefix.map({ $0.request(base) }) ?? base else { return nil }
        if let ids { request.input = .ids(ids) }
        // Its streams leave out ids (`LlamaCppDialect`).
        if case .ids = request.input, endpoint.dialect is LlamaCppDialect { request.isStreaming = false }
        course.requests += 1
        let (seen, current) = (endpoint.habits.newestVersion, job.item.versionNow)
        course.version = [seen, current].compactMap(\.self).max()
        request.model = endpoint.model
        request.logprobs = engine.options.logprobs ?? endpoint.logprobs
        request.style = endpoint.habits.style
        course.style = request.style
        course.isByIDs = if case .ids = request.input { true } else { false }
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

    /// Takes an answer: its samples are handed over, and each choice that is none goes its own way.
    private func take(
        _ reply: SampleReply, _ job: SampleJob, _ course: inout Course, _ endpoint: Endpoint
    ) async -> Step {
        if let version = reply.endVersion { endpoint.habits.note(version: version) }
        if reply.failures.isEmpty { return .done(await deliver(reply, job, course)) }
        if job.indices.count > 1 { return .done(await part(reply, job, course, endpoint)) }
        return await settle(reply.failures[0], reply, job, &course, endpoint)
    }

    /// One sample's answer that is none: gone on with, asked again, or failed.
    private func settle(
        _ failure: ChoiceFailure, _ reply: SampleReply, _ job: SampleJob, _ course: inout Course, _ endpoint: Endpoint
    ) async -> Step {
        if Task.isCancelled || isStopped { return .done(await abandon(job, course, reply)) }
        note(failure.error, at: endpoint)
        // One that the server aborted, as it does for new weights, is gone on with at once: every round brings tokens.
        if case .aborted = failure.error, extend(&course, with: failure.beginning, reply.promptIDs, of: job) {
            summary.withLock { $0.resumptions += 1 }
            course.refusedSince = nil
            return .again
        }
        return await retry(failure.error, job, &course, endpoint)
    }

    /// Parts a request of several samples: those that came are handed over, every other one is a job of its own from here.
    private func part(
        _ reply: SampleReply, _ job: SampleJob, _ course: Course, _ endpoint: Endpoint
    ) async -> Bool {
        if isStopped { return await abandon(job, course, reply) }
        guard await deliver(reply, job, course) else { return false }
        return await withTaskGroup(of: Bool.self) { group in
            for failure in reply.failures where job.indices.indices.contains(failure.index) {
                let index = job.indices[failure.index]
                group.addTask {
                    let single = SampleJob(
                        item: job.item, indices: [index], prefix: nil, open: job.open, attempt: course.attempt,
                        requests: course.requests)
                    return await self.goOn(single, failure, reply, course, endpoint)
                }
            }
            var goesOn = true
            for await outcome in group { goesOn = goesOn && outcome }
            return goesOn
        }
    }

    /// A sample that was a part of a larger request, from where that left it.
    private func goOn(
        _ job: SampleJob, _ failure: ChoiceFailure, _ reply: SampleReply, _ earlier: Course, _ endpoint: Endpoint
    ) async -> Bool {
        var course = Course(job)
        course.version = earlier.version
        guard case .again = await settle(failure, reply, job, &course, endpoint) else { return !isStopped }
        return await work(
            SampleJob(
                item: job.item, indices: job.indices, prefix: course.prefix, open: job.open, attempt: course.attempt,
                requests: course.requests))
    }

    /// Makes what was cut off the prefix of the next request; false when that is not possible exactly.
    private func extend(
        _ course: inout Course, with beginning: Completion?, _ promptIDs: [Int32], of job: SampleJob
    ) -> Bool {
        guard let part = beginning, pool.endpoints.allSatisfy({ $0.server.acceptsTokenIDs }) else { return false }
        let versioned = labelled(part, course, endVersion: nil)
        let whole = course.prefix?.joined(with: versioned) ?? versioned
        guard
            let prefix = ResumablePrefix(
                whole, promptIDs: course.prefix?.promptIDs ?? promptIDs, of: job.item.problem.prompt, engine.sampling)
        else { return false }
        course.prefix = prefix
        return true
    }

    /// A request without an answer, or with one that broke off: what had come of it is kept.
    private func recover(
        _ failed: SampleFailed, _ job: SampleJob, _ course: inout Course, _ endpoint: Endpoint
    ) async -> Step {
        if Task.isCancelled || isStopped { return .done(await abandon(job, course, failed.partial)) }
        note(failed.error, at: endpoint)
        var failed = failed
        // What an answer that contradicts itself had brought is no beginning of anything.
        if case .reply(let violation) = failed.error, violation.isOfChoices { failed.partial = nil }
        if var partial = failed.partial {
            if job.indices.count > 1, !partial.completions.isEmpty {
                // What had not begun failed by the same error as what had not ended.
                let known = Set(partial.completions.map(\.index) + partial.failures.map(\.index))
                for index in job.indices.indices where !known.contains(index) {
                    partial.failures.append(ChoiceFailure(index: index, error: failed.error))
                }
                return .done(await part(partial, job, course, endpoint))
            }
            if job.indices.count == 1, partial.failures.isEmpty, !partial.completions.isEmpty,
                endpoint.server != .llamacpp
            {
                return .done(await deliver(partial, job, course))
            }
            let step = await retry(failed.error, job, &course, endpoint)
            if case .again = step, job.indices.count == 1,
                extend(&course, with: partial.failures.first?.beginning, partial.promptIDs, of: job)
            {
                summary.withLock { $0.resumptions += 1 }
            }
            return step
        }
        // A server that cannot count its choices is asked for one at a time.
        if job.indices.count > 1, case .reply(let violation) = failed.error, violation.isOfChoices {
            var reply = SampleReply()
            reply.failures = job.indices.indices.map { ChoiceFailure(index: $0, error: failed.error) }
            return .done(await part(reply, job, course, endpoint))
        }
        return await retry(failed.error, job, &course, endpoint)
    }

    /// What the failure table says: waits, or ends the job.
    private func retry(
        _ error: SampleError, _ job: SampleJob, _ course: inout Course, _ endpoint: Endpoint
    ) async -> Step {
        let input: SampleRequest.Input = course.isByIDs ? .ids([]) : .prompt(job.item.problem.prompt)
        if endpoint.learn(from: error, asked: course.style, input) {
            let route = endpoint.habits.style.route
            summary.withLock { summary in
                summary.retries[error.code, default: 0] += 1
                if let route { summary.routes[endpoint.url] = route.rawValue }
            }
            return .again
        }
        if case .server(let answer) = error, answer.isQuota {
            retire(endpoint, answer)
            return pool.isEmpty ? .done(await abandon(job, course)) : .again
        }
        if case .server(let answer) = error, answer.isRefusal {
            return await wait(answer, error, job, &course, endpoint)
        }
        course.refusedSince = nil
        guard
            let delay = engine.retry.delay(after: error, attempt: course.attempt, unit: .random(in: 0..<1)),
            error.isOutsideBudget || takeFromRetryBudget()
        else { return .done(await fail(job, error, at: endpoint, course.attempt)) }
        summary.withLock { $0.retries[error.code, default: 0] += 1 }
        if !RetryPolicy.neverLeft(error) { course.attempt += 1 }
        do { try await Task.sleep(for: .seconds(delay)) } catch { return .done(await abandon(job, course)) }
        return .again
    }

    /// A refusal for having too much to do: the endpoint is paced already. It fails the sample only when nothing else was heard
    /// for as long as a run may be without progress. What stands inside an answer had no place of its own to be paced by.
    private func wait(
        _ answer: ServerError, _ error: SampleError, _ job: SampleJob, _ course: inout Course, _ endpoint: Endpoint
    ) async -> Step {
        let now = MonotonicClock.seconds
        let since = course.refusedSince ?? now
        course.refusedSince = since
        course.refusals += 1
        if now - since > engine.options.noProgressTimeout {
            return .done(await fail(job, error, at: endpoint, course.attempt))
        }
        summary.withLock {
            $0.retries[error.code, default: 0] += 1
            $0.refusals[error.code, default: 0] += 1
        }
        guard answer.isInside else { return .again }
        let delay = min(answer.retryAfter ?? engine.retry.baseDelay, engine.retry.maxDelay)
        do { try await Task.sleep(for: .seconds(delay)) } catch { return .done(await abandon(job, course)) }
        return .again
    }

    /// Asks an endpoint no more whose account is spent; without another one the run ends.
    private func retire(_ endpoint: Endpoint, _ answer: ServerError) {
        pool.retire(endpoint.address, because: "\(answer)")
        if pool.isEmpty {
            stop(
                QuotaSpent(
                    description:
                        "\(endpoint.url): \(answer); the account has nothing left to spend: fill it, or name another "
                        + "endpoint, and run again; what was sampled is kept"))
        }
    }

    private func takeFromRetryBudget() -> Bool {
        let requests = summary.withLock { $0.requests }
        return spentRetries.withLock { spent in
            guard Double(spent) < 32 + engine.options.retryBudget * Double(requests) else { return false }
            spent += 1
            return true
        }
    }
}

extension SampleError {
    /// Whether a retry takes nothing from `retry_budget`: a lost connection is a server's end and an abort its operator's
    /// will, not its overload.
    fileprivate var isOutsideBudget: Bool {
        if case .aborted = self { return true }
        return RetryPolicy.isConnectionFailure(self)
    }
}

extension ReplyViolation {
    /// Whether the choices themselves are not those that were asked for.
    fileprivate var isOfChoices: Bool {
        switch self {
        case .duplicateChoice, .wrongChoices: true
        default: false
        }
    }
}
