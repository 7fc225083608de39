/// How scores become advantages: what is subtracted, what it is divided by, and how it is spread over tokens.
///
/// Every published estimator is a setting of these few parts; ``presets`` names them. All arithmetic is in Double.
/// Rows without a score take no part in any baseline or scale and have no advantage. Where all compared scores are
/// equal the advantage is exactly 0.
///
/// In a configuration file an estimator is a preset with overrides: `{preset: grpo, eps: 1e-4}`.
public struct AdvantageEstimator: Sendable, Hashable {
    /// What is subtracted from the score r of a completion, over the n scored completions it is compared with.
    public enum Baseline: String, Sendable, Codable, CaseIterable {
        /// Nothing.
        case none
        /// The mean of the group.
        case group
        /// The mean of the group's other completions.
        case leaveOneOut
        /// The mean of the batch.
        case batch
        /// The score of the greedy completion of the same problem, given as an input.
        case greedy
        /// The group's mean weighted by token counts.
        case lengthWeighted
        /// An exponential average of the past scores of the same role, in row order, starting from 0.
        case running
        /// The mean of all scores of the domain so far, this batch's among them.
        case domain
        /// The mean of the problem's earlier scores, the older the lighter: that of a Beta distribution which begins with half a
        /// success and half a failure, and forgets with ``decay`` from batch to batch (SPO, arXiv 2509.13232).
        case tracker
        /// The second best score, for the best completion of the group; all others get 0.
        case runnerUp
        /// The pass@k of the group, for 0/1 scores: completions share the reward of the k-subsets they are in.
        case passK
        /// A number, ``constant``.
        case constant
        /// The group's soft mean b log(mean(exp(r / b))) with the temperature b: the optimal value of a policy regularised with
        /// weight b.
        case softMean
    }

    /// What the centred score is divided by. A scale of exactly 0 never divides.
    public enum Scale: String, Sendable, Codable, CaseIterable {
        /// Nothing.
        case none
        /// The standard deviation of the group.
        case group
        /// The standard deviation of the group's other completions.
        case leaveOneOut
        /// The standard deviation of the batch.
        case batch
        /// The mean of the group.
        case mean
        /// The standard deviation of all scores of the domain so far, this batch's among them.
        case domain
        /// The standard deviation of the group's pass@k; only with the baseline `passK`.
        case passK
    }

    /// What the only scored completion of a group gets from a formula that compares completions.
    public enum Singleton: String, Sendable, Codable, CaseIterable {
        /// No advantage, with the reason `singleCompletion`.
        case undefined
        /// 0.
        case zero
        /// Its own score: baseline 0 and scale 1.
        case score
        /// The group is refused with an error.
        case refused
    }

    /// How a completion's advantage becomes a value per token.
    public enum Credit: String, Sendable, Codable, CaseIterable {
        /// The same value at every token of the mask.
        case outcome
        /// The discounted sum of the token rewards from the token on.
        case rewardToGo
        /// Generalised advantage estimation over token values.
        case gae
        /// Reward-to-go minus the variance-optimal baseline per token position.
        case optimalToken
        /// As `optimalToken`, over runs of trainable tokens (turns of a conversation with tools).
        case optimalTurnToken
        /// The episode's advantage plus that of each turn's return among all turns of the group.
        case turnGroup
        /// The same among the group's turns of the same number.
        case turnNumber
        /// The same among the group's turns that were taken in the same state.
        case turnState
        /// Generalised advantage estimation over turns: every token of a turn has the turn's.
        case turnGAE
        /// The same over turns, and inside each over its tokens.
        case biLevelGAE

        /// Whether it looks at the turns of episodes.
        public var isOfTurns: Bool { comparesTurns || self == .turnGAE || self == .biLevelGAE }
        /// Whether turns are compared with other turns of the group.
        var comparesTurns: Bool { self == .turnGroup || self == .turnNumber || self == .turnState }
    }

    /// What the turns of an episode are paid.
    public enum TurnRewards: String, Sendable, Codable, CaseIterable {
        /// The episode's reward, at its last turn.
        case outcome
        /// What the environment paid for each turn.
        case reward
        /// Shares of the episode's reward by what each turn added to the progress: ``ProgressShares``.
        case progress
    }

    /// Name of the preset it came from.
    public var preset = "grpo"
    /// What is subtracted.
    public var baseline = Baseline.group
    /// What divides.
    public var scale = Scale.group
    /// Degrees of freedom taken off in a standard deviation: 1 for the sample's, 0 for the population's.
    public var ddof = 1
    /// Added to the divisor, >= 0.
    public var eps = 1e-6
    /// Standard deviations are taken around the baseline instead of the mean, so that both use the same centre.
    public var scalesAroundBaseline = false
    /// With the scale `mean`: a group whose mean is not positive has advantage 0, as no share of successes exists.
    public var requiresPositiveMean = true
    /// Groups with one scored completion.
    public var singleton = Singleton.undefined
    /// Subset size of the baseline `passK`, >= 1.
    public var k = 1
    /// Weight of the past in the baselines `running` and `tracker`, in [0, 1).
    public var decay = 0.95
    /// The baseline `constant`.
    public var constant = 0.0
    /// Temperature of the baseline `softMean`, above 0.
    public var temperature = 0.5
    /// Positive advantages are multiplied with this, >= 0; with outcome credit alone.
    public var positiveWeight = 1.0
    /// Negative advantages likewise.
    public var negativeWeight = 1.0
    /// GPG: every advantage times (rows / rows with a non-zero score), divided by this; nil leaves it out.
    public var gpgNorm: Double?
    /// The weight of each reward component when there are several.
    public var componentWeights = ComponentWeights.equal
    /// Several reward components: each is normalised in its group before the sum, and the sum over the batch after it.
    public var normalizesComponents = false
    /// How a value per token is made.
    public var credit = Credit.outcome
    /// Discount per token, in [0, 1].
    public var gamma = 1.0
    /// The lambda of GAE, in [0, 1].
    public var lambda = 1.0
    /// VAPO's length-adaptive lambda of GAE, 1 - 1 / (alpha l) for l loss tokens, at least 0; nil keeps ``lambda``.
    public var lengthAlpha: Double?
    /// The lambda of GAE by which what comes at the last of l loss tokens still counts this much at the first, q^(1 / (l - 1));
    /// nil keeps ``lambda``.
    public var positionLambda: Double?
    /// The lambda of the value targets where it differs from the advantages'; nil is the same.
    public var valueLambda: Double?
    /// Several components: added to the batch's deviation of their sum; nil is ``eps``.
    public var batchEps: Double?
    /// Advantages of completions are normalised over the batch: (A - mean) / (deviation + ``eps``); a deviation of 0 does not divide.
    public var normalizesRows = false
    /// Advantages are held to +- this at the end; nil leaves them.
    public var advantageClip: Double?
    /// With an optimal token baseline: past the end of the second longest row of a group the longest has nothing to
    /// compare with, and its baseline is 0; false keeps the baseline of the row alone.
    public var zeroesTail = true
    /// Credit over turns: what they are paid.
    public var turnRewards = TurnRewards.outcome
    /// Credit over turns: discount per turn, in [0, 1].
    public var turnGamma = 1.0
    /// Credit over turns that are compared: weight of the episode's advantage, >= 0.
    public var episodeWeight = 1.0
    /// Credit over turns that are compared: weight of the turn's own advantage, >= 0.
    public var turnWeight = 1.0
    /// Credit over turns that are compared: in the mean and the deviation of the group's rewards an episode counts once for each
    /// of its turns.
    public var episodesByTurns = false
    /// Credit over turns: how much each counts.
    public var turnShares = TurnWeights.none
    /// What the recursions do at a token outside the mask.
    public var gap = MaskGap.carry
    /// Normalisation of the token advantages over the batch.
    public var whitening = Whitening.none
    /// Whose rounding to reproduce.
    public var arithmetic = Arithmetic.exact

    /// Whether equal scores of a group cancel: what is subtracted comes from the group's own scores.
    public var comparesWithinGroup: Bool {
        switch baseline {
        case .group, .leaveOneOut, .lengthWeighted, .runnerUp, .passK, .softMean: true
        case .none, .batch, .greedy, .running, .domain, .tracker, .constant: false
        }
    }

    /// The estimator of GRPO: group mean, group standard deviation.
    public init() {}
}

/// What a backward recursion over tokens does at a token outside the loss mask (a tool's output, padding).
public enum MaskGap: String, Sendable, Codable, CaseIterable {
    /// Passes its state over the gap, as if the token were not there (verl, NeMo RL, AReaL).
    case carry
    /// Treats the token as one with reward 0 and value 0 (OpenRLHF).
    case zero
    /// Restarts behind the gap (the REINFORCE++ of verl).
    case reset
    /// Takes the token as a step like any other, with its value and without a reward (SkyRL's GAE); in a reward-to-go it only
    /// discounts.
    case step
}
