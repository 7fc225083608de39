import Numbers

/// Episodes of several turns, by environment.
public struct EpisodeSection: Codable, Sendable, Hashable {
    /// One environment.
    public struct Environment: Codable, Sendable, Hashable {
        /// As the configuration names it.
        public var name: String
        /// Of the environment and of what it runs on.
        public var version: String
        /// Finished episodes.
        public var episodes: Int
        /// Those that the report's verifier calls correct, of those with a score.
        public var success: Rate
        /// How they ended: `done`, `answered`, or the limit that was reached.
        public var stops: [String: Int]
        /// Turns of an episode, mean.
        public var meanTurns: Double
        /// Calls of tools, bad ones among them.
        public var calls: Int
        /// Calls that could not be made or failed.
        public var callErrors: Int
        /// Tokens that the policy sampled.
        public var sampledTokens: Int
        /// Tokens behind the first prompt that it did not sample.
        public var contextTokens: Int
        /// Seconds of an episode that the policy was waited for, mean.
        public var meanModelSeconds: Double
        /// Seconds of an episode that the environment was waited for, mean.
        public var meanEnvironmentSeconds: Double
        /// The environment's own reward of an episode, mean; nil where it gives none.
        public var meanReward: Double?
        /// The tools most called.
        public var tools: [ToolCount]
        /// By turn.
        public var turns: [TurnCount]
    }

    /// Calls of one tool.
    public struct ToolCount: Codable, Sendable, Hashable {
        /// As it was called; empty where the name could not be read.
        public var name: String
        /// All of them.
        public var calls: Int
        /// Those that could not be made or failed, by kind.
        public var faults: [String: Int]
    }

    /// One turn over all episodes that have it and whose log-probabilities are known.
    public struct TurnCount: Codable, Sendable, Hashable {
        /// From 0.
        public var turn: Int
        /// Episodes that have it.
        public var episodes: Int
        /// Tokens of the policy in it, mean.
        public var meanTokens: Double
        /// Mean of -log p over those tokens, in nats: an estimate of the policy's entropy. Nil without tokens.
        public var entropy: Double?
    }

    /// By name and version.
    public var environments: [Environment]
}
