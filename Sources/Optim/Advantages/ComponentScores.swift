/// Several rewards per completion, turned into one score before any advantage is computed.
public struct ComponentScores: Sendable {
    /// Component j of row n is `values_NJ[n][j]`; nil where that part could not be judged.
    public var values_NJ: [[Double?]]
    /// Weight of each component.
    public var weights_J: [Double]

    /// Rows of components; empty weights mean 1 each. Throws for ragged rows or weights that do not fit.
    public init(values_NJ: [[Double?]], weights_J: [Double] = []) throws {
        let width = values_NJ.first?.count ?? 0
        for (row, values) in values_NJ.enumerated() {
            guard values.count == width else {
                throw OptimError("length mismatch: \(values.count) components, row 0 has \(width)", row: row)
            }
            if let bad = values.lazy.compactMap({ $0 }).first(where: { !$0.isFinite }) {
                throw OptimError("non-finite reward \(bad)", row: row)
            }
        }
        guard weights_J.isEmpty || weights_J.count == width else {
            throw OptimError("length mismatch: \(weights_J.count) weights for \(width) components")
        }
        self.values_NJ = values_NJ
        self.weights_J = weights_J.isEmpty ? [Double](repeating: 1, count: width) : weights_J
    }

    /// The weighted sum of the components that are there (TRL's rule: the others add nothing); nil for a row without any.
    public var sums_N: [Double?] {
        values_NJ.map { values in
            guard values.contains(where: { $0 != nil }) else { return nil }
            return zip(values, weights_J).reduce(0) { $0 + ($1.0 ?? 0) * $1.1 }
        }
    }

    /// Each component normalised by `estimator` in its groups, and the weighted sum of those; nil for a row without
    /// any component (GDPO, "normalize then sum"), with the reason of every row that has no sum.
    func normalizedSums(
        _ estimator: AdvantageEstimator, _ groups: GroupIndex
    ) throws -> (sums_N: [Double?], undefined: [Int: Undefined]) {
        var estimator = estimator
        // Of the sum, not of its parts.
        estimator.advantageClip = nil
        var sums_N = [Double?](repeating: nil, count: values_NJ.count)
        var undefined: [Int: Undefined] = [:]
        for (j, weight) in weights_J.enumerated() {
            let part = try estimator.advantages(OutcomeInputs(scores_N: values_NJ.map { $0[j] }, groups: groups))
            for (row, value) in part.values_N.enumerated() {
                if let value { sums_N[row] = (sums_N[row] ?? 0) + weight * value }
            }
            // What one component says of a row outweighs that another is not there.
            undefined.merge(part.undefined) { $0 == .unscored ? $1 : $0 }
        }
        for row in sums_N.indices {
            let isFinite = sums_N[row]?.isFinite ?? true
            if isFinite, undefined[row] != .overflow { continue }
            (sums_N[row], undefined[row]) = (nil, .overflow)
        }
        return (sums_N, undefined.filter { sums_N[$0.key] == nil })
    }
}

extension AdvantageEstimator {
    /// Advantages of a batch with several reward components.
    ///
    /// With `normalizesComponents` each is normalised in its group before the weighted sum, and, unless token whitening
    /// does it, the sum is normalised over the batch's rows after it; else the weighted sum is the score.
    public func advantages(components: ComponentScores, groups: GroupIndex) throws -> OutcomeAdvantages {
        guard normalizesComponents else {
            return try advantages(OutcomeInputs(scores_N: components.sums_N, groups: groups))
        }
        var overBatch = self
        overBatch.baseline = whitening == .none ? .batch : .none
        overBatch.scale = whitening == .none ? .batch : .none
        overBatch.eps = batchEps ?? eps
        // The batch's mean is what its deviation is around.
        overBatch.scalesAroundBaseline = false
        let (sums_N, undefined) = try components.normalizedSums(self, groups)
        var result = try overBatch.advantages(OutcomeInputs(scores_N: sums_N, groups: groups))
        result.undefined.merge(undefined) { $1 }
        return result
    }
}
