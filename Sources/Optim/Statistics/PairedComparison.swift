/// Two runs on the same problems: the mean difference of a per-problem value, with its uncertainty.
public struct PairedComparison: Sendable, Hashable, Codable {
    /// A mean difference with what is known of it.
    public struct Difference: Sendable, Hashable, Codable {
        /// Mean of (second - first) over the problems.
        public var mean: Double
        /// Its standard error over problems or clusters; nil for one of them.
        public var standardError: Double?
        /// The 95 % interval; nil for fewer than ``MeanInterval/fewest`` problems or clusters.
        public var interval: Interval?
        /// Number of problems.
        public var count: Int
    }

    /// Mean of (second - first) over the problems.
    public var difference: Difference
    /// Problems on which the second is better, worse, equal.
    public var wins: Int
    /// See `wins`.
    public var losses: Int
    /// See `wins`.
    public var ties: Int
    /// Two-sided sign test over the problems that differ: the chance of a split at least this uneven if neither run
    /// were better; nil when none differs.
    public var signTest: Double?
    /// The same by ``SignFlipTest``, which uses the sizes of the differences, over problems or clusters.
    public var permutationTest: Double?
    /// Pearson's correlation of the two runs over the problems: what pairing gains; nil where one of them does not vary.
    public var correlation: Double?
    /// The true difference that a comparison like this one finds in 80 % of cases; nil for one problem.
    public var smallestDetectable: Double?

    /// Whether one of them is better: the permutation test and the interval agree on it.
    public var isClear: Bool { isClear(p: permutationTest) }

    /// The same by the test's p-value after an adjustment for several comparisons.
    public func isClear(p: Double?) -> Bool {
        guard let interval = difference.interval, let p, p < 0.05 else { return false }
        return interval.lower > 0 || interval.upper < 0
    }

    /// Compares per-problem shares, in [0, 1], of the same problems in the same order; `clusters_P` says which belong
    /// together. Undefined with `noData` for no problems.
    public static func compare(
        first_P: [Double], second_P: [Double], clusters_P: [Int] = []
    ) throws -> Statistic<PairedComparison> {
        guard first_P.count == second_P.count, clusters_P.isEmpty || clusters_P.count == first_P.count else {
            throw OptimError("length mismatch: \(first_P.count) problems in one run, \(second_P.count) in the other")
        }
        guard !first_P.isEmpty else { return .failure(.noData) }
        let differences_P = zip(first_P, second_P).map { $1 - $0 }
        let difference = try DifferenceInterval.of(differences_P, clusters_P: clusters_P)
        let wins = differences_P.count { $0 > 0 }
        let losses = differences_P.count { $0 < 0 }
        return .success(
            PairedComparison(
                difference: difference.estimate, wins: wins, losses: losses,
                ties: differences_P.count - wins - losses, signTest: SignFlipTest.signTest(wins, losses),
                permutationTest: try SignFlipTest.pValue(difference.clusters),
                correlation: correlation(first_P, second_P), smallestDetectable: difference.detectable))
    }

    private static func correlation(_ first_P: [Double], _ second_P: [Double]) -> Double? {
        let (one, other) = (Moments(first_P), Moments(second_P))
        let squares = (one.squares * other.squares).squareRoot()
        guard !one.isConstant, !other.isConstant, squares > 0 else { return nil }
        var product = 0.0
        for (x, y) in zip(first_P, second_P) { product += (x - one.mean) * (y - other.mean) }
        return min(1, max(-1, product / squares))
    }
}
