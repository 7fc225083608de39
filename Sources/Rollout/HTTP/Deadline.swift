internal import Synchronization

/// Work that did not answer by its deadline.
struct DeadlinePassed: Error {}

/// What `work` gives, or `DeadlinePassed` after that many seconds: a task that does not heed its cancellation is left behind,
/// not waited for.
func within<Value: Sendable>(
    _ seconds: Double, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    let first = FirstAnswer<Value>()
    let task = Task { first.give(await Result.catching(work)) }
    let alarm = Alarms.shared.set(in: seconds) {
        first.give(.failure(DeadlinePassed()))
        // Whoever hears of a cancellation may take locks: not the task that looks at all alarms.
        Task { task.cancel() }
    }
    defer { Alarms.shared.cancel(alarm) }
    return try await withTaskCancellationHandler {
        try await first.value()
    } onCancel: {
        task.cancel()
        first.give(.failure(CancellationError()))
    }
}

extension Result where Failure == any Error, Success: Sendable {
    fileprivate static func catching(_ work: @Sendable () async throws -> Success) async -> Self {
        do { return .success(try await work()) } catch { return .failure(error) }
    }
}

private final class FirstAnswer<Value: Sendable>: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<Value, any Error>)
        case given(Result<Value, any Error>)
        case over
    }

    private let state = Mutex(State.open)

    func give(_ result: Result<Value, any Error>) {
        let waiter = state.withLock { state -> CheckedContinuation<Value, any Error>? in
            switch state {
            case .open: state = .given(result)
            case .awaited(let continuation):
                state = .over
                return continuation
            case .given, .over: break
            }
            return nil
        }
        waiter?.resume(with: result)
    }

    func value() async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let result = state.withLock { state -> Result<Value, any Error>? in
                if case .given(let result) = state {
                    state = .over
                    return result
                }
                state = .awaited(continuation)
                return nil
            }
            if let result { continuation.resume(with: result) }
        }
    }
}
