/// Two runs on the same problems: the mean difference of a per-problem value, with its uncertainty.
public struct PairedComparison: Sendable, Hashable, Codable {
    /// Mean of (second - first) over the problems, with its bootstrap interval.
    public var difference: Bootstrap.Mean
    /// Problems on which the second is better, worse, equal.
    public var wins: Int
    /// See `wins`.
    public var losses: Int
    /// See `wins`.
    public var ties: Int
    /// Two-sided sign test over the problems that differ: the chance of a split at least this uneven if neither run
    /// were better; nil when none differs.
    public var signTest: Double?

    /// Compares per-problem values of the same problems in the same order. Undefined with `noData` for no problems.
    public static func compare(
        first_P: [Double], second_P: [Double], resamples: Int = 2000, level: Double = 0.95, seed: UInt64 = 0
    ) throws -> Statistic<PairedComparison> {
        guard first_P.count == second_P.count else {
            throw OptimError("length mismatch: \(first_P.count) problems in one run, \(second_P.count) in the other")
        }
        let differences = zip(first_P, second_P).map { $1 - $0 }
        return try Bootstrap.mean(of: differences, resamples: resamples, level: level, seed: seed).map { mean in
            let wins = differences.count { $0 > 0 }
            let losses = differences.count { $0 < 0 }
            return PairedComparison(
                difference: mean, wins: wins, losses: losses, ties: differences.count - wins - losses,
                signTest: signTest(wins, losses))
        }
    }

    // P(X <= min(wins, losses)) for a fair coin is I_(1/2)(n - k, k + 1).
    private static func signTest(_ wins: Int, _ losses: Int) -> Double? {
        guard wins + losses > 0 else { return nil }
        let fewer = Double(min(wins, losses))
        let tail = Beta.cumulative(0.5, a: Double(wins + losses) - fewer, b: fewer + 1)
        return min(1, 2 * tail)
    }
}
