internal import Datasets
internal import Synchronization

/// Decides which endpoint a request goes to: the problem's own by rendezvous hashing (Thaler and Ravishankar 1998), so
/// that the samples of one prompt meet the same prefix cache; the next in its order when that one is full or failing.
/// When none has room the caller waits.
final class EndpointPool: Sendable {
    private struct Slot {
        var inFlight = 0
        var limit: AdaptiveLimit
        var breaker: Breaker

        func hasRoom(at now: Double) -> Bool { inFlight < limit.value && breaker.admits(at: now) }
    }

    private struct State {
        var slots: [Slot]
        var waiters: [CheckedContinuation<Void, Never>] = []
        var isClosed = false
    }

    let endpoints: [Endpoint]
    private let hashes: [UInt64]
    private let state: Mutex<State>

    /// Shares `concurrency` over the endpoints.
    init(_ endpoints: [Endpoint], concurrency: Int, breaker: Breaker = Breaker()) {
        self.endpoints = endpoints
        hashes = endpoints.map { endpoint in
            endpoint.url.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        }
        let share = (concurrency + endpoints.count - 1) / max(1, endpoints.count)
        let limit = AdaptiveLimit(start: share, maximum: concurrency)
        state = Mutex(State(slots: endpoints.map { _ in Slot(limit: limit, breaker: breaker) }))
    }

    /// Takes a place at an endpoint for the problem with hash `key`; nil when the pool was closed.
    func acquire(_ key: UInt64) async -> Int? {
        let order = order(for: key)
        while true {
            let choice = state.withLock { $0.isClosed ? -1 : Self.take(order, &$0) }
            if let choice { return choice < 0 ? nil : choice }
            await withCheckedContinuation { continuation in
                let resumesNow = state.withLock { state in
                    if state.isClosed { return true }
                    state.waiters.append(continuation)
                    return false
                }
                if resumesNow { continuation.resume() }
            }
        }
    }

    private static func take(_ order: [Int], _ state: inout State) -> Int? {
        let now = MonotonicClock.seconds
        guard let chosen = order.first(where: { state.slots[$0].hasRoom(at: now) }) else { return nil }
        state.slots[chosen].inFlight += 1
        state.slots[chosen].breaker.begin()
        return chosen
    }

    /// Gives the place back. `success` is nil when the request says nothing about the endpoint's health.
    func release(_ index: Int, success: Bool?) {
        let waiter = state.withLock { state in
            state.slots[index].inFlight -= 1
            state.slots[index].breaker.end(success: success, at: MonotonicClock.seconds)
            return state.waiters.isEmpty ? nil : state.waiters.removeFirst()
        }
        waiter?.resume()
    }

    /// Lets waiters look again, as breakers open their door by time alone. Called every fraction of a second.
    func tick() { wakeAll() }

    /// Ends all waiting.
    func close() {
        state.withLock { $0.isClosed = true }
        wakeAll()
    }

    /// Adjusts an endpoint's limit to what its server reports.
    func observe(_ load: ServerLoad, at index: Int) {
        state.withLock { state in
            let inFlight = state.slots[index].inFlight
            state.slots[index].limit.observe(load, inFlight: inFlight)
        }
        wakeAll()
    }

    /// Places taken and allowed per endpoint.
    var occupancy: [(inFlight: Int, limit: Int, isFailing: Bool)] {
        state.withLock { $0.slots.map { ($0.inFlight, $0.limit.value, $0.breaker.isOpen) } }
    }

    private func wakeAll() {
        let waiters = state.withLock { state in
            let waiters = state.waiters
            state.waiters = []
            return waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    private func order(for key: UInt64) -> [Int] {
        if endpoints.count == 1 { return [0] }
        return endpoints.indices.sorted {
            SplitMix64.mixed(hashes[$0] ^ key) > SplitMix64.mixed(hashes[$1] ^ key)
        }
    }
}
