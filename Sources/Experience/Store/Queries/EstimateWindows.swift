import GRDB
package import JSON

/// Groups whose advantages were estimated together, as one step of a run that was going on.
package struct EstimateWindow: Sendable {
    /// Its place among the set's steps, from 0.
    package var number: Int
    /// Keys of the groups.
    package var groups: [Int64]
    /// What the next window goes on from.
    package var state: JSONValue

    package init(number: Int, groups: [Int64], state: JSONValue) {
        self.number = number
        self.groups = groups
        self.state = state
    }
}

extension StoreSnapshot {
    /// The settled windows of a set by number; of a set that has none, those of the run's newest set that has.
    package func windows(run: Run, set: Int64) throws -> [EstimateWindow] {
        let owner = try Int64.fetchOne(
            db,
            sql: """
                SELECT w.set_id FROM estimate_windows w JOIN advantage_sets s USING(set_id)
                WHERE s.run_id = ? AND w.settled ORDER BY w.set_id = ? DESC, w.set_id DESC LIMIT 1
                """, arguments: [run.id, set])
        guard let owner else { return [] }
        return try Row.fetchAll(
            db, sql: "SELECT * FROM estimate_windows WHERE set_id = ? AND settled ORDER BY number", arguments: [owner]
        ).map(Self.window)
    }

    /// The last settled window of a set; nil before the first.
    package func lastWindow(set: Int64) throws -> EstimateWindow? {
        try Row.fetchOne(
            db, sql: "SELECT * FROM estimate_windows WHERE set_id = ? AND settled ORDER BY number DESC LIMIT 1",
            arguments: [set]
        ).map(Self.window)
    }

    private static func window(_ row: Row) throws -> EstimateWindow {
        EstimateWindow(
            number: try row[stored: "number"],
            groups: try row.json("group_ids").arrayValue?.compactMap(\.intValue).map { Int64($0) } ?? [],
            state: try row.json("state"))
    }
}

extension Store {
    /// Keeps a window's advantages and the state after it, all in one transaction, in place of a window that was not settled.
    package func record(_ advantages: [StoredAdvantage], set: Int64, window: EstimateWindow) async throws {
        let groups = JSONValue.array(window.groups.map { .int(Int($0)) }).text
        try await write { db in
            try Self.insert(advantages, set: set, db)
            try db.execute(
                sql: """
                    INSERT OR REPLACE INTO estimate_windows(set_id, number, group_ids, state, settled) VALUES(?, ?, ?, ?, 0)
                    """, arguments: [set, window.number, groups, window.state.text])
        }
    }
}
