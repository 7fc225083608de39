/// Several runs of one policy with other seeds, over the problems that all have: how far they lie apart, and how far sampling
/// alone would put them.
public struct SeedSpread: Sendable, Hashable, Codable {
    /// pass@1 of each run.
    public var means: [Double]
    /// Their mean.
    public var mean: Double
    /// Sample standard deviation of the runs' pass@1.
    public var between: Double
    /// What it would be if runs differed by the draw of their completions alone: the root of the mean over runs of the sum over problems
    /// of p(1 - p)/(n - 1), over the problems squared. Nil where a problem has one completion.
    public var within: Double?
    /// Of the mean: between / sqrt(runs).
    public var standardError: Double
    /// Student's 95 % interval of the mean over seeds, within [0, 1].
    public var interval: Interval
    /// Problems that all runs have.
    public var problems: Int

    /// Of each run and problem the scored completions and the right ones; undefined with `tooFewSamples` for one run, with `noData`
    /// without problems. Throws for runs with other numbers of problems and for counts that are none.
    public static func of(_ counts_RP: [[(n: Int, c: Int)]]) throws -> Statistic<SeedSpread> {
        let problems = counts_RP.first?.count ?? 0
        guard counts_RP.allSatisfy({ $0.count == problems }) else {
            throw OptimError("length mismatch: runs of other numbers of problems")
        }
        guard counts_RP.allSatisfy({ $0.allSatisfy { $0.n > 0 && (0...$0.n).contains($0.c) } }) else {
            throw OptimError("a problem has more right completions than completions, or none")
        }
        guard problems > 0 else { return .failure(.noData) }
        guard counts_RP.count > 1 else { return .failure(.tooFewSamples) }
        let means = counts_RP.map { run in
            run.reduce(0) { $0 + Double($1.c) / Double($1.n) } / Double(problems)
        }
        let moments = Moments(means)
        let between = moments.deviation(ddof: 1) ?? 0
        let runs = Double(means.count)
        let isRepeated = counts_RP.allSatisfy { $0.allSatisfy { $0.n > 1 } }
        let variances = counts_RP.map { run in
            run.reduce(0) { sum, counts in
                let share = Double(counts.c) / Double(counts.n)
                return sum + share * (1 - share) / Double(counts.n - 1)
            } / Double(problems) / Double(problems)
        }
        let error = between / runs.squareRoot()
        let half = Student.critical(level: 0.95, freedom: runs - 1) * error
        return .success(
            SeedSpread(
                means: means, mean: moments.mean, between: between,
                within: isRepeated ? (variances.reduce(0, +) / runs).squareRoot() : nil, standardError: error,
                interval: Interval(lower: max(0, moments.mean - half), upper: min(1, moments.mean + half)),
                problems: problems))
    }
}
