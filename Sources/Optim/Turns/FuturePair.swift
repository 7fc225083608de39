/// Pairs of futures of one prefix, whose difference of rewards the policy's log-ratios are regressed on: REFUEL
/// (arXiv 2410.04612).
public struct FuturePair: Sendable, Hashable {
    /// One row.
    public var first: Int
    /// The other row.
    public var second: Int
    /// Reward of the first's future minus the second's.
    public var difference: Double

    /// A pair of two rows.
    public init(first: Int, second: Int, difference: Double) {
        self.first = first
        self.second = second
        self.difference = difference
    }

    /// Every two scored rows of a prefix in row order, at most `limit` pairs of each prefix; rows of prefix nil are in none.
    ///
    /// REFUEL draws two futures of each prefix, which is one pair. Throws for a reward that is not finite.
    public static func pairs<ID: Hashable>(
        prefixes_N: [ID?], rewards_N: [Double?], limit: Int = 64
    ) throws -> [FuturePair] {
        guard prefixes_N.count == rewards_N.count else {
            throw OptimError("length mismatch: \(prefixes_N.count) prefixes, \(rewards_N.count) rewards")
        }
        let scored = rewards_N.indices.filter { prefixes_N[$0] != nil && rewards_N[$0] != nil }
        if let row = scored.first(where: { rewards_N[$0]?.isFinite == false }) {
            throw OptimError("non-finite reward", row: row)
        }
        let groups = GroupIndex(ids: scored.map { prefixes_N[$0] })
        var pairs: [FuturePair] = []
        for group in 0..<groups.count {
            let rows = groups[group].map { scored[$0] }
            var made = 0
            for (position, first) in rows.enumerated() {
                for second in rows.dropFirst(position + 1).prefix(max(0, limit - made)) {
                    let difference = (rewards_N[first] ?? 0) - (rewards_N[second] ?? 0)
                    pairs.append(FuturePair(first: first, second: second, difference: difference))
                    made += 1
                }
            }
        }
        return pairs
    }

    /// REFUEL's loss over pairs: the mean of (D_first - D_second - eta * difference)^2, where D is the sum of new minus old
    /// log-probabilities over a row's loss tokens, which are those of the turn that the futures begin with (`refuel.py`; the
    /// paper's eta is its inverse, and its loss this one over eta^2).
    /// - Returns: the loss and its derivative by the new log-probability of each loss token, 0 elsewhere; undefined with `noData`
    ///   without pairs.
    public static func loss(
        _ pairs: [FuturePair], new_T: [Double], old_T: [Double], layout: TokenLayout, eta: Double = 1
    ) throws -> Statistic<(loss: Double, gradients_T: [Double])> {
        try layout.checkFinite(new_T, "new log-probability")
        try layout.checkFinite(old_T, "old log-probability")
        guard eta > 0, eta.isFinite else { throw OptimError("eta is \(eta); it must be finite and above 0") }
        guard !pairs.isEmpty else { return .failure(.noData) }
        let ratios_N = (0..<layout.rows).map { row in
            layout[row].reduce(0.0) { $0 + (layout.mask_T[$1] ? new_T[$1] - old_T[$1] : 0) }
        }
        let rows = 0..<layout.rows
        var loss = 0.0
        var gradients_N = [Double](repeating: 0, count: layout.rows)
        for pair in pairs {
            guard rows.contains(pair.first), rows.contains(pair.second), pair.first != pair.second else {
                throw OptimError("a pair of rows \(pair.first) and \(pair.second) of \(layout.rows)")
            }
            let residual = ratios_N[pair.first] - ratios_N[pair.second] - eta * pair.difference
            loss += residual * residual / Double(pairs.count)
            gradients_N[pair.first] += 2 * residual / Double(pairs.count)
            gradients_N[pair.second] -= 2 * residual / Double(pairs.count)
        }
        return .success((loss, layout.broadcast(gradients_N)))
    }
}
