/// How the verifiers of a run did, and whether they agree.
public struct VerifierSection: Codable, Sendable, Hashable {
    /// One verifier with its version and options.
    public struct Health: Codable, Sendable, Hashable {
        /// Name and version; options where two scorings differ in nothing else.
        public var name: String
        /// Verdicts.
        public var verdicts: Int
        /// Verdicts by outcome.
        public var outcomes: [String: Int]
        /// The most frequent reasons of verdicts that are not right.
        public var reasons: [Count]
        /// Mean milliseconds per verdict.
        public var meanMilliseconds: Double
        /// Slowest verdicts.
        public var slowest: [Slow]
    }

    /// How often something was said.
    public struct Count: Codable, Sendable, Hashable {
        /// What.
        public var name: String
        /// How often.
        public var count: Int
    }

    /// A verdict that took long.
    public struct Slow: Codable, Sendable, Hashable {
        /// Key of the completion in the store.
        public var completion: Int
        /// Milliseconds.
        public var milliseconds: Double
    }

    /// Two verifiers over the completions that both gave a score.
    public struct Agreement: Codable, Sendable, Hashable {
        /// Name of the first.
        public var first: String
        /// Name of the second.
        public var second: String
        /// Completions that both scored.
        public var both: Int
        /// Of those, how many both call right or both call not right.
        public var agree: Int
        /// Cohen's kappa, agreement beyond chance; nil where chance alone would agree on everything.
        public var kappa: Double?
        /// Completions on which they disagree, up to ten.
        public var disagreements: [Disagreement]
    }

    /// A completion that two verifiers judge differently.
    public struct Disagreement: Codable, Sendable, Hashable {
        /// Key of the completion in the store.
        public var completion: Int
        /// Outcome and reason of the first.
        public var first: String
        /// Outcome and reason of the second.
        public var second: String
    }

    /// In order of their first use.
    public var verifiers: [Health]
    /// Each pair.
    public var agreements: [Agreement]
}
