/// What credit over turns needs besides the scores; one element per turn.
public struct TurnInputs: Sendable {
    /// The turns of the rows.
    public var turns: TurnLayout
    /// What each turn was paid, as ``AdvantageEstimator/turnRewards`` says.
    public var rewards_K: [Double]
    /// The rows' rewards, where episodes count by their turns; nil where a row has none.
    public var outcomes_N: [Double?] = []
    /// The state that each turn answers, for `turnState`; nil where it is not known.
    public var states_K: [UInt64?] = []
    /// How long each turn took, for the shares `duration`.
    public var durations_K: [Double] = []

    /// Turns and their rewards.
    public init(turns: TurnLayout, rewards_K: [Double]) {
        self.turns = turns
        self.rewards_K = rewards_K
    }
}

extension AdvantageEstimator {
    /// What the turns of each row are paid: from the rows' rewards, the environment's for each turn (nil counts 0), and how far
    /// the task was after each. Rows without a reward get 0 where it is read.
    public func turnRewards(
        rewards_N: [Double?], environment_K: [Double?], progress_K: [Double?], turns: TurnLayout
    ) throws -> [Double] {
        let outcomes_N = rewards_N.map { $0 ?? 0 }
        switch turnRewards {
        case .outcome: return try TurnReturns.outcomes(outcomes_N, turns: turns)
        case .reward:
            try turns.check(environment_K.count, "turn rewards")
            return environment_K.map { $0 ?? 0 }
        case .progress:
            let contributions_K = try ProgressShares.contributions(progress_K: progress_K, turns: turns)
            return try ProgressShares.rewards(
                outcomes_N: outcomes_N, contributions_K: contributions_K.map { $0 ?? 0 }, turns: turns)
        }
    }

    /// Advantages of turns that are compared: episode_weight * A(episode) + turn_weight * A(turn's return); nil in rows without
    /// an advantage, whose turns are compared with none.
    ///
    /// With `turnState` this is GiGPO (arXiv 2505.10978, equation 8; verl-agent `compute_gigpo_outcome_advantage`: mode mean_norm
    /// is the scale `none`, mean_std_norm the scale `group`, compute_mean_std_cross_steps is ``episodesByTurns``); with `turnNumber` and a turn_gamma of 0 MT-GRPO
    /// (arXiv 2505.11821).
    public func turnAdvantages(
        _ outcome: OutcomeAdvantages, groups: GroupIndex, turns inputs: TurnInputs
    ) throws -> [Double?] {
        let turns = inputs.turns
        try turns.checkRows(outcome.values_N.count, "advantages")
        let returns_K = try TurnReturns.discounted(rewards_K: inputs.rewards_K, turns: turns, gamma: turnGamma)
        let groups_K =
            switch credit {
            case .turnState: try StepGroups.byState(states_K: inputs.states_K, groups: groups, turns: turns)
            case .turnNumber: try StepGroups.byNumber(groups: groups, turns: turns)
            default: try StepGroups.whole(groups: groups, turns: turns)
            }
        let steps_K = try StepGroups.advantages(
            returns_K: returns_K.enumerated().map { outcome.values_N[turns.rows_K[$0]] == nil ? nil : $1 },
            groups_K: groups_K, estimator: self)
        let episodes_K = try episodeAdvantages(outcome, groups: groups, turns: inputs)
        return zip(episodes_K, steps_K).map { episode, step in
            guard let episode, let step else { return nil }
            return episodeWeight * episode + turnWeight * step
        }
    }

    // The advantage of each turn's episode.
    private func episodeAdvantages(
        _ outcome: OutcomeAdvantages, groups: GroupIndex, turns inputs: TurnInputs
    ) throws -> [Double?] {
        let turns = inputs.turns
        guard episodesByTurns, turns.turns > 0 else { return turns.rows_K.map { outcome.values_N[$0] } }
        try turns.checkRows(inputs.outcomes_N.count, "rewards")
        let outcomes_K = turns.rows_K.map { outcome.values_N[$0] == nil ? nil : inputs.outcomes_N[$0] }
        let groups_K = try StepGroups.whole(groups: groups, turns: turns)
        return try advantages(OutcomeInputs(scores_N: outcomes_K, groups: groups_K)).values_N
    }

    /// Advantages per token from those of turns, whitened and weighed.
    func turnAdvantages(
        _ outcome: OutcomeAdvantages, groups: GroupIndex, turns inputs: TurnInputs, values_T: [Double]
    ) throws -> TokenAdvantages {
        let keep_N = outcome.values_N.map { $0 != nil }
        let turns = inputs.turns.keeping(keep_N)
        var result = TokenAdvantages()
        switch credit {
        case .biLevelGAE:
            result = try TurnGAE.biLevel(
                rewards_K: inputs.rewards_K, values_T: values_T, turns: turns, gamma: turnGamma, lambda: lambda,
                tokenGamma: gamma, tokenLambda: lambda)
            try whitening.apply(to: &result.advantages_T, layout: turns.layout, arithmetic: arithmetic)
        case .turnGAE:
            try turns.layout.checkFinite(values_T, "value")
            var high = try TurnGAE.turnWise(
                rewards_K: inputs.rewards_K, values_K: turns.last_K.map { $0.map { values_T[$0] } ?? 0 }, turns: turns,
                gamma: turnGamma, lambda: lambda)
            // A turn is one observation, however many tokens it has.
            let observed = try TokenLayout(
                lengths_N: (0..<turns.rows).map { turns[$0].count }, mask_T: turns.last_K.map { $0 != nil })
            try whitening.apply(to: &high.advantages_K, layout: observed, arithmetic: arithmetic)
            result.advantages_T = try turns.broadcast(high.advantages_K)
            result.returns_T = [Double](repeating: 0, count: turns.layout.tokens)
            for (turn, last) in turns.last_K.enumerated() {
                if let last { result.returns_T[last] = high.returns_K[turn] }
            }
        default:
            let values_K = try turnAdvantages(outcome, groups: groups, turns: inputs)
            if let turn = values_K.indices.first(where: { values_K[$0] == nil && keep_N[turns.rows_K[$0]] }) {
                throw OptimError(
                    "the advantage of turn \(turns.number(turn)) overflows: rewards are too large",
                    row: turns.rows_K[turn])
            }
            result.advantages_T = try turns.broadcast(values_K.map { $0 ?? 0 })
            try whitening.apply(to: &result.advantages_T, layout: turns.layout, arithmetic: arithmetic)
        }
        guard turnShares != .none else { return result }
        let shares_K = try turnShares.weights(turns: turns, durations_K: inputs.durations_K, keeping: keep_N)
        let shares_T = try turns.broadcast(shares_K)
        for token in result.advantages_T.indices where turns.layout.mask_T[token] {
            result.advantages_T[token] *= shares_T[token]
        }
        return result
    }
}
