/// The inputs of a two-level actor and critic, ArCHer (arXiv 2402.19446): a critic of whole utterances (turns) by temporal
/// differences, and an actor of tokens under its advantages.
public enum UtteranceCritic {
    /// What the critic's Q is regressed on: r_k + gamma V(s_(k+1)), where V is the slowly following critic's at the state of each
    /// turn; r_k at an episode's last turn. (Its V is regressed on the following Q of the policy's own action.)
    ///
    /// `after_N` is V behind the last turn of each row, for episodes that a limit cut; empty is 0 for all. ArCHer's
    /// `critic_loss`, gamma 0.9 there.
    public static func targets(
        rewards_K: [Double], stateValues_K: [Double], turns: TurnLayout, gamma: Double = 0.9, after_N: [Double] = []
    ) throws -> [Double] {
        try turns.checkFinite(rewards_K, "turn reward")
        try turns.checkFinite(stateValues_K, "state value")
        try TurnReturns.check(gamma, "gamma")
        if !after_N.isEmpty { try turns.checkRows(after_N.count, "values behind the last turn") }
        var targets_K = rewards_K
        for row in 0..<turns.rows {
            var next = after_N.isEmpty ? 0 : after_N[row]
            for turn in turns[row].reversed() {
                targets_K[turn] += gamma * next
                next = stateValues_K[turn]
            }
        }
        try turns.checkFinite(targets_K, "target")
        return targets_K
    }

    /// The advantage of each utterance: the least Q of several critics minus their least V (two in ArCHer's `update`).
    public static func advantages(
        actionValues_CK: [[Double]], stateValues_CK: [[Double]], turns: TurnLayout
    ) throws -> [Double] {
        guard !actionValues_CK.isEmpty, !stateValues_CK.isEmpty else { throw OptimError("no critic has given values") }
        for values_K in actionValues_CK { try turns.checkFinite(values_K, "action value") }
        for values_K in stateValues_CK { try turns.checkFinite(values_K, "state value") }
        return (0..<turns.turns).map { turn in
            actionValues_CK.reduce(.infinity) { min($0, $1[turn]) }
                - stateValues_CK.reduce(.infinity) { min($0, $1[turn]) }
        }
    }

    /// The utterance's advantage at each of its loss tokens, minus a baseline per token where the actor has one (the residual
    /// advantage of ArCHer's `actor_loss`); 0 at other tokens.
    public static func tokenAdvantages(
        advantages_K: [Double], baselines_T: [Double] = [], turns: TurnLayout
    ) throws -> [Double] {
        try turns.checkFinite(advantages_K, "advantage")
        var advantages_T = try turns.broadcast(advantages_K)
        guard !baselines_T.isEmpty else { return advantages_T }
        try turns.layout.checkFinite(baselines_T, "baseline")
        for token in advantages_T.indices where turns.layout.mask_T[token] { advantages_T[token] -= baselines_T[token] }
        return advantages_T
    }
}
