/// The baseline and the scale of every scored completion of one group, for which the formula has a value.
struct GroupParts {
    private let estimator: AdvantageEstimator
    private let scores: [Double]
    private let moments: Moments
    private let batch: Moments
    // Per-slot values of the baselines that differ inside a group.
    private var baselines: [Double] = []
    private var others: [Double] = []
    private var passK = PassKAdvantage(n: 1, correct: 0, k: 1)
    private var winner = 0
    private var runnerUp = 0.0
    private var weightedMean = 0.0
    private var softMean = 0.0

    init(
        _ estimator: AdvantageEstimator, _ inputs: OutcomeInputs, rows: [Int], scores: [Double], moments: Moments,
        batch: Moments
    ) throws {
        self.estimator = estimator
        self.scores = scores
        self.moments = moments
        self.batch = batch
        switch estimator.baseline {
        case .lengthWeighted:
            var total = 0.0
            for row in rows { total += inputs.lengths_N[row] }
            var sum = 0.0
            for (slot, row) in rows.enumerated() { sum += inputs.lengths_N[row] * (scores[slot] - moments.mean) }
            weightedMean = moments.mean + sum / total
        case .greedy:
            for row in rows {
                guard let score = inputs.greedy_N[row] else {
                    throw OptimError("no score of the greedy completion, which \(estimator.preset) subtracts", row: row)
                }
                baselines.append(score)
            }
        case .runnerUp:
            winner = scores.indices.max { scores[$0] < scores[$1] } ?? 0
            winner = scores.firstIndex(of: scores[winner]) ?? winner
            for (slot, score) in scores.enumerated() where slot != winner {
                runnerUp = slot == (winner == 0 ? 1 : 0) ? score : max(runnerUp, score)
            }
        case .passK:
            passK = PassKAdvantage(n: scores.count, correct: scores.count { $0 == 1 }, k: estimator.k)
        case .softMean: softMean = Self.softMean(scores, estimator.temperature)
        case .none, .group, .leaveOneOut, .batch, .running, .domain, .tracker, .constant: break
        }
        if estimator.scale == .leaveOneOut { others = Self.otherDeviations(scores, moments, ddof: estimator.ddof) }
    }

    func baseline(_ slot: Int) -> Double {
        switch estimator.baseline {
        case .none, .running, .domain, .tracker: 0
        case .group: moments.mean
        case .leaveOneOut: scores[slot] - centred(slot)
        case .batch: batch.mean
        case .greedy: baselines[slot]
        case .lengthWeighted: weightedMean
        case .runnerUp: slot == winner ? runnerUp : scores[slot]
        case .passK: passK.mean
        case .constant: estimator.constant
        case .softMean: softMean
        }
    }

    // Differences are taken from the mean, so that a constant added to all scores changes nothing.
    func centred(_ slot: Int) -> Double {
        switch estimator.baseline {
        case .leaveOneOut: leaveOneOut(slot)
        case .lengthWeighted: moments.isConstant ? 0 : scores[slot] - weightedMean
        case .passK: passK.centred(correct: scores[slot] == 1)
        default: scores[slot] - baseline(slot)
        }
    }

    func divisor(_ slot: Int) -> Double? {
        switch estimator.scale {
        case .none, .domain: nil
        case .group: groupDeviation
        case .leaveOneOut: others[slot]
        // Around the baselines it is applied when all of them are known.
        case .batch: estimator.scalesAroundBaseline ? nil : deviation(batch)
        case .mean: moments.mean
        case .passK: passK.deviation
        }
    }

    private func deviation(_ moments: Moments) -> Double {
        guard estimator.arithmetic == .trl, estimator.ddof == 1, moments.count > 1 else {
            return moments.significant(ddof: estimator.ddof)
        }
        let bessel = Double(Float(moments.count) / Float(moments.count - 1))
        return (moments.squares / Double(moments.count) * bessel).squareRoot()
    }

    // From the highest score down, so that no exponential overflows.
    private static func softMean(_ scores: [Double], _ temperature: Double) -> Double {
        let highest = scores.reduce(-Double.infinity, max)
        let sum = scores.reduce(0) { $0 + exp(($1 - highest) / temperature) }
        return highest + temperature * log(sum / Double(scores.count))
    }

    private var groupDeviation: Double {
        guard estimator.scalesAroundBaseline, estimator.baseline == .leaveOneOut else { return deviation(moments) }
        // Leave-one-out differences are the centred scores times n / (n - 1).
        return deviation(moments) * Double(scores.count) / Double(scores.count - 1)
    }

    private func leaveOneOut(_ slot: Int) -> Double {
        let count = Double(scores.count)
        switch estimator.arithmetic {
        case .exact, .trl: return (scores[slot] - moments.mean) * count / (count - 1)
        case .verl: return scores[slot] * count / (count - 1) - moments.mean * count / (count - 1)
        case .plain: return scores[slot] - (moments.mean * count - scores[slot]) / (count - 1)
        }
    }

    // The deviation of the others by taking one out of the sums; directly where that would cancel.
    private static func otherDeviations(_ scores: [Double], _ moments: Moments, ddof: Int) -> [Double] {
        let count = Double(scores.count)
        return scores.indices.map { slot in
            guard !moments.isConstant, scores.count - 1 > ddof else { return 0 }
            let deviation = scores[slot] - moments.mean
            let squares = moments.squares - deviation * deviation * count / (count - 1)
            if squares > 1e-4 * moments.squares { return (squares / (count - 1 - Double(ddof))).squareRoot() }
            let rest = Moments(scores.enumerated().lazy.filter { $0.offset != slot }.map(\.element))
            return rest.significant(ddof: ddof)
        }
    }
}
