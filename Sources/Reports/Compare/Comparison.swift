import Experience
public import Optim

/// Two runs on the problems that both have, paired problem by problem.
public struct Comparison: Codable, Sendable, Hashable {
    /// Always "assay.comparison".
    public var schema = "assay.comparison"
    /// Version of the schema.
    public var version = 1
    /// The first run, on the common problems.
    public var first: Side
    /// The second run, on the common problems.
    public var second: Side
    /// Problems that both have judged completions of: the ones compared.
    public var common: Int
    /// Problems of the first alone.
    public var onlyFirst: Int
    /// Problems of the second alone.
    public var onlySecond: Int
    /// pass@1 of the second minus that of the first, per problem, with interval and tests.
    public var difference: PairedComparison
    /// For k = 1, 2, 4 … as far as both go: pass@k of the second minus that of the first.
    public var curve: [CurveDifference]
    /// The k from which on the sign of the difference is another than at k = 1; nil when the curves do not cross.
    public var crossing: Int?
    /// What the second solved, kept and lost.
    public var support: SupportShift
    /// Support retention, net discovery, support dynamic score, net support change; nil where undefined.
    public var supportMetrics: [String: Double]
    /// Problems the first never solved and the second did, up to 50, the surest first.
    public var gained: [Change]
    /// Problems the first solved and the second never did, up to 50, the surest first.
    public var lost: [Change]
    /// Second minus first, in nats; nil unless both have an entropy of the same kind.
    public var entropyDifference: Double?
    /// What differs in the runs' configurations; empty where they are not known.
    public var settings: [SettingDifference] = []
    /// The permutation test's p-value by Holm, and of how many comparisons; nil for one that stands alone.
    public var adjusted: Adjusted?
    /// What a reader must know to read the figures rightly.
    public var notes: [String] = []

    /// A p-value after Holm's adjustment.
    public struct Adjusted: Codable, Sendable, Hashable {
        /// nil where nothing differs.
        public var pValue: Double?
        /// Comparisons on the page.
        public var comparisons: Int
    }

    /// One of the two.
    public struct Side: Codable, Sendable, Hashable {
        /// Where it comes from.
        public var source: Source
        /// Its figures on the common problems.
        public var figures: Slice
    }

    /// pass@k of both and their difference.
    public struct CurveDifference: Codable, Sendable, Hashable {
        /// Completions drawn.
        public var k: Int
        /// Second minus first, at every k over the problems with as many judged completions in both as 95 % of them have.
        public var difference: Estimate
    }

    /// A problem that changed sides.
    public struct Change: Codable, Sendable, Hashable {
        /// The problem.
        public var problem: String
        /// Right and judged completions of the first, as "2/8".
        public var first: String
        /// Of the second.
        public var second: String
    }

    /// What the comparison comes to, in one sentence. One claim is made, on pass@1, and only where the permutation test
    /// (p < 0.05) and the interval agree.
    public var conclusion: String {
        let mean = difference.difference
        if difference.wins + difference.losses == 0 { return "no difference: equal on every common problem" }
        let points = Format.signedPoints(mean.mean)
        let alone = difference.permutationTest.map { "permutation test p = \(Format.pValue($0))" } ?? ""
        let p =
            alone
            + (adjusted.map { ", \(Format.pValue($0.pValue ?? 1)) by Holm for \($0.comparisons) comparisons" } ?? "")
        guard let interval = mean.interval else {
            return "too few problems to tell: pass@1 \(points) percentage points on "
                + mean.count.counted("problem", "problems") + ", \(p)"
        }
        let ends = "95 % \(Format.signedPoints(interval.lower)) to \(Format.signedPoints(interval.upper))"
        let words =
            difference.isClear(p: adjusted.map(\.pValue) ?? difference.permutationTest)
            ? (mean.mean > 0 ? "the second is better" : "the first is better") : "no clear difference"
        return "\(words): pass@1 \(points) percentage points (\(ends)), \(p)"
    }

    /// What a difference must be to be found, for a reader of "no clear difference"; nil where it cannot be told.
    public var detectable: String? {
        difference.smallestDetectable.flatMap { least in
            least > 0
                ? "a comparison like this one finds a true difference of "
                    + "\(String(Format.signedPoints(least).dropFirst())) points in 80 % of cases" : nil
        }
    }
}

extension Comparison {
    /// Comparisons that stand on one page: each claim is made by Holm's adjusted test.
    public static func adjusted(_ comparisons: [Comparison]) -> [Comparison] {
        if comparisons.count < 2 { return comparisons }
        let pValues = HolmAdjustment.adjusted(comparisons.map(\.difference.permutationTest))
        return zip(comparisons, pValues).map { comparison, pValue in
            var comparison = comparison
            comparison.adjusted = Adjusted(pValue: pValue, comparisons: comparisons.count)
            return comparison
        }
    }
}

/// Two runs cannot be compared.
public struct ComparisonError: Error, Sendable, CustomStringConvertible {
    /// Why not, and what to do.
    public var description: String
}
