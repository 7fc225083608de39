internal import Datasets
internal import Synchronization

/// Decides which endpoint a request goes to: the problem's own by rendezvous hashing (Thaler and Ravishankar 1998), so
/// that the samples of one prompt meet the same prefix cache; the next in its order when that one is full or failing.
/// When none has room the caller waits. Endpoints come and go while it works; a place's number stays its endpoint's.
final class EndpointPool: Sendable {
    private struct Slot {
        let endpoint: Endpoint
        let hash: UInt64
        var inFlight = 0
        var limit: AdaptiveLimit
        var breaker: Breaker
        var pacer: Pacer
        /// Why nothing is sent there any more; nil while it is in use.
        var retirement: String?

        init(_ endpoint: Endpoint, limit: AdaptiveLimit, breaker: Breaker, pacer: Pacer) {
            self.endpoint = endpoint
            hash = endpoint.url.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
            (self.limit, self.breaker, self.pacer) = (limit, breaker, pacer)
        }

        func hasRoom(at now: Double) -> Bool {
            retirement == nil && inFlight < limit.value && breaker.admits(at: now)
                && pacer.admits(at: now, inFlight: inFlight)
        }
    }

    private struct State {
        var slots: [Slot]
        var waiters: [CheckedContinuation<Void, Never>] = []
        var isClosed = false
    }

    private let concurrency: Int
    private let breaker: Breaker
    private let pacer: Pacer
    private let state: Mutex<State>

    /// Shares `concurrency` over the endpoints.
    init(_ endpoints: [Endpoint], concurrency: Int, breaker: Breaker = Breaker(), pacer: Pacer = Pacer()) {
        (self.concurrency, self.breaker, self.pacer) = (concurrency, breaker, pacer)
        let share = (concurrency + endpoints.count - 1) / max(1, endpoints.count)
        let limit = AdaptiveLimit(start: share, maximum: concurrency)
        state = Mutex(State(slots: endpoints.map { Slot($0, limit: limit, breaker: breaker, pacer: pacer) }))
    }

    /// The endpoint of a place.
    func endpoint(at place: Int) -> Endpoint { state.withLock { $0.slots[place].endpoint } }

    /// The endpoints in use.
    var endpoints: [Endpoint] { state.withLock { $0.slots.filter { $0.retirement == nil }.map(\.endpoint) } }

    /// All endpoints there ever were, by place.
    var all: [Endpoint] { state.withLock { $0.slots.map(\.endpoint) } }

    /// Takes a place at an endpoint for the problem with hash `key`; nil when the pool was closed. With `home`, which has the
    /// prefix in its cache, that one is waited for unless it is down.
    func acquire(_ key: UInt64, home: Int? = nil) async -> Int? {
        while true {
            let choice = state.withLock { $0.isClosed ? -1 : Self.take(key, home, &$0) }
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

    private static func take(_ key: UInt64, _ home: Int?, _ state: inout State) -> Int? {
        let now = MonotonicClock.seconds
        var order = order(for: key, state.slots)
        if let home, state.slots[home].retirement == nil, state.slots[home].breaker.admits(at: now) { order = [home] }
        guard let chosen = order.first(where: { state.slots[$0].hasRoom(at: now) }) else { return nil }
        state.slots[chosen].inFlight += 1
        state.slots[chosen].breaker.begin()
        state.slots[chosen].pacer.begin(at: now)
        return chosen
    }

    /// Gives the place back. `success` is nil when the request says nothing about the endpoint's health.
    func release(_ index: Int, success: Bool?, sentAt: Double = .infinity) {
        let waiter = state.withLock { state in
            let now = MonotonicClock.seconds
            state.slots[index].inFlight -= 1
            state.slots[index].breaker.end(success: success, at: now)
            if success == true {
                state.slots[index].pacer.accept(sentAt: sentAt, at: now, maximum: state.slots[index].limit.value)
            }
            return state.waiters.isEmpty ? nil : state.waiters.removeFirst()
        }
        waiter?.resume()
    }

    /// Gives the place of a request back that the server refused as it has too much to do.
    func refuse(_ index: Int, sentAt: Double, wait: Double?, isRate: Bool) {
        state.withLock { state in
            let now = MonotonicClock.seconds
            state.slots[index].breaker.end(success: true, at: now)
            state.slots[index].pacer.refuse(
                sentAt: sentAt, at: now, inFlight: state.slots[index].inFlight, wait: wait, isRate: isRate)
            state.slots[index].inFlight -= 1
        }
    }

    /// Uses another endpoint from now on, or again one that was taken out.
    func add(_ endpoint: Endpoint) {
        state.withLock { state in
            if let known = state.slots.firstIndex(where: { $0.endpoint.address == endpoint.address }) {
                state.slots[known].retirement = nil
                return
            }
            let share = (concurrency + state.slots.count) / (state.slots.count + 1)
            let limit = AdaptiveLimit(start: share, maximum: concurrency)
            state.slots.append(Slot(endpoint, limit: limit, breaker: breaker, pacer: pacer))
        }
        wakeAll()
    }

    /// Sends nothing more to an endpoint; what is in flight there comes to its end.
    func retire(_ address: ServerAddress, because reason: String) {
        state.withLock { state in
            for index in state.slots.indices where state.slots[index].endpoint.address == address {
                state.slots[index].retirement = reason
            }
        }
    }

    /// Whether no endpoint is in use.
    var isEmpty: Bool { state.withLock { $0.slots.allSatisfy { $0.retirement != nil } } }

    /// Lets waiters look again, as breakers and pacers open their door by time alone. Called every fraction of a second.
    func tick() { wakeAll() }

    /// Whether a pacer is at work, so that the moment counts at which waiters look.
    var isPacing: Bool { state.withLock { $0.slots.contains { $0.pacer.isPacing } } }

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
        state.withLock { state in
            let now = MonotonicClock.seconds
            return state.slots.map { ($0.inFlight, $0.limit.value, $0.breaker.isOpen || $0.pacer.isPaused(at: now)) }
        }
    }

    private func wakeAll() {
        let waiters = state.withLock { state in
            let waiters = state.waiters
            state.waiters = []
            return waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    private static func order(for key: UInt64, _ slots: [Slot]) -> [Int] {
        if slots.count == 1 { return [0] }
        return slots.indices.sorted {
            SplitMix64.mixed(slots[$0].hash ^ key) > SplitMix64.mixed(slots[$1].hash ^ key)
        }
    }
}
