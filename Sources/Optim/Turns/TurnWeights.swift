/// What multiplies the advantages of a turn, so that not every turn counts alike. The mean over the turns is 1.
public enum TurnWeights: String, Sendable, Codable, CaseIterable {
    /// Every turn counts 1: an episode counts as often as it has turns.
    case none
    /// Each episode counts the same: mean turns of an episode / turns of this one. Long episodes do not dominate.
    case episode
    /// A turn counts as long as it took, over the mean duration: fast actions are sampled more often in the same time, and
    /// would win by that alone (Yang et al. 2025, arXiv 2509.01684, duration-aware gradients).
    case duration

    /// The weight of each turn; rows that are not kept, and rows without turns, are in no mean and weigh 0.
    ///
    /// `durations_K` are at least 0, and read by `duration` alone; where all are 0 each turn counts 1.
    public func weights(
        turns: TurnLayout, durations_K: [Double] = [], keeping keep_N: [Bool]? = nil
    ) throws -> [Double] {
        let keep_N = keep_N ?? [Bool](repeating: true, count: turns.rows)
        try turns.checkRows(keep_N.count, "rows to keep")
        let kept = (0..<turns.turns).filter { keep_N[turns.rows_K[$0]] }
        var weights_K = [Double](repeating: 0, count: turns.turns)
        for turn in kept { weights_K[turn] = 1 }
        switch self {
        case .none: break
        case .episode:
            let episodes = (0..<turns.rows).count { keep_N[$0] && !turns[$0].isEmpty }
            for turn in kept {
                let own = turns[turns.rows_K[turn]].count
                weights_K[turn] = Double(kept.count) / (Double(episodes) * Double(own))
            }
        case .duration:
            try turns.checkFinite(durations_K, "duration")
            if let turn = kept.first(where: { durations_K[$0] < 0 }) {
                throw OptimError("duration \(durations_K[turn]) of turn \(turns.number(turn))", row: turns.rows_K[turn])
            }
            let mean = kept.reduce(0) { $0 + durations_K[$1] / Double(kept.count) }
            guard mean > 0 else { break }
            for turn in kept { weights_K[turn] = durations_K[turn] / mean }
        }
        return weights_K
    }
}
