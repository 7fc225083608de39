/// How per-token losses become one number, and the weight per token that does the same by a plain sum.
public enum LossAggregation: String, Sendable, Codable, CaseIterable {
    /// Mean over all loss tokens of the batch.
    case tokenMean = "token-mean"
    /// Sum over all loss tokens.
    case tokenSum = "token-sum"
    /// Mean over rows of each row's sum.
    case seqMeanTokenSum = "seq-mean-token-sum"
    /// Mean over rows of each row's sum, divided by a constant length: Dr. GRPO.
    case seqMeanTokenSumNorm = "seq-mean-token-sum-norm"
    /// Mean over rows of each row's mean.
    case seqMeanTokenMean = "seq-mean-token-mean"
    /// Mean over rows and positions of each row's loss times its number of loss tokens (LUSPO in TRL), positions outside
    /// the mask included.
    case lengthWeighted = "length-weighted"
    /// Mean over groups of the mean over the group's loss tokens.
    case promptMean = "prompt-mean"

    /// What else the reduction depends on.
    public struct Parameters: Sendable, Hashable, Codable {
        /// Length that `seqMeanTokenSumNorm` divides by: the longest possible completion. Nil takes the longest row.
        public var constantLength: Double?
        /// Token counts of rows, and of diagnostics, have 1e-8 added before they divide, as in verl.
        public var guardsTokenCounts = false
        /// `seqMeanTokenMean` divides by all rows, also those without loss tokens (TRL), instead of those with (verl).
        public var countsEmptyRows = false

        /// The defaults above.
        public init() {}
    }

    /// The weight of each token, 0 outside the mask: sum(weight * loss) is the aggregated loss.
    ///
    /// A trainer that multiplies these in and sums gets the same gradient however it cuts the batch into micro-batches.
    /// Undefined with `noTrainableTokens` when the mask is empty.
    public func weights(
        layout: TokenLayout, groups: GroupIndex? = nil, parameters: Parameters = Parameters()
    ) throws -> Statistic<[Double]> {
        guard layout.lossTokens > 0 else { return .failure(.noTrainableTokens) }
        let tiny = parameters.guardsTokenCounts ? 1e-8 : 0
        let rows_N = (0..<layout.rows).map { Double(layout.lossTokens($0)) }
        let filled = Double(rows_N.count { $0 > 0 })
        let rows = parameters.countsEmptyRows ? Double(layout.rows) : filled
        let longest = Double((0..<layout.rows).map { layout[$0].count }.max() ?? 0)
        let row_N: [Double]
        switch self {
        case .tokenMean: row_N = rows_N.map { _ in 1 / Double(layout.lossTokens) }
        case .tokenSum: row_N = rows_N.map { _ in 1 }
        case .seqMeanTokenSum: row_N = rows_N.map { _ in 1 / rows }
        case .seqMeanTokenSumNorm:
            let length = parameters.constantLength ?? longest
            row_N = rows_N.map { _ in 1 / (length * rows) }
        case .seqMeanTokenMean: row_N = rows_N.map { $0 > 0 ? 1 / (($0 + tiny) * rows) : 0 }
        case .promptMean: row_N = try promptWeights(rows_N, groups)
        case .lengthWeighted:
            var weights_T = [Double](repeating: 0, count: layout.tokens)
            for row in 0..<layout.rows {
                for token in layout[row] { weights_T[token] = rows_N[row] / Double(layout.tokens) }
            }
            return .success(weights_T)
        }
        return .success(layout.broadcast(row_N))
    }

    /// The aggregated loss.
    public func aggregate(
        _ losses_T: [Double], layout: TokenLayout, groups: GroupIndex? = nil, parameters: Parameters = Parameters()
    ) throws -> Statistic<Double> {
        try layout.checkFinite(losses_T, "loss")
        return try weights(layout: layout, groups: groups, parameters: parameters).map { weights_T in
            var sum = 0.0
            for token in losses_T.indices where weights_T[token] != 0 { sum += weights_T[token] * losses_T[token] }
            return sum
        }
    }

    private func promptWeights(_ rows_N: [Double], _ groups: GroupIndex?) throws -> [Double] {
        guard let groups, groups.rows.count == rows_N.count else {
            throw OptimError("prompt-mean needs the group of every row")
        }
        let totals = (0..<groups.count).map { group in groups[group].reduce(0) { $0 + rows_N[$1] } }
        let filled = Double(totals.count { $0 > 0 })
        var row_N = rows_N
        for group in 0..<groups.count {
            for row in groups[group] { row_N[row] = totals[group] > 0 ? 1 / (totals[group] * filled) : 0 }
        }
        return row_N
    }
}
