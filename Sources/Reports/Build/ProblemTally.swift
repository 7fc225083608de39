import Experience
import Optim

/// The scored completions of one problem within a slice.
struct ProblemTally {
    /// Scored completions.
    var n = 0
    /// Right ones.
    var c = 0
    /// Mean score.
    var meanScore = 0.0
    /// Smallest and largest score; nil without any.
    var scores: ClosedRange<Double>?
    /// Of each scored completion in the order sampled, whether it is right.
    var isRight_N: [Bool] = []
    /// How often each wrong answer was given, descending: with n and c, all that a majority vote depends on.
    var wrongAnswers: [Int] = []
    /// Its cluster in the table; its own number, negative, where it stands for itself.
    var cluster = 0

    /// Rows of one problem.
    init(_ rows: some Sequence<Int>, of table: SampleTable) {
        var sum = 0.0
        var wrong: [UInt32: Int] = [:]
        for row in rows {
            let shared = table.cluster(row)
            cluster = shared > 0 ? Int(shared) : -1 - Int(table.group[row])
            let score = table.score[row]
            guard let outcome = table.outcome[row], outcome.isScored, !score.isNaN else { continue }
            n += 1
            isRight_N.append(outcome == .correct)
            sum += score
            scores = min(scores?.lowerBound ?? score, score)...max(scores?.upperBound ?? score, score)
            if outcome == .correct {
                c += 1
            } else if table.answer[row] > 0 {
                wrong[table.answer[row], default: 0] += 1
            }
        }
        meanScore = n > 0 ? sum / Double(n) : 0
        wrongAnswers = wrong.values.sorted(by: >)
    }
}

/// Majority votes, each distinct pattern of answers computed once.
struct MajorityVotes {
    private struct Pattern: Hashable {
        var n: Int
        var c: Int
        var wrongAnswers: [Int]
        var k: Int
    }

    private var known: [Pattern: Statistic<Double>] = [:]

    /// The chance that the majority of k of the problem's answers is right.
    mutating func expected(_ tally: ProblemTally, k: Int) throws -> Statistic<Double> {
        let pattern = Pattern(n: tally.n, c: tally.c, wrongAnswers: tally.wrongAnswers, k: k)
        if let value = known[pattern] { return value }
        var answers: [Int?] = Array(repeating: 0, count: tally.c)
        for (label, count) in tally.wrongAnswers.enumerated() {
            answers += [Int?](repeating: label + 1, count: count)
        }
        answers += [Int?](repeating: nil, count: tally.n - answers.count)
        let value = try MajorityAtK(answers_N: answers, isRight_N: answers.map { $0 == 0 }).expected(k: k)
        known[pattern] = value
        return value
    }
}
