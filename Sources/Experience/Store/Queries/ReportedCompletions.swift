import Foundation
import GRDB
package import JSON
import Numbers

/// A completion with its problem and what a scoring and an advantage set say of it, as a report counts it. Columns are
/// decoded when they are asked for: records and explanations may be long. Lent for one call.
package struct ReportedCompletion {
    private let row: Row

    fileprivate init(_ row: Row) { self.row = row }

    /// Key of the group.
    package var group: Int64 { get throws { try row[stored: 0] } }
    package var dataset: String? { get throws { try row[stored: 1] } }
    /// The problem's name in its dataset.
    package var problem: String { get throws { try row[stored: 2] } }
    /// The problem's record.
    package var fields: JSONRow { get throws { try row.record("fields") } }
    /// Key of the completion.
    package var completion: Int64 { get throws { try row[stored: 4] } }
    /// Its place in the group.
    package var index: Int { get throws { try row[stored: 5] } }
    package var finish: FinishReason? { get throws { try row.wordIfPresent("finish") } }
    package var tokens: Int? { get throws { try row[stored: 7] } }
    /// Why ratios must not be taken from its log-probabilities.
    package var unusable: String? { get throws { try row[stored: 8] } }
    /// Which policy version sampled which tokens.
    package var weightSpans: JSONValue? { get throws { try row.jsonIfPresent("weight_spans") } }
    package var model: String? { get throws { try row[stored: 10] } }
    package var startedAt: Int64 { get throws { try row[stored: 11] } }
    package var finishedAt: Int64 { get throws { try row[stored: 12] } }
    package var outcome: Outcome? { get throws { try row.wordIfPresent("outcome") } }
    package var score: Double? { get throws { try row.number("score") } }
    /// The verdict's; ask for it where there is an outcome.
    package var reason: String { get throws { try row[stored: 15] } }
    package var extracted: String? { get throws { try row[stored: 16] } }
    package var explanation: String? { get throws { try row[stored: 17] } }
    package var milliseconds: Double? { get throws { try row[stored: 18] } }
    package var entropy: StoredEntropy? { get throws { try StoredEntropy(row, at: 19) } }
    package var advantage: Double? { get throws { try row[stored: 23] } }
    /// Where they differ by token.
    package var tokenAdvantages: [Float]? { get throws { (try row[stored: 25] as Data?)?.elements() } }
    /// Why it has no advantage.
    package var undefined: String? { get throws { try row[stored: 24] } }
}

/// What a comparison of two runs reads of a completion.
package struct ComparedCompletion: Sendable {
    package var dataset: String
    /// The problem's name in its dataset.
    package var problem: String
    package var finish: FinishReason?
    package var tokens: Int?
    package var outcome: Outcome?
    package var score: Double?
    package var extracted: String?
    package var entropy: StoredEntropy?
    /// The member of the problem's record that was asked for.
    package var cluster: String?
    package var model: String?
}

/// What a run's verdicts say of a problem.
package struct ProblemCount: Sendable {
    /// Completions with a score.
    package var judged: Int
    /// Right ones.
    package var right: Int
}

extension StoreSnapshot {
    /// Gives a run's completions, group by group in order, with the verdicts of a scoring and the advantages of a set.
    package func forEachCompletion(
        of run: Run, scoring: Scoring?, set: Int64?, _ body: (ReportedCompletion) throws -> Void
    ) throws {
        let cursor = try Row.fetchCursor(
            db,
            sql: """
                SELECT g.group_id, p.dataset, p.external_id, p.fields, c.completion_id, c.idx, c.finish, c.n_tokens,
                    c.unusable, c.weight_spans, c.model, c.started_at, c.finished_at, v.outcome, v.score, v.reason,
                    v.extracted, v.explanation, v.milliseconds, e.kind, e.mean, e.lower, e.upper,
                    a.advantage, a.reason AS undefined, a.token_advantages
                FROM groups g JOIN problems p USING(problem_id) JOIN completions c USING(group_id)
                    LEFT JOIN verdicts v ON v.completion_id = c.completion_id AND v.scoring_id = :scoring
                    LEFT JOIN entropies e ON e.completion_id = c.completion_id
                    LEFT JOIN advantages a ON a.completion_id = c.completion_id AND a.set_id = :set
                WHERE g.run_id = :run ORDER BY g.ordinal, c.idx
                """, arguments: ["scoring": scoring?.id, "set": set, "run": run.id])
        while let row = try cursor.next() { try body(ReportedCompletion(row)) }
    }

    /// A run's completions, group by group in order, as a comparison reads them.
    package func comparedCompletions(
        of run: Run, scoring: Scoring?, cluster: String? = nil
    ) throws -> [ComparedCompletion] {
        let cursor = try Row.fetchCursor(
            db,
            sql: """
                SELECT p.dataset, p.external_id, c.finish, c.n_tokens, v.outcome, v.score, v.extracted,
                    e.kind, e.mean, e.lower, e.upper, c.completion_id, c.model,
                    \(cluster == nil ? "NULL AS fields" : "p.fields")
                FROM groups g JOIN problems p USING(problem_id) JOIN completions c USING(group_id)
                    LEFT JOIN verdicts v ON v.completion_id = c.completion_id AND v.scoring_id = ?
                    LEFT JOIN entropies e ON e.completion_id = c.completion_id
                WHERE g.run_id = ? ORDER BY g.ordinal, c.idx
                """, arguments: [scoring?.id, run.id])
        return try Array(
            cursor.map { row in
                ComparedCompletion(
                    dataset: try row[stored: 0], problem: try row[stored: 1],
                    finish: try row.wordIfPresent("finish"), tokens: try row[stored: 3],
                    outcome: try row.wordIfPresent("outcome"), score: try row.number("score"),
                    extracted: try row[stored: 6], entropy: try StoredEntropy(row, at: 7),
                    cluster: try cluster.flatMap { try row.record("fields").string($0) }, model: try row[stored: 12])
            })
    }

    /// Of each problem of a run that has completions with a score, by dataset and name, how many there are and how many are right.
    package func problemCounts(of run: Run, scoring: Scoring?) throws -> [String: ProblemCount] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT p.dataset || '/' || p.external_id, count(v.score), total(v.outcome = 'correct')
                FROM groups g JOIN problems p USING(problem_id) JOIN completions c USING(group_id)
                    JOIN verdicts v ON v.completion_id = c.completion_id AND v.scoring_id = ?
                WHERE g.run_id = ? AND v.score NOT NULL GROUP BY 1
                """, arguments: [scoring?.id, run.id])
        return Dictionary(
            try rows.map { row in
                let right: Double = try row[stored: 2]
                return (
                    try row[stored: 0] as String,
                    ProblemCount(judged: try row[stored: 1], right: Int(clamping: right, to: 0...1 << 50))
                )
            }, uniquingKeysWith: { $1 })
    }

    /// A completion's text and its problem's gold answer.
    package func text(of completion: Int64) throws -> (text: String, gold: String?)? {
        try Row.fetchOne(
            db,
            sql: """
                SELECT c.text, p.answer FROM completions c JOIN groups USING(group_id) JOIN problems p USING(problem_id)
                WHERE c.completion_id = ?
                """, arguments: [completion]
        ).map { (try $0[stored: 0], try $0[stored: 1]) }
    }

    /// The records of the problems of a run's first groups.
    package func records(run: Run, limit: Int) throws -> [JSONRow] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT p.problem_id, p.fields FROM groups g JOIN problems p USING(problem_id) WHERE g.run_id = ?
                ORDER BY g.ordinal LIMIT ?
                """, arguments: [run.id, limit]
        ).map { try $0.record("fields") }
    }

    /// How many groups of a run were left out, by reason.
    package func filteredGroups(run: Run) throws -> [String: Int] {
        try counts(
            "SELECT filter_reason, count(*) FROM groups WHERE run_id = ? AND filter_reason NOT NULL GROUP BY 1", run)
    }

    /// How many samples of a run ended without a completion, by reason.
    package func sampleFailures(run: Run) throws -> [String: Int] {
        try counts(
            "SELECT reason, count(*) FROM sample_failures JOIN groups USING(group_id) WHERE run_id = ? GROUP BY 1", run)
    }

    private func counts(_ sql: String, _ run: Run) throws -> [String: Int] {
        let rows = try Row.fetchAll(db, sql: sql, arguments: [run.id])
        return Dictionary(try rows.map { (try $0[stored: 0] as String, try $0[stored: 1] as Int) }, uniquingKeysWith: +)
    }
}
