import Foundation
import GRDB
package import JSON

/// A group that can go into a batch.
package struct StoredGroup: Sendable {
    /// Key in the store.
    package var id: Int64
    /// Its place in the run.
    package var ordinal: Int
    /// The prompt's token ids; empty where the server gave none.
    package var promptIDs: [Int32]

    fileprivate init(_ row: Row) throws {
        let prompt: Data? = try row[stored: 2]
        id = try row[stored: 0]
        ordinal = try row[stored: 1]
        promptIDs = prompt?.elements() ?? []
    }
}

/// A completion of an advantage set with what a batch takes of it. Columns are decoded when they are asked for: most need
/// no text. Lent for one call.
package struct PackableCompletion {
    private let row: Row

    fileprivate init(_ row: Row) { self.row = row }

    /// Key of the completion.
    package var completion: Int64 { get throws { try row[stored: 0] } }
    /// Which of an episode's rows it is; 0 is the completion's own tokens.
    package var piece: Int { get throws { try row[stored: 16] } }
    /// The tokens before it where they are not the group's prompt.
    package var promptIDs: [Int32]? { get throws { (try row[stored: 17] as Data?)?.elements() } }
    package var text: String { get throws { try row[stored: 1] } }
    /// The problem's prompt as JSON.
    package var prompt: String { get throws { try row[stored: 2] } }
    package var finish: String { get throws { try row[stored: 3] } }
    /// Which policy version sampled which tokens.
    package var weightSpans: JSONValue? { get throws { try row.jsonIfPresent("weight_spans") } }
    /// Why ratios must not be taken from its log-probabilities.
    package var unusable: String? { get throws { try row[stored: 5] } }
    package var score: Double? { get throws { try row[stored: 6] } }
    package var reward: Double? { get throws { try row[stored: 7] } }
    package var advantage: Double? { get throws { try row[stored: 8] } }
    /// Why it has no advantage.
    package var reason: String? { get throws { try row[stored: 9] } }
    package var tokenAdvantages: [Float] { get throws { try array(10) } }
    package var tokenIDs: [Int32] { get throws { try array(11) } }
    package var logprobs: [Float] { get throws { try array(12) } }
    /// The trainer's, of its newest policy version.
    package var trainerLogprobs: [Float] { get throws { try array(13) } }

    /// Which tokens have a log-prob of their own, 1 or 0; empty when all have.
    package var mask: [UInt8] { get throws { try array(14) } }

    /// The verdict's reward components.
    package var components: JSONValue? { get throws { try row.jsonIfPresent("components") } }

    private func array<Element: BitwiseCopyable>(_ position: Int) throws -> [Element] {
        (try row[stored: position] as Data?)?.elements() ?? []
    }
}

extension StoreSnapshot {
    // A group is in at most one batch of a set.
    private static let packed = """
        FROM batches b JOIN batch_items i USING(batch_id) JOIN completions c USING(completion_id)
        """

    /// How many groups are in batches of an advantage set.
    package func packedGroupCount(set: Int64) throws -> Int {
        try Int.fetchOne(
            db, sql: "SELECT count(DISTINCT c.group_id) \(Self.packed) WHERE b.set_id = ?", arguments: [set]) ?? 0
    }

    /// Up to `limit` groups of a run from an ordinal on that have all their completions and are in no batch of the set.
    package func unpackedGroups(run: Run, set: Int64, from ordinal: Int, limit: Int) throws -> [StoredGroup] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT group_id, ordinal, prompt_ids FROM groups g
                WHERE run_id = ? AND ordinal >= ? AND filter_reason IS NULL
                    AND NOT EXISTS(SELECT 1 \(Self.packed) WHERE c.group_id = g.group_id AND b.set_id = ?)
                    AND wanted_n <= (SELECT count(*) FROM completions c WHERE c.group_id = g.group_id)
                ORDER BY ordinal LIMIT ?
                """, arguments: [run.id, ordinal, set, limit]
        ).map(StoredGroup.init)
    }

    /// These groups, as far as they are there.
    package func groups(_ keys: [Int64]) throws -> [StoredGroup] {
        let find = try db.cachedStatement(sql: "SELECT group_id, ordinal, prompt_ids FROM groups WHERE group_id = ?")
        return try keys.compactMap { try Row.fetchOne(find, arguments: [$0]).map(StoredGroup.init) }
    }

    /// Gives the completions of a group that an advantage set has, in their order.
    package func forEachPackable(
        of group: StoredGroup, set: Int64, _ body: (PackableCompletion) throws -> Void
    ) throws {
        let find = try db.cachedStatement(
            sql: """
                SELECT c.completion_id, c.text, p.prompt, c.finish, c.weight_spans, c.unusable, v.score, a.reward, a.advantage,
                    CASE WHEN v.score IS NULL THEN 'unscored' ELSE a.reason END, a.token_advantages, i.data, l.data, t.data,
                    m.data, v.components, 0, own.prompt_ids
                FROM completions c JOIN groups g USING(group_id) JOIN problems p USING(problem_id)
                    JOIN advantages a ON a.completion_id = c.completion_id AND a.set_id = ?
                    JOIN advantage_sets s USING(set_id)
                    LEFT JOIN verdicts v ON v.completion_id = c.completion_id AND v.scoring_id = s.scoring_id
                    LEFT JOIN tokens i ON i.completion_id = c.completion_id AND i.kind = 'ids' AND i.source = 'sampler'
                    LEFT JOIN tokens l
                        ON l.completion_id = c.completion_id AND l.kind = 'logprob' AND l.source = 'sampler'
                    LEFT JOIN tokens m ON m.completion_id = c.completion_id AND m.kind = 'mask' AND m.source = 'sampler'
                    LEFT JOIN tokens t ON t.completion_id = c.completion_id AND t.kind = 'logprob'
                        AND t.source = 'trainer' AND t.policy_version = (
                            SELECT max(policy_version) FROM tokens x WHERE x.completion_id = c.completion_id
                                AND x.kind = 'logprob' AND x.source = 'trainer')
                    LEFT JOIN pieces own ON own.completion_id = c.completion_id AND own.piece = 0
                WHERE g.group_id = ? ORDER BY c.idx
                """)
        for row in try Row.fetchAll(find, arguments: [set, group.id]) {
            let completion = PackableCompletion(row)
            try body(completion)
            for piece in try Row.fetchAll(pieces, arguments: [set, try completion.completion]) {
                try body(PackableCompletion(piece))
            }
        }
    }

    // The further rows of an episode, with the columns of its completion: one advantage, and one verdict.
    private var pieces: Statement {
        get throws {
            try db.cachedStatement(
                sql: """
                    SELECT c.completion_id, c.text, 'null', c.finish, w.weight_spans, c.unusable, v.score, a.reward, a.advantage,
                        CASE WHEN v.score IS NULL THEN 'unscored' ELSE a.reason END, NULL, w.ids, w.logprobs, t.data,
                        w.mask, v.components, w.piece, w.prompt_ids
                    FROM pieces w JOIN completions c USING(completion_id)
                        JOIN advantages a ON a.completion_id = c.completion_id AND a.set_id = ?
                        JOIN advantage_sets s USING(set_id)
                        LEFT JOIN verdicts v ON v.completion_id = c.completion_id AND v.scoring_id = s.scoring_id
                        LEFT JOIN tokens t ON t.completion_id = c.completion_id AND t.kind = 'logprob:' || w.piece
                            AND t.source = 'trainer' AND t.policy_version = (
                                SELECT max(policy_version) FROM tokens x WHERE x.completion_id = c.completion_id
                                    AND x.kind = 'logprob:' || w.piece AND x.source = 'trainer')
                    WHERE w.completion_id = ? AND w.piece > 0 ORDER BY w.piece
                    """)
        }
    }
}
