import GRDB

/// One consistent view of a store: what is written meanwhile does not show in it. It must not leave the closure it is lent to.
package struct StoreSnapshot {
    let db: Database
}

extension Store {
    /// Lends a snapshot to `body`; not on Swift's pool. Throws `StoreError`.
    package func snapshot<Value: Sendable>(
        _ body: @Sendable @escaping (StoreSnapshot) throws -> Value
    ) async throws -> Value {
        try await read { try body(StoreSnapshot(db: $0)) }
    }
}
