/// Generalised advantage estimation over the turns of an episode instead of, or above, its tokens.
public enum TurnGAE {
    /// Advantages and value targets, one per turn.
    public struct TurnAdvantages: Sendable, Hashable {
        /// What multiplies the gradient of all the turn's tokens; 0 for a turn without loss tokens.
        public var advantages_K: [Double]
        /// A + V, the target of the value at the turn's last loss token; 0 for a turn without loss tokens.
        public var returns_K: [Double]
    }

    /// A_k = r_k + gamma V_(k+1) - V_k + gamma lambda A_(k+1) over each row's turns, 0 behind the last (VAGEN
    /// `compute_turn_wise_gae_advantage_return`, before its whitening).
    ///
    /// V_k is the critic's value of the turn. A turn without loss tokens has none: it is passed over, and what it earned counts,
    /// discounted, for the turn before. Throws for numbers that are not finite and for gamma or lambda outside [0, 1].
    public static func turnWise(
        rewards_K: [Double], values_K: [Double], turns: TurnLayout, gamma: Double = 1, lambda: Double = 1
    ) throws -> TurnAdvantages {
        try turns.checkFinite(rewards_K, "turn reward")
        try turns.checkFinite(values_K, "turn value")
        try TurnReturns.check(gamma, "gamma")
        try TurnReturns.check(lambda, "lambda")
        let zeros = [Double](repeating: 0, count: turns.turns)
        var result = TurnAdvantages(advantages_K: zeros, returns_K: zeros)
        for row in 0..<turns.rows {
            var (nextValue, nextAdvantage, pending) = (0.0, 0.0, 0.0)
            for turn in turns[row].reversed() {
                let reward = rewards_K[turn] + gamma * pending
                guard turns.last_K[turn] != nil else {
                    pending = reward
                    continue
                }
                let value = values_K[turn]
                nextAdvantage = reward + gamma * nextValue - value + gamma * lambda * nextAdvantage
                (nextValue, pending) = (value, 0)
                result.advantages_K[turn] = nextAdvantage
                result.returns_K[turn] = nextAdvantage + value
            }
        }
        try turns.checkFinite(result.returns_K, "turn return")
        return result
    }

    /// Two levels (RAGEN and VAGEN `compute_bi_level_gae_advantage_return`, before their whitening): first the turns, with the
    /// value at a turn's last loss token as the turn's; then the loss tokens of each turn by itself, where the return of the turn
    /// is the reward of its last token and nothing follows that.
    ///
    /// gamma and lambda discount per turn, `tokenGamma` and `tokenLambda` per token; the peers have one lambda for both. A turn
    /// counts whatever its reward is: RAGEN takes one whose reward is 0 for no turn.
    public static func biLevel(
        rewards_K: [Double], values_T: [Double], turns: TurnLayout, gamma: Double = 1, lambda: Double = 1,
        tokenGamma: Double = 1, tokenLambda: Double = 1
    ) throws -> TokenAdvantages {
        try turns.layout.checkFinite(values_T, "value")
        try TurnReturns.check(tokenGamma, "token gamma")
        try TurnReturns.check(tokenLambda, "token lambda")
        let values_K = turns.last_K.map { $0.map { values_T[$0] } ?? 0 }
        let high = try turnWise(rewards_K: rewards_K, values_K: values_K, turns: turns, gamma: gamma, lambda: lambda)
        let zeros = [Double](repeating: 0, count: turns.layout.tokens)
        var result = TokenAdvantages(advantages_T: zeros, returns_T: zeros)
        for (turn, tokens) in turns.tokens_K.enumerated() {
            var (nextValue, advantage) = (0.0, 0.0)
            for token in tokens.reversed() where turns.layout.mask_T[token] {
                let reward = token == turns.last_K[turn] ? high.returns_K[turn] : 0
                advantage = reward + tokenGamma * nextValue - values_T[token] + tokenGamma * tokenLambda * advantage
                nextValue = values_T[token]
                result.advantages_T[token] = advantage
                result.returns_T[token] = advantage + nextValue
            }
        }
        try turns.layout.checkFinite(result.returns_T, "return")
        return result
    }
}
