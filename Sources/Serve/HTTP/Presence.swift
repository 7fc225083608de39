import Synchronization

/// Whether a client is still there; what is done for one who left is cancelled.
final class Presence: Sendable {
    private let state = Mutex((work: Task<Void, Never>?.none, isOver: false))

    /// Whether nobody waits for an answer any more.
    var isOver: Bool { state.withLock { $0.isOver } }

    /// `work` is everything that is done for this client.
    func begin(_ work: Task<Void, Never>) {
        let isOver = state.withLock { state in
            if !state.isOver { state.work = work }
            return state.isOver
        }
        if isOver { work.cancel() }
    }

    /// The client left, or is sent away.
    func end() {
        let work = state.withLock { state in
            defer { state = (nil, true) }
            return state.work
        }
        work?.cancel()
    }
}
