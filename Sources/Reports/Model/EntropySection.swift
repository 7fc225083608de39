public import Optim

/// Token entropy in detail.
public struct EntropySection: Codable, Sendable, Hashable {
    /// What the token figures are made of.
    public enum Source: String, Codable, Sendable {
        /// Midpoints of the interval from the top candidates and the vocabulary's size.
        case interval
        /// The smallest entropy consistent with the top candidates: the vocabulary's size is not known.
        case lowerBound
        /// -logprob of the sampled token: an unbiased but noisy estimate.
        case sampled
    }

    /// Mean entropy and reward of the completions of one policy version or training step.
    public struct Stage: Codable, Sendable, Hashable {
        /// The version's or step's number.
        public var number: Int
        /// Mean over completions of their mean token entropy, in nats.
        public var entropy: Double
        /// Mean score.
        public var score: Double?
        /// Number of completions.
        public var completions: Int
    }

    /// Mean token entropy by position in the completion.
    public struct Positions: Codable, Sendable, Hashable {
        /// Tokens per bin.
        public var width: Int
        /// Mean of all completions per bin; nil for an empty bin.
        public var all: [Double?]
        /// Of those judged right.
        public var right: [Double?]
        /// Of those judged wrong or without an answer.
        public var wrong: [Double?]
        /// Tokens per bin.
        public var counts: [Int]
    }

    /// A token that is often sampled where entropy is high.
    public struct ForkingToken: Codable, Sendable, Hashable {
        /// Its id.
        public var id: Int
        /// Its text; nil where the store does not tell.
        public var text: String?
        /// How often it is among the fifth of tokens with the highest entropy.
        public var count: Int
        /// Mean entropy of those occurrences.
        public var entropy: Double
    }

    /// A sign of entropy collapse, or of numbers that are no log-probabilities, with the rule that found it.
    public struct Warning: Codable, Sendable, Hashable {
        /// The rule's name.
        public var rule: String
        /// What was found, with its figures.
        public var message: String
    }

    /// What the token figures are made of.
    public var source: Source
    /// Completions whose tokens were read, out of those that have log-probabilities.
    public var completions: Int
    /// Completions that have log-probabilities; a large run is read every n-th.
    public var of: Int
    /// Tokens read.
    public var tokens: Int
    /// Mean over tokens.
    public var mean: Double
    /// By policy version.
    public var versions: [Stage] = []
    /// By training step.
    public var steps: [Stage] = []
    /// By position.
    public var positions: Positions
    /// Token entropies in bins.
    public var histogram: Histogram
    /// The entropy that 80 % of tokens do not exceed.
    public var forkingThreshold: Double
    /// The most frequent tokens above the threshold ("Beyond the 80/20 Rule", arXiv 2506.01939).
    public var forkingTokens: [ForkingToken]
    /// Covariance of the sampled token's log-probability and its advantage; nil without advantages.
    public var covariance: Double?
    /// R = -a e^H + b over policy versions or steps; nil with fewer than three of them.
    public var fit: EntropyRewardFit?
    /// Signs of collapse.
    public var warnings: [Warning] = []
}
