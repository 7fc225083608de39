import Dispatch
import Reports
import Synchronization

/// Bounds what the bodies of all requests hold in memory together.
final class ByteBudget: Sendable {
    private let limit: Int
    private let used = Atomic<Int>(0)
    private let peak = Atomic<Int>(0)
    private let isTidying = Atomic<Bool>(false)
    private let queue = DispatchQueue(label: "assay.memory", qos: .utility)

    // Below it the allocator may keep what it has for the next requests.
    private static let flood = 32 << 20

    init(limit: Int) { self.limit = limit }

    fileprivate func take(_ count: Int) -> Bool {
        let now = used.add(count, ordering: .relaxed).newValue
        guard now <= limit else {
            give(count)
            return false
        }
        if now > Self.flood, now > peak.load(ordering: .relaxed) { peak.store(now, ordering: .relaxed) }
        return true
    }

    fileprivate func give(_ count: Int) {
        let now = used.subtract(count, ordering: .relaxed).newValue
        if peak.load(ordering: .relaxed) > Self.flood, now < Self.flood / 2 { tidy() }
    }

    // After a flood its memory goes back to the system, once what was made of the bodies is forgotten too.
    private func tidy() {
        guard isTidying.compareExchange(expected: false, desired: true, ordering: .relaxed).exchanged else { return }
        peak.store(0, ordering: .relaxed)
        for seconds in [2, 10] {
            queue.asyncAfter(deadline: .now() + .seconds(seconds)) {
                FreedMemory.giveBack()
                if seconds == 10 { self.isTidying.store(false, ordering: .relaxed) }
            }
        }
    }
}

/// One request's share of the budget, given back when the request is forgotten.
final class ByteReservation: Sendable {
    private let budget: ByteBudget
    private let taken = Atomic<Int>(0)

    init(_ budget: ByteBudget) { self.budget = budget }

    deinit {
        let count = taken.load(ordering: .relaxed)
        if count > 0 { budget.give(count) }
    }

    /// Takes more; throws 503 when other requests hold too much.
    func grow(by count: Int) throws {
        guard budget.take(count) else { throw APIError.overloaded("too many large requests are being received") }
        taken.add(count, ordering: .relaxed)
    }
}
