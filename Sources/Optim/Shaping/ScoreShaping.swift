/// Bounded transformations of a verifier's or a reward model's score.
public enum ScoreShaping {
    /// Clamps the score.
    public static func clipped(_ score: Double, to range: ClosedRange<Double>) -> Double {
        min(range.upperBound, max(range.lowerBound, score))
    }

    /// Preference as reward (Fu et al., arXiv 2502.18770): the mean over reference scores of sigmoid(score - ref).
    /// Undefined with `noData` without references.
    public static func preference(_ score: Double, references: [Double]) -> Statistic<Double> {
        guard !references.isEmpty else { return .failure(.noData) }
        let sum = references.reduce(0) { $0 + 1 / (1 + exp($1 - score)) }
        return .success(sum / Double(references.count))
    }

    /// Weights of OREAL (arXiv 2502.06781) for one group of 0/1 scores: right answers weigh 1, as in behaviour cloning;
    /// wrong ones r minus the mean of the others, as in leave-one-out REINFORCE. Undefined for a row without a score, and
    /// for a wrong answer that is alone.
    public static func oreal(scores_G: [Double?]) -> [Double?] {
        let scored = scores_G.compactMap { $0 }
        let sum = scored.reduce(0, +)
        return scores_G.map { score in
            guard let score else { return nil }
            if score > 0 { return 1 }
            return scored.count > 1 ? score - (sum - score) / Double(scored.count - 1) : nil
        }
    }
}
