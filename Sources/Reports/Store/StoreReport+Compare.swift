import Experience
import GRDB
import JSON

extension StoreReport {
    /// The run as one side of a comparison; problems are named by dataset and id.
    public func side() async throws -> ComparisonSide {
        let scoring = try chosen(of: try await store.scorings(run: run))
        var side = ComparisonSide(
            source: Source(
                path: store.path, run: run.name, verifier: scoring.map { "\($0.verifier) \($0.version)" },
                isSimulated: run.isSimulated))
        let samples = try await store.read { [run] db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT p.dataset, p.external_id, c.finish, c.n_tokens, v.outcome, v.score, v.extracted,
                        e.kind, e.mean, e.lower, e.upper
                    FROM groups g JOIN problems p USING(problem_id) JOIN completions c USING(group_id)
                        LEFT JOIN verdicts v ON v.completion_id = c.completion_id AND v.scoring_id = ?
                        LEFT JOIN entropies e ON e.completion_id = c.completion_id
                    WHERE g.run_id = ? ORDER BY g.ordinal, c.idx
                    """, arguments: [scoring?.id, run.id]
            ).map { row -> Sample in
                let (dataset, id): (String, String) = (try row[stored: "dataset"], try row[stored: "external_id"])
                var sample = Sample(group: dataset.isEmpty ? id : "\(dataset)/\(id)")
                sample.outcome = try row.wordIfPresent("outcome")
                sample.score = try row[stored: "score"]
                sample.extracted = try row[stored: "extracted"]
                sample.finish = try row.wordIfPresent("finish")
                sample.length = try row[stored: "n_tokens"]
                sample.entropy = try CompletionRows.entropy(row)
                return sample
            }
        }
        for sample in samples { side.add(sample) }
        return side
    }
}
