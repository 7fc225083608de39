import GRDB

/// The verdicts of one scoring on a run.
package struct ScoringStatistics: Sendable {
    /// Verdicts and their time, by outcome.
    package var outcomes: [(outcome: String, count: Int, milliseconds: Double)]
    /// The reasons most often given for another outcome than correct.
    package var reasons: [(reason: String, count: Int)]
    /// The completions that took the longest.
    package var slowest: [(completion: Int64, milliseconds: Double)]
}

/// How the verdicts of two scorings meet, on the completions that both gave a score.
package struct ScoringAgreement: Sendable {
    /// Completions by what the first and the second call correct.
    package var counts: [(first: Bool, second: Bool, count: Int)]
    /// Completions that one calls correct and the other does not, with what each says.
    package var disagreements: [(completion: Int64, first: String, second: String)]
}

extension StoreSnapshot {
    // A stored time beyond this is a wrong one, and must not be every mean.
    private static let milliseconds = "min(v.milliseconds, 1e12)"
    private static let verdicts = """
        verdicts v JOIN completions c USING(completion_id) JOIN groups g USING(group_id)
        WHERE g.run_id = :run AND v.scoring_id = :scoring
        """

    /// How a scoring judged a run, with the first `listed` reasons and completions.
    package func statistics(of scoring: Scoring, run: Run, listed: Int) throws -> ScoringStatistics {
        let arguments: StatementArguments = ["run": run.id, "scoring": scoring.id]
        let outcomes = try Row.fetchAll(
            db, sql: "SELECT v.outcome, count(*), sum(\(Self.milliseconds)) FROM \(Self.verdicts) GROUP BY 1",
            arguments: arguments)
        let reasons = try Row.fetchAll(
            db,
            sql: """
                SELECT substr(v.reason, 1, 80), count(*) AS n FROM \(Self.verdicts) AND v.outcome != 'correct'
                GROUP BY 1 ORDER BY n DESC, 1 LIMIT \(listed)
                """, arguments: arguments)
        let slowest = try Row.fetchAll(
            db,
            sql: """
                SELECT v.completion_id, \(Self.milliseconds) FROM \(Self.verdicts)
                ORDER BY v.milliseconds DESC, 1 LIMIT \(listed)
                """, arguments: arguments)
        return ScoringStatistics(
            outcomes: try outcomes.map { (try $0[stored: 0], try $0[stored: 1], try $0[stored: 2]) },
            reasons: try reasons.map { (try $0[stored: 0], try $0[stored: 1]) },
            slowest: try slowest.map { (try $0[stored: 0], try $0[stored: 1]) })
    }

    private static let pair = """
        verdicts v JOIN verdicts w ON w.completion_id = v.completion_id AND w.scoring_id = :second
            JOIN completions c ON c.completion_id = v.completion_id JOIN groups g USING(group_id)
        WHERE g.run_id = :run AND v.scoring_id = :first AND v.score NOT NULL AND w.score NOT NULL
        """

    /// How two scorings agree on a run, with the first `listed` completions on which they do not.
    package func agreement(_ first: Scoring, _ second: Scoring, run: Run, listed: Int) throws -> ScoringAgreement {
        let arguments: StatementArguments = ["run": run.id, "first": first.id, "second": second.id]
        let counts = try Row.fetchAll(
            db,
            sql:
                "SELECT v.outcome = 'correct' AS a, w.outcome = 'correct' AS b, count(*) FROM \(Self.pair) GROUP BY 1, 2",
            arguments: arguments)
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT c.completion_id, v.outcome || ' (' || substr(v.reason, 1, 80) || ')',
                    w.outcome || ' (' || substr(w.reason, 1, 80) || ')'
                FROM \(Self.pair) AND (v.outcome = 'correct') != (w.outcome = 'correct')
                ORDER BY g.ordinal, c.idx LIMIT \(listed)
                """, arguments: arguments)
        return ScoringAgreement(
            counts: try counts.map { (try $0[stored: 0], try $0[stored: 1], try $0[stored: 2]) },
            disagreements: try rows.map { (try $0[stored: 0], try $0[stored: 1], try $0[stored: 2]) })
    }
}
