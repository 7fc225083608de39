import Foundation
import GRDB
import Numbers

/// A per-token quantity that another model than the sampler gives.
public enum TokenQuantity: String, Sendable, Codable, CaseIterable {
    /// Log-probabilities under a reference policy.
    case reference
    /// Log-probabilities under a teacher.
    case teacher
    /// Values of the states before each token, by a critic.
    case critic

    var kind: String {
        switch self {
        case .reference: "logprob"
        case .teacher: "teacher_logprob"
        case .critic: "value"
        }
    }

    // The table's sources are fixed: a teacher is a reference whose array has a name of its own.
    var source: String { self == .critic ? "critic" : "reference" }
}

/// A stored completion as exact ids.
public struct StoredTokens: Sendable, Hashable {
    /// Key in the store.
    public var completionID: Int64
    /// The prompt's ids.
    public var promptIDs: [Int32]
    /// The sampled ids, length T > 0.
    public var tokenIDs: [Int32]
}

extension Store {
    /// Up to `limit` completions of a run after `key` that have ids and lack `quantity`, by key.
    public func completions(
        lacking quantity: TokenQuantity, run: Run, after key: Int64, limit: Int
    ) async throws -> [StoredTokens] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    -- CROSS: by key from the cursor on, so that a page costs what is on it
                    SELECT c.completion_id, coalesce(p.prompt_ids, g.prompt_ids) AS prompt_ids, t.data
                    FROM completions c CROSS JOIN groups g USING(group_id)
                        LEFT JOIN pieces p ON p.completion_id = c.completion_id AND p.piece = 0
                        JOIN tokens t ON t.completion_id = c.completion_id AND t.kind = 'ids' AND t.source = 'sampler'
                    WHERE g.run_id = ? AND c.completion_id > ? AND g.prompt_ids IS NOT NULL AND NOT EXISTS (
                        SELECT 1 FROM tokens o WHERE o.completion_id = c.completion_id AND o.kind = ? AND o.source = ?)
                    ORDER BY c.completion_id LIMIT ?
                    """, arguments: [run.id, key, quantity.kind, quantity.source, limit]
            ).map { row in
                let prompt: Data = try row[stored: "prompt_ids"]
                let tokens: Data = try row[stored: "data"]
                return StoredTokens(
                    completionID: try row[stored: "completion_id"], promptIDs: prompt.elements(),
                    tokenIDs: tokens.elements())
            }
        }
    }

    /// How many completions of a run no other model can be asked about, as their ids or their prompt's are not known; and
    /// how many there are.
    public func completionsWithoutIDs(run: Run) async throws -> (without: Int, all: Int) {
        try await read { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT count(*), total(g.prompt_ids IS NULL OR t.completion_id IS NULL)
                    FROM groups g JOIN completions c USING(group_id) LEFT JOIN tokens t
                        ON t.completion_id = c.completion_id AND t.kind = 'ids' AND t.source = 'sampler'
                    WHERE g.run_id = ?
                    """, arguments: [run.id])
            return (Int(clamping: try row?[stored: 1] ?? 0.0), try row?[stored: 0] ?? 0)
        }
    }

    /// Keeps one value per sampled token for each completion, all in one transaction.
    public func record(_ quantity: TokenQuantity, _ values: [(completionID: Int64, values: [Float])]) async throws {
        try await write { db in
            for (completionID, values) in values {
                try Self.insertArray(
                    values, kind: quantity.kind, dtype: "<f4", source: quantity.source, completion: completionID, db)
            }
        }
    }
}
