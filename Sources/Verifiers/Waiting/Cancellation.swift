import Synchronization

/// Set by the task that waits, seen by the thread that works for it.
final class Cancellation: Sendable {
    private let flag = Atomic(false)

    var isCancelled: Bool { flag.load(ordering: .relaxed) }

    func cancel() { flag.store(true, ordering: .relaxed) }

    /// Runs `body` with one that hears when the task is cancelled.
    static func heard<Value>(_ body: (Cancellation) async -> Value) async -> Value {
        let cancellation = Cancellation()
        return await withTaskCancellationHandler {
            await body(cancellation)
        } onCancel: {
            cancellation.cancel()
        }
    }
}
