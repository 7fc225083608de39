import GRDB

/// What was taken out of a store.
public struct Pruned: Sendable, Hashable {
    /// Batches that no trainer will have again whose columns were dropped.
    public var batches = 0
    /// Runs that were taken away with all that is theirs.
    public var runs = 0
    /// Bytes of the file that were free afterwards and were given back.
    public var bytes = 0
}

extension Store {
    /// Drops the columns of batches that are done, rejected or expired, and takes `runs` away, all in one transaction; then gives
    /// the space back. Completions, verdicts and advantages of the other runs stay, and so does what a lease holds or a trainer
    /// waits for.
    ///
    /// Throws `StoreError`, changing nothing, when a trainer holds a batch of one of `runs`.
    public func prune(runs: [Run] = [], now: Int64 = Timestamp.now) async throws -> Pruned {
        var pruned = try await write { db in
            var pruned = Pruned()
            for run in runs {
                try Self.expireLeases(db, run: run, now: now)
                let isHeld = try Bool.fetchOne(
                    db, sql: "SELECT EXISTS(SELECT 1 FROM batches WHERE run_id = ? AND state = 'leased')",
                    arguments: [run.id])
                if isHeld == true {
                    throw Refusal(
                        kind: .conflict,
                        message:
                            "a trainer holds a batch of run '\(run.name)': end its lease, or wait until it runs out")
                }
                try Self.delete(db, from: "runs", where: "run_id = ?", [run.id])
                pruned.runs += 1
            }
            if !runs.isEmpty {
                try db.execute(
                    sql: """
                        DELETE FROM problems WHERE NOT EXISTS(SELECT 1 FROM groups g WHERE g.problem_id = problems.problem_id)
                            AND NOT EXISTS(SELECT 1 FROM earlier_verdicts e WHERE e.problem_id = problems.problem_id)
                        """)
            }
            let over = "batch_id IN (SELECT batch_id FROM batches WHERE state IN ('done', 'rejected', 'expired'))"
            pruned.batches =
                try Int.fetchOne(db, sql: "SELECT count(DISTINCT batch_id) FROM batch_tensors WHERE \(over)") ?? 0
            try db.execute(sql: "DELETE FROM batch_tensors WHERE \(over)")
            let free = try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
            pruned.bytes = free * (try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0)
            return pruned
        }
        if pruned.bytes > 0 { try await vacuum() } else { pruned.bytes = 0 }
        return pruned
    }
}
