import Numbers

/// Rewards and penalties for the number of sampled tokens; pure functions of one completion unless stated.
public enum LengthPenalty {
    /// DAPO's soft overlong punishment (arXiv 2503.14476): 0 up to `limit - buffer` tokens, then linear down to
    /// -`factor` at `limit`, and no lower.
    ///
    /// With `isFloored` false it goes on falling beyond the limit, as verl's DAPO reward manager does.
    public static func overlong(
        length: Int, limit: Int, buffer: Int, factor: Double = 1, isFloored: Bool = true
    ) throws -> Double {
        guard buffer > 0, limit >= buffer else {
            throw OptimError("overlong: buffer \(buffer) must be above 0 and at most the limit \(limit)")
        }
        let excess = Double(length) - Double(limit - buffer)
        let penalty = min(0, -excess / Double(buffer) * factor)
        return isFloored ? max(-factor, penalty) : penalty
    }

    /// Replaces the reward of a truncated completion: times `coefficient` when that is >= 0, else `coefficient` itself
    /// (OpenRLHF's stop-properly penalty).
    public static func stopProperly(score: Double, isTruncated: Bool, coefficient: Double) -> Double {
        guard isTruncated else { return score }
        return coefficient >= 0 ? score * coefficient : coefficient
    }

    /// The cosine schedule of Yeo et al. (arXiv 2502.03373): from `short` at length 0 to `long` at `limit` tokens,
    /// with different ends for right and wrong answers.
    public struct Cosine: Sendable, Hashable, Codable {
        /// Reward of a right answer of length 0 and at the limit.
        public var correct = Ends(short: 1, long: 0.5)
        /// Reward of a wrong answer of length 0 and at the limit.
        public var wrong = Ends(short: -1, long: -0.5)
        /// Length at which the schedule ends, >= 1.
        public var limit = 1000

        /// Rewards at length 0 and at the limit.
        public struct Ends: Sendable, Hashable, Codable {
            /// At length 0.
            public var short: Double
            /// At the limit and beyond.
            public var long: Double

            /// Both ends.
            public init(short: Double, long: Double) {
                self.short = short
                self.long = long
            }
        }

        /// The defaults above.
        public init() {}

        /// The reward of a completion.
        public func reward(length: Int, isCorrect: Bool) -> Double {
            let progress = min(1, Double(length) / Double(max(1, limit)))
            let ends = isCorrect ? correct : wrong
            return ends.long + 0.5 * (ends.short - ends.long) * (1 + cos(progress * .pi))
        }
    }

    /// Kimi k1.5 (arXiv 2501.12599), over a group: lambda = 0.5 - (length - min) / (max - min); right answers get
    /// lambda, wrong ones min(0, lambda); all 0 when the lengths are equal.
    public static func kimi(lengths_G: [Int], isCorrect_G: [Bool]) throws -> [Double] {
        guard lengths_G.count == isCorrect_G.count else {
            throw OptimError("length mismatch: \(lengths_G.count) lengths, \(isCorrect_G.count) judgements")
        }
        guard let shortest = lengths_G.min(), let longest = lengths_G.max(), longest > shortest else {
            return [Double](repeating: 0, count: lengths_G.count)
        }
        return zip(lengths_G, isCorrect_G).map { length, isCorrect in
            let lambda = 0.5 - (Double(length) - Double(shortest)) / (Double(longest) - Double(shortest))
            return isCorrect ? lambda : min(0, lambda)
        }
    }

    /// LASER (arXiv 2505.15612): a right answer of at most `target` tokens earns `alpha` on top.
    ///
    /// LASER-D is the same with a target per difficulty: see ``adaptiveTarget(lengths:coverage:)``.
    public static func laser(length: Int, isCorrect: Bool, target: Int, alpha: Double = 0.5) -> Double {
        guard isCorrect else { return 0 }
        return length <= target ? 1 + alpha : 1
    }

    /// LASER-D's target for one difficulty class: the smallest length within which `coverage` of its right answers
    /// fit. Undefined with `noData` without right answers.
    public static func adaptiveTarget(lengths: [Int], coverage: Double = 0.9) -> Statistic<Int> {
        guard !lengths.isEmpty, coverage > 0, coverage <= 1 else { return .failure(.noData) }
        let sorted = lengths.sorted()
        return .success(sorted[Int(clamping: Double(sorted.count) * coverage, to: 1...sorted.count, .up) - 1])
    }

    /// GRPO-lambda (arXiv 2505.18086): whether a group is good enough to be asked for brevity; where its share of
    /// right answers is lower, leave the length penalty out.
    public static func isActive(correct: Int, scored: Int, threshold: Double = 0.5) -> Bool {
        scored > 0 && Double(correct) / Double(scored) >= threshold
    }
}
