import GRDB

/// The completions that one training step took, together.
package struct TrainingStep: Sendable {
    package var step: Int
    /// The mean of their mean entropies, in nats.
    package var entropy: Double
    /// Their mean score; nil where none has one.
    package var score: Double?
    package var completions: Int
}

extension StoreSnapshot {
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
