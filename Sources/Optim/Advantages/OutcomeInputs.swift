/// What an estimator needs to know about a batch of completions, one element per row.
public struct OutcomeInputs: Sendable {
    /// Score per row; nil where the completion has none.
    public var scores_N: [Double?]
    /// Which rows are compared with each other.
    public var groups: GroupIndex
    /// Loss tokens per row, for `lengthWeighted`.
    public var lengths_N: [Double] = []
    /// Score of the greedy completion of the row's problem, for `greedy`; nil where it has none.
    public var greedy_N: [Double?] = []
    /// Role (player, agent) per row, for `running`; empty means one role.
    public var roles_N: [String] = []

    /// Domain per row, for `domain`; empty means one.
    public var domains_N: [String] = []

    /// Problem per row, for `tracker`; empty means that each group is one, by its number.
    public var problems_N: [String] = []

    /// The running averages that earlier batches left behind, for `running`.
    public var pastAverages: [String: Double] = [:]
    /// The moments by domain that they left behind, for `domain`.
    public var pastMoments: [String: RunningMoments] = [:]
    /// The successes and failures by problem that they left behind, for `tracker`.
    public var pastTrackers: [String: SuccessTracker] = [:]

    /// Scores and their groups.
    public init(scores_N: [Double?], groups: GroupIndex) {
        self.scores_N = scores_N
        self.groups = groups
    }
}

/// Advantages of a batch, one element per row.
public struct OutcomeAdvantages: Sendable {
    /// Advantage per row; nil where it is undefined.
    public internal(set) var values_N: [Double?]
    /// What was subtracted; nil where the advantage is undefined.
    public internal(set) var baselines_N: [Double?]
    /// What it was divided by, before eps; nil where the estimator has no scale or no advantage.
    public internal(set) var scales_N: [Double?]
    /// Why an advantage is undefined, by row.
    public internal(set) var undefined: [Int: Undefined] = [:]
    /// The running averages after this batch, for `running`.
    public internal(set) var averages: [String: Double] = [:]
    /// The moments by domain after this batch, for `domain`.
    public internal(set) var moments: [String: RunningMoments] = [:]
    /// The successes and failures by problem after this batch, for `tracker`.
    public internal(set) var trackers: [String: SuccessTracker] = [:]
    /// The groups of two or more scored completions that all have one score: compared with each other they teach nothing.
    public internal(set) var uniformGroups = 0

    /// Takes a row's advantage away.
    mutating func drop(_ row: Int, _ reason: Undefined) {
        (values_N[row], baselines_N[row], scales_N[row]) = (nil, nil, nil)
        undefined[row] = reason
    }
}
