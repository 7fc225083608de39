import Experience
public import Optim

/// Several runs of one model that differ in nothing but their seed.
public struct SeedSection: Codable, Sendable, Hashable {
    /// The runs, in the order of the report.
    public var runs: [String]
    /// pass@1 of each over their common problems, and how far they lie apart.
    public var passAt1: SeedSpread

    /// What it comes to, in one sentence.
    var sentence: String {
        let alone = passAt1.within.map { ", \(Format.points($0)) by sampling alone" } ?? ""
        return "\(runs.count) seeds on \(passAt1.problems.counted("problem", "problems")): pass@1 "
            + "\(Format.percent(passAt1.mean)) (95 % \(Format.percent(passAt1.interval)) over seeds); they lie "
            + "\(Format.points(passAt1.between)) points apart (standard deviation\(alone))"
    }
}
