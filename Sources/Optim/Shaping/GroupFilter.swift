/// Which groups a batch keeps (DAPO's dynamic sampling, arXiv 2503.14476, and difficulty masks).
public struct GroupFilter: Sendable, Hashable, Codable {
    /// Drops groups whose scores are all equal: they have no gradient.
    public var dropsUniform = true
    /// Keeps only groups whose mean score lies strictly inside; nil leaves this out (OpenRLHF's reward range).
    public var meanRange: ClosedRange<Double>?
    /// Groups with fewer scored completions than this are kept by `dropsUniform` (verl keeps groups of one).
    public var smallestJudged = 2

    /// The defaults above.
    public init() {}

    /// Why a group is dropped.
    public enum Reason: String, Sendable, Codable {
        /// All scores are the highest.
        case uniform
        /// The mean is outside the range.
        case outsideRange
        /// No completion is scored.
        case unscored
    }

    /// Why this group is dropped; nil keeps it. Equality is tested by max == min, never by a standard deviation.
    public func reason(scores_G: [Double?]) -> Reason? {
        let moments = Moments(scores_G.lazy.compactMap { $0 })
        guard moments.count > 0 else { return .unscored }
        if dropsUniform, moments.count >= smallestJudged, moments.isConstant { return .uniform }
        if let range = meanRange, !(moments.mean > range.lowerBound && moments.mean < range.upperBound) {
            return .outsideRange
        }
        return nil
    }
}
