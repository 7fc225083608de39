import Experience

/// Forks: what a row has from the one that it left counts in each of them, and trains once, in the row that sampled it.
extension OptimizeWindow {
    /// Notes the forks among the rows, by completion, and gives them back their share of the mask, which the store has as the
    /// parent's alone. A fork whose parent is not here, or lacks the tokens, is a row of its own.
    mutating func join(_ forks: [Int64: (parent: Int, shared: Int)]) {
        if forks.isEmpty { return }
        for group in 0..<groups.count {
            var places: [Int: Int] = [:]
            for row in groups[group] {
                if let (index, shared) = forks[rows[row].completion], let parent = places[index],
                    (1...rows[row].width).contains(shared), shared <= rows[parent].width
                {
                    let whole = rows[parent].mask.prefix(shared)
                    if !rows[row].mask.isEmpty, !whole.isEmpty {
                        rows[row].mask.replaceSubrange(..<shared, with: whole)
                    }
                    rows[row].fork = (parent, shared)
                }
                places[rows[row].index] = row
            }
        }
    }

    /// Gives each shared token the mean of the advantages that the rows have for it: "hard" in ARPO (arXiv 2507.19849).
    func shareForks(_ result: inout Advantages, _ layout: TokenLayout) throws {
        guard rows.contains(where: { $0.fork != nil }) else { return }
        let tree = try ForkTree(
            layout: layout, parents_N: rows.map { $0.fork?.parent }, shared_N: rows.map { $0.fork?.shared ?? 0 })
        var values_T = layout.broadcast(result.outcome.values_N.map { $0 ?? 0 })
        for (row, tokens) in result.tokens_N.enumerated() {
            if let tokens { values_T.replaceSubrange(layout[row], with: tokens) }
        }
        let once = try tree.advantages(values_T, isDefined_N: result.outcome.values_N.map { $0 != nil })
        for row in rows.indices where result.outcome.values_N[row] != nil {
            let own = layout[row].filter { once.layout.mask_T[$0] }
            guard let first = own.first else {
                // All that it sampled is its parent's.
                result.outcome.drop(row, .noTrainableTokens)
                continue
            }
            let value = once.advantages_T[first]
            if own.allSatisfy({ once.advantages_T[$0] == value }) {
                (result.outcome.values_N[row], result.tokens_N[row]) = (value, nil)
            } else {
                result.tokens_N[row] = Array(once.advantages_T[layout[row]])
            }
        }
    }
}
