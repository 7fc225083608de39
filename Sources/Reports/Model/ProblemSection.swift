/// Problems by difficulty, the hardest first, with the verdicts of their samples.
public struct ProblemSection: Codable, Sendable, Hashable {
    /// One group of samples.
    public struct Problem: Codable, Sendable, Hashable {
        /// Its name in its dataset.
        public var problem: String
        /// Its dataset.
        public var dataset: String
        /// Judged samples.
        public var judged: Int
        /// Of those, right ones.
        public var right: Int
        /// Of each sample in order, up to 64: c correct, i incorrect, n no answer, t timeout, e verifier error, - not judged.
        public var verdicts: String
        /// The same samples' keys in the store.
        public var completions: [Int]
        /// Mean tokens of its samples; nil where none are counted.
        public var tokens: Double?
        /// Mean token entropy of its samples, in nats; nil where none is known.
        public var entropy: Double?
        /// Distinct extracted answers.
        public var answers: Int
    }

    /// How many there are.
    public var total: Int
    /// All of them, or where they are many some at equal distances from the hardest to the easiest.
    public var problems: [Problem]
}
