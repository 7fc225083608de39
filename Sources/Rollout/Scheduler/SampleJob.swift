internal import Experience
internal import Synchronization

/// The samples of one group that go into one request. A class, as it is handed on many times.
final class SampleJob: Sendable {
    let item: WorkItem
    let indices: [Int]
    let prefix: ResumablePrefix?
    /// What was asked for it as a part of a larger request.
    let attempt: Int
    let requests: Int
    /// Counts down the group's samples; the last one finishes the group.
    let open: GroupCountdown

    init(
        item: WorkItem, indices: [Int], prefix: ResumablePrefix?, open: GroupCountdown, attempt: Int = 1,
        requests: Int = 0
    ) {
        (self.attempt, self.requests) = (attempt, requests)
        self.item = item
        self.indices = indices
        self.prefix = prefix
        self.open = open
    }

    /// New for every request, so that a server which still works on the failed one does not mix them up.
    func requestID(_ nonce: String, _ number: Int) -> String {
        "assay-\(nonce)-\(item.ordinal)-\(indices[0])-\(number)"
    }
}

/// Samples of a group that have not come to their end yet.
final class GroupCountdown: Sendable {
    private let count: Atomic<Int>
    private let failures = Atomic(0)
    init(_ count: Int) { self.count = Atomic(count) }
    /// Whether all samples came; of use once the last has finished.
    var isWhole: Bool { failures.load(ordering: .relaxed) == 0 }
    /// Takes samples off; whether they were the last.
    func finish(_ samples: Int, haveFailed: Bool = false) -> Bool {
        if haveFailed { failures.wrappingAdd(samples, ordering: .relaxed) }
        return count.wrappingSubtract(samples, ordering: .acquiringAndReleasing).newValue == 0
    }
}

extension RolloutSession {
    /// Cuts a group into requests.
    func jobs(of item: WorkItem) -> [SampleJob] {
        let endpoints = pool.endpoints
        let acceptsIDs = endpoints.allSatisfy { $0.server.acceptsTokenIDs }
        var prefixes: [Int: ResumablePrefix] = [:]
        for partial in item.partials where acceptsIDs {
            prefixes[partial.completion.index] = ResumablePrefix(
                partial.completion, promptIDs: partial.promptIDs, of: item.problem.prompt, engine.sampling)
        }
        let supportsCount = endpoints.allSatisfy { $0.server.supportsCount }
        let size = supportsCount ? max(1, engine.options.samplesPerRequest) : 1
        let fresh = item.missing.filter { prefixes[$0] == nil }
        var parts = stride(from: 0, to: fresh.count, by: size).map { Array(fresh[$0..<min(fresh.count, $0 + size)]) }
        parts += item.missing.filter { prefixes[$0] != nil }.map { [$0] }
        let countdown = GroupCountdown(item.missing.count)
        return parts.map { SampleJob(item: item, indices: $0, prefix: prefixes[$0[0]], open: countdown) }
    }
}
