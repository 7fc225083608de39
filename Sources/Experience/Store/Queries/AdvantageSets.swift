import Foundation
import GRDB

/// One completion of an advantage set.
package struct StoredAdvantage: Sendable {
    /// Key of the completion.
    package var completion: Int64
    /// The score that the estimator saw.
    package var reward: Double?
    /// Of every token; nil where it differs by token.
    package var advantage: Double?
    /// Why it has no advantage.
    package var reason: String?
    /// Where it differs by token.
    package var tokens_T: [Float]?

    package init(completion: Int64, reward: Double?, advantage: Double?, reason: String?, tokens_T: [Float]?) {
        self.completion = completion
        self.reward = reward
        self.advantage = advantage
        self.reason = reason
        self.tokens_T = tokens_T
    }
}

extension StoreSnapshot {
    /// The run's newest advantage set over a scoring, of one estimator where it is named; nil where there is none.
    package func newestAdvantageSet(
        run: Run, scoring: Scoring?, estimator: String? = nil
    ) throws -> (id: Int64, estimator: String)? {
        try Row.fetchOne(
            db,
            sql: """
                SELECT set_id, estimator FROM advantage_sets
                WHERE run_id = :run AND scoring_id IS :scoring AND (:estimator IS NULL OR estimator = :estimator)
                ORDER BY created_at DESC, set_id DESC LIMIT 1
                """, arguments: ["run": run.id, "scoring": scoring?.id, "estimator": estimator]
        ).map { (try $0[stored: 0], try $0[stored: 1]) }
    }

    /// The run's newest advantage set over any scoring.
    package func newestAdvantageSet(run: Run) throws -> Int64? {
        try Int64.fetchOne(
            db, sql: "SELECT set_id FROM advantage_sets WHERE run_id = ? ORDER BY created_at DESC, set_id DESC LIMIT 1",
            arguments: [run.id])
    }

    /// A completion's advantage, and where it differs by token the advantages; nil where the set does not have it.
    package func advantage(of completion: Int64, set: Int64) throws -> (advantage: Double?, tokens_T: [Float])? {
        try Row.fetchOne(
            db, sql: "SELECT advantage, token_advantages FROM advantages WHERE set_id = ? AND completion_id = ?",
            arguments: [set, completion]
        ).map { (try $0[stored: 0], (try $0[stored: 1] as Data?)?.elements() ?? []) }
    }
}

extension Store {
    /// Keeps advantages of a set, all in one transaction; those that were there are replaced.
    package func record(_ advantages: [StoredAdvantage], set: Int64) async throws {
        try await write { try Self.insert(advantages, set: set, $0) }
    }

    static func insert(_ advantages: [StoredAdvantage], set: Int64, _ db: Database) throws {
        let insert = try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO advantages(set_id, completion_id, reward, advantage, reason, token_advantages)
                VALUES(?, ?, ?, ?, ?, ?)
                """)
        for row in advantages {
            try insert.execute(arguments: [
                set, row.completion, row.reward, row.advantage, row.reason, row.tokens_T?.littleEndianData,
            ])
        }
    }
}
