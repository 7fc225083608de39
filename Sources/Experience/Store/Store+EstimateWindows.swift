import GRDB

extension Store {
    /// Settles the window that a set's batch was made of, in the batch's own transaction. The states before it are done with: one
    /// that grows with the problems seen is kept once, not once a step.
    static func settleWindow(set: Int64, _ db: Database) throws {
        try db.execute(
            sql: "UPDATE estimate_windows SET settled = 1 WHERE set_id = ? AND NOT settled", arguments: [set])
        try db.execute(
            sql: """
                UPDATE estimate_windows SET state = '{}' WHERE set_id = :set AND settled AND state <> '{}' AND number < (
                    SELECT max(number) FROM estimate_windows WHERE set_id = :set AND settled)
                """, arguments: ["set": set])
    }
}
