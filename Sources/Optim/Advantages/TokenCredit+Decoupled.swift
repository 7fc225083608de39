extension TokenCredit {
    /// GAE with a lambda per row for the advantages, and another for the value targets (VAPO, arXiv 2504.05118); see
    /// ``gae(rewards_T:values_T:layout:gamma:lambda:gap:whitening:arithmetic:)``.
    public static func decoupledGAE(
        rewards_T: [Double], values_T: [Double], layout: TokenLayout, gamma: Double, lambdas_N: [Double],
        valueLambda: Double, gap: MaskGap = .carry
    ) throws -> TokenAdvantages {
        guard lambdas_N.count == layout.rows else {
            throw OptimError("length mismatch: \(lambdas_N.count) lambdas for \(layout.rows) rows")
        }
        try layout.checkFinite(rewards_T, "token reward")
        try layout.checkFinite(values_T, "value")
        let targets = try gae(
            rewards_T: rewards_T, values_T: values_T, layout: layout, gamma: gamma, lambda: valueLambda, gap: gap)
        var result = TokenAdvantages(
            advantages_T: [Double](repeating: 0, count: layout.tokens), returns_T: targets.returns_T)
        for row in 0..<layout.rows {
            let decay = gamma * lambdas_N[row]
            var (value, advantage) = (0.0, 0.0)
            for token in layout[row].reversed() {
                if layout.mask_T[token] {
                    advantage = (rewards_T[token] + gamma * value - values_T[token]) + decay * advantage
                    value = values_T[token]
                    result.advantages_T[token] = advantage
                    continue
                }
                switch gap {
                case .carry: break
                case .zero: (advantage, value) = (gamma * value + decay * advantage, 0)
                case .reset: (advantage, value) = (0, 0)
                case .step:
                    advantage = (gamma * value - values_T[token]) + decay * advantage
                    value = values_T[token]
                }
            }
        }
        return result
    }
}
