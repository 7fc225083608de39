import Synchronization

/// A number of places that tasks wait for in turn.
final class AsyncSlots: Sendable {
    private struct State {
        var free: Int
        var waiting = WaitList<Bool>()
        var nextWaiter = 0
    }

    private let state: Mutex<State>

    init(_ count: Int) { state = Mutex(State(free: count)) }

    /// Waits for a place; false when the task was cancelled before it had one, and then none is to be given back.
    func take() async -> Bool {
        if Task.isCancelled { return false }
        let number = state.withLock { state -> Int in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> Bool? in
                    if Task.isCancelled { return false }
                    guard state.free == 0 else {
                        state.free -= 1
                        return true
                    }
                    state.waiting.add(continuation, as: number)
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            state.withLock { $0.waiting.remove(number) }?.resume(returning: false)
        }
    }

    /// Gives a place back, to the one who has waited longest.
    func give() {
        let next = state.withLock { state in
            let next = state.waiting.popFirst()
            if next == nil { state.free += 1 }
            return next
        }
        next?.resume(returning: true)
    }
}
