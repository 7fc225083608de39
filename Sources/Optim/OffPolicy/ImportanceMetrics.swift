/// Statistics of importance weights, over loss tokens unless stated; after bounds, before batch normalisation.
public struct ImportanceMetrics: Sendable, Hashable, Codable {
    /// Mean weight.
    public var mean = 0.0
    /// Population standard deviation of the weights.
    public var deviation = 0.0
    /// Highest weight; for the level `sequence` the highest ratio of a row, before bounds.
    public var maximum = 0.0
    /// Lowest weight; for the level `sequence` the lowest ratio of a row, before bounds.
    public var minimum = 0.0
    /// Share of ratios above the upper bound (of rows for the level `sequence`).
    public var fractionHigh = 0.0
    /// Share of ratios below the lower bound, which is 1 / upper where none is set.
    public var fractionLow = 0.0
    /// Share of loss tokens outside the bounds that are set.
    public var outOfBounds = 0.0
    /// Effective sample size as a share of the tokens: (sum w)^2 / (n sum w^2), in (0, 1]; nil when all weights are 0.
    public var effectiveSampleShare: Double?
    /// Mean over rows of the row's mean weight; a row without loss tokens counts with 0.
    public var rowMean = 0.0
    /// Sample standard deviation of the same; 0 for one row.
    public var rowDeviation = 0.0
    /// Highest of the same.
    public var rowMaximum = 0.0
    /// Lowest of the same.
    public var rowMinimum = 0.0
    /// Largest distance of the same from 1.
    public var rowMaximumDeviation = 0.0
    /// Share of rows whose mean ratio, before bounds, is above the upper bound.
    public var rowFractionHigh = 0.0
    /// Share of rows whose mean ratio, before bounds, is below the lower bound.
    public var rowFractionLow = 0.0
    /// What the weights were divided by; nil without batch normalisation.
    public var normalizer: Double?
}
