import Experience
import Synchronization
import Verifiers

/// Says that it was asked, and answers when it is let, whether anybody waits or not.
struct Gated: Verifier {
    let name = "gated"
    let version = "1"
    let asked: AsyncStream<Void>.Continuation
    let gate: Gate

    func verify(_ item: VerificationItem) async -> Verdict {
        asked.yield()
        await gate.pass()
        return .correct()
    }

    /// The standard verifiers and one called "gated".
    static func registry(_ gate: Gate, _ asked: AsyncStream<Void>.Continuation) -> VerifierRegistry {
        var registry = VerifierRegistry.standard
        registry.register("gated", summary: "waits", make: { _ in Gated(asked: asked, gate: gate) })
        return registry
    }
}

/// Holds tasks until it is opened, for good.
final class Gate: Sendable {
    private let state = Mutex((isOpen: false, waiting: [CheckedContinuation<Void, Never>]()))

    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            let waiting = state.waiting
            state = (true, [])
            return waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
