import GRDB
import Numbers

/// What a list of runs says of one, without reading texts.
package struct RunSummary: Sendable, Hashable {
    /// Judged completions of each group with any, and those that are right.
    package var tallies_P: [GroupTally]
    package var completions: Int
    package var tokens: Int
    /// Mean over completions of their mean token entropy, in nats.
    package var entropy: Double?
    package var models: [String]
    package var datasets: [String]
    /// Name and version of the newest scoring; nil where nothing is judged.
    package var verifier: String?
}

/// The judged completions of a group, and those that are right.
package struct GroupTally: Sendable, Hashable {
    package var judged: Int
    package var right: Int
}

extension StoreSnapshot {
    /// The run's newest scoring that has verdicts: the one whose figures stand first.
    package func latestScoring(run: Run) throws -> Scoring? {
        try Row.fetchOne(
            db,
            sql: """
                SELECT * FROM scorings s WHERE EXISTS(
                    SELECT 1 FROM groups g JOIN completions c USING(group_id) JOIN verdicts v
                        ON v.completion_id = c.completion_id AND v.scoring_id = s.scoring_id
                    WHERE g.run_id = ?)
                ORDER BY scoring_id DESC LIMIT 1
                """, arguments: [run.id]
        ).map(Scoring.init)
    }

    /// What a list of runs says of one; the time grows with its completions.
    package func summary(run: Run) throws -> RunSummary {
        let scoring = try latestScoring(run: run)
        let groups = try Row.fetchCursor(
            db,
            sql: """
                SELECT count(*), count(v.score), total(v.score NOT NULL AND v.outcome = 'correct'), total(c.n_tokens)
                FROM groups g CROSS JOIN completions c USING(group_id)
                    LEFT JOIN verdicts v ON v.completion_id = c.completion_id AND v.scoring_id = ?
                WHERE g.run_id = ? GROUP BY g.group_id
                """, arguments: [scoring?.id, run.id])
        var summary = RunSummary(
            tallies_P: [], completions: 0, tokens: 0, models: [], datasets: try datasets(run: run, limit: 5),
            verifier: scoring.map { "\($0.verifier) \($0.version)" })
        while let row = try groups.next() {
            summary.completions += try row[stored: 0] as Int
            let (judged, right): (Int, Double) = (try row[stored: 1], try row[stored: 2])
            summary.tokens = summary.tokens.addingSaturated(Int(clamping: try row[stored: 3] ?? 0.0, to: 0...1 << 50))
            if judged > 0 { summary.tallies_P.append(.init(judged: judged, right: Int(clamping: right))) }
        }
        summary.entropy = try Double.fetchOne(
            db,
            sql: """
                SELECT avg(e.mean) FROM groups g CROSS JOIN completions c USING(group_id) JOIN entropies e USING(completion_id)
                WHERE g.run_id = ?
                """, arguments: [run.id])
        summary.models = try String.fetchAll(
            db, sql: "SELECT model FROM run_models WHERE run_id = ? ORDER BY model LIMIT 5", arguments: [run.id])
        if summary.models.isEmpty {
            summary.models = try String.fetchAll(
                db,
                sql: """
                    SELECT DISTINCT model FROM (SELECT c.model FROM groups g JOIN completions c USING(group_id)
                        WHERE g.run_id = ? LIMIT 1000) WHERE model <> '' LIMIT 5
                    """, arguments: [run.id])
        }
        return summary
    }

    /// How many completions a run has.
    package func completionCount(run: Run) throws -> Int {
        try Int.fetchOne(
            db, sql: "SELECT count(*) FROM groups g CROSS JOIN completions c USING(group_id) WHERE g.run_id = ?",
            arguments: [run.id]) ?? 0
    }

    /// The same, as far as a limit.
    package func completionCount(run: Run, upTo limit: Int) throws -> Int {
        try Int.fetchOne(
            db,
            sql: """
                SELECT count(*) FROM (SELECT 1 FROM groups g CROSS JOIN completions c USING(group_id) WHERE g.run_id = ? LIMIT ?)
                """, arguments: [run.id, limit]) ?? 0
    }

    /// How many completions a run has, and how many more failed to come.
    package func progress(run: Run) throws -> (present: Int, wanted: Int, failed: Int, judged: Int) {
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT total(present), total(CASE WHEN filter_reason IS NULL THEN wanted_n ELSE present END)
                FROM (SELECT g.*, (SELECT count(*) FROM completions c WHERE c.group_id = g.group_id) AS present
                    FROM groups g WHERE run_id = ?)
                """, arguments: [run.id])
        let failed = try Int.fetchOne(
            db, sql: "SELECT count(*) FROM sample_failures JOIN groups USING(group_id) WHERE run_id = ?",
            arguments: [run.id])
        let judged = try latestScoring(run: run).map { scoring in
            try Int.fetchOne(
                db,
                sql: """
                    SELECT count(*) FROM groups g CROSS JOIN completions c USING(group_id) CROSS JOIN verdicts v
                        ON v.completion_id = c.completion_id AND v.scoring_id = ?
                    WHERE g.run_id = ?
                    """, arguments: [scoring.id, run.id]) ?? 0
        }
        return (
            Int(clamping: try row?[stored: 0] ?? 0.0), Int(clamping: try row?[stored: 1] ?? 0.0), failed ?? 0,
            judged ?? 0
        )
    }
}
