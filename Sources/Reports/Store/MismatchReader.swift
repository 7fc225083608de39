import Experience
import Foundation

/// Reads the trainer's log-probabilities beside the sampler's; a difference beyond 20 nats counts as 20 where it is an exponent.
struct MismatchReader {
    private static let listed = 10
    private static let limit = 20.0
    /// As the entropy section: a larger run is read every n-th completion.
    private static let tokenBudget = 6_000_000

    let rows: CompletionRows
    let run: Run

    /// nil where the trainer wrote none.
    func section(_ store: StoreSnapshot) throws -> MismatchSection? {
        let arrays = try store.logprobCount(run: run, source: "trainer")
        if arrays == 0 { return nil }
        var (completions, tokens) = (0, 0)
        var (absolute, sum, k3, squares, weights) = (0.0, 0.0, 0.0, 0.0, 0.0)
        var worst: [MismatchSection.Token] = []
        try store.forEachTrainerLogprobs(of: run, stride: rows.judged.stride(of: arrays, budget: Self.tokenBudget)) {
            id, trainer_T, sampler_T in
            guard trainer_T.count == sampler_T.count, trainer_T.allSatisfy(Logprob.isOne),
                sampler_T.allSatisfy(Logprob.isOne)
            else { return }
            completions += 1
            for (position, pair) in zip(trainer_T, sampler_T).enumerated() {
                let difference = Double(pair.0) - Double(pair.1)
                let weight = exp(min(Self.limit, max(-Self.limit, difference)))
                tokens += 1
                absolute += abs(difference)
                sum += difference
                k3 += weight - 1 - difference
                weights += weight
                squares += weight * weight
                if worst.count < Self.listed || abs(difference) > abs(worst[worst.count - 1].difference) {
                    worst.append(.init(completion: Int(clamping: id), position: position, difference: difference))
                    worst.sort {
                        (abs($1.difference), $0.completion, $0.position) < (
                            abs($0.difference), $1.completion, $1.position
                        )
                    }
                    if worst.count > Self.listed { worst.removeLast() }
                }
            }
        }
        guard tokens > 0 else { return nil }
        let count = Double(tokens)
        return MismatchSection(
            completions: completions, tokens: tokens, meanAbsolute: absolute / count, k1: -sum / count, k3: k3 / count,
            chiSquare: squares / count - 1, effectiveSampleShare: weights * weights / (count * squares), worst: worst)
    }
}
