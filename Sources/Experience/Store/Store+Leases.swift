import Foundation
import GRDB
import Numbers
public import JSON
import Numbers

/// A trainer's exclusive hold of a batch until it ends or expires.
public struct Lease: Sendable, Hashable {
    /// Key in the store.
    public var id: Int64
    /// What is held.
    public var batch: BatchInfo
    /// 1 for the first hold of the batch; only the latest epoch may end it.
    public var epoch: Int
    /// Who holds it.
    public var trainer: String
    /// When it ends by itself, milliseconds since 1970 UTC.
    public var expiresAt: Int64

    /// A lease as it was given, for one who was told of it over a wire.
    public init(id: Int64, batch: BatchInfo, epoch: Int, trainer: String, expiresAt: Int64) {
        self.id = id
        self.batch = batch
        self.epoch = epoch
        self.trainer = trainer
        self.expiresAt = expiresAt
    }
}

/// How a trainer ended its hold.
public enum LeaseOutcome: String, Sendable, Codable, CaseIterable {
    /// The step was taken.
    case done
    /// The batch was refused.
    case rejected
}

extension Store {
    /// Gives the run's first ready batch to `trainer` for `milliseconds`; nil when none is ready.
    ///
    /// Leases that ran out are ended first, and their batches become ready again; batches with a sample staler than their
    /// bound expire. One transaction: two trainers never get one batch. `now` is milliseconds since 1970 UTC.
    public func lease(
        run: Run, trainer: String, milliseconds: Int64, now: Int64 = Timestamp.now
    ) async throws -> Lease? {
        try await write { db in
            try Self.expireLeases(db, run: run, now: now)
            try Self.expireStale(db, run: run)
            let next = "SELECT * FROM batches WHERE run_id = ? AND state = 'ready' ORDER BY step LIMIT 1"
            guard let row = try Row.fetchOne(db, sql: next, arguments: [run.id]) else { return nil }
            var batch = try BatchInfo(row: row)
            batch.state = .leased
            let expiresAt = now.addingSaturated(milliseconds)
            let epoch =
                try Int.fetchOne(
                    db, sql: "SELECT coalesce(max(epoch), 0) + 1 FROM leases WHERE batch_id = ?",
                    arguments: [batch.id]) ?? 1
            try db.execute(
                sql: "INSERT INTO leases(batch_id, epoch, trainer, leased_at, expires_at) VALUES(?, ?, ?, ?, ?)",
                arguments: [batch.id, epoch, trainer, now, expiresAt])
            let id = db.lastInsertedRowID
            try db.execute(sql: "UPDATE batches SET state = 'leased' WHERE batch_id = ?", arguments: [batch.id])
            return Lease(id: id, batch: batch, epoch: epoch, trainer: trainer, expiresAt: expiresAt)
        }
    }

    /// Prolongs a hold that has not run out; throws `StoreError`, changing nothing, when it has, was ended, or is of another
    /// batch.
    public func renew(_ lease: Lease, milliseconds: Int64, now: Int64 = Timestamp.now) async throws -> Lease {
        try await write { db in
            try Self.checkHeld(db, lease, now: now)
            var renewed = lease
            renewed.expiresAt = now.addingSaturated(milliseconds)
            try db.execute(
                sql: "UPDATE leases SET expires_at = ? WHERE lease_id = ?", arguments: [renewed.expiresAt, lease.id])
            return renewed
        }
    }

    /// Ends a hold with its outcome, and announces the policy version that the step produced.
    ///
    /// Throws `StoreError`, changing nothing, when the hold has run out or has been ended: the acknowledgement is late; when it
    /// is of another batch or run; or when `policyVersion` is not above the newest: another trainer was first, and this step
    /// was not taken on its weights.
    public func end(
        _ lease: Lease, outcome: LeaseOutcome, policyVersion: Int? = nil, weights: String? = nil,
        metrics: JSONValue? = nil, error: String? = nil, run: Run, now: Int64 = Timestamp.now
    ) async throws {
        try await write { db in
            try Self.checkHeld(db, lease, run: run, now: now)
            try db.execute(
                sql: """
                    UPDATE leases SET ended_at = ?, outcome = ?, policy_version = ?, metrics = ?, error = ?
                    WHERE lease_id = ?
                    """, arguments: [now, outcome.rawValue, policyVersion, metrics?.text, error, lease.id])
            try db.execute(
                sql: "UPDATE batches SET state = ? WHERE batch_id = ?", arguments: [outcome.rawValue, lease.batch.id])
            guard let policyVersion else { return }
            try Self.announce(db, policyVersion, weights: weights, source: lease.trainer, run: run, now: now)
        }
    }

    /// Keeps the trainer's log-probabilities of a held batch's sampled tokens, [T] end to end as its `token_ids`, under the
    /// version that they are of.
    ///
    /// Throws `StoreError`, changing nothing, when the hold has run out or was ended, or when there is not one log-probability
    /// (`Logprob.isOne`) per token.
    public func record(
        logprobs_T: [Float], of lease: Lease, policyVersion: Int, now: Int64 = Timestamp.now
    ) async throws {
        try await write { db in
            try Self.checkHeld(db, lease, now: now)
            func column<Element: BitwiseCopyable>(_ name: String) throws -> [Element] {
                try Data.fetchOne(
                    db, sql: "SELECT data FROM batch_tensors WHERE batch_id = ? AND name = ?",
                    arguments: [lease.batch.id, name])?.elements() ?? []
            }
            let (starts, completions): ([Int64], [Int64]) = (try column("token_offsets"), try column("completions"))
            let pieces: [Int32] = try column("pieces")
            guard starts.count == completions.count + 1, starts.first == 0, starts.last == Int64(logprobs_T.count),
                zip(starts, starts.dropFirst()).allSatisfy({ $0 <= $1 })
            else {
                throw Refusal(
                    kind: .invalid,
                    message: "logprobs must be \(starts.last ?? 0) numbers, one per sampled token of the batch")
            }
            if let token = logprobs_T.firstIndex(where: { !Logprob.isOne($0) }) {
                throw Refusal(
                    kind: .invalid,
                    message:
                        "log-prob \(token) is \(logprobs_T[token]); a sampled token's is from \(Logprob.least) to 0")
            }
            for (row, completion) in completions.enumerated() {
                let values = Array(logprobs_T[Int(starts[row])..<Int(starts[row + 1])])
                try db.cachedStatement(
                    sql: """
                        INSERT OR REPLACE INTO tokens(completion_id, kind, source, policy_version, dtype, rows, data)
                        VALUES(?, ?, 'trainer', ?, '<f4', ?, ?)
                        """
                ).execute(arguments: [
                    completion, row < pieces.count && pieces[row] > 0 ? "logprob:\(pieces[row])" : "logprob",
                    policyVersion,
                    values.count, values.littleEndianData,
                ])
            }
        }
    }

    /// Announces a policy version and where its weights are; throws `StoreError` when that or a newer one is known.
    public func announce(
        policyVersion: Int, weights: String?, source: String, run: Run, now: Int64 = Timestamp.now
    ) async throws {
        try await write { try Self.announce($0, policyVersion, weights: weights, source: source, run: run, now: now) }
    }

    // Room for milliseconds since 1970 as versions; one slip of a trainer cannot use up all numbers that JSON has.
    private static let longestJump = 1 << 44

    private static func announce(
        _ db: Database, _ version: Int, weights: String?, source: String, run: Run, now: Int64
    ) throws {
        let newest = try Int.fetchOne(
            db, sql: "SELECT max(version) FROM policy_versions WHERE run_id = ?", arguments: [run.id])
        guard version <= (newest ?? 0).addingSaturated(longestJump) else {
            throw Refusal(
                kind: .invalid,
                message: "policy version \(version) is more than \(longestJump) above the newest, \(newest ?? 0)")
        }
        if let newest, version <= newest {
            throw Refusal(
                kind: .conflict,
                message: "policy version \(newest) is there already: load its weights, take the step again on them"
                    + " and announce version \(newest.addingSaturated(1))")
        }
        try db.execute(
            sql: "INSERT INTO policy_versions(run_id, version, weights, published_at, source) VALUES(?, ?, ?, ?, ?)",
            arguments: [run.id, version, weights, now, source])
    }

    static func expireLeases(_ db: Database, run: Run, now: Int64) throws {
        try db.execute(
            sql: """
                UPDATE leases SET ended_at = :now, outcome = 'expired'
                WHERE ended_at IS NULL AND expires_at <= :now
                    AND batch_id IN (SELECT batch_id FROM batches WHERE run_id = :run)
                """, arguments: ["now": now, "run": run.id])
        try db.execute(
            sql: """
                UPDATE batches SET state = 'ready' WHERE run_id = ? AND state = 'leased'
                    AND NOT EXISTS(SELECT 1 FROM leases l WHERE l.batch_id = batches.batch_id AND l.ended_at IS NULL)
                """, arguments: [run.id])
    }

    private static func expireStale(_ db: Database, run: Run) throws {
        try db.execute(
            sql: """
                UPDATE batches SET state = 'expired' WHERE run_id = :run AND state = 'ready'
                    AND (SELECT max(version) FROM policy_versions WHERE run_id = :run) - max_staleness
                        > (SELECT min(policy_version) FROM batch_items i WHERE i.batch_id = batches.batch_id)
                """, arguments: ["run": run.id])
    }

    // Throws unless the lease is the live one of its batch, and that batch of `run` where one is given.
    private static func checkHeld(_ db: Database, _ lease: Lease, run: Run? = nil, now: Int64) throws {
        let held = try Row.fetchOne(
            db,
            sql: """
                SELECT batch_id, run_id, epoch, ended_at IS NULL AND expires_at > ? AS is_live
                FROM leases JOIN batches USING(batch_id) WHERE lease_id = ?
                """, arguments: [now, lease.id])
        if let held, held["batch_id"] != lease.batch.id || (run != nil && held["run_id"] != run?.id) {
            throw Refusal(
                kind: .conflict,
                message:
                    "lease \(lease.id) is not of batch \(lease.batch.id)\(run.map { " of run '\($0.name)'" } ?? ""); "
                    + "nothing was changed: name the batch that it was given for")
        }
        guard let held, held["epoch"] == lease.epoch, held["is_live"] == true else {
            throw Refusal(
                kind: .conflict,
                message:
                    "the lease of batch \(lease.batch.step) by \(lease.trainer) (epoch \(lease.epoch)) has run out or "
                    + "ended; another trainer may have the batch: drop this step's result and take a new lease")
        }
    }
}
