internal import Numbers
internal import Synchronization

/// Decides how many groups are begun: enough to keep the servers busy, not so many that they grow stale, until enough of
/// them teach something.
///
/// The capacity rule is AReaL's (Fu et al. 2025): groups in flight <= min(maxInFlight, (maxStaleness + version + 1) *
/// batch - accepted). Dynamic sampling is DAPO's (Yu et al. 2025): groups whose rewards are all equal are judged
/// uninformative and replaced by further ones, up to `maxGroups`; over-sampling is a `maxInFlight` above what is wanted.
public final class Admission: Sendable {
    /// The bounds; nil is no bound.
    public struct Limits: Sendable, Hashable {
        /// Groups begun and not finished; with `wantedGroups`, not judged: more could be more than is wanted.
        public var maxInFlight: Int?
        /// Groups a trainer takes per policy version; with `maxStaleness` bounds how far sampling runs ahead.
        public var batch: Int?
        /// Versions a group may be behind when it is trained on.
        public var maxStaleness = 0
        /// Informative groups after which sampling ends.
        public var wantedGroups: Int?
        /// Groups after which sampling ends, informative or not.
        public var maxGroups: Int?

        /// No bounds.
        public init() {}
    }

    /// The counts so far.
    public struct Counts: Sendable, Hashable {
        /// The policy's version.
        public var version = 0
        /// Groups begun.
        public var begun = 0
        /// Groups finished and judged informative.
        public var accepted = 0
        /// Groups finished and judged uninformative.
        public var rejected = 0
        /// Groups finished.
        public var finished = 0
        /// Those of them that lack a sample: they are not judged.
        public var broken = 0
        /// Whether `maxGroups` ended sampling before `wantedGroups` was reached.
        public var hitCap = false
    }

    private struct State {
        var counts = Counts()
        var isStopped = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let limits: Limits
    private let state = Mutex(State())

    /// An admission with `limits`; no limits admit everything.
    public init(_ limits: Limits = Limits()) { self.limits = limits }

    /// The counts so far.
    public var counts: Counts { state.withLock { $0.counts } }

    /// Whether enough is there, so that what is still in flight can be aborted.
    public var isSatisfied: Bool { state.withLock { isSatisfied($0.counts) } }

    /// Waits until a further group may begin; false when none will.
    func admit() async -> Bool {
        while true {
            let verdict: Bool? = state.withLock { state in
                if state.isStopped || isSatisfied(state.counts) { return false }
                if let most = limits.maxGroups, state.counts.begun >= most {
                    if limits.wantedGroups != nil { state.counts.hitCap = true }
                    return false
                }
                guard capacity(state.counts) > 0 else { return nil }
                state.counts.begun += 1
                return true
            }
            if let verdict { return verdict }
            await withCheckedContinuation { continuation in
                let resumesNow = state.withLock { state in
                    if state.isStopped || isSatisfied(state.counts) || capacity(state.counts) > 0 { return true }
                    state.waiters.append(continuation)
                    return false
                }
                if resumesNow { continuation.resume() }
            }
        }
    }

    /// All samples of a group have come or, where it is not whole, failed.
    func finish(isWhole: Bool = true) {
        change { counts in
            counts.finished += 1
            if !isWhole { counts.broken += 1 }
        }
    }

    /// What the verdicts say of a finished group: whether its rewards differ.
    public func judge(isInformative: Bool) {
        change { counts in
            if isInformative { counts.accepted += 1 } else { counts.rejected += 1 }
        }
    }

    /// A group that an earlier start finished and that is judged.
    public func recall(isInformative: Bool) {
        change { counts in
            counts.begun += 1
            counts.finished += 1
        }
        judge(isInformative: isInformative)
    }

    /// The policy's weights changed.
    public func advance(to version: Int) { change { $0.version = max($0.version, version) } }

    /// Ends sampling.
    func stop() {
        state.withLock { $0.isStopped = true }
        change { _ in }
    }

    private func change(_ body: (inout Counts) -> Void) {
        let waiters = state.withLock { state in
            body(&state.counts)
            let waiters = state.waiters
            state.waiters = []
            return waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    private func isSatisfied(_ counts: Counts) -> Bool { limits.wantedGroups.map { counts.accepted >= $0 } ?? false }

    private func capacity(_ counts: Counts) -> Int {
        var capacity = Int.max
        if let most = limits.maxInFlight {
            let judged = counts.accepted + counts.rejected + counts.broken
            let over = limits.wantedGroups == nil ? counts.finished : min(counts.finished, judged)
            capacity = most - (counts.begun - over)
        }
        if let batch = limits.batch {
            let steps = limits.maxStaleness.addingSaturated(counts.version).addingSaturated(1)
            let horizon = steps.multipliedSaturated(by: batch)
            // A rejected group takes no place in a batch.
            capacity = min(capacity, horizon - (counts.begun - counts.rejected))
        }
        return capacity
    }
}
