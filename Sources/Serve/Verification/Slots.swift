import Synchronization

/// Places for work that goes on at the same time; what finds none waits for its turn.
///
/// Owners share the places evenly (start-time fair queueing), and within an owner a small request goes before what is left of a
/// large one. Work that only waits holds a place but no processor: where `idle` is given and tells that processors are idle,
/// more is let in, up to `most`.
final class Slots: Sendable {
    fileprivate struct Waiter {
        var id: Int
        var tag: Int
        var cost: Int
    }

    fileprivate struct Flow {
        var waiting = WaiterHeap()
        /// Where this owner stands in the time of all owners, and its newest request in its own.
        var finish = 0
        var served = 0
    }

    fileprivate struct State {
        var running = 0
        /// Seconds since the start of this type, summed over what runs.
        var starts = 0.0
        var flows: [WorkShare: Flow] = [:]
        var continuations: [Int: CheckedContinuation<Double?, Never>] = [:]
        /// Pieces of work that wait.
        var waiting = 0
        var now = 0
        var nextID = 0
        var isWatching = false
    }

    /// Places while all of them compute.
    let count: Int
    private let most: Int
    private let idle: (@Sendable (Int) async -> Int)?
    private let epoch = ContinuousClock.now
    private let state = Mutex(State())

    init(_ count: Int, most: Int? = nil, idle: (@Sendable (Int) async -> Int)? = nil) {
        self.count = count
        self.most = max(most ?? count, count)
        self.idle = idle
    }

    /// Places in use.
    var running: Int { state.withLock { $0.running } }

    /// Pieces of work that wait for a place.
    var waitingCount: Int { state.withLock { $0.waiting } }

    /// Seconds until work that comes now would get its turn, by the age of what runs: nothing is known of how long it will take,
    /// but that it has taken so long already.
    var expectedWait: Double {
        let now = seconds
        return state.withLock { state in
            guard state.waiting > 0, state.running >= count else { return 0 }
            let age = now - state.starts / Double(state.running)
            return max(0, age) * Double(state.waiting) / Double(state.running)
        }
    }

    /// Runs `work` in a place; nil when the task is cancelled before its turn. `offset` is how much of the same request goes
    /// before it.
    func run<Value: Sendable>(
        _ cost: Int, after offset: Int = 0, for share: WorkShare, _ work: () async -> Value
    ) async -> Value? {
        let start = seconds
        let isFree = state.withLock { $0.takeIfFree(self.count, at: start) }
        guard let begin = isFree ? start : await turn(cost, offset, share) else { return nil }
        let value = await work()
        leave(begin)
        return value
    }

    private var seconds: Double { (ContinuousClock.now - epoch) / .seconds(1) }

    // When its turn came; nil when the task was cancelled before.
    private func turn(_ cost: Int, _ offset: Int, _ share: WorkShare) async -> Double? {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let start = seconds
                let (isSettled, begin) = state.withLock { state -> (Bool, Double?) in
                    if Task.isCancelled { return (true, nil) }
                    if state.takeIfFree(count, at: start) { return (true, start) }
                    state.enqueue(id, cost, offset, share, continuation)
                    return (false, nil)
                }
                if isSettled { continuation.resume(returning: begin) } else { watch() }
            }
        } onCancel: {
            let continuation = state.withLock { $0.forget(id) }
            continuation?.resume(returning: nil)
        }
    }

    private func leave(_ begin: Double) {
        let now = seconds
        let next = state.withLock { state -> CheckedContinuation<Double?, Never>? in
            state.starts -= begin
            state.running -= 1
            if state.running == 0 { state.starts = 0 }
            return state.running < count ? state.admitNext(at: now) : nil
        }
        next?.resume(returning: now)
    }

    // While something waits, idle processors are looked for.
    private func watch() {
        guard let idle, most > count else { return }
        let isFirst = state.withLock { state in
            defer { state.isWatching = true }
            return !state.isWatching
        }
        guard isFirst else { return }
        Task.detached { [self] in
            while true {
                // What was let in just now is seen to compute, or not to.
                try? await Task.sleep(for: .milliseconds(25))
                let free = await idle(count)
                for _ in 0..<max(free, 0) {
                    let now = seconds
                    let next = state.withLock { $0.running < self.most ? $0.admitNext(at: now) : nil }
                    next?.resume(returning: now)
                    if next == nil { break }
                }
                let isOver = state.withLock { state in
                    if state.continuations.isEmpty { state.isWatching = false }
                    return !state.isWatching
                }
                if isOver { return }
            }
        }
    }
}

extension Slots.State {
    fileprivate mutating func takeIfFree(_ count: Int, at start: Double) -> Bool {
        guard running < count, continuations.isEmpty else { return false }
        running += 1
        starts += start
        return true
    }

    fileprivate mutating func enqueue(
        _ id: Int, _ cost: Int, _ offset: Int, _ share: WorkShare, _ continuation: CheckedContinuation<Double?, Never>
    ) {
        var flow = flows[share] ?? Slots.Flow(finish: now)
        if flow.waiting.isEmpty { flow.finish = max(flow.finish, now) }
        flow.waiting.push(Slots.Waiter(id: id, tag: flow.served + offset, cost: cost))
        flows[share] = flow
        continuations[id] = continuation
        waiting += 1
    }

    fileprivate mutating func forget(_ id: Int) -> CheckedContinuation<Double?, Never>? {
        guard let continuation = continuations.removeValue(forKey: id) else { return nil }
        waiting -= 1
        if continuations.isEmpty { flows.removeAll() }
        return continuation
    }

    /// Takes the one whose turn it is into a place: requests before jobs, then the owner that has had least.
    fileprivate mutating func admitNext(at start: Double) -> CheckedContinuation<Double?, Never>? {
        while !continuations.isEmpty {
            guard let share = nextShare, let waiter = flows[share]?.waiting.pop() else { return nil }
            // One who was cancelled leaves its place in the row behind.
            guard let continuation = continuations.removeValue(forKey: waiter.id) else { continue }
            now = max(now, flows[share]?.finish ?? 0)
            flows[share]?.finish += waiter.cost
            flows[share]?.served = waiter.tag
            waiting -= 1
            running += 1
            starts += start
            if continuations.isEmpty { flows.removeAll() }
            return continuation
        }
        return nil
    }

    private var nextShare: WorkShare? {
        var best: (share: WorkShare, finish: Int)?
        for (share, flow) in flows where !flow.waiting.isEmpty {
            if let best, (best.share.isJob ? 1 : 0, best.finish) <= (share.isJob ? 1 : 0, flow.finish) { continue }
            best = (share, flow.finish)
        }
        return best?.share
    }
}

extension Slots {
    /// Waiters by tag, and among equal ones by who came first.
    fileprivate struct WaiterHeap {
        private var items: [Waiter] = []

        var isEmpty: Bool { items.isEmpty }

        mutating func push(_ waiter: Waiter) {
            items.append(waiter)
            var child = items.count - 1
            while child > 0, Self.goesBefore(items[child], items[(child - 1) / 2]) {
                items.swapAt(child, (child - 1) / 2)
                child = (child - 1) / 2
            }
        }

        mutating func pop() -> Waiter? {
            guard let first = items.first, let last = items.popLast() else { return nil }
            if items.isEmpty { return first }
            items[0] = last
            var parent = 0
            while true {
                var least = parent
                for child in [2 * parent + 1, 2 * parent + 2]
                where child < items.count && Self.goesBefore(items[child], items[least]) { least = child }
                if least == parent { return first }
                items.swapAt(parent, least)
                parent = least
            }
        }

        private static func goesBefore(_ one: Waiter, _ other: Waiter) -> Bool {
            (one.tag, one.id) < (other.tag, other.id)
        }
    }
}
