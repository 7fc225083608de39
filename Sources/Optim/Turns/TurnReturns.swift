/// What the turns of an episode earn from themselves on.
public enum TurnReturns {
    /// G_k = r_k + gamma * G_(k+1) inside each row, 0 behind its last turn; gamma in [0, 1], the discount per turn.
    ///
    /// The step returns of GiGPO (arXiv 2505.10978, equation 5; verl-agent `compute_step_discounted_returns`, ROLL
    /// `compute_discounted_returns`) and ArCHer's `add_mc_return`. With gamma 0 a turn earns its own reward alone, as in MT-GRPO
    /// (arXiv 2505.11821). Throws for a reward that is not finite, a gamma outside its range, and returns too large.
    public static func discounted(rewards_K: [Double], turns: TurnLayout, gamma: Double = 1) throws -> [Double] {
        try turns.checkFinite(rewards_K, "turn reward")
        try check(gamma, "gamma")
        var returns_K = rewards_K
        for row in 0..<turns.rows {
            var sum = 0.0
            for turn in turns[row].reversed() {
                sum = rewards_K[turn] + gamma * sum
                returns_K[turn] = sum
            }
        }
        try turns.checkFinite(returns_K, "turn return")
        return returns_K
    }

    /// Turn rewards that are 0 but at each row's last turn, which has the row's outcome; a row without turns gives none.
    public static func outcomes(_ outcomes_N: [Double], turns: TurnLayout) throws -> [Double] {
        try turns.checkRows(outcomes_N.count, "outcomes")
        var rewards_K = [Double](repeating: 0, count: turns.turns)
        for (row, outcome) in outcomes_N.enumerated() {
            if let last = turns[row].last { rewards_K[last] = outcome }
        }
        return rewards_K
    }

    /// Throws unless a discount or a lambda is in [0, 1].
    static func check(_ value: Double, _ what: String) throws {
        guard (0...1).contains(value) else { throw OptimError("\(what) is \(value); it must be in [0, 1]") }
    }
}
