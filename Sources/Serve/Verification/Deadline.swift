import Synchronization

/// Runs work against the clock.
enum Deadline {
    /// Work that had not begun at `moment` is not waited for any longer.
    struct Start: Sendable {
        var moment: ContinuousClock.Instant
        private let begun = Begun()

        init(by moment: ContinuousClock.Instant) { self.moment = moment }

        /// Says that the work begins; false when it is too late for that.
        func begin() -> Bool { ContinuousClock.now < moment && begun.set() }

        /// Decides for good that it has not begun.
        fileprivate func giveUp() -> Bool { begun.set() }

        private final class Begun: Sendable {
            private let flag = Atomic<Bool>(false)
            func set() -> Bool { flag.compareExchange(expected: false, desired: true, ordering: .relaxed).exchanged }
        }
    }

    /// What `work` gives, or nil when `deadline` comes first, or `start` without its having begun, or the task is cancelled;
    /// the work is then cancelled and ends on its own.
    static func run<Value: Sendable>(
        until deadline: ContinuousClock.Instant, start: Start? = nil, _ work: @escaping @Sendable () async -> Value
    ) async -> Value? {
        let race = Race<Value>()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { race.run(until: deadline, start: start, $0, work) }
        } onCancel: {
            race.finish(with: nil)
        }
    }

    private final class Race<Value: Sendable>: Sendable {
        private struct State {
            var continuation: CheckedContinuation<Value?, Never>?
            var isFinished = false
            var cleanUp: (@Sendable () -> Void)?
        }

        private let state = Mutex(State())

        /// Sets the work and the clock going; whichever ends first answers, and ends the other.
        func run(
            until deadline: ContinuousClock.Instant, start: Start?, _ continuation: CheckedContinuation<Value?, Never>,
            _ work: @escaping @Sendable () async -> Value
        ) {
            let isLate = state.withLock { state in
                if !state.isFinished { state.continuation = continuation }
                return state.isFinished
            }
            if isLate { continuation.resume(returning: nil) }
            // Cancelled work is begun all the same: it has places to leave.
            let worker = Task { finish(with: await work()) }
            let timer = Task {
                if let start {
                    try? await Task.sleep(until: start.moment, clock: .continuous)
                    if Task.isCancelled { return }
                    if start.giveUp() { return finish(with: nil) }
                }
                try? await Task.sleep(until: deadline, clock: .continuous)
                finish(with: nil)
            }
            onFinish {
                worker.cancel()
                timer.cancel()
            }
        }

        func finish(with value: Value?) {
            let (continuation, cleanUp) = state.withLock { state in
                defer { state = State(isFinished: true) }
                return (state.continuation, state.cleanUp)
            }
            continuation?.resume(returning: value)
            cleanUp?()
        }

        private func onFinish(_ body: @escaping @Sendable () -> Void) {
            let isFinished = state.withLock {
                if !$0.isFinished { $0.cleanUp = body }
                return $0.isFinished
            }
            if isFinished { body() }
        }
    }
}
