/// How many groups carry a learning signal: with group-relative advantages only mixed ones do.
public struct GroupMix: Sendable, Hashable, Codable {
    /// Groups whose scored completions all have the highest score.
    public var allGood = 0
    /// Groups whose scored completions are all below it and equal.
    public var allBad = 0
    /// Groups with different scores.
    public var mixed = 0
    /// Groups without any scored completion.
    public var unscored = 0

    /// Counts groups; `good` is the score from which an equal group counts as all good.
    public init(groups: some Sequence<[Double?]>, good: Double = 1) {
        for scores_G in groups { add(scores_G, good: good) }
    }

    /// Counts one more group.
    public mutating func add(_ scores_G: [Double?], good: Double = 1) {
        let moments = Moments(scores_G.lazy.compactMap { $0 })
        if moments.count == 0 {
            unscored += 1
        } else if !moments.isConstant {
            mixed += 1
        } else if moments.minimum >= good {
            allGood += 1
        } else {
            allBad += 1
        }
    }

    /// Share of the scored groups that are mixed.
    public var mixedShare: Statistic<Double> {
        let scored = allGood + allBad + mixed
        return scored == 0 ? .failure(.noData) : .success(Double(mixed) / Double(scored))
    }
}
