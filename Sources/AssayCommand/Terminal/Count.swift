import Synchronization

/// A count that one task adds to and others look at.
final class Count: Sendable {
    private let count: Atomic<Int>

    init(_ start: Int = 0) { count = Atomic(start) }

    var value: Int { count.load(ordering: .acquiring) }

    func add(_ more: Int) { count.add(more, ordering: .releasing) }
}
