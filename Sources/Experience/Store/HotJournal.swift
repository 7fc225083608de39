import GRDB

/// What a process leaves that was killed in a transaction of a file that has no write-ahead log yet: a journal, which only a
/// connection that may write can roll back.
package enum HotJournal {
    /// What `look` gives, which only reads; it looks once more when such a journal was in its way and is rolled back.
    package static func rolledBack<Value>(_ path: String, _ look: () throws -> Value) throws -> Value {
        do {
            return try look()
        } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_READONLY_ROLLBACK {
            var configuration = Configuration()
            configuration.busyMode = .timeout(10)
            try DatabaseQueue(path: path, configuration: configuration).read { db in
                _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master")
            }
            return try look()
        }
    }
}
