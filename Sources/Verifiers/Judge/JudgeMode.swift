/// What a judge is asked.
public enum JudgeMode: String, Sendable, CaseIterable {
    /// Whether the response is right, given the reference answer.
    case grade
    /// How well it meets each criterion of a rubric, 0 to 1.
    case rubric
    /// Whether it is better than a reference response, asked in both orders.
    case pairwise
    /// How probable the reference answer is after the response's reasoning: no question, only log-probabilities
    /// (RLPR, Yu et al. 2025, arXiv 2506.18254: the mean probability of the answer's tokens).
    case referenceProbability = "reference_probability"
}
