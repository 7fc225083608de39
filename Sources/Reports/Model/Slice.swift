import Optim

/// The headline figures of some completions: all of a run, or those of one model, dataset or level.
public struct Slice: Codable, Sendable, Hashable {
    /// What the completions have in common; "all" for the whole.
    public var label: String
    /// Distinct problems (groups).
    public var problems = 0
    /// Completions, judged or not.
    public var completions = 0
    /// Completions with a score: the denominators below count these alone.
    public var scored = 0
    /// Completions judged right.
    public var correct = 0
    /// Mean score of the scored completions, over problems.
    public var meanScore = Estimate.undefined(.noData)
    /// pass@1: the share of right completions, averaged over the problems with any judged completion.
    public var passAt1 = Estimate.undefined(.noData)
    /// For k = 1, 2, 4 …, all over the same problems: those with as many judged completions as 95 % of the problems have.
    public var curve: [CurvePoint] = []
    /// Problems with judged completions, but too few of them for the curve.
    public var leftOut = 0
    /// Distinct models of the completions; with more than one the curve ends at k = 1.
    public var models = 0
    /// What group-relative estimators can learn from; nil where no problem has two completions.
    public var groups: GroupCounts?
    /// Counts of what went otherwise than right or wrong.
    public var rates = Rates()
    /// Lengths of completions; nil when nothing tells.
    public var length: LengthSummary?
    /// Mean token entropy; nil when no log-probabilities are known.
    public var entropy: EntropySummary?
    /// Time spent on verification; nil when it was not measured.
    public var verification: VerificationCost?
    /// The same figures by the field's names, for loggers: "pass@1", "majority@8", "no_answer" …
    public var metrics: [String: Double] = [:]
}

/// The statistics of drawing k of a problem's completions, averaged over the curve's problems.
public struct CurvePoint: Codable, Sendable, Hashable {
    /// Number of completions drawn.
    public var k: Int
    /// At least one is right; unbiased (Chen et al., arXiv 2107.03374).
    public var pass: Estimate
    /// The majority answer is right, exact over all k-subsets, ties shared.
    public var majority: Estimate
    /// At least half of them are right: G-Pass@k at 0.5 (Liu et al., arXiv 2412.13147).
    public var gPassHalf: Estimate
    /// All of them are right: G-Pass@k at 1.
    public var gPassAll: Estimate
    /// mG-Pass@k: the mean of G-Pass@k over thresholds above one half.
    public var mgPass: Estimate
}

/// Groups by their scores: with group-relative advantages only mixed ones carry a signal.
public struct GroupCounts: Codable, Sendable, Hashable {
    /// Every scored completion has the same score, 1 or above.
    public var allGood = 0
    /// Scores differ.
    public var mixed = 0
    /// Every scored completion has the same score, below 1.
    public var allBad = 0
    /// No completion has a score.
    public var unscored = 0
    /// Two or more scored completions, all equal: nothing to learn from.
    public var zeroVariance = 0

    /// Groups with a score.
    public var scored: Int { allGood + mixed + allBad }
}

/// Counts of what went otherwise than right or wrong.
public struct Rates: Codable, Sendable, Hashable {
    /// No answer in the completion; scored like a wrong one.
    public var noAnswer = Rate()
    /// Nothing could be decided within the verifier's budget; scored like a wrong one.
    public var undecided = Rate()
    /// Sampling ended at the token budget.
    public var truncated = Rate()
    /// The verifier did not answer in time; without a score.
    public var timeout = Rate()
    /// The verifier failed; without a score.
    public var verifierError = Rate()
    /// Not verified yet.
    public var unverified = Rate()
    /// Not to be used for importance ratios.
    public var unusable = Rate()
}

/// A count out of those that could be counted.
public struct Rate: Codable, Sendable, Hashable {
    /// How many.
    public var count = 0
    /// Out of how many; 0 when the input does not tell.
    public var of = 0

    /// A count out of a total.
    public init(count: Int = 0, of: Int = 0) {
        self.count = count
        self.of = of
    }

    /// count / of; nil when the input does not tell.
    public var share: Double? { of > 0 ? Double(count) / Double(of) : nil }
}

/// Lengths of completions.
public struct LengthSummary: Codable, Sendable, Hashable {
    /// What is counted.
    public enum Unit: String, Codable, Sendable {
        /// Sampled tokens.
        case tokens
        /// UTF-8 bytes of the text, where token counts are not known.
        case bytes
    }

    /// Mean and quantiles of some completions' lengths.
    public struct Quantiles: Codable, Sendable, Hashable {
        /// Number of completions.
        public var count: Int
        /// Arithmetic mean.
        public var mean: Double
        /// 10 % are at most this long; interpolated linearly, as are the others.
        public var p10: Double
        /// The median.
        public var p50: Double
        /// 90 % are at most this long.
        public var p90: Double
        /// The longest.
        public var max: Double
    }

    /// What is counted.
    public var unit: Unit
    /// Sum of all lengths.
    public var total: Int
    /// All completions.
    public var all: Quantiles
    /// Those judged right; nil when there are none.
    public var right: Quantiles?
    /// Those judged wrong or without an answer; nil when there are none.
    public var wrong: Quantiles?
}

/// Mean token entropy in nats, each completion weighing the same.
public struct EntropySummary: Codable, Sendable, Hashable {
    /// What the figures are.
    public enum Kind: String, Codable, Sendable {
        /// From the full distribution.
        case exact
        /// Bounds from the top candidates; the mean is of the midpoints.
        case interval
        /// The estimate -mean(logprob) of the sampled tokens.
        case sampled
        /// Completions of different kinds.
        case mixed
    }

    /// What the figures are.
    public var kind: Kind
    /// Mean over completions of their mean token entropy.
    public var mean: Double
    /// Mean of the lower bounds; nil unless every completion has bounds.
    public var lower: Double?
    /// Mean of the upper bounds.
    public var upper: Double?
    /// Mean of the completions judged right.
    public var right: Double?
    /// Mean of those judged wrong or without an answer.
    public var wrong: Double?
    /// Number of completions.
    public var count: Int
}

/// Wall time that verification took.
public struct VerificationCost: Codable, Sendable, Hashable {
    /// Sum over completions, in seconds.
    public var seconds: Double
    /// Mean milliseconds per completion.
    public var meanMilliseconds: Double
    /// The slowest, in milliseconds.
    public var maxMilliseconds: Double
}
