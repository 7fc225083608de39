import GRDB
package import JSON

/// The completions that one training step took, together.
package struct TrainingStep: Sendable {
    package var step: Int
    /// The mean of their mean entropies, in nats.
    package var entropy: Double
    /// Their mean score; nil where none has one.
    package var score: Double?
    package var completions: Int
}

/// What a trainer said of one step that it took.
package struct StepReport: Sendable {
    package var step: Int
    /// The newest policy version when its batch was packed.
    package var policyVersion: Int
    /// The oldest version that sampled a token of it.
    package var oldestVersion: Int?
    package var sequences: Int
    package var tokens: Int
    /// How long the batch was held, in milliseconds; nil where that is not known.
    package var milliseconds: Int64?
    /// The trainer's own numbers.
    package var metrics: JSONValue?
}

extension StoreSnapshot {
    /// The steps of a run that were taken, in order, the last `limit`.
    package func stepReports(run: Run, limit: Int) throws -> [StepReport] {
        guard try db.tableExists("batches") else { return [] }
        return try Row.fetchAll(
            db,
            sql: """
                SELECT * FROM (
                    SELECT b.step, b.policy_version, (SELECT min(i.policy_version) FROM batch_items i
                            WHERE i.batch_id = b.batch_id) AS oldest, b.n_sequences, b.n_tokens,
                        l.ended_at - l.leased_at AS held, l.metrics
                    FROM batches b LEFT JOIN leases l ON l.batch_id = b.batch_id AND l.outcome = 'done'
                    WHERE b.run_id = ? AND b.state = 'done' GROUP BY b.step ORDER BY b.step DESC LIMIT ?) ORDER BY step
                """, arguments: [run.id, limit]
        ).map {
            StepReport(
                step: try $0[stored: 0], policyVersion: try $0[stored: 1], oldestVersion: try $0[stored: 2],
                sequences: try $0[stored: 3], tokens: try $0[stored: 4], milliseconds: try $0[stored: 5],
                metrics: try $0.jsonOfPythonIfPresent("metrics"))
        }
    }

    /// A run's training steps in order; means that are no entropy are left out.
    package func trainingSteps(run: Run) throws -> [TrainingStep] {
        guard try db.tableExists("batches") else { return [] }
        return try Row.fetchAll(
            db,
            sql: """
                SELECT b.batch_id, b.step, avg(e.mean), avg(v.score) AS score, count(*)
                FROM batches b JOIN batch_items i USING(batch_id)
                    JOIN entropies e ON e.completion_id = i.completion_id AND abs(e.mean) <= \(-Logprob.least)
                    JOIN advantage_sets s USING(set_id)
                    LEFT JOIN verdicts v ON v.completion_id = i.completion_id AND v.scoring_id = s.scoring_id
                WHERE b.run_id = ? GROUP BY b.step ORDER BY b.step
                """, arguments: [run.id]
        ).map {
            TrainingStep(
                step: try $0[stored: 1], entropy: try $0[stored: 2], score: try $0.number("score"),
                completions: try $0[stored: 4])
        }
    }
}
