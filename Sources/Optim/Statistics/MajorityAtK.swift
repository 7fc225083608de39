/// The exact chance that a majority vote over k of n answers is right, over all k-subsets.
///
/// An absent answer (nil) never wins a vote; a subset without any answer scores 0. Answers are equal when their
/// labels are: give the extracted answer, or an equivalence class of answers.
public struct MajorityAtK: Sendable {
    /// Who wins when several answers share the highest count.
    public enum TieRule: String, Sendable, Codable, CaseIterable {
        /// Each of them with the same chance.
        case uniform
        /// The one that was sampled first.
        case firstSeen
    }

    /// How the k votes are drawn.
    public enum Draw: String, Sendable, Codable, CaseIterable {
        /// A k-subset of the n answers.
        case withoutReplacement
        /// k independent draws, as a bootstrap of the n answers does.
        case withReplacement
    }

    private let classes_N: [Int?]
    private let sizes: [Int]
    private let isRight: [Bool]

    /// Answers in sampling order, and whether each was judged right; a class is right when its first member is.
    public init<Label: Hashable>(answers_N: [Label?], isRight_N: [Bool]) throws {
        guard answers_N.count == isRight_N.count else {
            throw OptimError("length mismatch: \(answers_N.count) answers, \(isRight_N.count) judgements")
        }
        var numbers: [Label: Int] = [:]
        var sizes: [Int] = []
        var isRight: [Bool] = []
        classes_N = answers_N.enumerated().map { row, answer in
            guard let answer else { return nil }
            if let number = numbers[answer] {
                sizes[number] += 1
                return number
            }
            numbers[answer] = sizes.count
            sizes.append(1)
            isRight.append(isRight_N[row])
            return sizes.count - 1
        }
        self.sizes = sizes
        self.isRight = isRight
    }

    /// Expected score of a vote over k answers.
    ///
    /// Undefined with `tooFewSamples` for k > n without replacement, `noData` for no answers at all, and
    /// `tooLarge` when the exact sum would need more than about 1e9 steps.
    public func expected(
        k: Int, ties: TieRule = .uniform, draw: Draw = .withoutReplacement
    ) -> Statistic<Double> {
        guard k >= 1, !classes_N.isEmpty else { return .failure(.noData) }
        if draw == .withoutReplacement, k > classes_N.count { return .failure(.tooFewSamples) }
        let right = isRight.indices.filter { isRight[$0] }
        let steps = right.reduce(0.0) { sum, index in
            let counts = Double(min(k, draw == .withReplacement ? k : sizes[index]))
            let starts = ties == .firstSeen ? Double(sizes[index]) : Double(sizes.count)
            return sum + counts * starts * Double(min(k, classes_N.count)) * Double(classes_N.count)
        }
        guard steps < 1e9 else { return .failure(.tooLarge) }
        let votes = Votes(total: classes_N.count, absent: classes_N.count { $0 == nil }, k: k, draw: draw)
        var sum = 0.0
        for winner in right {
            // Independent draws are exchangeable: the first seen of a tie is then any of them alike.
            if ties == .firstSeen, draw == .withoutReplacement {
                sum += firstSeen(winner, votes)
            } else {
                sum += uniform(winner, votes)
            }
        }
        return .success(min(1, max(0, sum)))
    }

    // Sum over the winner's count j: every other class has at most j votes; t classes at exactly j share the win.
    private func uniform(_ winner: Int, _ votes: Votes) -> Double {
        var sum = 0.0
        for j in 1...votes.most(sizes[winner]) {
            let own = votes.weight(of: sizes[winner], votes: j)
            var table = [votes.start(after: j)]
            for other in sizes.indices where other != winner {
                var next = table.map { votes.spread($0, size: sizes[other], upTo: j - 1) }
                next.append([Double](repeating: 0, count: votes.k + 1))
                let tied = votes.weight(of: sizes[other], votes: j)
                if tied > 0 {
                    for t in table.indices { votes.shift(table[t], by: j, weight: tied, into: &next[t + 1]) }
                }
                while next.count > 1, next[next.count - 1].allSatisfy({ $0 == 0 }) { next.removeLast() }
                table = next
            }
            for t in table.indices { sum += own * table[t][votes.k] / Double(t + 1) }
        }
        return sum / votes.total
    }

    // As above, for the winner's first drawn member at position p: tied classes must be drawn after p only.
    private func firstSeen(_ winner: Int, _ votes: Votes) -> Double {
        var after = sizes
        var sum = 0.0
        for answer in classes_N {
            guard let answer else { continue }
            after[answer] -= 1
            guard answer == winner else { continue }
            for j in 1...votes.most(sizes[winner]) where after[winner] >= j - 1 {
                let own = votes.weight(of: sizes[winner], votes: j) * choose(after[winner], j - 1, of: sizes[winner], j)
                var table = votes.start(after: j)
                for other in sizes.indices where other != winner {
                    var next = votes.spread(table, size: sizes[other], upTo: j - 1)
                    let tied = votes.weight(of: sizes[other], votes: j) * choose(after[other], j, of: sizes[other], j)
                    if tied > 0 { votes.shift(table, by: j, weight: tied, into: &next) }
                    table = next
                }
                sum += own * table[votes.k]
            }
        }
        return sum / votes.total
    }

    // C(part, i) / C(whole, j) without overflow, i <= j.
    private func choose(_ part: Int, _ i: Int, of whole: Int, _ j: Int) -> Double {
        guard part >= i, whole >= j else { return 0 }
        return exp(Votes.logChoose(part, i) - Votes.logChoose(whole, j))
    }
}

/// Weights whose product over classes is the chance of their vote counts, up to the chance of k votes in total.
///
/// Binomial weights at rate k/n for draws without replacement, Poisson weights for draws with replacement: both keep
/// every partial sum in range where factorials would overflow.
private struct Votes {
    let k: Int
    private let rate: Double
    private let draw: MajorityAtK.Draw
    private let absent: Int
    /// The chance of k votes in total.
    let total: Double

    init(total count: Int, absent: Int, k: Int, draw: MajorityAtK.Draw) {
        self.k = k
        self.draw = draw
        self.absent = absent
        rate = Double(k) / Double(count)
        total = Self.weight(of: count, votes: k, rate: rate, draw: draw)
    }

    func most(_ size: Int) -> Int { draw == .withReplacement ? (size > 0 ? k : 0) : min(k, size) }
    func weight(of size: Int, votes: Int) -> Double { Self.weight(of: size, votes: votes, rate: rate, draw: draw) }

    /// The distribution of votes after `j` went to the winner and any number to absent answers.
    func start(after j: Int) -> [Double] {
        var table = [Double](repeating: 0, count: k + 1)
        table[j] = 1
        return absent > 0 ? spread(table, size: absent, upTo: k) : table
    }

    /// Convolution of `table` with the weights of 0...limit votes for a class.
    func spread(_ table: [Double], size: Int, upTo limit: Int) -> [Double] {
        var next = [Double](repeating: 0, count: k + 1)
        for votes in 0...max(0, min(limit, most(size))) {
            shift(table, by: votes, weight: weight(of: size, votes: votes), into: &next)
        }
        return next
    }

    func shift(_ table: [Double], by votes: Int, weight: Double, into next: inout [Double]) {
        guard weight > 0, votes <= k else { return }
        for filled in 0...(k - votes) { next[filled + votes] += table[filled] * weight }
    }

    private static func weight(of size: Int, votes: Int, rate: Double, draw: MajorityAtK.Draw) -> Double {
        switch draw {
        case .withoutReplacement:
            guard votes <= size else { return 0 }
            if rate >= 1 { return votes == size ? 1 : 0 }
            return exp(
                logChoose(size, votes) + Double(votes) * log(rate) + Double(size - votes) * log(1 - rate))
        case .withReplacement:
            guard size > 0 else { return votes == 0 ? 1 : 0 }
            let mean = rate * Double(size)
            return exp(Double(votes) * log(mean) - mean - logGamma(Double(votes + 1)))
        }
    }

    static func logChoose(_ n: Int, _ k: Int) -> Double {
        logGamma(Double(n + 1)) - logGamma(Double(k + 1)) - logGamma(Double(n - k + 1))
    }
}
