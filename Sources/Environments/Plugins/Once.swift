import Synchronization

/// Something that is given back once, whoever comes first.
final class Once: Sendable {
    private let isThere = Mutex(true)

    /// Whether it was still there.
    func take() -> Bool {
        isThere.withLock { isThere in
            defer { isThere = false }
            return isThere
        }
    }
}
