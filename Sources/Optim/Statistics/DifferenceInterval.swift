/// The interval of a mean of differences in [-1, 1].
///
/// Student's towards 0, which decides about a claim; away from it, where rare large differences may be missing among the
/// problems, the variance grows with the distance as that of rare events does: s^2 (1 + distance / mean |d|). Where all
/// differences are equal, as many others as may be missing among so few problems, 1 - 0.025^(1/n), could be at either end.
public enum DifferenceInterval {
    /// The mean with standard error and interval; the sums that a permutation test flips; the detectable difference.
    struct Result {
        var estimate: PairedComparison.Difference
        var clusters: [Double]
        var detectable: Double?
    }

    /// Of differences, one per problem; see ``MeanInterval/of(_:clusters_P:level:)``.
    static func of(_ differences_P: [Double], clusters_P: [Int] = []) throws -> Result {
        let problems = Double(differences_P.count)
        let index = GroupIndex(ids: clusters_P.isEmpty ? Array(differences_P.indices) : clusters_P)
        // One value per cluster, with the problems' mean as their mean.
        let values = (0..<index.count).map { cluster in
            index[cluster].reduce(0) { $0 + differences_P[$1] } * Double(index.count) / problems
        }
        let moments = Moments(values)
        let error = moments.deviation(ddof: 1).map { $0 / Double(values.count).squareRoot() }
        var result = Result(
            estimate: .init(mean: moments.mean, standardError: error, interval: nil, count: differences_P.count),
            clusters: values, detectable: nil)
        guard let error, values.count >= 2 else { return result }
        let freedom = Double(values.count - 1)
        let critical = Student.critical(level: 0.95, freedom: freedom)
        result.detectable = (critical + Student.critical(level: 0.6, freedom: freedom)) * error
        if values.count >= MeanInterval.fewest {
            result.estimate.interval = interval(values, moments, critical * error)
        }
        return result
    }

    /// `half` is half the length of Student's interval.
    private static func interval(_ values: [Double], _ moments: Moments, _ half: Double) -> Interval {
        let mean = moments.mean
        if moments.isConstant || half == 0 {
            let unseen = 1 - exp(log(0.025) / Double(values.count))
            return Interval(lower: mean - unseen * (1 + mean), upper: mean + unseen * (1 - mean))
        }
        let size = values.reduce(0) { $0 + abs($1) } / Double(values.count)
        let (squared, growth) = (half * half, half * half / size)
        // x from the mean, of which `free` costs nothing: x^2 = squared + growth (x - free).
        func reach(free: Double) -> Double {
            if half <= free { return half }
            let root = (growth * growth / 4 + squared - growth * free)
            return growth / 2 + max(0, root).squareRoot()
        }
        // The way over 0 counts from there on.
        let below = reach(free: max(0, mean))
        let above = reach(free: max(0, -mean))
        return Interval(lower: max(-1, mean - below), upper: min(1, mean + above))
    }
}
