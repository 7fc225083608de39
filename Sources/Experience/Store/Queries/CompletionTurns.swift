import Foundation
import GRDB
import JSON

/// A turn of a completion as an estimator reads it.
package struct CompletionTurn: Sendable, Hashable {
    /// Its sampled tokens, in the completion's arrays.
    package var tokens: Range<Int>
    /// What the environment paid for it.
    package var reward: Double?
    /// Share of the task that was done after it.
    package var progress: Double?
    /// The state that it brought.
    package var state: UInt64?
    /// Time in the model and in the environment; nil where it was not measured.
    package var milliseconds: Double?

    package init(
        tokens: Range<Int>, reward: Double? = nil, progress: Double? = nil, state: UInt64? = nil,
        milliseconds: Double? = nil
    ) {
        self.tokens = tokens
        self.reward = reward
        self.progress = progress
        self.state = state
        self.milliseconds = milliseconds
    }
}

extension StoreSnapshot {
    /// Which tokens of a completion's arrays it sampled with log-probs of their own, 1 or 0; empty where it did all.
    package func sampledMask(of completion: Int64) throws -> [UInt8] {
        let find = try db.cachedStatement(
            sql: "SELECT data FROM tokens WHERE completion_id = ? AND kind = 'mask' AND source = 'sampler'")
        return try Data.fetchOne(find, arguments: [completion])?.elements() ?? []
    }

    /// Of the forks among completions: whom each left, by index in its group, and how many tokens they share.
    package func forks(among completions: [Int64]) throws -> [Int64: (parent: Int, shared: Int)] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT e.completion_id, e.parent_idx,
                    coalesce(min(s.first) FILTER (WHERE s.turn >= e.parent_turn), max(s.last), 0)
                FROM episodes e LEFT JOIN segments s USING(completion_id)
                WHERE e.parent_idx IS NOT NULL AND e.completion_id IN (SELECT value FROM json_each(?))
                GROUP BY e.completion_id
                """, arguments: [JSONValue.array(completions.map { .int(Int($0)) }).text])
        var forks: [Int64: (parent: Int, shared: Int)] = [:]
        for row in rows { forks[try row[stored: 0]] = (try row[stored: 1], try row[stored: 2]) }
        return forks
    }

    /// The state that an episode opened in; nil where it is not known, and for a completion that is none.
    package func openingState(of completion: Int64) throws -> UInt64? {
        let find = try db.cachedStatement(sql: "SELECT opening_state FROM episodes WHERE completion_id = ?")
        let state: Int64? = try Int64.fetchOne(find, arguments: [completion])
        return state.map { UInt64(bitPattern: $0) }
    }

    /// The turns of an episode in their order; empty for a completion that is none.
    package func turns(of completion: Int64) throws -> [CompletionTurn] {
        let find = try db.cachedStatement(
            sql: """
                SELECT min(s.first), max(s.last), t.reward, t.progress, t.state_hash, t.sampled_ms + t.env_ms
                FROM turns t LEFT JOIN segments s
                    ON s.completion_id = t.completion_id AND s.turn = t.turn AND s.origin = 'policy' AND s.piece = 0
                WHERE t.completion_id = ? GROUP BY t.turn ORDER BY t.turn
                """)
        var end = 0
        return try Row.fetchAll(find, arguments: [completion]).map { row in
            // A turn that sampled nothing stands where the one before ended.
            let (first, last): (Int, Int) = (try row[stored: 0] ?? end, try row[stored: 1] ?? end)
            let state: Int64? = try row[stored: 4]
            end = max(first, last)
            return CompletionTurn(
                tokens: min(first, last)..<end, reward: try row[stored: 2], progress: try row[stored: 3],
                state: state.map { UInt64(bitPattern: $0) }, milliseconds: try row[stored: 5])
        }
    }
}
