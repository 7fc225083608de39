import Experience
import JSON
import Synchronization

/// Verdicts of identical programs on identical tests, each judged once: who asks while it is judged waits for it.
///
/// Keys are the contents themselves, so nothing collides. What may end differently next time is not kept: time-outs and
/// failures of our own.
final class VerdictCache: Sendable {
    struct Key: Hashable {
        var program: String
        var row: JSONRow
        var answer: String?
        /// Decides the drawn subset.
        var id: String
    }

    private enum Entry {
        case known(Verdict)
        case underWay([CheckedContinuation<Verdict, Never>])
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        /// Known keys, oldest first.
        var order: [Key] = []
    }

    private let state = Mutex(State())
    private let capacity: Int
    private let hits = Atomic<Int>(0)
    private let misses = Atomic<Int>(0)

    /// Look-ups so far that found a verdict, or one under way, and those that did not.
    var counts: (hits: Int, misses: Int) {
        (hits.load(ordering: .relaxed), misses.load(ordering: .relaxed))
    }

    init(capacity: Int) { self.capacity = capacity }

    /// The verdict of `key`, judged by `judge` unless it is known or under way.
    func verdict(_ key: Key, judge: () async -> Verdict) async -> Verdict {
        if capacity == 0 { return await judge() }
        let isOurs = state.withLock { state in
            if state.entries[key] != nil { return false }
            state.entries[key] = .underWay([])
            return true
        }
        guard isOurs else {
            hits.add(1, ordering: .relaxed)
            if let verdict = await wait(for: key) { return verdict }
            return await judge()
        }
        misses.add(1, ordering: .relaxed)
        let verdict = await judge()
        let waiting = state.withLock { state -> [CheckedContinuation<Verdict, Never>] in
            guard case .underWay(let waiting) = state.entries[key] else { return [] }
            state.entries[key] = nil
            if Self.isKept(verdict) {
                state.entries[key] = .known(verdict)
                state.order.append(key)
                if state.order.count > capacity { state.entries[state.order.removeFirst()] = nil }
            }
            return waiting
        }
        for continuation in waiting { continuation.resume(returning: verdict) }
        return verdict
    }

    // Nil when it was dropped between the look and the wait.
    private func wait(for key: Key) async -> Verdict? {
        let isThere = state.withLock { $0.entries[key] != nil }
        guard isThere else { return nil }
        return await withCheckedContinuation { (continuation: CheckedContinuation<Verdict, Never>) in
            let known: Verdict? = state.withLock { state in
                switch state.entries[key] {
                case .known(let verdict): return verdict
                case .underWay(let waiting):
                    state.entries[key] = .underWay(waiting + [continuation])
                    return nil
                case nil:
                    return .verifierError(
                        reason: CodeStatus.infrastructureError.rawValue, explanation: "a cached verdict was dropped")
                }
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    private static func isKept(_ verdict: Verdict) -> Bool {
        guard verdict.outcome.isScored else { return false }
        let tests = verdict.details?["tests"]?.arrayValue ?? []
        return !tests.contains { $0["status"]?.stringValue == CodeStatus.timeout.rawValue }
    }
}
