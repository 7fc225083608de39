/// A two-sided interval.
public struct Interval: Sendable, Hashable, Codable {
    /// Lower end.
    public var lower: Double
    /// Upper end.
    public var upper: Double

    /// An interval from its ends.
    public init(lower: Double, upper: Double) {
        self.lower = lower
        self.upper = upper
    }

    /// Upper end minus lower end.
    public var width: Double { upper - lower }
}
