import GRDB
import Numbers

/// What is left to do for the open end of a run that is sampled and trained at the same time.
public struct OnlineState: Sendable, Hashable {
    /// The newest policy version; 0 before any was published.
    public var policyVersion = 0
    /// Batches that no trainer has finished.
    public var openBatches = 0
    /// Batches applied by a trainer.
    public var doneBatches = 0
    /// Batches refused by a trainer, or too stale when their turn came.
    public var droppedBatches = 0

    /// Nothing done, nothing left.
    public init() {}
}

/// A group past the last packed one, and how far it is.
public struct OpenGroup: Sendable, Hashable {
    /// Key in the store.
    public var id: Int64
    /// Position in the run.
    public var ordinal: Int
    /// Whether every sample is there and judged.
    public var isJudged: Bool
    /// Whether a batch has it.
    public var isPacked: Bool
    /// Whether all its scores are equal; a group of which one sample is wanted has nothing to be equal to.
    public var isUniform: Bool
}

extension Store {
    /// Counts of the run's batches and its newest policy version.
    public func onlineState(run: Run) async throws -> OnlineState {
        try await read { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT total(state IN ('ready', 'leased')) AS open, total(state = 'done') AS done,
                        total(state IN ('rejected', 'expired')) AS dropped,
                        (SELECT max(version) FROM policy_versions WHERE run_id = :run) AS version
                    FROM batches WHERE run_id = :run
                    """, arguments: ["run": run.id])
            var state = OnlineState()
            guard let row else { return state }
            state.policyVersion = try row[stored: "version"] ?? 0
            state.openBatches = Int(clamping: try row[stored: "open"])
            state.doneBatches = Int(clamping: try row[stored: "done"])
            state.droppedBatches = Int(clamping: try row[stored: "dropped"])
            return state
        }
    }

    /// The run's groups at or after `ordinal` and before `end`, in order; those that were filtered out are left out.
    public func openGroups(run: Run, scoring: Scoring, from ordinal: Int, to end: Int) async throws -> [OpenGroup] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT g.group_id, g.ordinal, count(v.outcome) >= g.wanted_n AS judged,
                        EXISTS(SELECT 1 FROM batch_items i JOIN completions USING(completion_id)
                            WHERE group_id = g.group_id) AS packed,
                        count(v.score) < min(2, g.wanted_n) OR (count(v.score) > 1 AND min(v.score) = max(v.score)) AS uniform
                    FROM groups g LEFT JOIN completions c USING(group_id)
                        LEFT JOIN verdicts v ON v.completion_id = c.completion_id AND v.scoring_id = ?
                    WHERE g.run_id = ? AND g.ordinal >= ? AND g.ordinal < ? AND g.filter_reason IS NULL
                    GROUP BY g.group_id ORDER BY g.ordinal
                    """, arguments: [scoring.id, run.id, ordinal, end]
            ).map {
                OpenGroup(
                    id: try $0[stored: 0], ordinal: try $0[stored: 1], isJudged: try $0[stored: 2],
                    isPacked: try $0[stored: 3], isUniform: try $0[stored: 4])
            }
        }
    }

    /// The position after the last group that has a completion; 0 when none has.
    public func sampledEnd(run: Run) async throws -> Int {
        try await read { db in
            try Int.fetchOne(
                db,
                sql: """
                    SELECT max(ordinal) + 1 FROM groups g
                    WHERE run_id = ? AND EXISTS(SELECT 1 FROM completions c WHERE c.group_id = g.group_id)
                    """, arguments: [run.id]) ?? 0
        }
    }

    /// Leaves a group out of everything that follows, and says why.
    public func setAside(run: Run, ordinal: Int, reason: String) async throws {
        try await write { db in
            try db.execute(
                sql: "UPDATE groups SET filter_reason = ? WHERE run_id = ? AND ordinal = ?",
                arguments: [reason, run.id, ordinal])
        }
    }

    /// Closes a group one of whose samples can never come with those that are there, a smaller group from now on; one of fewer
    /// than two is set aside with `reason`.
    /// - Returns: whether it was kept.
    @discardableResult
    public func close(run: Run, ordinal: Int, reason: String) async throws -> Bool {
        try await write { db in
            let present = try Int.fetchOne(
                db,
                sql: """
                    SELECT count(*) FROM completions JOIN groups USING(group_id) WHERE run_id = ? AND ordinal = ?
                    """, arguments: [run.id, ordinal])
            let isKept = (present ?? 0) >= 2
            let change = isKept ? "wanted_n = :value" : "filter_reason = :value"
            try db.execute(
                sql: "UPDATE groups SET \(change) WHERE run_id = :run AND ordinal = :ordinal",
                arguments: [
                    "value": isKept ? (present ?? 0).databaseValue : reason.databaseValue, "run": run.id,
                    "ordinal": ordinal,
                ])
            return isKept
        }
    }

    /// Sets aside those of the groups that no batch has, and settles the set's window of estimates.
    public func setAsideUnpacked(_ groups: [Int64], reason: String, set: Int64) async throws {
        try await write { db in
            try Self.settleWindow(set: set, db)
            let statement = try db.cachedStatement(
                sql: """
                    UPDATE groups SET filter_reason = ? WHERE group_id = ? AND NOT EXISTS(
                        SELECT 1 FROM batch_items JOIN completions USING(completion_id)
                        WHERE completions.group_id = groups.group_id)
                    """)
            for group in groups { try statement.execute(arguments: [reason, group]) }
        }
    }
}
