import Optim

/// Token kernels over packed ragged rows.
struct Kernels {
    let layout: TokenLayout
    let groups: GroupIndex
    let scores: [Double?]
    let rewards: [Double]
    let values: [Double]
    let logprobs: [Double]
    let reference: [Double]

    init(groups count: Int, size: Int, longest: Int) throws {
        var random = SplitMix64(seed: 1)
        let lengths = (0..<count * size).map { _ in Int(random.next() % UInt64(longest)) + 1 }
        layout = try TokenLayout(lengths_N: lengths)
        groups = GroupIndex(count: lengths.count, size: size)
        scores = lengths.map { _ in Double(random.next() % 2) }
        let tokens = layout.tokens
        func uniform(_ scale: Double) -> [Double] {
            (0..<tokens).map { _ in scale * Double(random.next() >> 11) * 0x1p-53 }
        }
        values = uniform(1)
        logprobs = uniform(-2)
        let noise = uniform(0.1)
        reference = zip(logprobs, noise).map { $0 - 0.05 + $1 }
        var rewards = [Double](repeating: 0, count: layout.tokens)
        for row in 0..<layout.rows { rewards[layout.starts[row + 1] - 1] = scores[row] ?? 0 }
        self.rewards = rewards
    }

    func run() throws {
        let tokens = Double(layout.tokens) / 1e6
        report("tokens", tokens, "M")
        func measure(_ name: String, _ body: () throws -> Void) rethrows {
            report(name, tokens / (try seconds(body)), "Mtok/s")
        }
        // Memory is reused from step to step, as a training loop would.
        var result = TokenAdvantages(advantages_T: [], returns_T: [])
        try measure("gae") {
            try TokenCredit.gae(
                rewards_T: rewards, values_T: values, layout: layout, gamma: 1, lambda: 0.95, whitening: .sample,
                into: &result)
        }
        let outcome = OutcomeInputs(scores_N: scores, groups: groups)
        let tokenInputs = TokenInputs(layout: layout)
        for name in ["reinforce++", "grpo"] {
            let estimator = try AdvantageEstimator.preset(name)
            try measure(name) {
                try estimator.tokenAdvantages(
                    estimator.advantages(outcome), groups: groups, tokens: tokenInputs, into: &result)
            }
        }
        var column: [Double] = []
        // With verl's clamps, as numpy has them beside it.
        let k3 = try KLEstimator(verl: "k3")
        try measure("kl_k3") { try k3.values(logprobs_T: logprobs, reference_T: reference, into: &column) }
        try measure("importance_weights") {
            _ = try ImportanceCorrection().evaluate(
                trainer_T: logprobs, sampler_T: reference, layout: layout, into: &column)
        }
        try measure("loss_weights") {
            _ = try LossAggregation.seqMeanTokenMean.weights(layout: layout)
        }
        try entropy()
    }

    private func entropy() throws {
        // 1 M positions of 20 sorted log-probabilities.
        var random = SplitMix64(seed: 2)
        let (count, width) = (1 << 20, 20)
        var top = [Float](repeating: 0, count: count * width)
        for position in 0..<count {
            var logprob = -0.6 - Float(random.next() % 1024) / 1024
            for slot in 0..<width {
                top[position * width + slot] = logprob
                logprob -= 0.9 + Float(random.next() % 1024) / 1024
            }
        }
        var bounds = TokenEntropy.Bounds()
        let time = try seconds {
            try TokenEntropy.intervals(topLogprobs_TK: top, width: width, vocabularySize: 151_936, into: &bounds)
        }
        report("top20_entropy", Double(count) / 1e6 / time, "Mtok/s")
    }
}
