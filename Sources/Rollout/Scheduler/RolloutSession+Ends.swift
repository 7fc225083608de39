internal import Experience
internal import Synchronization

/// The ends of a job.
extension RolloutSession {
    /// Hands over the samples of a reply.
    func deliver(_ reply: SampleReply, _ job: SampleJob, _ course: Course) async -> Bool {
        let completed = completed(reply, job, course)
        if completed.isEmpty { return true }
        guard await events.push(contentsOf: completed) else { return false }
        if job.open.finish(completed.count) { finishGroup(job) }
        return true
    }

    /// Hands over a prefix that has used up the tokens: it is one sample, as long as it may be.
    func deliverPrefix(_ job: SampleJob, _ course: Course) async -> Bool {
        guard let prefix = course.prefix else { return true }
        var whole = prefix.completion
        whole.finish = .length
        let event = RolloutEvent.completion(sampled(whole, job.indices[0], job, course, prefix.promptIDs))
        summary.withLock { $0.count([event]) }
        guard await events.push(contentsOf: [event]) else { return false }
        if job.open.finish(1) { finishGroup(job) }
        return true
    }

    @inline(never)
    private func completed(_ reply: SampleReply, _ job: SampleJob, _ course: Course) -> [RolloutEvent] {
        let promptIDs = course.prefix?.promptIDs ?? reply.promptIDs
        let events = reply.completions.compactMap { part -> RolloutEvent? in
            guard job.indices.indices.contains(part.index) else { return nil }
            let versioned = labelled(part, course, endVersion: reply.endVersion)
            let whole = course.prefix?.joined(with: versioned) ?? versioned
            return .completion(sampled(whole, job.indices[part.index], job, course, promptIDs))
        }
        summary.withLock { $0.count(events) }
        return events
    }

    /// The job's samples have failed for good.
    func fail(_ job: SampleJob, _ error: SampleError, at endpoint: Endpoint, _ attempts: Int) async -> Bool {
        guard await events.push(contentsOf: failed(job, error, at: endpoint, attempts)) else { return false }
        if job.open.finish(job.indices.count, haveFailed: true) { finishGroup(job) }
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
                    message: "\(endpoint.url): problem \"\(job.item.problem.id)\", sample \(index): \(error)"
                        + hint(error),
                    attempts: attempts))
        }
    }

    /// What helps against errors that name a member which a key can take away.
    private func hint(_ error: SampleError) -> String {
        guard case .server(let answer) = error, answer.status == 400 || answer.status == 422 else { return "" }
        if answer.message.contains("logprobs"), engine.options.logprobs != .off {
            return "; rollout.logprobs: off samples without them"
        }
        let members = ["temperature", "top_p", "seed", "top_k", "min_p", "stream_options", "repetition_penalty"]
        guard let member = members.first(where: { answer.message.contains("'\($0)'") }) else { return "" }
        return "; sampling.extra: {\(member): null} leaves it out"
    }

    private func finishGroup(_ job: SampleJob) {
        engine.promptTokenizer.forget(group: job.item.ordinal)
        admission.finish(isWhole: job.open.isWhole)
    }

    /// The run ends before this job has: what is there exactly is handed over as a partial.
    func abandon(_ job: SampleJob, _ course: Course, _ reply: SampleReply? = nil) async -> Bool {
        let kept = beginnings(job, course, reply)
        if !kept.isEmpty, await events.push(contentsOf: kept) { summary.withLock { $0.count(kept) } }
        return false
    }

    @inline(never)
    private func beginnings(_ job: SampleJob, _ course: Course, _ reply: SampleReply?) -> [RolloutEvent] {
        var kept: [RolloutEvent] = []
        let endpoints = pool.all
        let areExact = endpoints.allSatisfy { $0.server.acceptsTokenIDs }
        for part in reply?.completions ?? [] where areExact && job.indices.indices.contains(part.index) {
            let whole = joined(part, course)
            // llama.cpp's ids are known to be exact only when its usage has come.
            guard endpoints.allSatisfy({ $0.server != .llamacpp }),
                let prefix = ResumablePrefix(
                    whole, promptIDs: course.prefix?.promptIDs ?? reply?.promptIDs ?? [], of: job.item.problem.prompt,
                    engine.sampling)
            else { continue }
            kept.append(.completion(sampled(whole, job.indices[part.index], job, course, prefix.promptIDs)))
        }
        for failure in reply?.failures ?? [] where areExact && job.indices.indices.contains(failure.index) {
            guard let part = failure.beginning,
                let prefix = ResumablePrefix(
                    joined(part, course), promptIDs: course.prefix?.promptIDs ?? reply?.promptIDs ?? [],
                    of: job.item.problem.prompt, engine.sampling)
            else { continue }
            kept.append(partial(prefix, job.indices[failure.index], job, course))
        }
        if kept.isEmpty, let prefix = course.prefix { return [partial(prefix, job.indices[0], job, course)] }
        return kept
    }

    private func joined(_ part: Completion, _ course: Course) -> Completion {
        let versioned = labelled(part, course, endVersion: nil)
        return course.prefix?.joined(with: versioned) ?? versioned
    }

    private func partial(_ prefix: ResumablePrefix, _ index: Int, _ job: SampleJob, _ course: Course) -> RolloutEvent {
        var completion = prefix.completion
        completion.finish = .abort
        return .partial(sampled(completion, index, job, course, prefix.promptIDs))
    }

    /// The piece that one request brought, with the version of the weights that it is no older than: a server that names only
    /// the version at the end may have begun with an older one, and a label is never newer than what sampled.
    func labelled(_ part: Completion, _ course: Course, endVersion: Int?) -> Completion {
        guard let count = part.tokenCount, count > 0 else { return part }
        var version: Int?
        if part.weightSpans.isEmpty {
            version = course.version
        } else if let endVersion {
            version = min(endVersion, course.version ?? endVersion)
        }
        guard let version else { return part }
        var labelled = part
        labelled.weightSpans = [WeightSpan(version: version, tokens: 0..<count)]
        return labelled
    }

    private func sampled(
        _ completion: Completion, _ index: Int, _ job: SampleJob, _ course: Course, _ promptIDs: [Int32]
    ) -> SampledCompletion {
        var completion = completion
        completion.index = index
        completion.attempt = course.attempt + course.refusals
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
        let told = effective
        // trtllm-serve gives zeros where it computes none (TensorRT-LLM 2406); a sampled text is never that certain.
        if told.temperature > 0, completion.logprobs.count >= 16, completion.logprobs.allSatisfy({ $0 == 0 }) {
            return "every log-prob is 0: the server does not compute them"
        }
        if told.isTruncated { return "sampled with top_p, top_k or min_p: the distribution was cut off" }
        if let distortion { return "sampled with \(distortion): the distribution was bent" }
        if told.temperature != 1, completion.logprobKind != .processed {
            return "log-probs are \(completion.logprobKind.rawValue) at temperature \(told.temperature)"
        }
        return nil
    }
}
