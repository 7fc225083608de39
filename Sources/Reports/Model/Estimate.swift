public import Optim

/// A statistic over problems with its 95 % confidence interval; null with a reason where it is undefined.
public struct Estimate: Codable, Sendable, Hashable {
    /// How the interval was made.
    public enum Method: String, Codable, Sendable {
        /// Wilson's score interval for a proportion of independent trials.
        case wilson
        /// Percentile bootstrap over problems, 2,000 resamples of SplitMix64 seeded with 0.
        case bootstrap
        /// Mean ± 1.96 standard errors over problems, for more than 5,000 of them.
        case normal
    }

    /// The statistic; nil where it is undefined.
    public var value: Double?
    /// Lower end of the 95 % interval; nil where one problem gives no interval.
    public var lower: Double?
    /// Upper end of the 95 % interval.
    public var upper: Double?
    /// How the interval was made.
    public var method: Method?
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
        try container.encodeIfPresent(method, forKey: .method)
        try container.encode(problems, forKey: .problems)
        try container.encodeIfPresent(reason, forKey: .reason)
    }
}

extension Estimate {
    /// Above this many problems the bootstrap's percentiles and the normal interval agree to plotting precision.
    private static let bootstrapLimit = 5000

    /// The mean of one value per problem.
    ///
    /// `isShare` says that values lie in [0, 1]. Equal values of 0 or 1 get Wilson's interval over problems: a
    /// bootstrap of them would claim certainty.
    static func mean(of values_P: [Double], isShare: Bool = true) throws -> Estimate {
        // A share that rounding left a hair below 1 is 1: else it would not get its interval.
        let values_P = isShare ? values_P.map { abs($0 - $0.rounded()) < 1e-9 ? $0.rounded() : $0 } : values_P
        guard let first = values_P.first else { return .undefined(.noData) }
        let count = values_P.count
        if isShare, values_P.allSatisfy({ $0 == 0 || $0 == 1 }), count == 1 || values_P.allSatisfy({ $0 == first }) {
            return share(values_P.count { $0 == 1 }, of: count)
        }
        guard values_P.allSatisfy(\.isFinite) else { return .undefined(.tooLarge) }
        if count == 1 { return Estimate(value: first, problems: 1) }
        if count <= bootstrapLimit {
            switch try Bootstrap.mean(of: values_P) {
            case .success(let mean):
                return Estimate(
                    value: mean.mean, lower: mean.interval.lower, upper: mean.interval.upper, method: .bootstrap,
                    problems: count)
            case .failure(let reason): return .undefined(reason)
            }
        }
        let mean = values_P.reduce(0, +) / Double(count)
        let squares = values_P.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let half = 1.959963984540054 * (squares / Double(count - 1) / Double(count)).squareRoot()
        guard half.isFinite else { return .undefined(.tooLarge) }
        return Estimate(
            value: mean, lower: isShare ? max(0, mean - half) : mean - half,
            upper: isShare ? min(1, mean + half) : mean + half, method: .normal, problems: count)
    }

    /// A share of independent trials with Wilson's interval.
    static func share(_ count: Int, of total: Int) -> Estimate {
        guard total > 0, let interval = BinomialInterval.wilson(c: count, n: total).value else {
            return .undefined(.noData)
        }
        return Estimate(
            value: Double(count) / Double(total), lower: interval.lower, upper: interval.upper, method: .wilson,
            problems: total)
    }
}
