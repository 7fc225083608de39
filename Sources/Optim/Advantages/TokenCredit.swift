/// Backward recursions over the tokens of each row.
public enum TokenCredit {
    /// Sum of the rewards from each token on, discounted by `gamma` per loss token; tokens outside the mask add none.
    ///
    /// `gap` says what happens to the sum at a token outside the mask: `carry` passes it on, `zero` and `step`
    /// also discount it, `reset` drops it.
    public static func rewardToGo(
        rewards_T: [Double], layout: TokenLayout, gamma: Double = 1, gap: MaskGap = .carry
    ) throws -> [Double] {
        try layout.checkFinite(rewards_T, "token reward")
        var returns_T: [Double] = []
        fillReturns(&returns_T, rewards_T: rewards_T, last_N: nil, layout, gamma, gap)
        return returns_T
    }

    /// As above into `returns_T`, whose memory is reused, with `last_N` added at each row's last loss token; empty
    /// rewards are 0. Positions outside the mask hold the sum behind them.
    static func fillReturns(
        _ returns_T: inout [Double], rewards_T: [Double], last_N: [Double]?, _ layout: TokenLayout, _ gamma: Double,
        _ gap: MaskGap
    ) {
        returns_T.makeRoom(for: layout.tokens)
        returns_T.withUnsafeMutableBufferPointer { returns in
            rewards_T.withUnsafeBufferPointer { rewards in
                layout.mask_T.withUnsafeBufferPointer { mask in
                    for row in 0..<layout.rows {
                        let (start, end) = (layout.starts[row], layout.starts[row + 1])
                        // What the last loss token still has to take.
                        var pending = last_N?[row] ?? 0
                        var sum = 0.0
                        var token = end - 1
                        if layout.isFull(row), rewards.isEmpty {
                            var value = pending
                            while token >= start {
                                returns[token] = value
                                value *= gamma
                                token -= 1
                            }
                            continue
                        }
                        while token >= start {
                            if mask[token] {
                                sum = (rewards.isEmpty ? 0 : rewards[token]) + pending + gamma * sum
                                pending = 0
                                returns[token] = sum
                            } else {
                                if gap == .zero || gap == .step { sum *= gamma }
                                returns[token] = sum
                                if gap == .reset { sum = 0 }
                            }
                            token -= 1
                        }
                    }
                }
            }
        }
    }

    /// Generalised advantage estimation (Schulman et al., arXiv 1506.02438): advantages and the value targets A + V.
    ///
    /// A value after the last token is 0. Only loss tokens have a meaning in the results.
    public static func gae(
        rewards_T: [Double], values_T: [Double], layout: TokenLayout, gamma: Double = 1, lambda: Double = 1,
        gap: MaskGap = .carry, whitening: Whitening = .none, arithmetic: Arithmetic = .exact
    ) throws -> TokenAdvantages {
        var result = TokenAdvantages(advantages_T: [], returns_T: [])
        try gae(
            rewards_T: rewards_T, values_T: values_T, layout: layout, gamma: gamma, lambda: lambda, gap: gap,
            whitening: whitening, arithmetic: arithmetic, into: &result)
        return result
    }

    /// As above into `result`, whose memory is reused from step to step.
    public static func gae(
        rewards_T: [Double], values_T: [Double], layout: TokenLayout, gamma: Double = 1, lambda: Double = 1,
        gap: MaskGap = .carry, whitening: Whitening = .none, arithmetic: Arithmetic = .exact,
        into result: inout TokenAdvantages
    ) throws {
        try layout.check(rewards_T, "token rewards")
        try layout.check(values_T, "values")
        result.advantages_T.makeRoom(for: layout.tokens)
        result.returns_T.makeRoom(for: layout.tokens)
        var spread = StreamedMoments()
        result.advantages_T.withUnsafeMutableBufferPointer { advantages in
            result.returns_T.withUnsafeMutableBufferPointer { returns in
                rewards_T.withUnsafeBufferPointer { rewards in
                    values_T.withUnsafeBufferPointer { values in
                        layout.mask_T.withUnsafeBufferPointer { mask in
                            guard let advantages = advantages.baseAddress, let returns = returns.baseAddress,
                                let rewards = rewards.baseAddress, let values = values.baseAddress,
                                let mask = mask.baseAddress
                            else { return }
                            let pass = GAEPass(
                                rewards: rewards, values: values, mask: mask, advantages: advantages, returns: returns,
                                gamma: gamma, decay: gamma * lambda, gap: gap)
                            for row in 0..<layout.rows {
                                pass.run(layout[row], isFull: layout.isFull(row))
                                // The row is still in the cache.
                                spread.add(advantages, layout, mask, row: row)
                            }
                        }
                    }
                }
            }
        }
        if !spread.isFinite {
            // Bad input shows in the sums; the slow check says where it was.
            try layout.checkFinite(rewards_T, "token reward")
            try layout.checkFinite(values_T, "value")
            throw OptimError("advantages overflow: rewards or values are too large")
        }
        guard whitening != .none else { return }
        let transform = try whitening.transform(spread, arithmetic)
        result.advantages_T.withUnsafeMutableBufferPointer { advantages in
            guard let advantages = advantages.baseAddress else { return }
            transform.apply(from: advantages, to: advantages, layout)
        }
    }

    /// The recursion over one row.
    private struct GAEPass {
        let rewards: UnsafePointer<Double>
        let values: UnsafePointer<Double>
        let mask: UnsafePointer<Bool>
        let advantages: UnsafeMutablePointer<Double>
        let returns: UnsafeMutablePointer<Double>
        let gamma: Double
        let decay: Double
        let gap: MaskGap

        func run(_ range: Range<Int>, isFull: Bool) {
            var (nextValue, nextAdvantage) = (0.0, 0.0)
            var token = range.upperBound - 1
            if isFull {
                while token >= range.lowerBound {
                    let value = values[token]
                    nextAdvantage = (rewards[token] + gamma * nextValue - value) + decay * nextAdvantage
                    nextValue = value
                    advantages[token] = nextAdvantage
                    returns[token] = nextAdvantage + value
                    token -= 1
                }
                return
            }
            while token >= range.lowerBound {
                if mask[token] {
                    let value = values[token]
                    nextAdvantage = (rewards[token] + gamma * nextValue - value) + decay * nextAdvantage
                    nextValue = value
                    advantages[token] = nextAdvantage
                    returns[token] = nextAdvantage + value
                } else {
                    (advantages[token], returns[token]) = (0, 0)
                    switch gap {
                    case .carry: break
                    case .zero: (nextAdvantage, nextValue) = (gamma * nextValue + decay * nextAdvantage, 0)
                    case .reset: (nextAdvantage, nextValue) = (0, 0)
                    case .step:
                        let value = values[token]
                        nextAdvantage = (gamma * nextValue - value) + decay * nextAdvantage
                        nextValue = value
                    }
                }
                token -= 1
            }
        }
    }

    /// Reward-to-go minus the baseline of least variance at each token position of a group:
    /// B_t = sum(G_t W_t) / (sum(W_t) + eps), with W_t the running sum of w = 1 - 2 p_t + sum(p^2).
    ///
    /// `byTurn` counts positions over loss tokens only, so that the turns of a tool conversation line up. Past the end
    /// of the second longest row the longest has nothing to compare with, and with `zeroesTail` its baseline is 0.
    public static func optimalBaseline(
        rewards_T: [Double], logprobs_T: [Double], sumOfSquares_T: [Double], layout: TokenLayout, groups: GroupIndex,
        byTurn: Bool, zeroesTail: Bool = true, eps: Double = 1e-8
    ) throws -> TokenAdvantages {
        try layout.checkFinite(logprobs_T, "log-probability")
        try layout.checkFinite(sumOfSquares_T, "sum of squared probabilities")
        let returns_T = try rewardToGo(rewards_T: rewards_T, layout: layout)
        var advantages_T = [Double](repeating: 0, count: layout.tokens)
        var numerator: [Double] = []
        var denominator: [Double] = []
        for group in 0..<groups.count {
            // A row that is left out has no loss token: it is no row to compare with.
            let rows = groups[group].filter { layout.lossTokens($0) > 0 }
            let longest = rows.map { layout[$0].count }.max() ?? 0
            numerator = [Double](repeating: 0, count: longest)
            denominator = numerator
            if rows.count > 1 {
                for row in rows {
                    var weight = 0.0
                    var position = 0
                    for token in layout[row] {
                        if layout.mask_T[token] {
                            weight += 1 - 2 * exp(logprobs_T[token]) + sumOfSquares_T[token]
                            numerator[position] += returns_T[token] * weight
                            denominator[position] += weight
                        }
                        if layout.mask_T[token] || !byTurn { position += 1 }
                    }
                }
            }
            let lengths = rows.map { layout.lossTokens($0) }.sorted()
            let second = lengths.count > 1 ? lengths[lengths.count - 2] : 0
            for row in rows {
                let isAlone = zeroesTail && layout.lossTokens(row) > second
                var position = 0
                for token in layout[row] {
                    if layout.mask_T[token] {
                        let baseline = numerator[position] / (denominator[position] + eps)
                        advantages_T[token] = returns_T[token] - (isAlone && position >= second ? 0 : baseline)
                    }
                    if layout.mask_T[token] || !byTurn { position += 1 }
                }
            }
        }
        return TokenAdvantages(advantages_T: advantages_T, returns_T: returns_T)
    }
}
