/// Confidence intervals for the mean over problems of one value in [0, 1] each: Clopper and Pearson's interval on the effective
/// number of problems (Korn and Graubard, "Confidence intervals for proportions with small expected number of positive counts
/// estimated from survey data", 1998).
///
/// One kind at every size, at 0, at 1 and between. Values of 0 and 1 alone give the exact binomial interval. Shares of several
/// completions vary less than those, so that the same problems are worth more: the observed variance is pulled toward the
/// binomial one by the weight of one problem, as few values that differ say little about it.
/// `scripts/coverage.py` has the coverage by numbers of problems and completions.
public enum MeanInterval {
    /// With fewer problems (clusters, where there are) there is no interval: it would be as wide as the scale or a guess.
    public static let fewest = 5

    /// A mean with what is known of it.
    public struct Estimate: Sendable, Hashable {
        /// The mean.
        public var mean: Double
        /// Its standard error over problems or clusters; nil for one of them.
        public var standardError: Double?
        /// The interval; nil for fewer than ``MeanInterval/fewest``.
        public var interval: Interval?
    }

    /// Of values in [0, 1], one per problem; `clusters_P` says which problems belong together (questions on one text).
    ///
    /// Undefined with `noData` for no values. Throws for a value outside [0, 1] and for clusters of another number.
    public static func of(
        _ values_P: [Double], clusters_P: [Int] = [], level: Double = 0.95
    ) throws -> Statistic<Estimate> {
        guard clusters_P.isEmpty || clusters_P.count == values_P.count else {
            throw OptimError("length mismatch: \(values_P.count) problems, \(clusters_P.count) clusters")
        }
        if let row = values_P.firstIndex(where: { !($0 >= 0 && $0 <= 1) }) {
            throw OptimError("\(values_P[row]) is no share of a mean of shares", row: row)
        }
        guard !values_P.isEmpty else { return .failure(.noData) }
        let sample = ClusteredSample(values_P, clusters_P)
        var result = Estimate(
            mean: sample.mean, standardError: sample.standardError, interval: nil)
        guard sample.clusters >= fewest else { return .success(result) }
        let isBinary = values_P.allSatisfy { $0 == 0 || $0 == 1 }
        if isBinary, sample.clusters == values_P.count {
            result.interval =
                BinomialInterval.clopperPearson(
                    c: values_P.count { $0 == 1 }, n: values_P.count, level: level
                ).value
        } else {
            result.interval = interval(sample, level)
        }
        return .success(result)
    }

    private static func interval(_ sample: ClusteredSample, _ level: Double) -> Interval {
        let problems = Double(sample.problems)
        // What a problem is worth beside a single completion of each: the design effect against the binomial variance.
        let effect = sample.designEffect
        var effective = problems / effect
        let few = Student.critical(level: level, freedom: Double(sample.clusters - 1))
        let many = Student.critical(level: level, freedom: max(effective - 1, 1))
        effective = max(effective * (many / few) * (many / few), problems / sample.largestEffect)
        let right = effective * sample.mean
        let wrong = effective - right
        // Between Clopper and Pearson's ends, which allow for whole trials, and those of Jeffreys.
        let shift = 0.25 * max(0, 1 - effect)
        let tail = (1 - level) / 2
        return Interval(
            lower: right > 1e-12 ? Beta.quantile(tail, a: right + shift, b: wrong + 1 - shift) : 0,
            upper: wrong > 1e-12 ? Beta.quantile(1 - tail, a: right + 1 - shift, b: wrong + shift) : 1)
    }
}

/// Values of problems in clusters; without clusters each problem is one.
struct ClusteredSample {
    let problems: Int
    let clusters: Int
    let mean: Double
    /// Sum over clusters of the squared sum of deviations.
    private let squares: Double
    /// Of the rarer side, right or wrong: how many clusters it is spread over, (sum u)^2 / sum u^2.
    private let participation: Double
    /// The design effect if all problems of a cluster were one: sum of squared sizes over problems.
    let largestEffect: Double

    init(_ values_P: [Double], _ clusters_P: [Int]) {
        let index = GroupIndex(ids: clusters_P.isEmpty ? Array(values_P.indices) : clusters_P)
        let moments = Moments(values_P)
        (problems, clusters, mean) = (values_P.count, index.count, moments.mean)
        let countsWrong = moments.mean > 0.5
        var (squares, sizes, sum, powers) = (0.0, 0.0, 0.0, 0.0)
        for cluster in 0..<index.count {
            var (deviation, rare) = (0.0, 0.0)
            for problem in index[cluster] {
                deviation += values_P[problem] - moments.mean
                rare += countsWrong ? 1 - values_P[problem] : values_P[problem]
            }
            let size = Double(index[cluster].count)
            squares += deviation * deviation
            sizes += size * size
            sum += rare
            powers += rare * rare
        }
        self.squares = moments.isConstant ? 0 : squares
        largestEffect = max(1, sizes / Double(max(1, values_P.count)))
        participation = powers > 0 ? sum * sum / powers : 0
    }

    /// Of the mean, clusters drawn independently; nil for one cluster.
    var standardError: Double? {
        guard clusters > 1 else { return nil }
        let count = Double(clusters)
        return (squares * count / (count - 1)).squareRoot() / Double(problems)
    }

    /// Variance of the mean over that of independent completions, pulled toward the largest by the weight of one cluster.
    var designEffect: Double {
        let binomial = mean * (1 - mean)
        let observed = binomial > 0 ? squares / Double(problems) / binomial : largestEffect
        return (participation * min(observed, largestEffect) + largestEffect) / (participation + 1)
    }
}
