import GRDB

extension Store {
    /// Settles the window that a set's batch was made of, in the batch's own transaction.
    static func settleWindow(set: Int64, _ db: Database) throws {
        try db.execute(
            sql: "UPDATE estimate_windows SET settled = 1 WHERE set_id = ? AND NOT settled", arguments: [set])
    }
}
