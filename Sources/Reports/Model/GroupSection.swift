public import Optim

/// What groups of completions look like to a group-relative estimator.
public struct GroupSection: Codable, Sendable, Hashable {
    /// Groups whose scores are all good, mixed, all bad, or absent.
    public var mix: GroupMix
    /// Groups in which all scores are equal: they carry no learning signal.
    public var zeroVariance: Int
    /// Groups that dynamic sampling threw away, by reason.
    public var filtered: [String: Int]
    /// Samples that ended without a completion, by reason.
    public var sampleFailures: [String: Int]
    /// Scores of the scored completions.
    public var scores: Histogram?
    /// Advantages; nil when there is no advantage set.
    public var advantages: Histogram?
    /// The estimator that made the advantages.
    public var estimator: String?
    /// Completions without an advantage, by reason.
    public var undefinedAdvantages: [String: Int]
    /// Problems by their share of right completions: none, then tenths; the last bin holds "all right".
    public var difficulty: Histogram?
    /// Tokens sampled per second of the run's wall time; nil when times or token counts are not known.
    public var tokensPerSecond: Double?
}
