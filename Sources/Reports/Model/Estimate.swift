public import Optim

/// A statistic over problems with its 95 % confidence interval; null with a reason where it is undefined.
public struct Estimate: Codable, Sendable, Hashable {
    /// How the interval was made.
    public enum Method: String, Codable, Sendable {
        /// Clopper and Pearson's on the effective number of problems, see `MeanInterval`.
        case effectiveBinomial
        /// Student's towards 0, wider away from it, see `DifferenceInterval`.
        case student
    }

    /// Why there is a value and no interval.
    public enum Gap: String, Codable, Sendable {
        /// Fewer problems (or clusters) than `MeanInterval.fewest`.
        case tooFewProblems
    }

    /// The statistic; nil where it is undefined.
    public var value: Double?
    /// Lower end of the 95 % interval; nil where there is none.
    public var lower: Double?
    /// Upper end of the 95 % interval.
    public var upper: Double?
    /// Standard error over problems or clusters; nil for one of them.
    public var standardError: Double?
    /// How the interval was made.
    public var method: Method?
    /// Why there is no interval.
    public var gap: Gap?
    /// Number of problems that it is a mean over.
    public var problems: Int
    /// Why there is no value.
    public var reason: Undefined?

    /// An undefined statistic.
    public static func undefined(_ reason: Undefined) -> Estimate { Estimate(problems: 0, reason: reason) }

    /// The interval, where there is one.
    public var interval: Interval? {
        guard let lower, let upper else { return nil }
        return Interval(lower: lower, upper: upper)
    }

    /// Null is written out, so that a reader sees that the statistic exists and is undefined.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(value, forKey: .value)
        try container.encode(lower, forKey: .lower)
        try container.encode(upper, forKey: .upper)
        try container.encodeIfPresent(standardError, forKey: .standardError)
        try container.encodeIfPresent(method, forKey: .method)
        try container.encodeIfPresent(gap, forKey: .gap)
        try container.encode(problems, forKey: .problems)
        try container.encodeIfPresent(reason, forKey: .reason)
    }
}

extension Estimate {
    /// The mean of one value per problem, of values that lie in `range`.
    static func mean(
        of values_P: [Double], clusters_P: [Int] = [], in range: ClosedRange<Double> = 0...1
    ) throws -> Estimate {
        guard !values_P.isEmpty else { return .undefined(.noData) }
        let (start, length) = (range.lowerBound, range.upperBound - range.lowerBound)
        guard length.isFinite, length > 0, values_P.allSatisfy(\.isFinite) else { return .undefined(.tooLarge) }
        let shares = values_P.map { value in
            let share = min(1, max(0, (value - start) / length))
            // A share that rounding left a hair below 1 is 1.
            return abs(share - share.rounded()) < 1e-9 ? share.rounded() : share
        }
        switch try MeanInterval.of(shares, clusters_P: clusters_P) {
        case .failure(let reason): return .undefined(reason)
        case .success(let mean):
            return Estimate(
                value: start + length * mean.mean, lower: mean.interval.map { start + length * $0.lower },
                upper: mean.interval.map { start + length * $0.upper },
                standardError: mean.standardError.map { $0 * length },
                method: mean.interval == nil ? nil : .effectiveBinomial,
                gap: mean.interval == nil ? .tooFewProblems : nil, problems: values_P.count)
        }
    }

    /// The mean of a difference per problem.
    init(_ difference: PairedComparison.Difference) {
        self.init(
            value: difference.mean, lower: difference.interval?.lower, upper: difference.interval?.upper,
            standardError: difference.standardError, method: difference.interval == nil ? nil : .student,
            gap: difference.interval == nil ? .tooFewProblems : nil, problems: difference.count)
    }
}
