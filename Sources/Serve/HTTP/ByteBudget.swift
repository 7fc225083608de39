import Synchronization

/// Bounds what the bodies of all requests hold in memory together.
final class ByteBudget: Sendable {
    private let limit: Int
    private let used = Atomic<Int>(0)

    init(limit: Int) { self.limit = limit }

    fileprivate func take(_ count: Int) -> Bool {
        if used.add(count, ordering: .relaxed).newValue <= limit { return true }
        give(count)
        return false
    }

    fileprivate func give(_ count: Int) { used.subtract(count, ordering: .relaxed) }
}

/// One request's share of the budget, given back when the request is forgotten.
final class ByteReservation: Sendable {
    private let budget: ByteBudget
    private let taken = Atomic<Int>(0)

    init(_ budget: ByteBudget) { self.budget = budget }

    deinit { budget.give(taken.load(ordering: .relaxed)) }

    /// Takes more; throws 503 when other requests hold too much.
    func grow(by count: Int) throws {
        guard budget.take(count) else { throw APIError.overloaded("too many large requests are being received") }
        taken.add(count, ordering: .relaxed)
    }
}
