import Experience
import GRDB
import JSON
import Numbers

/// Reads how each verifier of a run did, and where two of them disagree.
struct VerifierReader {
    private static let listed = 5
    /// Pairs grow with the square: only the latest scorings are compared.
    private static let compared = 8

    let run: Run
    let scorings: [Scoring]

    func section(_ db: Database) throws -> VerifierSection? {
        if scorings.isEmpty { return nil }
        var agreements: [VerifierSection.Agreement] = []
        let latest = Array(scorings.suffix(Self.compared))
        for (index, first) in latest.enumerated() {
            for second in latest[(index + 1)...] { agreements.append(try agreement(db, first, second)) }
        }
        return VerifierSection(verifiers: try scorings.map { try health(db, $0) }, agreements: agreements)
    }

    /// Name and version; options too where another scoring has the same.
    private func name(_ scoring: Scoring) -> String {
        let short = "\(scoring.verifier) \(scoring.version)"
        let isShared = scorings.count { $0.verifier == scoring.verifier && $0.version == scoring.version } > 1
        return isShared ? "\(short) \(scoring.options.text)" : short
    }

    // A stored time beyond this is a wrong one, and must not be every mean.
    private static let milliseconds = "min(v.milliseconds, 1e12)"
    private static let verdicts = """
        verdicts v JOIN completions c USING(completion_id) JOIN groups g USING(group_id)
        WHERE g.run_id = :run AND v.scoring_id = :scoring
        """

    private func health(_ db: Database, _ scoring: Scoring) throws -> VerifierSection.Health {
        let arguments: StatementArguments = ["run": run.id, "scoring": scoring.id]
        let outcomes = try Row.fetchAll(
            db, sql: "SELECT v.outcome, count(*), sum(\(Self.milliseconds)) FROM \(Self.verdicts) GROUP BY 1",
            arguments: arguments)
        let reasons = try Row.fetchAll(
            db,
            sql: """
                SELECT substr(v.reason, 1, 80), count(*) AS n FROM \(Self.verdicts) AND v.outcome != 'correct'
                GROUP BY 1 ORDER BY n DESC, 1 LIMIT \(Self.listed)
                """, arguments: arguments)
        let slowest = try Row.fetchAll(
            db,
            sql: """
                SELECT v.completion_id, \(Self.milliseconds) FROM \(Self.verdicts)
                ORDER BY v.milliseconds DESC, 1 LIMIT \(Self.listed)
                """, arguments: arguments)
        let verdicts = try outcomes.reduce(0) { $0 + (try $1[stored: 1] as Int) }
        let milliseconds = try outcomes.reduce(0) { $0 + (try $1[stored: 2] as Double) }
        return VerifierSection.Health(
            name: name(scoring), verdicts: verdicts,
            outcomes: Dictionary(uniqueKeysWithValues: try outcomes.map { (try $0[stored: 0], try $0[stored: 1]) }),
            reasons: try reasons.map { .init(name: try $0[stored: 0], count: try $0[stored: 1]) },
            meanMilliseconds: verdicts > 0 ? milliseconds / Double(verdicts) : 0,
            slowest: try slowest.map { .init(completion: try $0[stored: 0], milliseconds: try $0[stored: 1]) })
    }

    private static let pair = """
        verdicts v JOIN verdicts w ON w.completion_id = v.completion_id AND w.scoring_id = :second
            JOIN completions c ON c.completion_id = v.completion_id JOIN groups g USING(group_id)
        WHERE g.run_id = :run AND v.scoring_id = :first AND v.score NOT NULL AND w.score NOT NULL
        """

    private func agreement(
        _ db: Database, _ first: Scoring, _ second: Scoring
    ) throws -> VerifierSection.Agreement {
        let arguments: StatementArguments = ["run": run.id, "first": first.id, "second": second.id]
        let counts = try Row.fetchAll(
            db,
            sql:
                "SELECT v.outcome = 'correct' AS a, w.outcome = 'correct' AS b, count(*) FROM \(Self.pair) GROUP BY 1, 2",
            arguments: arguments
        ).map { (a: try $0[stored: 0] as Bool, b: try $0[stored: 1] as Bool, count: try $0[stored: 2] as Int) }
        func count(_ a: Bool, _ b: Bool) -> Double {
            counts.first { $0.a == a && $0.b == b }.map { Double($0.count) } ?? 0
        }
        let both = count(true, true) + count(true, false) + count(false, true) + count(false, false)
        let agree = count(true, true) + count(false, false)
        let firstRight = count(true, true) + count(true, false)
        let secondRight = count(true, true) + count(false, true)
        let byChance =
            both > 0 ? (firstRight * secondRight + (both - firstRight) * (both - secondRight)) / (both * both) : 1
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT c.completion_id, v.outcome || ' (' || substr(v.reason, 1, 80) || ')',
                    w.outcome || ' (' || substr(w.reason, 1, 80) || ')'
                FROM \(Self.pair) AND (v.outcome = 'correct') != (w.outcome = 'correct')
                ORDER BY g.ordinal, c.idx LIMIT 10
                """, arguments: arguments)
        return VerifierSection.Agreement(
            first: name(first), second: name(second), both: Int(clamping: both), agree: Int(clamping: agree),
            kappa: byChance < 1 ? (agree / both - byChance) / (1 - byChance) : nil,
            disagreements: try rows.map {
                .init(completion: try $0[stored: 0], first: try $0[stored: 1], second: try $0[stored: 2])
            })
    }
}
