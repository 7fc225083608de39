import GRDB
import JSON

/// Which groups of a run an optimiser step looks at.
package enum GroupSelection: Sendable {
    /// The next `count` groups with completions from an ordinal on; those that were left out are not among them.
    case next(run: Run, from: Int, count: Int, without: Set<Int64>)
    /// These, by key.
    case keys([Int64])
}

/// What an estimator reads of a completion, token arrays apart.
package struct WindowCompletion: Sendable {
    /// Key of the completion.
    package var completion: Int64
    /// Its place in the group.
    package var index: Int
    /// Key of the group, and its place in the run.
    package var group: Int64
    package var ordinal: Int
    /// Key of the problem, and its name in its dataset.
    package var problemKey: Int64
    package var problem: String
    package var score: Double?
    package var isCorrect: Bool
    /// The verdict's components as JSON; nil where they were not asked for.
    package var components: String?
    package var tokens: Int?
    package var isTruncated: Bool
    /// The member `role` of the problem's record.
    package var role: String?
    /// The member `domain`.
    package var domain: String?
    /// Turns of an episode.
    package var turns: Int?
}

extension StoreSnapshot {
    /// The completions of the groups selected, in the run's order, with the verdicts of a scoring.
    package func completions(
        of selection: GroupSelection, scoring: Scoring, withComponents: Bool
    ) throws -> [WindowCompletion] {
        let groups: String
        var arguments: StatementArguments = ["scoring": scoring.id]
        switch selection {
        case .next(let run, let ordinal, let count, let taken):
            groups = """
                SELECT group_id FROM groups h WHERE h.run_id = :run AND h.ordinal >= :from AND h.filter_reason IS NULL
                    AND h.group_id NOT IN (SELECT value FROM json_each(:taken))
                    AND EXISTS(SELECT 1 FROM completions d WHERE d.group_id = h.group_id)
                ORDER BY h.ordinal LIMIT :groups
                """
            arguments += ["run": run.id, "from": ordinal, "groups": count, "taken": Self.json(taken.sorted())]
        case .keys(let keys):
            groups = "SELECT value FROM json_each(:keys)"
            arguments += ["keys": Self.json(keys)]
        }
        return try Row.fetchAll(
            db,
            sql: """
                SELECT c.completion_id, c.idx, c.group_id, g.ordinal, g.problem_id, p.external_id, v.score, v.outcome,
                    \(withComponents ? "v.components" : "NULL AS components"), c.n_tokens, c.finish,
                    CAST(json_extract(p.fields, '$.role') AS TEXT) AS role,
                    CAST(json_extract(p.fields, '$.domain') AS TEXT) AS domain, e.turns
                FROM groups g JOIN completions c USING(group_id) JOIN problems p USING(problem_id)
                    LEFT JOIN verdicts v ON v.completion_id = c.completion_id AND v.scoring_id = :scoring
                    LEFT JOIN episodes e ON e.completion_id = c.completion_id
                WHERE g.group_id IN (\(groups)) ORDER BY g.ordinal, c.idx
                """, arguments: arguments
        ).map { row in
            let outcome: String? = try row[stored: 7]
            let finish: String = try row[stored: 10]
            return WindowCompletion(
                completion: try row[stored: 0], index: try row[stored: 1], group: try row[stored: 2],
                ordinal: try row[stored: 3], problemKey: try row[stored: 4], problem: try row[stored: 5],
                score: try row[stored: 6], isCorrect: outcome == Outcome.correct.rawValue,
                components: try row[stored: 8], tokens: try row[stored: 9],
                isTruncated: finish == FinishReason.length.rawValue, role: try row[stored: 11],
                domain: try row[stored: 12], turns: try row[stored: 13])
        }
    }

    private static func json(_ keys: [Int64]) -> String { JSONValue.array(keys.map { .int(Int($0)) }).text }

    /// The score and the components, as JSON, of a problem's first scored completion in the run of that name.
    package func greedyVerdict(
        run: String, scoring: Scoring, problem: Int64
    ) throws -> (score: Double, components: String?)? {
        try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT w.score, w.components FROM runs r JOIN groups o USING(run_id) JOIN completions d USING(group_id)
                        JOIN verdicts w ON w.completion_id = d.completion_id AND w.scoring_id = ?
                    WHERE r.name = ? AND o.problem_id = ? AND d.idx = 0 AND w.score IS NOT NULL
                    ORDER BY o.ordinal LIMIT 1
                    """), arguments: [scoring.id, run, problem]
        ).map { (try $0[stored: 0], try $0[stored: 1]) }
    }
}
