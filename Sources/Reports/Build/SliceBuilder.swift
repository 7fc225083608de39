import Experience
import Numbers
import Optim

/// Computes the headline figures of some rows of a table.
struct SliceBuilder {
    let table: SampleTable
    let lengthUnit: LengthSummary.Unit
    private var votes = MajorityVotes()
    /// Equal values have equal intervals, and at k = 1 all curves are one: each is computed once per slice.
    private var means: [Sampled: Estimate] = [:]

    private struct Sampled: Hashable {
        var values_P: [Double]
        var clusters_P: [Int]
    }

    init(table: SampleTable, lengthUnit: LengthSummary.Unit) {
        self.table = table
        self.lengthUnit = lengthUnit
    }

    /// The figures of `rows`.
    mutating func slice(label: String, rows: [Int]) throws -> Slice {
        var slice = Slice(label: label)
        means.removeAll()
        let tallies = tallies(rows)
        slice.completions = rows.count
        slice.problems = tallies.count
        slice.scored = tallies.reduce(0) { $0 + $1.n }
        slice.correct = tallies.reduce(0) { $0 + $1.c }
        slice.models = Set(rows.map { table.model[$0] }).count
        let judged = tallies.filter { $0.n > 0 }
        slice.meanScore = try meanScore(judged)
        slice.passAt1 = try estimate(judged) { PassAtK.average(n: $0.n, c: $0.c) }
        slice.curve = try curve(judged, isPooled: slice.models > 1)
        slice.leftOut = slice.curve.isEmpty ? 0 : judged.count - slice.curve[0].pass.problems
        slice.groups = groups(tallies, completions: rows.count)
        slice.rates = rates(rows)
        slice.length = lengths(rows)
        slice.entropy = entropy(rows)
        slice.verification = verification(rows)
        slice.metrics = slice.namedMetrics
        if slice.models < 2, let (k, error) = errorAcrossRuns(tallies) {
            slice.metrics["pass@1[avg-of-\(k)]/std_err_across_runs"] = error
        }
        return slice
    }

    private func tallies(_ rows: [Int]) -> [ProblemTally] {
        let sorted = rows.sorted { (table.group[$0], $0) < (table.group[$1], $1) }
        var tallies: [ProblemTally] = []
        var start = 0
        for index in sorted.indices {
            if index + 1 < sorted.count, table.group[sorted[index + 1]] == table.group[sorted[start]] { continue }
            tallies.append(ProblemTally(sorted[start...index], of: table))
            start = index + 1
        }
        return tallies
    }

    /// Standard error of pass@1 over the k passes through the problems (sample 0 of each, sample 1 …), as evaluation
    /// harnesses print it; nil unless every problem has the same k >= 2 judged completions.
    private func errorAcrossRuns(_ tallies: [ProblemTally]) -> (k: Int, error: Double)? {
        guard let k = tallies.first?.n, k >= 2, tallies.allSatisfy({ $0.n == k }) else { return nil }
        let means = (0..<k).map { pass in
            Double(tallies.count { $0.isRight_N[pass] }) / Double(tallies.count)
        }
        let mean = means.reduce(0, +) / Double(k)
        let squares = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (k, (squares / Double(k - 1) / Double(k)).squareRoot())
    }

    private func groups(_ tallies: [ProblemTally], completions: Int) -> GroupCounts? {
        if completions == tallies.count { return nil }
        var counts = GroupCounts()
        for tally in tallies {
            guard let scores = tally.scores else {
                counts.unscored += 1
                continue
            }
            let isEqual = scores.lowerBound == scores.upperBound
            if isEqual, tally.n > 1 { counts.zeroVariance += 1 }
            if !isEqual {
                counts.mixed += 1
            } else if scores.lowerBound >= 1 {
                counts.allGood += 1
            } else {
                counts.allBad += 1
            }
        }
        return counts
    }

    /// Scores beyond 0 and 1 widen the range that the interval is of.
    private func meanScore(_ tallies: [ProblemTally]) throws -> Estimate {
        let scores = tallies.compactMap(\.scores)
        let lowest = scores.reduce(0.0) { min($0, $1.lowerBound) }
        let highest = scores.reduce(1.0) { max($0, $1.upperBound) }
        return try .mean(of: tallies.map(\.meanScore), clusters_P: clusters(tallies), in: lowest...highest)
    }

    private func clusters(_ tallies: [ProblemTally]) -> [Int] { table.hasClusters ? tallies.map(\.cluster) : [] }

    /// One set of problems at every k: those with as many judged completions as 95 % of the problems have. Completions of several
    /// models are no draws of one policy: theirs ends at k = 1.
    private mutating func curve(_ tallies: [ProblemTally], isPooled: Bool) throws -> [CurvePoint] {
        let most = isPooled ? min(1, tallies.count) : Self.commonCount(tallies.map(\.n))
        let able = tallies.filter { $0.n >= most }
        return try Self.ks(upTo: most).map { k in
            CurvePoint(
                k: k, pass: try estimate(able) { PassAtK.unbiased(n: $0.n, c: $0.c, k: k) },
                majority: try majority(able, k: k),
                gPassHalf: try estimate(able) { PassAtK.generalised(n: $0.n, c: $0.c, k: k, tau: 0.5) },
                gPassAll: try estimate(able) { PassAtK.generalised(n: $0.n, c: $0.c, k: k, tau: 1) },
                mgPass: k < 2
                    ? .undefined(.tooFewSamples)
                    : try estimate(able) { PassAtK.meanGeneralised(n: $0.n, c: $0.c, k: k) })
        }
    }

    /// The largest count that at least 95 % of the problems reach; 0 for none.
    static func commonCount(_ counts_P: [Int]) -> Int {
        let sorted = counts_P.sorted()
        return sorted.isEmpty ? 0 : sorted[sorted.count / 20]
    }

    private mutating func majority(_ tallies: [ProblemTally], k: Int) throws -> Estimate {
        if table.lacksAnswers { return .undefined(.missingInput) }
        var values: [Double] = []
        for tally in tallies {
            switch try votes.expected(tally, k: k) {
            case .success(let value): values.append(value)
            case .failure(let reason): return .undefined(reason)
            }
        }
        return try estimate(values, clusters(tallies))
    }

    private mutating func estimate(
        _ tallies: [ProblemTally], _ statistic: (ProblemTally) -> Statistic<Double>
    ) throws -> Estimate {
        try estimate(tallies.compactMap { statistic($0).value }, clusters(tallies))
    }

    private mutating func estimate(_ values_P: [Double], _ clusters_P: [Int]) throws -> Estimate {
        let key = Sampled(values_P: values_P, clusters_P: clusters_P)
        if let known = means[key] { return known }
        // A few: each has a value for every problem.
        if means.count >= 4 { means.removeAll() }
        let mean = try Estimate.mean(of: values_P, clusters_P: clusters_P)
        means[key] = mean
        return mean
    }

    /// 1, 2, 4 … and `most` itself.
    static func ks(upTo most: Int) -> [Int] {
        guard most > 0 else { return [] }
        return sequence(first: 1) { $0 * 2 }.prefix { $0 < most } + [most]
    }

    private func rates(_ rows: [Int]) -> Rates {
        var rates = Rates()
        for row in rows {
            if let finish = table.finish[row] {
                rates.truncated.of += 1
                if finish == .length { rates.truncated.count += 1 }
            }
            if table.isUnusable[row] { rates.unusable.count += 1 }
            if table.isUndecided[row] { rates.undecided.count += 1 }
            switch table.outcome[row] {
            case .noAnswer: rates.noAnswer.count += 1
            case .timeout: rates.timeout.count += 1
            case .verifierError: rates.verifierError.count += 1
            case nil: rates.unverified.count += 1
            case .correct, .incorrect: break
            }
        }
        rates.unusable.of = rows.count
        rates.unverified.of = rows.count
        let verified = rows.count - rates.unverified.count
        rates.noAnswer.of = verified
        rates.undecided.of = verified
        rates.timeout.of = verified
        rates.verifierError.of = verified
        return rates
    }

    private func lengths(_ rows: [Int]) -> LengthSummary? {
        func quantiles(_ isWanted: (Outcome?) -> Bool) -> (LengthSummary.Quantiles, total: Int)? {
            let values = rows.filter { table.length[$0] >= 0 && isWanted(table.outcome[$0]) }
                .map { Double(table.length[$0]) }.sorted()
            guard let longest = values.last else { return nil }
            let sum = values.reduce(0, +)
            func at(_ level: Double) -> Double { values.quantile(level) }
            let quantiles = LengthSummary.Quantiles(
                count: values.count, mean: sum / Double(values.count), p10: at(0.1), p50: at(0.5), p90: at(0.9),
                max: longest)
            return (quantiles, Int(clamping: sum))
        }
        guard let (all, total) = quantiles({ _ in true }) else { return nil }
        return LengthSummary(
            unit: lengthUnit, total: total, all: all, right: quantiles { $0 == .correct }?.0,
            wrong: quantiles { $0 == .incorrect || $0 == .noAnswer }?.0)
    }

    private func entropy(_ rows: [Int]) -> EntropySummary? {
        guard let kind = table.entropy.kind else { return nil }
        var (all, right, wrong) = (RunningMean(), RunningMean(), RunningMean())
        var halfWidth = RunningMean()
        for row in rows {
            guard let value = table.entropy(row) else { continue }
            all.add(value.mean)
            halfWidth.add(value.halfWidth)
            switch table.outcome[row] {
            case .correct: right.add(value.mean)
            case .incorrect, .noAnswer: wrong.add(value.mean)
            default: break
            }
        }
        guard let mean = all.mean else { return nil }
        let half = kind == .interval ? halfWidth.mean : nil
        return EntropySummary(
            kind: kind, mean: mean, lower: half.map { mean - $0 }, upper: half.map { mean + $0 }, right: right.mean,
            wrong: wrong.mean, count: all.count)
    }

    private func verification(_ rows: [Int]) -> VerificationCost? {
        let values = rows.compactMap(table.milliseconds).filter(\.isFinite)
        guard let slowest = values.max() else { return nil }
        let sum = values.reduce(0, +)
        return VerificationCost(
            seconds: sum / 1000, meanMilliseconds: sum / Double(values.count), maxMilliseconds: slowest)
    }
}

/// A mean that is nil as long as nothing was added.
struct RunningMean {
    private(set) var count = 0
    private var sum = 0.0

    /// The mean of what was added.
    var mean: Double? { count > 0 ? sum / Double(count) : nil }

    mutating func add(_ value: Double) {
        count += 1
        sum += value
    }
}

extension [Double] {
    /// The quantile of an ascending, non-empty sample, interpolated linearly (numpy's default).
    func quantile(_ level: Double) -> Double {
        let position = level * Double(count - 1)
        let below = Int(clamping: position, to: 0...count - 1, .down)
        guard below + 1 < count else { return self[count - 1] }
        return self[below] + (self[below + 1] - self[below]) * (position - Double(below))
    }
}
