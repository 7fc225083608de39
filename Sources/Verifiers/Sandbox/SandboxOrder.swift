import Synchronization

/// Work in the pool's queue and the task that waits for it: done once or cancelled before it begins. A cancelled order holds
/// nothing, however long it stays in the queue.
final class SandboxOrder<Value: Sendable>: Sendable {
    typealias Work = @Sendable (SandboxSlot, Cancellation) -> Value
    typealias Waiting = CheckedContinuation<Result<Value, SandboxPool.NotBegun>, Never>

    private struct Open {
        var work: Work
        var waiting: Waiting
    }

    private let cancellation = Cancellation()
    private let open = Mutex<Open?>(nil)

    /// Takes the order; false when it was cancelled already, which its task is then told.
    func place(_ work: @escaping Work, _ waiting: Waiting) -> Bool {
        open.withLock { $0 = Open(work: work, waiting: waiting) }
        if cancellation.isCancelled { cancel() }
        return !cancellation.isCancelled
    }

    /// Does the work; on no slot, tells its task that there is none.
    func fill(in slot: SandboxSlot?) {
        guard let order = take() else { return }
        guard let slot else { return order.waiting.resume(returning: .failure(.shutDown)) }
        order.waiting.resume(returning: .success(order.work(slot, cancellation)))
    }

    /// Nobody waits any more.
    func cancel() {
        cancellation.cancel()
        take()?.waiting.resume(returning: .failure(.cancelled))
    }

    // Who takes it out is the one who answers.
    private func take() -> Open? {
        open.withLock { open in
            let taken = open
            open = nil
            return taken
        }
    }
}
