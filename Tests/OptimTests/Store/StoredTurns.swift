import Experience
import GRDB

/// Turns of completions that were no episodes when they were sampled.
enum StoredTurns {
    /// Cuts a completion into turns of up to two tokens, each with what an environment may say of it.
    static func add(
        to completion: Int64, tokens: Int, _ db: Database,
        facts: (_ turn: Int) -> (reward: Double?, progress: Double?, state: Int64?)
    ) throws {
        for (turn, start) in stride(from: 0, to: max(1, tokens), by: 2).enumerated() {
            let (reward, progress, state) = facts(turn)
            try db.execute(
                sql: "INSERT INTO turns VALUES(?, ?, '', NULL, '', 'stop', ?, ?, ?, ?, 1, ?)",
                arguments: [completion, turn, reward, progress, state, min(2, tokens - start), turn])
            try db.execute(
                sql: "INSERT INTO segments VALUES(?, ?, ?, 'policy', ?, ?, '', 0)",
                arguments: [completion, turn, turn, start, min(start + 2, tokens)])
        }
    }

    /// Does so to every completion of a store, whose turns lack nothing.
    static func addToAll(_ db: Database) throws {
        for row in try Row.fetchAll(db, sql: "SELECT completion_id, idx, n_tokens FROM completions") {
            let index: Int = row["idx"]
            try add(to: row["completion_id"], tokens: row["n_tokens"], db) { turn in
                (Double((index + turn) % 3) / 2, Double(turn + 1) / 8, Int64(turn % 2))
            }
        }
    }
}
