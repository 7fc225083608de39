/// The expected best (or worst) of k of n graded scores: pass@k for scores that are not just 0 and 1.
public enum BestAtK {
    /// Mean and standard deviation of an extreme over all draws of k.
    public struct Extreme: Sendable, Hashable, Codable {
        /// Its expectation.
        public var mean: Double
        /// Its standard deviation over draws.
        public var deviation: Double
    }

    /// The highest of k scores. Without replacement this is the unbiased estimate; with replacement it is what a
    /// bootstrap of the same scores converges to, which is biased low.
    ///
    /// Undefined with `tooFewSamples` for k > n without replacement, `noData` for no scores or k < 1.
    public static func best(
        of scores_N: [Double], k: Int, draw: MajorityAtK.Draw = .withoutReplacement
    ) throws -> Statistic<Extreme> {
        if let row = scores_N.firstIndex(where: { !$0.isFinite }) {
            throw OptimError("non-finite reward \(scores_N[row])", row: row)
        }
        guard k >= 1, !scores_N.isEmpty else { return .failure(.noData) }
        let n = scores_N.count
        if draw == .withoutReplacement, k > n { return .failure(.tooFewSamples) }
        let sorted = scores_N.sorted()
        // P(best <= sorted[i]) from the chance that all k draws are among the i + 1 lowest.
        var below = 0.0
        var mean = 0.0
        var masses: [Double] = []
        for i in 0..<n {
            let upTo: Double
            switch draw {
            case .withoutReplacement: upTo = PassAtK.allWrong(n: n, c: n - 1 - i, k: k)
            case .withReplacement: upTo = power(Double(i + 1) / Double(n), k)
            }
            masses.append(upTo - below)
            mean += (upTo - below) * sorted[i]
            below = upTo
        }
        let variance = zip(masses, sorted).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) }
        return .success(Extreme(mean: mean, deviation: variance.squareRoot()))
    }

    /// The lowest of k scores; see ``best(of:k:draw:)``.
    public static func worst(
        of scores_N: [Double], k: Int, draw: MajorityAtK.Draw = .withoutReplacement
    ) throws -> Statistic<Extreme> {
        try best(of: scores_N.map { -$0 }, k: k, draw: draw).map { Extreme(mean: -$0.mean, deviation: $0.deviation) }
    }

    private static func power(_ base: Double, _ exponent: Int) -> Double { exp(Double(exponent) * log(base)) }
}
