import GRDB
public import JSON

extension Store {
    /// The advantage set with this identity, made if absent; its key. Parameters that say the same are the same.
    public func addAdvantageSet(
        run: Run, scoring: Scoring, estimator: String, parameters: JSONValue
    ) async throws -> Int64 {
        let parameters = parameters.canonical.text
        return try await write { db in
            let key: StatementArguments = [run.id, scoring.id, estimator, parameters]
            try db.execute(
                sql: """
                    INSERT OR IGNORE INTO advantage_sets(run_id, scoring_id, estimator, parameters, created_at)
                    VALUES(?, ?, ?, ?, \(Timestamp.now))
                    """, arguments: key)
            let set = try Int64.fetchOne(
                db,
                sql: """
                    SELECT set_id FROM advantage_sets
                    WHERE run_id = ? AND scoring_id = ? AND estimator = ? AND parameters = ?
                    """, arguments: key)
            guard let set else { throw DatabaseError(message: "advantage set was not kept") }
            return set
        }
    }
}
