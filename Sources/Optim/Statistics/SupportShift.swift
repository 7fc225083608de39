/// What training did to the set of problems that a policy can solve ("The Invisible Leash", arXiv 2507.14843).
public struct SupportShift: Sendable, Hashable, Codable {
    /// Solved by both.
    public var preserved: Int
    /// Solved after training only.
    public var gained: Int
    /// Solved before training only.
    public var lost: Int
    /// Solved by neither.
    public var outOfReach: Int

    /// Counts of problems.
    public init(preserved: Int, gained: Int, lost: Int, outOfReach: Int) {
        self.preserved = preserved
        self.gained = gained
        self.lost = lost
        self.outOfReach = outOfReach
    }

    /// From the right samples per problem before and after; a problem counts as solved from `threshold` on.
    public init(before_P: [Int], after_P: [Int], threshold: Int = 1) throws {
        guard before_P.count == after_P.count else {
            throw OptimError("length mismatch: \(before_P.count) problems before, \(after_P.count) after")
        }
        self.init(preserved: 0, gained: 0, lost: 0, outOfReach: 0)
        for (before, after) in zip(before_P, after_P) {
            switch (before >= threshold, after >= threshold) {
            case (true, true): preserved += 1
            case (false, true): gained += 1
            case (true, false): lost += 1
            case (false, false): outOfReach += 1
            }
        }
    }

    /// Support retention rate, SRR = preserved / (preserved + lost).
    public var retention: Statistic<Double> { Self.ratio(preserved, preserved + lost) }
    /// Net discovery rate, NDR = gained / (preserved + gained).
    public var discovery: Statistic<Double> { Self.ratio(gained, preserved + gained) }
    /// Support dynamic score, SDS: the harmonic mean of the two, 0 when both are 0.
    public var dynamics: Statistic<Double> {
        guard let retention = retention.value, let discovery = discovery.value else {
            return .failure(.zeroDenominator)
        }
        if retention + discovery == 0 { return .failure(.zeroDenominator) }
        return .success(2 * retention * discovery / (retention + discovery))
    }
    /// Net support change rate, NSCR = (gained - lost) / (preserved + gained + lost).
    public var netChange: Statistic<Double> { Self.ratio(gained - lost, preserved + gained + lost) }

    private static func ratio(_ part: Int, _ whole: Int) -> Statistic<Double> {
        whole == 0 ? .failure(.zeroDenominator) : .success(Double(part) / Double(whole))
    }
}
