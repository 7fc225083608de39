import Experience
import Foundation
import GRDB
import JSON
import Numbers
import Optim

/// Reads token log-probabilities and makes the entropy section of them.
struct EntropyReader {
    /// Bounds memory (20 bytes a token) and time; a larger run is read every n-th completion.
    private static let tokenBudget = 6_000_000

    let rows: CompletionRows
    let run: Run
    let vocabulary: Vocabulary?

    func section(_ db: Database) throws -> EntropySection? {
        let total = try Row.fetchOne(
            db,
            sql: """
                SELECT count(*), total(t.rows) FROM tokens t JOIN completions c USING(completion_id)
                    JOIN groups g USING(group_id)
                WHERE g.run_id = ? AND t.kind = 'logprob' AND t.source = 'sampler'
                """, arguments: [run.id])
        guard let total else { return nil }
        let completions: Int = try total[stored: 0]
        let tokens = Int(clamping: try total[stored: 1] ?? 0.0, to: 0...1 << 50)
        if tokens == 0 { return nil }
        let stride = (tokens + Self.tokenBudget - 1) / Self.tokenBudget
        let size = run.vocabularySize ?? vocabulary?.size
        var statistics = TokenStatistics(vocabularySize: size)
        statistics.reserve(tokens / max(1, stride))
        let cursor = try Row.fetchCursor(
            db,
            sql: """
                SELECT c.completion_id, l.data, i.data, t.data, t.cols
                FROM groups g JOIN completions c USING(group_id)
                    JOIN tokens l ON l.completion_id = c.completion_id AND l.kind = 'logprob' AND l.source = 'sampler'
                    LEFT JOIN tokens i ON i.completion_id = c.completion_id AND i.kind = 'ids' AND i.source = 'sampler'
                    LEFT JOIN tokens t
                        ON t.completion_id = c.completion_id AND t.kind = 'top_logprob' AND t.source = 'sampler'
                WHERE g.run_id = ? AND c.completion_id % ? = 0 ORDER BY c.completion_id
                """, arguments: [run.id, stride])
        while let row = try cursor.next() {
            let logprobs: Data = try row[stored: 1]
            let ids: Data? = try row[stored: 2]
            let top: Data? = try row[stored: 3]
            statistics.add(
                logprobs_T: logprobs.elements(), ids_T: ids?.elements() ?? [], top_TK: top?.elements() ?? [],
                width: try row[stored: 4] ?? 0, judged: rows.judged[try row[stored: 0]] ?? .init())
        }
        guard var section = try statistics.section(of: completions) else { return nil }
        for token in section.forkingTokens.indices {
            section.forkingTokens[token].text = vocabulary?.text(of: Int32(clamping: section.forkingTokens[token].id))
        }
        section.versions = rows.versions.compactMap { version, tally in
            tally.entropy.mean.map {
                .init(number: version, entropy: $0, score: tally.score.mean, completions: tally.entropy.count)
            }
        }.sorted { $0.number < $1.number }
        section.steps = try steps(db)
        let stages = section.steps.count >= 3 ? section.steps : section.versions
        section.fit = try fit(stages)
        section.warnings = CollapseRule.warnings(stages: stages, mean: section.mean)
        if statistics.unusable > 0 {
            section.warnings.append(
                .init(
                    rule: "no_logprob",
                    message: "\(statistics.unusable) completions are left out: a number among their log-probs is below "
                        + "\(Int(clamping: Double(Logprob.least))) or not finite, so none"))
        }
        return section
    }

    /// By the training batch that took the completion.
    private func steps(_ db: Database) throws -> [EntropySection.Stage] {
        guard try db.tableExists("batches") else { return [] }
        return try Row.fetchAll(
            db,
            sql: """
                SELECT b.step, avg(e.mean), avg(v.score), count(*)
                FROM batches b JOIN batch_items i USING(batch_id)
                    JOIN entropies e ON e.completion_id = i.completion_id AND abs(e.mean) <= \(-Logprob.least)
                    JOIN advantage_sets s USING(set_id)
                    LEFT JOIN verdicts v ON v.completion_id = i.completion_id AND v.scoring_id = s.scoring_id
                WHERE b.run_id = ? GROUP BY b.step ORDER BY b.step
                """, arguments: [run.id]
        ).map {
            .init(
                number: try $0[stored: 0], entropy: try $0[stored: 1], score: try $0[stored: 2],
                completions: try $0[stored: 3])
        }
    }

    private func fit(_ stages: [EntropySection.Stage]) throws -> EntropyRewardFit? {
        let scored = stages.compactMap { stage in stage.score.map { (stage.entropy, $0) } }
        if scored.count < 3 { return nil }
        return try EntropyRewardFit.fit(entropies: scored.map(\.0), rewards: scored.map(\.1)).value
    }
}

extension Run {
    /// How many tokens the policy chooses from, where the run's configuration says (`optimize.vocabulary_size`).
    var vocabularySize: Int? { config["optimize"]?["vocabulary_size"]?.intValue }
}

/// Rules that call an entropy curve a collapse.
enum CollapseRule {
    static func warnings(stages: [EntropySection.Stage], mean: Double) -> [EntropySection.Warning] {
        var warnings: [EntropySection.Warning] = []
        if mean < 0.05 {
            warnings.append(
                .init(
                    rule: "low_entropy",
                    message: "mean token entropy is \(Format.number(mean)) nats, below 0.05: samples hardly differ"))
        }
        if stages.count >= 3, let first = stages.first, let last = stages.last, last.entropy < 0.25 * first.entropy {
            warnings.append(
                .init(
                    rule: "entropy_drop",
                    message:
                        "entropy fell from \(Format.number(first.entropy)) to \(Format.number(last.entropy)) nats, "
                        + "below a quarter of where it started"))
        }
        return warnings
    }
}
