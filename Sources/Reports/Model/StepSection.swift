/// What the trainer said of the steps that it took, number by number.
public struct StepSection: Codable, Sendable, Hashable {
    /// One number over steps.
    public struct Curve: Codable, Sendable, Hashable {
        /// The trainer's name of it, or ours: staleness, tokens, seconds.
        public var name: String
        /// The steps that have it.
        public var steps: [Int]
        /// Its values.
        public var values: [Double]
    }

    /// In the order of their names, ours first.
    public var curves: [Curve]
}
