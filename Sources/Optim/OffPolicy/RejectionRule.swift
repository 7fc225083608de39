/// A hard trust region: tokens or rows whose divergence between trainer and sampler is too large leave the loss.
public struct RejectionRule: Sendable, Hashable, Codable {
    /// What a rule judges.
    public enum Level: String, Sendable, Codable, CaseIterable {
        /// Each token.
        case token
        /// The sum over a row's loss tokens.
        case rowSum
        /// Their mean.
        case rowMean
        /// Their maximum.
        case rowMaximum
    }

    /// The divergence per token, with d = trainer - sampler log-probability: k1 = -d, k2 = d^2 / 2, k3 = e^d - 1 - d.
    public enum Divergence: String, Sendable, Codable, CaseIterable {
        /// -d; may be negative, so it has two bounds.
        case k1
        /// d^2 / 2.
        case k2
        /// e^d - 1 - d.
        case k3
    }

    /// What is judged.
    public var level: Level
    /// By which divergence.
    public var divergence: Divergence
    /// Smallest value that is kept; only `k1` has one.
    public var lower: Double?
    /// Largest value that is kept.
    public var upper: Double

    /// A rule; bounds are on the divergence itself.
    public init(level: Level, divergence: Divergence, lower: Double? = nil, upper: Double) {
        self.level = level
        self.divergence = divergence
        self.lower = lower
        self.upper = upper
    }

    /// verl's `rollout_rs` options with their thresholds, comma separated: `token_k1`, `seq_sum_k2`, `seq_mean_k3`,
    /// `seq_max_k3`, …; k1 thresholds are `low_high` bounds on the ratio, the others one upper bound.
    public static func verl(_ options: String, thresholds: String) throws -> [RejectionRule] {
        let names = options.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let limits = thresholds.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard !names.isEmpty, names.count == limits.count else {
            throw OptimError("\(names.count) rejection options with \(limits.count) thresholds")
        }
        let levels: [String: Level] = [
            "token": .token, "seq_sum": .rowSum, "seq_mean": .rowMean, "seq_max": .rowMaximum,
        ]
        return try zip(names, limits).map { name, limit in
            let parts = name.split(separator: "_").map(String.init)
            let bounds = try limit.split(separator: "_", omittingEmptySubsequences: false).map { text in
                guard let bound = Double(text), bound.isFinite else {
                    throw OptimError("threshold \(limit) of rejection rule \(name): '\(text)' is no finite number")
                }
                return bound
            }
            guard let last = parts.last, let divergence = Divergence(rawValue: last),
                let level = levels[parts.dropLast().joined(separator: "_")], let upper = bounds.last, upper > 0
            else { throw OptimError("unknown rejection rule \(name) with threshold \(limit)") }
            guard divergence == .k1 else {
                guard bounds.count == 1 else {
                    throw OptimError("rejection rule \(name) has one bound, the largest divergence, not \(limit)")
                }
                return RejectionRule(level: level, divergence: divergence, upper: upper)
            }
            guard bounds.count == 2, bounds[0] > 0, bounds[0] <= upper else {
                throw OptimError("rejection rule \(name) needs two bounds on the ratio, low_high")
            }
            return RejectionRule(level: level, divergence: .k1, lower: log(bounds[0]), upper: log(upper))
        }
    }

    /// What a rule did, and statistics of its divergence.
    public struct Metrics: Sendable, Hashable, Codable {
        /// Mean over loss tokens (of the row's value for row levels).
        public var mean = 0.0
        /// Population deviation of the same, values held inside the bounds.
        public var deviation = 0.0
        /// Highest, over loss tokens or rows.
        public var maximum = 0.0
        /// Lowest, over loss tokens or rows.
        public var minimum = 0.0
        /// Share above the upper bound, of loss tokens or rows.
        public var fractionHigh = 0.0
        /// Share below the lower bound, of loss tokens or rows.
        public var fractionLow = 0.0
        /// Mean over rows with loss tokens of the row's value (its mean for the level `token`).
        public var rowMean = 0.0
        /// Sample deviation of the same; 0 for one row.
        public var rowDeviation = 0.0
        /// Highest of the same.
        public var rowMaximum = 0.0
        /// Lowest of the same.
        public var rowMinimum = 0.0
        /// Share of those rows above the upper bound.
        public var rowFractionHigh = 0.0
        /// Share of those rows below the lower bound.
        public var rowFractionLow = 0.0
        /// Share of loss tokens that left.
        public var maskedFraction = 0.0
        /// Share of rows with loss tokens of which any token left.
        public var rowMaskedFraction = 0.0
        /// Largest absolute value over rows.
        public var rowMaximumDeviation: Double { max(abs(rowMaximum), abs(rowMinimum)) }
    }
}

extension RejectionRule {
    /// Loss tokens that satisfy the rule, and its metrics. log-ratios are held to +-`logLimit`.
    ///
    /// Undefined with `noTrainableTokens` for an empty mask.
    public func evaluate(
        trainer_T: [Double], sampler_T: [Double], layout: TokenLayout, logLimit: Double = 20
    ) throws -> Statistic<(mask_T: [Bool], metrics: Metrics)> {
        try layout.checkFinite(trainer_T, "trainer log-probability")
        try layout.checkFinite(sampler_T, "sampler log-probability")
        guard layout.lossTokens > 0 else { return .failure(.noTrainableTokens) }
        var values_T = zip(trainer_T, sampler_T).map { trainer, sampler in
            let difference = min(logLimit, max(-logLimit, trainer - sampler))
            return switch divergence {
            case .k1: -difference
            case .k2: difference * difference / 2
            case .k3: exp(difference) - 1 - difference
            }
        }
        let rows = (0..<layout.rows).filter { layout.lossTokens($0) > 0 }
        var rowValues: [Double] = []
        for row in rows {
            let tokens = layout[row].filter { layout.mask_T[$0] }.map { values_T[$0] }
            let sum = tokens.reduce(0, +)
            let value: Double =
                switch level {
                case .token, .rowMean: sum / Double(tokens.count)
                case .rowSum: sum
                case .rowMaximum: tokens.reduce(-Double.infinity, max)
                }
            rowValues.append(value)
            if level != .token { for token in layout[row] { values_T[token] = value } }
        }
        let mask_T = values_T.indices.map { layout.mask_T[$0] && keeps(values_T[$0]) }
        return .success((mask_T, metrics(values_T, rowValues, rows, mask_T, layout)))
    }

    private func keeps(_ value: Double) -> Bool { value <= upper && value >= lower ?? -.infinity }

    private func metrics(
        _ values_T: [Double], _ rowValues: [Double], _ rows: [Int], _ mask_T: [Bool], _ layout: TokenLayout
    ) -> Metrics {
        var metrics = Metrics()
        let values = values_T.indices.filter { layout.mask_T[$0] }.map { values_T[$0] }
        let floor = lower ?? 0
        let held = values.map { min(upper, max(floor, $0)) }
        let overRows = Moments(rowValues)
        let judged = level == .token ? values : rowValues
        metrics.mean = Moments(values).mean
        metrics.deviation = Moments(held).deviation(ddof: 0) ?? 0
        (metrics.maximum, metrics.minimum) = (judged.max() ?? 0, judged.min() ?? 0)
        metrics.fractionHigh = share(judged) { $0 > upper }
        metrics.fractionLow = lower == nil ? 0 : share(judged) { $0 < floor }
        metrics.rowMean = overRows.mean
        metrics.rowDeviation = overRows.deviation(ddof: 1) ?? 0
        (metrics.rowMaximum, metrics.rowMinimum) = (overRows.maximum, overRows.minimum)
        metrics.rowFractionHigh = share(rowValues) { $0 > upper }
        metrics.rowFractionLow = lower == nil ? 0 : share(rowValues) { $0 < floor }
        metrics.maskedFraction = 1 - Double(mask_T.count { $0 }) / Double(layout.lossTokens)
        let cut = rows.count { row in layout[row].contains { layout.mask_T[$0] && !mask_T[$0] } }
        metrics.rowMaskedFraction = Double(cut) / Double(rows.count)
        return metrics
    }

    private func share(_ values: [Double], _ holds: (Double) -> Bool) -> Double {
        values.isEmpty ? 0 : Double(values.count { holds($0) }) / Double(values.count)
    }
}
