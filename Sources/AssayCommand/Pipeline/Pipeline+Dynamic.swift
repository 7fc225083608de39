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
        if config.rollout.maxGroups > 0 {
            // Groups that an earlier start finished count against the cap.
            let finished = try await store.openGroups(run: run, scoring: scoring, from: 0, to: .max).count(
                where: \.isJudged)
            limits.maxGroups = max(0, config.rollout.maxGroups - finished)
        }
        if config.rollout.groupsInFlight > 0 { limits.maxInFlight = config.rollout.groupsInFlight }
        let admission = Admission(limits)
        let judge = Task { try await self.judge(admission, scoring) }
        defer { judge.cancel() }
        var sampling = try await sample(admission: admission, onArrival: onArrival)
        sampling.groups = admission.counts
        let counts = admission.counts
        note(
            "\(counts.accepted) of \(config.rollout.wantedGroups) wanted groups have unequal scores, \(counts.rejected) had "
                + "equal ones" + (counts.hitCap ? "; max_groups ended sampling" : ""))
        return sampling
    }

    /// Tells the admission of every group as soon as all its completions are judged.
    private func judge(_ admission: Admission, _ scoring: Scoring) async throws {
        var known: Set<Int64> = []
        var first = 0
        while !Task.isCancelled {
            let groups = try await store.openGroups(run: run, scoring: scoring, from: first, to: .max)
            for group in groups where group.isJudged && known.insert(group.id).inserted {
                admission.judge(isInformative: !group.isUniform)
            }
            first = groups.first { !$0.isJudged }?.ordinal ?? first
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
