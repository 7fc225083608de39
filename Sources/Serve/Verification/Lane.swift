import Synchronization

/// The way into one verifier: a bound on what is accepted, and slots for what is judged at the same time.
///
/// Each verifier has its own, so that a math request never waits behind a program.
final class Lane: Sendable {
    private struct State {
        var pending = 0
        var running = 0
        var waiters: [CheckedContinuation<Void, Never>] = []
        var head = 0
        /// Moving average of the seconds that one item holds a slot.
        var secondsPerItem = 0.0
    }

    let maxPending: Int
    let slots: Int
    private let state = Mutex(State())

    /// `secondsPerItem` is what an item is taken to need until some have been seen.
    init(slots: Int, maxPending: Int, secondsPerItem: Double = 0) {
        self.slots = slots
        self.maxPending = maxPending
        state.withLock { $0.secondsPerItem = secondsPerItem }
    }

    /// Items accepted and not yet answered, and slots in use.
    var load: (pending: Int, running: Int) { state.withLock { ($0.pending, $0.running) } }

    /// Accepts `count` items, or refuses at once: when too many wait, or when their turn would come later than in `seconds`
    /// by what items have taken so far. A request larger than the bound is accepted when nothing else waits.
    func admit(_ count: Int, within seconds: Double) -> Bool {
        state.withLock {
            if $0.pending > 0 {
                let wait = Double($0.pending) * $0.secondsPerItem / Double(slots)
                guard $0.pending + count <= maxPending, wait <= seconds else { return false }
            }
            $0.pending += count
            return true
        }
    }

    /// The `count` items are answered.
    func leave(_ count: Int) { state.withLock { $0.pending -= count } }

    /// Runs `work` on `count` items in a slot, first come first served.
    func inSlot<Value: Sendable>(_ count: Int, _ work: () async -> Value) async -> Value {
        let isFree = state.withLock {
            if $0.running >= slots { return false }
            $0.running += 1
            return true
        }
        if !isFree {
            await withCheckedContinuation { continuation in
                let isFree = state.withLock {
                    if $0.running >= slots {
                        $0.waiters.append(continuation)
                        return false
                    }
                    $0.running += 1
                    return true
                }
                if isFree { continuation.resume() }
            }
        }
        let start = ContinuousClock.now
        let value = await work()
        release(secondsPerItem: (ContinuousClock.now - start) / .seconds(1) / Double(max(count, 1)))
        return value
    }

    // A slot passes straight to the first waiter, `running` unchanged.
    private func release(secondsPerItem: Double) {
        let next: CheckedContinuation<Void, Never>? = state.withLock {
            $0.secondsPerItem += (secondsPerItem - $0.secondsPerItem) / 16
            guard $0.head < $0.waiters.count else {
                $0.running -= 1
                return nil
            }
            let waiter = $0.waiters[$0.head]
            $0.head += 1
            if $0.head == $0.waiters.count || $0.head > 1024 {
                $0.waiters.removeFirst($0.head)
                $0.head = 0
            }
            return waiter
        }
        next?.resume()
    }
}
