import Experience
import Rollout
import Verifiers

/// DAPO's dynamic sampling (Yu et al. 2025, arXiv 2503.14476): groups whose scores are all equal teach nothing and are
/// replaced by further ones, until enough others are there or the cap is reached.
extension Pipeline {
    /// Samples while another task judges; with `rollout.wanted_groups` it ends early.
    func sampleDynamically(onArrival: @escaping @Sendable () -> Void) async throws -> Sampling {
        guard config.rollout.wantedGroups > 0 else { return try await sample(onArrival: onArrival) }
        let verifier = try config.makeVerifier()
        let scoring = try await scoring(of: verifier)
        await verifier.shutdown()
        var limits = Admission.Limits()
        limits.wantedGroups = config.rollout.wantedGroups
        if config.rollout.maxGroups > 0 { limits.maxGroups = config.rollout.maxGroups }
        if config.rollout.groupsInFlight > 0 { limits.maxInFlight = config.rollout.groupsInFlight }
        let admission = Admission(limits)
        let earlier = try await store.openGroups(run: run, scoring: scoring, from: 0, to: .max).filter(\.isJudged)
        for group in earlier { admission.recall(isInformative: !group.isUniform) }
        let known = Set(earlier.map(\.id))
        // A failure to look at verdicts ends sampling, which would wait for them for ever.
        var sampling = try await withThrowingTaskGroup(of: Sampling?.self) { group in
            group.addTask {
                try await judge(admission, scoring, known: known)
                return nil
            }
            group.addTask { try await sample(admission: admission, onArrival: onArrival) }
            defer { group.cancelAll() }
            while let part = try await group.next() {
                if let part { return part }
            }
            throw CancellationError()
        }
        sampling.groups = admission.counts
        return sampling
    }

    /// Says how many groups dynamic sampling has, as the store has them once all is judged.
    /// - Returns: what is missing where the problems ended first.
    func countGroups(_ scoring: Scoring, _ sampling: Sampling) async throws -> String? {
        let judged = try await store.openGroups(run: run, scoring: scoring, from: 0, to: .max).filter(\.isJudged)
        let accepted = judged.count { !$0.isUniform }
        let wanted = config.rollout.wantedGroups
        let hitCap = sampling.groups?.hitCap ?? false
        let counts =
            "\(accepted) of \(wanted) wanted groups have unequal scores, \(judged.count - accepted) had equal ones"
        note(counts + (hitCap ? "; max_groups ended sampling" : ""))
        if accepted >= wanted || hitCap { return nil }
        return counts + "; the problems ended first: give more, or dataset.epochs"
    }

    /// Tells the admission of every group as soon as all its completions are judged.
    private func judge(_ admission: Admission, _ scoring: Scoring, known: Set<Int64>) async throws {
        var known = known
        var first = 0
        while !Task.isCancelled {
            let start = ContinuousClock.now
            let groups = try await store.openGroups(run: run, scoring: scoring, from: first, to: .max)
            for group in groups where group.isJudged && known.insert(group.id).inserted {
                admission.judge(isInformative: !group.isUniform)
            }
            first = groups.first { !$0.isJudged }?.ordinal ?? first
            // A look costs all groups that are not judged: it takes a tenth of the time at most.
            try await Task.sleep(for: max(.milliseconds(20), (ContinuousClock.now - start) * 10))
        }
    }
}
