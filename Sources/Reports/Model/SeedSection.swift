public import Optim

/// Several runs of one model that differ in nothing but their seed.
public struct SeedSection: Codable, Sendable, Hashable {
    /// The runs, in the order of the report.
    public var runs: [String]
    /// pass@1 of each over their common problems, and how far they lie apart.
    public var passAt1: SeedSpread
}
