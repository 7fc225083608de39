/// What each turn added to the outcome of its episode: stepwise progress attribution, SPA (arXiv 2505.20732).
public enum ProgressShares {
    /// What each turn moved the task forward: the progress after it minus the progress before, 0 before the first turn. A turn
    /// without a known progress moved nothing; nil for all turns of a row in which none is known.
    ///
    /// SPA trains a model to estimate these from text; here the environment says how far the task is, in [0, 1].
    public static func contributions(progress_K: [Double?], turns: TurnLayout) throws -> [Double?] {
        try turns.check(progress_K.count, "shares of progress")
        try turns.checkFinite(progress_K.map { $0 ?? 0 }, "progress")
        var contributions_K = [Double?](repeating: nil, count: turns.turns)
        for row in 0..<turns.rows where turns[row].contains(where: { progress_K[$0] != nil }) {
            var before = 0.0
            for turn in turns[row] {
                let after = progress_K[turn] ?? before
                contributions_K[turn] = after - before
                before = after
            }
        }
        return contributions_K
    }

    /// Turn rewards c_k + (R - sum of c) / turns, which sum to the row's outcome R exactly as far as rounding allows: what the
    /// contributions do not explain is spread evenly, so that an episode that got far and failed says where it got far.
    ///
    /// With `grounding`, 1 for a turn whose action the environment could carry out and 0 for another, each turn has
    /// `groundingWeight` times it on top (beta of the paper, 0.5 in SPA-RL-Agent's rl_data_org.py), and the sum has too.
    public static func rewards(
        outcomes_N: [Double], contributions_K: [Double], turns: TurnLayout, grounding_K: [Double] = [],
        groundingWeight: Double = 0.5
    ) throws -> [Double] {
        try turns.checkRows(outcomes_N.count, "outcomes")
        try turns.checkFinite(contributions_K, "contribution")
        if !grounding_K.isEmpty { try turns.checkFinite(grounding_K, "grounding") }
        var rewards_K = contributions_K
        for row in 0..<turns.rows where !turns[row].isEmpty {
            let explained = turns[row].reduce(0) { $0 + contributions_K[$1] }
            let rest = (outcomes_N[row] - explained) / Double(turns[row].count)
            for turn in turns[row] {
                rewards_K[turn] += rest + (grounding_K.isEmpty ? 0 : groundingWeight * grounding_K[turn])
            }
        }
        try turns.checkFinite(rewards_K, "turn reward")
        return rewards_K
    }
}
