import Foundation
import GRDB

/// Finds token arrays of one kind and source, completion by completion; lent by a snapshot.
package struct TokenArrays {
    private let find: Statement
    private let kind: String
    private let source: String

    fileprivate init(_ db: Database, kind: String, source: String) throws {
        find = try db.cachedStatement(
            sql: """
                SELECT data FROM tokens WHERE completion_id = ? AND kind = ? AND source = ? AND dtype = '<f4'
                ORDER BY policy_version DESC LIMIT 1
                """)
        self.kind = kind
        self.source = source
    }

    /// A completion's array of single precision, of the newest policy version; nil where there is none.
    package func newest(of completion: Int64) throws -> [Float]? {
        try Data.fetchOne(find, arguments: [completion, kind, source])?.elements()
    }
}

/// What the entropies of a completion's tokens are known from.
package enum EntropySource: Sendable {
    /// The trainer's own, one per token, in nats.
    case trainer([Float])
    /// The log-probabilities of the sampler's likeliest candidates, row by row of `width`.
    case candidates([Float], width: Int)
}

extension StoreSnapshot {
    /// Numbers of one kind, such as `logprob`, from one source, such as `reference`.
    package func arrays(kind: String, source: String) throws -> TokenArrays {
        try TokenArrays(db, kind: kind, source: source)
    }

    /// Whether any completion of a run has an array of this kind and source.
    package func hasArray(kind: String, source: String, run: Run) throws -> Bool {
        try Row.fetchOne(
            db,
            sql: """
                SELECT 1 FROM groups g JOIN completions c USING(group_id) JOIN tokens t USING(completion_id)
                WHERE g.run_id = ? AND t.kind = ? AND t.source = ? LIMIT 1
                """, arguments: [run.id, kind, source]) != nil
    }

    /// What entropies per token are known from; nil where neither is there.
    package func entropySource(of completion: Int64) throws -> EntropySource? {
        let find = try db.cachedStatement(
            sql: """
                SELECT kind, cols, data FROM tokens WHERE completion_id = ?
                    AND (kind = 'entropy' OR (kind = 'top_logprob' AND source = 'sampler')) AND dtype = '<f4'
                ORDER BY kind, policy_version DESC LIMIT 1
                """)
        guard let row = try Row.fetchOne(find, arguments: [completion]) else { return nil }
        let values: Data = try row[stored: 2]
        if try row[stored: 0] == "entropy" { return .trainer(values.elements()) }
        return .candidates(values.elements(), width: try row[stored: 1])
    }
}
