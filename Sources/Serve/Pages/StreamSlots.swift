import HTTPTypes
import Synchronization

/// How many pages may be told of news at once.
final class StreamSlots: Sendable {
    private static let most = 64
    private let count = Atomic<Int>(0)

    /// Takes a place; throws 429 where there is none.
    func open() throws {
        if count.add(1, ordering: .relaxed).newValue <= Self.most { return }
        close()
        throw APIError.overloaded("\(Self.most) pages are watching", status: .tooManyRequests)
    }

    /// Gives a place back.
    func close() { count.subtract(1, ordering: .relaxed) }
}
