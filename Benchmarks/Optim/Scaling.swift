import Optim

/// Cost per completion of the outcome estimators, from 1e3 to 1e6 completions.
enum Scaling {
    static func run() throws {
        for exponent in 3...6 {
            let count = [1000, 10_000, 100_000, 1_000_000][exponent - 3]
            var random = SplitMix64(seed: 3)
            let scores: [Double?] = (0..<count).map { _ in Double(random.next() % 5) }
            let inputs = OutcomeInputs(scores_N: scores, groups: GroupIndex(count: count, size: 16))
            let estimator = try AdvantageEstimator.preset("grpo")
            let repeats = 1_000_000 / count
            let time = try seconds(runs: 3) {
                for _ in 0..<repeats { _ = try estimator.advantages(inputs) }
            }
            report("grpo_per_completion_1e\(exponent)", time / 1e6 * 1e9, "ns")
        }
    }
}
