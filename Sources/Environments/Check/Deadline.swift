import Synchronization

/// Work that may never end, waited for up to a deadline: it is cancelled then, and left to itself.
enum Deadline {
    /// What `body` gave; nil when it had not ended by then.
    static func run<Value: Sendable>(
        seconds: Double, _ body: @escaping @Sendable () async -> Value
    ) async -> Value? {
        let first = First<Value>()
        let work = Task { first.give(await body()) }
        let clock = Task {
            try? await Task.sleep(for: .seconds(seconds))
            first.give(nil)
        }
        let value = await first.value()
        clock.cancel()
        if value == nil { work.cancel() }
        return value
    }

    private final class First<Value: Sendable>: Sendable {
        private enum State {
            case open
            case waiting(CheckedContinuation<Value?, Never>)
            case given(Value?)
        }
        private let state = Mutex(State.open)

        func give(_ value: Value?) {
            let waiting: CheckedContinuation<Value?, Never>? = state.withLock { state in
                switch state {
                case .open: state = .given(value)
                case .waiting(let continuation):
                    state = .given(value)
                    return continuation
                case .given: break
                }
                return nil
            }
            waiting?.resume(returning: value)
        }

        func value() async -> Value? {
            await withCheckedContinuation { continuation in
                let given: Value?? = state.withLock { state in
                    if case .given(let value) = state { return .some(value) }
                    state = .waiting(continuation)
                    return nil
                }
                if let given { continuation.resume(returning: given) }
            }
        }
    }
}
