/// Count, mean and squared deviations of a stream of scores that comes batch by batch (Chan, Golub and LeVeque's merge).
public struct RunningMoments: Sendable, Hashable {
    /// Scores so far.
    public var count = 0
    /// Their mean.
    public var mean = 0.0
    /// Sum of their squared deviations from it.
    public var squares = 0.0
    /// The smallest.
    public var minimum = Double.infinity
    /// The largest.
    public var maximum = -Double.infinity

    /// None yet.
    public init() {}

    /// Takes a batch in.
    mutating func add(_ scores: [Double]) {
        guard !scores.isEmpty else { return }
        let batch = Moments(scores)
        let total = Double(count + batch.count)
        let shift = batch.mean - mean
        squares += batch.squares + shift * shift * Double(count) * Double(batch.count) / total
        mean += shift * Double(batch.count) / total
        (count, minimum, maximum) = (count + batch.count, min(minimum, batch.minimum), max(maximum, batch.maximum))
        // Equal scores have exactly that mean, and no spread.
        if minimum >= maximum { (mean, squares) = (minimum, 0) }
    }

    /// Standard deviation with `ddof` degrees of freedom taken off; nil for too few.
    func deviation(ddof: Int) -> Double? {
        count > ddof ? (squares / Double(count - ddof)).squareRoot() : nil
    }
}
