/// Weighted successes and failures of one problem, of which a policy that changes forgets: the value tracker of SPO (Xu and Ding
/// 2025, arXiv 2509.13232), with a constant forgetting factor in place of one by the policy's divergence.
public struct SuccessTracker: Sendable, Hashable {
    /// Weight of the successes, the prior's among it.
    public var successes: Double
    /// Weight of the failures.
    public var failures: Double

    /// Half a success and half a failure: Jeffreys' prior.
    public init() { (successes, failures) = (0.5, 0.5) }

    /// These weights.
    public init(successes: Double, failures: Double) { (self.successes, self.failures) = (successes, failures) }

    /// The value before the next score.
    public var mean: Double { successes / (successes + failures) }

    /// Takes the scores of one batch in: what was there counts `decay` of what it did.
    mutating func add(_ scores: [Double], decay: Double) {
        let sum = scores.reduce(0, +)
        successes = decay * successes + sum
        failures = decay * failures + (Double(scores.count) - sum)
    }
}
