extension OptimizeWindow {
    /// Replaces the scores by the weighted sums of the components, where the estimator weighs them, and leaves out the rows
    /// that lack what it reads: a component that counts, or the greedy completion's score.
    /// - Returns: the components themselves, for an estimator that normalises each; nil for the others.
    func weigh(_ rewards: inout WindowRewards, _ estimator: AdvantageEstimator) throws -> ComponentScores? {
        if estimator.baseline == .greedy {
            for group in 0..<groups.count where baseline(group, estimator) == nil {
                for row in groups[group] where rewards.values_N[row] != nil { rewards.leaveOut(row, .noGreedyScore) }
            }
        }
        let weights = estimator.componentWeights
        guard estimator.normalizesComponents || weights != .equal else { return nil }
        for group in 0..<groups.count {
            let scored = groups[group].filter { rewards.values_N[$0] != nil }
            let needed = weights.needed ?? Array(Set(scored.flatMap { rows[$0].components.keys }))
            for row in scored {
                let lacks = needed.isEmpty || needed.contains { rows[row].components[$0] == nil }
                if lacks {
                    rewards.leaveOut(row, .missingComponent)
                } else {
                    rewards.set(row, to: Self.sum(rows[row].components, weights))
                }
            }
        }
        guard estimator.normalizesComponents else { return nil }
        let names = weights.needed ?? Set(rows.flatMap { $0.components.keys }).sorted()
        return try ComponentScores(
            values_NJ: rows.map { row in names.map { row.components[$0] } },
            weights_J: names.map { weights.weight(of: $0) })
    }

    /// What is subtracted from the rewards of a group with the baseline `greedy`; nil where there is none. It is not shaped.
    func baseline(_ group: Int, _ estimator: AdvantageEstimator) -> Double? {
        guard let greedy = greedy_G[group] else { return nil }
        guard let needed = estimator.componentWeights.needed else { return greedy.score }
        if needed.contains(where: { greedy.components[$0] == nil }) { return nil }
        return Self.sum(greedy.components, estimator.componentWeights)
    }

    // In the order of the names, so that a sum is the same in every process.
    private static func sum(_ components: [String: Double], _ weights: ComponentWeights) -> Double {
        (weights.needed ?? components.keys.sorted()).reduce(0.0) { $0 + weights.weight(of: $1) * (components[$1] ?? 0) }
    }
}
