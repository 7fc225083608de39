import Experience
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

    func section(_ store: StoreSnapshot) throws -> EntropySection? {
        let completions = try store.logprobCount(run: run, source: "sampler")
        if completions == 0 { return nil }
        let stride = rows.judged.stride(of: completions, budget: Self.tokenBudget)
        let size = run.vocabularySize ?? vocabulary?.size
        var statistics = TokenStatistics(vocabularySize: size)
        let expected = rows.judged.expected(completions) / Double(stride)
        statistics.reserve(Int(clamping: expected, to: 0...2 * Self.tokenBudget, .up))
        try store.forEachTokens(of: run, stride: stride) { tokens in
            let judged = rows.judged[tokens.completion]
            let advantages_T =
                judged.hasTokenAdvantages
                ? try rows.set.flatMap { try store.advantage(of: tokens.completion, set: $0)?.tokens_T } : nil
            let alone = tokens.sampledAlone()
            guard !alone.logprobs_T.isEmpty else { return }
            statistics.add(alone, judged: judged, advantages_T: tokens.sampled(advantages_T ?? []))
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
        section.steps = try store.trainingSteps(run: run).map {
            .init(number: $0.step, entropy: $0.entropy, score: $0.score, completions: $0.completions)
        }
        let stages = section.steps.count >= 3 ? section.steps : section.versions
        section.fit = try fit(stages)
        section.warnings = CollapseRule.warnings(stages: stages, mean: section.mean)
        if statistics.unusable > 0 {
            section.warnings.append(
                .init(
                    rule: "no_logprob",
                    message: statistics.unusable.counted("completion is", "completions are")
                        + " left out: a number among their log-probs is below "
                        + "\(Int(clamping: Double(Logprob.least))) or not finite, so none"))
        }
        return section
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
