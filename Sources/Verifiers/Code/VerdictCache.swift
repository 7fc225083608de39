import Experience
import JSON
import Synchronization

/// Verdicts of identical programs on identical tests, each judged once: who asks while it is judged waits for it.
///
/// Keys are the contents themselves, so nothing collides. What may end differently next time is not kept: time-outs and
/// failures of our own. A failure of ours is not handed to those who wait either: the next of them judges.
final class VerdictCache: Sendable {
    struct Key: Hashable {
        var program: String
        var row: JSONRow
        var answer: String?
        /// Decides the drawn subset.
        var id: String

        fileprivate var byteCount: Int {
            program.utf8.count + row.bytes.count + (answer?.utf8.count ?? 0) + id.utf8.count
        }
    }

    /// What one who asks is told.
    private enum Turn {
        case known(Verdict)
        /// Nobody judges it: do so.
        case ours
        /// The task was cancelled while another judged.
        case cancelled
    }

    private struct State {
        var known: RecentlyUsed<Key, Verdict>
        /// Who waits for what is judged now.
        var underWay: [Key: WaitList<Turn>] = [:]
        var nextWaiter = 0
    }

    private let state: Mutex<State>
    private let capacity: Int
    private let hits = Atomic<Int>(0)
    private let misses = Atomic<Int>(0)

    /// Look-ups so far that found a verdict, or one under way, and those that did not.
    var counts: (hits: Int, misses: Int) {
        (hits.load(ordering: .relaxed), misses.load(ordering: .relaxed))
    }

    /// At most `capacity` verdicts (0 keeps none) that hold at most `bytes` together.
    init(capacity: Int, bytes: Int) {
        self.capacity = capacity
        state = Mutex(State(known: RecentlyUsed(capacity: capacity, bytes: bytes)))
    }

    /// The verdict of `key`, judged by `judge` unless it is known or under way.
    func verdict(_ key: Key, judge: () async -> Verdict) async -> Verdict {
        if capacity == 0 { return await judge() }
        switch await turn(key) {
        case .known(let verdict):
            hits.add(1, ordering: .relaxed)
            return verdict
        case .cancelled: return .cancelled
        case .ours:
            misses.add(1, ordering: .relaxed)
            let verdict = await judge()
            settle(key, verdict)
            return verdict
        }
    }

    // One look decides: what is not known and not under way is ours from then on.
    private func turn(_ key: Key) async -> Turn {
        let (turn, waiter) = state.withLock { state -> (Turn?, Int) in
            if let verdict = state.known[key] { return (.known(verdict), 0) }
            guard state.underWay[key] != nil else {
                state.underWay[key] = WaitList()
                return (.ours, 0)
            }
            state.nextWaiter += 1
            return (nil, state.nextWaiter)
        }
        if let turn { return turn }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { wait(for: key, as: waiter, $0) }
        } onCancel: {
            let continuation = state.withLock { $0.underWay[key]?.remove(waiter) }
            continuation?.resume(returning: .cancelled)
        }
    }

    // It may have been settled, or the task cancelled, since the look.
    private func wait(for key: Key, as waiter: Int, _ continuation: CheckedContinuation<Turn, Never>) {
        let turn = state.withLock { state -> Turn? in
            if Task.isCancelled { return .cancelled }
            if let verdict = state.known[key] { return .known(verdict) }
            if state.underWay[key]?.add(continuation, as: waiter) != nil { return nil }
            state.underWay[key] = WaitList()
            return .ours
        }
        if let turn { continuation.resume(returning: turn) }
    }

    private func settle(_ key: Key, _ verdict: Verdict) {
        let told = state.withLock { state -> [(CheckedContinuation<Turn, Never>, Turn)] in
            if !verdict.outcome.isScored, let next = state.underWay[key]?.popFirst() { return [(next, .ours)] }
            if Self.isKept(verdict) { state.known.set(key, verdict, bytes: key.byteCount + Self.byteCount(verdict)) }
            var waiting = state.underWay.removeValue(forKey: key) ?? WaitList()
            return waiting.popAll().map { ($0, .known(verdict)) }
        }
        for (continuation, turn) in told { continuation.resume(returning: turn) }
    }

    private static func isKept(_ verdict: Verdict) -> Bool {
        guard verdict.outcome.isScored else { return false }
        let tests = verdict.details?["tests"]?.arrayValue ?? []
        return !tests.contains { $0["status"]?.stringValue == CodeStatus.timeout.rawValue }
    }

    private static func byteCount(_ verdict: Verdict) -> Int {
        (verdict.extracted?.utf8.count ?? 0) + (verdict.explanation?.utf8.count ?? 0)
            + (verdict.details?.bytes.count ?? 0)
    }
}
