/// Backward recursions over the tokens of each row.
public enum TokenCredit {
    /// Sum of the rewards from each token on, discounted by `gamma` per loss token; tokens outside the mask add none.
    ///
    /// `gap` says what happens to the sum at a token outside the mask: `carry` and `zero` pass it on (`zero` also
    /// discounts it), `reset` drops it.
    public static func rewardToGo(
        rewards_T: [Double], layout: TokenLayout, gamma: Double = 1, gap: MaskGap = .carry
    ) throws -> [Double] {
        try layout.checkFinite(rewards_T, "token reward")
        var returns_T = [Double](repeating: 0, count: layout.tokens)
        returns_T.withUnsafeMutableBufferPointer { returns in
            rewards_T.withUnsafeBufferPointer { rewards in
                layout.mask_T.withUnsafeBufferPointer { mask in
                    for row in 0..<layout.rows {
                        var sum = 0.0
                        for token in layout[row].reversed() {
                            if mask[token] {
                                sum = rewards[token] + gamma * sum
                                returns[token] = sum
                            } else {
                                if gap == .zero { sum *= gamma }
                                returns[token] = sum
                                if gap == .reset { sum = 0 }
                            }
                        }
                    }
                }
            }
        }
        return returns_T
    }

    /// Generalised advantage estimation (Schulman et al., arXiv 1506.02438): advantages and the value targets A + V.
    ///
    /// A value after the last token is 0. Only loss tokens have a meaning in the results.
    public static func gae(
        rewards_T: [Double], values_T: [Double], layout: TokenLayout, gamma: Double = 1, lambda: Double = 1,
        gap: MaskGap = .carry, whitening: Whitening = .none, arithmetic: AdvantageEstimator.Arithmetic = .exact
    ) throws -> TokenAdvantages {
        try layout.checkFinite(rewards_T, "token reward")
        try layout.checkFinite(values_T, "value")
        var spread = StreamedMoments()
        var advantages_T = [Double](repeating: 0, count: layout.tokens)
        var returns_T = advantages_T
        let decay = gamma * lambda
        advantages_T.withUnsafeMutableBufferPointer { advantages in
            returns_T.withUnsafeMutableBufferPointer { returns in
                rewards_T.withUnsafeBufferPointer { rewards in
                    values_T.withUnsafeBufferPointer { values in
                        layout.mask_T.withUnsafeBufferPointer { mask in
                            for row in 0..<layout.rows {
                                var nextValue = 0.0
                                var nextAdvantage = 0.0
                                for token in layout[row].reversed() {
                                    guard mask[token] else {
                                        switch gap {
                                        case .carry: break
                                        case .zero:
                                            (nextAdvantage, nextValue) = (gamma * nextValue + decay * nextAdvantage, 0)
                                        case .reset: (nextAdvantage, nextValue) = (0, 0)
                                        }
                                        continue
                                    }
                                    let value = values[token]
                                    let delta = rewards[token] + gamma * nextValue - value
                                    nextAdvantage = delta + decay * nextAdvantage
                                    nextValue = value
                                    advantages[token] = nextAdvantage
                                    returns[token] = nextAdvantage + value
                                }
                                if whitening != .none {
                                    spread.add(UnsafeBufferPointer(advantages), mask, in: layout[row])
                                }
                            }
                        }
                    }
                }
            }
        }
        if whitening != .none {
            _ = try whitening.apply(to: &advantages_T, layout: layout, moments: spread, arithmetic: arithmetic)
        }
        return TokenAdvantages(advantages_T: advantages_T, returns_T: returns_T)
    }

    /// Reward-to-go minus the baseline of least variance at each token position of a group:
    /// B_t = sum(G_t W_t) / (sum(W_t) + eps), with W_t the running sum of w = 1 - 2 p_t + sum(p^2).
    ///
    /// `byTurn` counts positions over loss tokens only, so that the turns of a tool conversation line up. Past the end
    /// of the second longest row the longest has nothing to compare with, and its baseline is 0.
    public static func optimalBaseline(
        rewards_T: [Double], logprobs_T: [Double], sumOfSquares_T: [Double], layout: TokenLayout, groups: GroupIndex,
        byTurn: Bool, eps: Double = 1e-8
    ) throws -> TokenAdvantages {
        try layout.checkFinite(logprobs_T, "log-probability")
        try layout.checkFinite(sumOfSquares_T, "sum of squared probabilities")
        let returns_T = try rewardToGo(rewards_T: rewards_T, layout: layout)
        var advantages_T = [Double](repeating: 0, count: layout.tokens)
        var numerator: [Double] = []
        var denominator: [Double] = []
        for group in 0..<groups.count {
            let rows = groups[group]
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
                let isAlone = layout.lossTokens(row) > second
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

/// Advantages and returns per token; meaningful at loss tokens.
public struct TokenAdvantages: Sendable {
    /// What multiplies the gradient of the token's log-probability.
    public var advantages_T: [Double]
    /// Target of a value model.
    public var returns_T: [Double]
}
