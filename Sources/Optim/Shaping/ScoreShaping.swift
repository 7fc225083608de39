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

    /// Weights of OREAL (arXiv 2502.06781) for one group of 0/1 scores: behaviour cloning on the right answers,
    /// leave-one-out REINFORCE with the reward reshaped by the pass rate on the wrong ones.
    ///
    /// Right answers weigh 1, wrong ones -p with p the group's pass rate: in expectation of a best-of-n draw the
    /// negatives must be scaled so that the gradient stays consistent. Undefined for a group without scores.
    public static func oreal(scores_G: [Double?]) -> [Double?] {
        let scored = scores_G.compactMap { $0 }
        guard !scored.isEmpty else { return scores_G.map { _ in nil } }
        let rate = scored.reduce(0, +) / Double(scored.count)
        return scores_G.map { score in score.map { $0 > 0 ? 1 : -rate } }
    }
}
