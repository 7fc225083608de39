import GRDB
public import JSON

/// A verifier with its version and options: what a verdict's identity is made of.
public struct Scoring: Sendable, Hashable {
    /// Key in the store.
    public var id: Int64
    /// The verifier's name.
    public var verifier: String
    /// The verifier's version.
    public var version: String
    /// The verifier's options.
    public var options: JSONValue
}

/// A stored completion that a verifier is to judge.
public struct StoredCompletion: Sendable {
    /// Key in the store.
    public var id: Int64
    /// The group's ordinal.
    public var ordinal: Int
    /// The problem it answers.
    public var problem: Problem
    /// Its text, index and finish reason; token arrays are left out.
    public var completion: Completion
    /// What the episode's environment said of it, where it judges itself; no verifier is asked then.
    public var environmentVerdict: Verdict?
}

extension Store {
    /// The scoring with this identity, made if absent; options that say the same are the same, and so are those that have
    /// one `identity`.
    public func scoring(
        verifier: String, version: String, options: JSONValue,
        identity: @escaping @Sendable (JSONValue) -> JSONValue = { $0 }
    ) async throws -> Scoring {
        let options = options.canonical
        let wanted = identity(options).canonical.text
        return try await write { db in
            // A store's earlier scorings were known by all their options.
            let rows = try Row.fetchAll(
                db,
                sql: "SELECT * FROM scorings WHERE verifier = ? AND version = ? ORDER BY options = ? DESC, scoring_id",
                arguments: [verifier, version, options.text])
            for scoring in try rows.map(Scoring.init) where identity(scoring.options).canonical.text == wanted {
                return scoring
            }
            let key: StatementArguments = [verifier, version, options.text]
            try db.execute(
                sql: "INSERT OR IGNORE INTO scorings(verifier, version, options) VALUES(?, ?, ?)", arguments: key)
            let id = try Int64.fetchOne(
                db, sql: "SELECT scoring_id FROM scorings WHERE verifier = ? AND version = ? AND options = ?",
                arguments: key)
            guard let id else { throw DatabaseError(message: "scoring was not kept") }
            return Scoring(id: id, verifier: verifier, version: version, options: options)
        }
    }

    /// The run's scorings that have verdicts, oldest first.
    public func scorings(run: Run) async throws -> [Scoring] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM scorings s WHERE EXISTS(
                        SELECT 1 FROM verdicts v JOIN completions c USING(completion_id) JOIN groups g USING(group_id)
                        WHERE v.scoring_id = s.scoring_id AND g.run_id = ?)
                    ORDER BY scoring_id
                    """, arguments: [run.id]
            ).map(Scoring.init)
        }
    }

    /// Number of the run's completions, and of those that the scoring has judged.
    public func verdictCounts(run: Run, scoring: Scoring) async throws -> (completions: Int, verdicts: Int) {
        try await read { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT count(*) AS completions, count(v.outcome) AS verdicts
                    FROM groups g JOIN completions c USING(group_id)
                        LEFT JOIN verdicts v ON v.completion_id = c.completion_id AND v.scoring_id = ?
                    WHERE g.run_id = ?
                    """, arguments: [scoring.id, run.id])
            return (try row?[stored: "completions"] ?? 0, try row?[stored: "verdicts"] ?? 0)
        }
    }

    /// Up to `limit` completions after key `after` that the scoring has not judged, by key.
    ///
    /// With `retryingErrors`, those whose verdict is our failure (timeout, verifierError) count as not judged.
    public func unverified(
        run: Run, scoring: Scoring, after: Int64, limit: Int, retryingErrors: Bool
    ) async throws -> [StoredCompletion] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT c.completion_id, c.idx, c.text, c.finish, c.reasoning, c.tool_calls, g.ordinal,
                        e.verdict AS environment_verdict, p.*
                    -- CROSS: by key from the cursor on, so that a page costs what is on it
                    FROM completions c CROSS JOIN groups g USING(group_id) JOIN problems p USING(problem_id)
                        LEFT JOIN verdicts v ON v.completion_id = c.completion_id AND v.scoring_id = :scoring
                        LEFT JOIN episodes e ON e.completion_id = c.completion_id
                    WHERE g.run_id = :run AND c.completion_id > :after
                        AND (v.outcome IS NULL OR (:retry AND v.score IS NULL))
                    ORDER BY c.completion_id LIMIT :limit
                    """,
                arguments: [
                    "scoring": scoring.id, "run": run.id, "after": after, "retry": retryingErrors, "limit": limit,
                ]
            ).map { row in
                var completion = Completion(
                    index: try row[stored: "idx"], text: try row[stored: "text"], finish: try row.word("finish"))
                completion.reasoning = try row[stored: "reasoning"]
                completion.toolCalls = try row[stored: "tool_calls"]
                return StoredCompletion(
                    id: try row[stored: "completion_id"], ordinal: try row[stored: "ordinal"],
                    problem: try Problem(row: row), completion: completion,
                    environmentVerdict: try row.jsonIfPresent("environment_verdict").flatMap { Verdict($0) })
            }
        }
    }

    /// Keeps verdicts by completion key, all in one transaction; an earlier verdict of the same scoring is replaced.
    public func record(_ verdicts: [(completion: Int64, verdict: Verdict)], scoring: Scoring) async throws {
        let now = Timestamp.now
        try await write { db in
            let insert = try db.cachedStatement(
                sql: """
                    INSERT OR REPLACE INTO verdicts(completion_id, scoring_id, outcome, score, reason, extracted,
                        explanation, components, details, milliseconds, at) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """)
            for (completion, verdict) in verdicts {
                try insert.execute(arguments: [
                    completion, scoring.id, verdict.outcome.rawValue, verdict.score, verdict.reason.whole,
                    verdict.extracted?.whole,
                    verdict.explanation?.whole,
                    verdict.components.isEmpty ? nil : Verdict.json(verdict.components).text,
                    verdict.details?.text, verdict.milliseconds, now,
                ])
            }
        }
    }
}

extension Store {
    /// Names of the reward components that the run's verdicts of a scoring have, with or without a number; in no order.
    public func componentNames(run: Run, scoring: Scoring) async throws -> [String] {
        try await read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT DISTINCT e.key FROM groups g JOIN completions c USING(group_id)
                        JOIN verdicts v ON v.completion_id = c.completion_id AND v.scoring_id = ?,
                        json_each(CASE WHEN json_valid(v.components) AND json_type(v.components) = 'object'
                            THEN v.components END) e
                    WHERE g.run_id = ? AND v.components IS NOT NULL
                    """, arguments: [scoring.id, run.id])
        }
    }
}

extension Scoring {
    init(_ row: Row) throws {
        self.init(
            id: try row[stored: "scoring_id"], verifier: try row[stored: "verifier"],
            version: try row[stored: "version"],
            options: try row.json("options"))
    }
}
