import Experience

/// The groups of one optimiser step, as the stage reads them.
struct OptimizeWindow: Sendable {
    /// One completion.
    struct Row: Sendable {
        var completion: Int64
        /// Its problem's name and its place in the group, for messages.
        var problem: String
        var index: Int
        var score: Double?
        var isCorrect: Bool
        var length: Int?
        var isTruncated: Bool
        /// Reward components that have a number, by name.
        var components: [String: Double] = [:]
        /// The problem's field `role`, for a running baseline.
        var role: String
        /// Its field `domain`, for running moments.
        var domain = ""
        /// The key of its problem, for a tracker.
        var problemKey: Int64 = 0
        /// Turns of the policy; 1 where it is no episode.
        var policyTurns = 1
        /// Tokens of its arrays; for an episode also those that it was given.
        var width = 0
        /// Which of them were sampled, 1 or 0; empty when all were.
        var mask: [UInt8] = []
        /// The row that it left, where it is a fork of one, and how many tokens they share.
        var fork: (parent: Int, shared: Int)?
        /// Its turns, where the estimator looks at them.
        var turns: [CompletionTurn] = []
        /// The state that its first turn answers, where it is known.
        var opening: UInt64?
        /// Why it can have no advantage, where that shows in what was read: it is then in no statistic of its group.
        var gap: Undefined?
    }

    /// The first scored completion of the same problem in the greedy run.
    struct Greedy: Sendable {
        var score: Double
        var components: [String: Double]
    }

    var rows: [Row]
    var groups: GroupIndex
    var lastOrdinal: Int
    /// By group; empty where the estimator does not look at it.
    var greedy_G: [Greedy?] = []
    /// Token arrays, flat in row order; 0 at the tokens of rows with a gap. Those that the estimator does not read are absent.
    var columns: [EstimatorNeeds.Column: [Double]] = [:]
}
