import Foundation
import GRDB
import JSON
import Numbers

/// A sample that ended without a completion.
public struct SampleFailure: Sendable, Hashable {
    /// The group's ordinal in its run.
    public var ordinal: Int
    /// The sample's index in its group.
    public var index: Int
    /// One machine-readable word, for example "connect", "http500", "timeout".
    public var reason: String
    /// What happened, where, and what to do.
    public var message: String
    /// Requests made for it.
    public var attempts: Int

    /// A failure of one sample.
    public init(ordinal: Int, index: Int, reason: String, message: String, attempts: Int) {
        self.ordinal = ordinal
        self.index = index
        self.reason = reason
        self.message = message
        self.attempts = attempts
    }
}

/// A completion and the group it belongs to.
public struct SampledCompletion: Sendable, Hashable {
    /// The group's ordinal in its run.
    public var ordinal: Int
    /// The completion; its index is the sample's.
    public var completion: Completion
    /// The prompt's token ids where the server reported them, else empty.
    public var promptIDs: [Int32]
    /// Why importance ratios must not use it (for example raw log-probs at a temperature that is not 1); nil when fine.
    public var unusable: String?
    /// Its turns and segments, where it is an episode; nil for an answer in one turn.
    public var episode: EpisodeRecord?

    /// A completion of the group at `ordinal`.
    public init(ordinal: Int, completion: Completion, promptIDs: [Int32] = [], unusable: String? = nil) {
        self.ordinal = ordinal
        self.completion = completion
        self.promptIDs = promptIDs
        self.unusable = unusable
    }
}

/// A group that still lacks samples.
public struct PendingGroup: Sendable {
    /// Position in the run.
    public var ordinal: Int
    /// The problem to sample.
    public var problem: Problem
    /// Indices in 0..<n without a completion, ascending.
    public var missing: [Int]
    /// Beginnings of some of them that an earlier run left.
    public var partials: [SampledCompletion] = []
    /// The turns that a run which was ended left of unfinished episodes, by index, each list in order of turns.
    public var openTurns: [Int: [OpenTurn]] = [:]
}

extension Store {
    /// Number of groups of a run.
    public func groupCount(run: Run) async throws -> Int {
        try await read { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM groups WHERE run_id = ?", arguments: [run.id]) ?? 0
        }
    }

    /// Number of samples that the run wants, and of those it has; groups that were filtered out count as far as they are.
    public func sampleCounts(run: Run) async throws -> (wanted: Int, present: Int) {
        try await read { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT total(CASE WHEN g.filter_reason IS NULL THEN g.wanted_n ELSE present END) AS wanted,
                        total(present) AS present
                    FROM (SELECT g.*, (SELECT count(*) FROM completions c WHERE c.group_id = g.group_id) AS present
                        FROM groups g WHERE run_id = ?) g
                    """, arguments: [run.id])
            return (Int(clamping: try row?[stored: "wanted"] ?? 0.0), Int(clamping: try row?[stored: "present"] ?? 0.0))
        }
    }

    /// Up to `limit` groups at or after `ordinal` that lack samples and were not filtered out, in order.
    public func pendingGroups(run: Run, from ordinal: Int, limit: Int) async throws -> [PendingGroup] {
        try await read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT g.group_id, g.ordinal, g.wanted_n, p.*, (
                        SELECT group_concat(idx) FROM completions c WHERE c.group_id = g.group_id) AS present
                    FROM groups g JOIN problems p USING(problem_id)
                    WHERE g.run_id = ? AND g.ordinal >= ? AND g.filter_reason IS NULL
                        AND g.wanted_n > (SELECT count(*) FROM completions c WHERE c.group_id = g.group_id)
                    ORDER BY g.ordinal LIMIT ?
                    """, arguments: [run.id, ordinal, limit])
            return try rows.map { row in
                let present: String = try row[stored: "present"] ?? ""
                let taken = Set(present.split(separator: ",").compactMap { Int($0) })
                let wanted: Int = try row[stored: "wanted_n"]
                guard SamplingParameters.counts.contains(wanted) else {
                    throw DatabaseError(
                        message:
                            "group \(try row[stored: "ordinal"] as Int) wants \(wanted) samples, which is no count; the file is damaged"
                    )
                }
                let (group, ordinal): (Int64, Int) = (try row[stored: "group_id"], try row[stored: "ordinal"])
                return PendingGroup(
                    ordinal: ordinal, problem: try Problem(row: row),
                    missing: (0..<wanted).filter { !taken.contains($0) },
                    partials: try Self.partials(ofGroup: group, ordinal: ordinal, db),
                    openTurns: try Self.openTurns(ofGroup: group, ordinal: ordinal, db))
            }
        }
    }

    /// Whether the sample at a place is the one that came of this request.
    public func isKept(run: Run, ordinal: Int, index: Int, requestID: String) async throws -> Bool {
        try await read { db in
            try Bool.fetchOne(
                db,
                sql: """
                    SELECT EXISTS(SELECT 1 FROM groups JOIN completions USING(group_id)
                        WHERE run_id = ? AND ordinal = ? AND idx = ? AND request_id = ?)
                    """, arguments: [run.id, ordinal, index, requestID]) == true
        }
    }

    /// Keeps completions, all in one transaction. One that is there already is left as it was.
    /// - Returns: how many were new.
    @discardableResult
    public func record(_ samples: [SampledCompletion], run: Run) async throws -> Int {
        try await write { db in
            var new = 0
            for sample in samples {
                guard
                    let group = try Int64.fetchOne(
                        db.cachedStatement(sql: "SELECT group_id FROM groups WHERE run_id = ? AND ordinal = ?"),
                        arguments: [run.id, sample.ordinal])
                else { throw DatabaseError(message: "run '\(run.name)' has no group \(sample.ordinal)") }
                if try Self.insert(sample, group: group, db) { new += 1 }
            }
            return new
        }
    }

    /// Keeps the failures of samples, replacing earlier ones of the same samples.
    public func record(_ failures: [SampleFailure], run: Run) async throws {
        let now = Timestamp.now
        try await write { db in
            for failure in failures {
                try db.execute(
                    sql: """
                        INSERT OR REPLACE INTO sample_failures(group_id, idx, reason, message, attempts, at)
                        SELECT group_id, ?, ?, ?, ?, ? FROM groups WHERE run_id = ? AND ordinal = ?
                        """,
                    arguments: [
                        failure.index, failure.reason, failure.message, failure.attempts, now, run.id, failure.ordinal,
                    ])
            }
        }
    }

    private static func insert(_ sample: SampledCompletion, group: Int64, _ db: Database) throws -> Bool {
        let completion = sample.completion
        try db.cachedStatement(
            sql: """
                INSERT INTO completions(group_id, idx, text, finish, stop_reason, n_tokens, logprob_kind, unusable,
                    weight_spans, endpoint, model, seed, request_id, attempt, started_at, finished_at, reasoning, tool_calls)
                VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(group_id, idx) DO NOTHING
                """
        ).execute(arguments: [
            group, completion.index, completion.text.whole, completion.finish.rawValue, completion.stopReason?.whole,
            completion.tokenCount, completion.logprobKind.rawValue, sample.unusable,
            completion.weightSpans.isEmpty ? nil : completion.weightSpans.json.text, completion.endpoint,
            completion.model,
            completion.seed.map { Int64(bitPattern: $0) }, completion.requestID, completion.attempt,
            completion.startedAt, completion.finishedAt, completion.reasoning?.whole, completion.toolCalls?.whole,
        ])
        guard db.changesCount > 0 else { return false }
        let id = db.lastInsertedRowID
        try Self.insertArray(completion.tokenIDs, kind: "ids", dtype: "<i4", completion: id, db)
        try Self.insertArray(completion.logprobs, kind: "logprob", dtype: "<f4", completion: id, db)
        try Self.insertArray(completion.mask, kind: "mask", dtype: "|u1", completion: id, db)
        if let width = completion.topTokens.map(\.ids.count).max(), width > 0 {
            // Rows are padded to one width: id -1, log-prob -inf.
            var ids: [Int32] = []
            var logprobs: [Float] = []
            for top in completion.topTokens {
                ids += top.ids + repeatElement(-1, count: width - top.ids.count)
                logprobs += top.logprobs + repeatElement(-Float.infinity, count: width - top.logprobs.count)
            }
            try Self.insertArray(ids, kind: "top_ids", dtype: "<i4", columns: width, completion: id, db)
            try Self.insertArray(logprobs, kind: "top_logprob", dtype: "<f4", columns: width, completion: id, db)
        }
        if !sample.promptIDs.isEmpty {
            try db.cachedStatement(sql: "UPDATE groups SET prompt_ids = ? WHERE group_id = ? AND prompt_ids IS NULL")
                .execute(arguments: [sample.promptIDs.littleEndianData, group])
        }
        if let episode = sample.episode {
            try Self.insert(episode, completion: id, db)
            if !sample.promptIDs.isEmpty {
                try Self.insert(ownPrompt: sample.promptIDs, completion: id, group: group, db)
            }
        }
        for table in ["sample_failures", "partials", "open_turns"] {
            try db.cachedStatement(sql: "DELETE FROM \(table) WHERE group_id = ? AND idx = ?")
                .execute(arguments: [group, completion.index])
        }
        return true
    }

    static func insertArray<Element: BitwiseCopyable>(
        _ array: [Element], kind: String, dtype: String, columns: Int = 1, source: String = "sampler",
        completion: Int64, _ db: Database
    ) throws {
        if array.isEmpty { return }
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO tokens(completion_id, kind, source, dtype, rows, cols, data)
                VALUES(?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            completion, kind, source, dtype, array.count / columns, columns, array.littleEndianData,
        ])
    }
}
