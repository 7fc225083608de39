/// The fit R = -a e^H + b of reward against policy entropy over training steps (Cui et al., arXiv 2505.22617): entropy
/// that is spent is reward that is gained, up to the ceiling b - a at entropy 0.
public struct EntropyRewardFit: Sendable, Hashable, Codable {
    /// Slope, with the sign of the formula.
    public var a: Double
    /// Intercept.
    public var b: Double
    /// Share of the reward's variance that the curve explains; nil for constant rewards.
    public var r2: Double?
    /// Standard deviation of the residuals, n - 2 degrees of freedom; nil for two points.
    public var residual: Double?
    /// Predicted reward at entropy 0.
    public var ceiling: Double { b - a }

    /// Ordinary least squares on x = e^H. Throws for unequal lengths and values that are not finite; undefined with
    /// `degenerate` for fewer than two different entropies, and for entropies whose exponential is beyond Double.
    public static func fit(entropies: [Double], rewards: [Double]) throws -> Statistic<EntropyRewardFit> {
        guard entropies.count == rewards.count else {
            throw OptimError("length mismatch: \(entropies.count) entropies, \(rewards.count) rewards")
        }
        for (row, pair) in zip(entropies, rewards).enumerated() where !(pair.0.isFinite && pair.1.isFinite) {
            throw OptimError("non-finite point (\(pair.0), \(pair.1))", row: row)
        }
        let xs = entropies.map { exp($0) }
        let (x, y) = (Moments(xs), Moments(rewards))
        guard x.count >= 2, !x.isConstant, x.squares > 0 else { return .failure(.degenerate) }
        var product = 0.0
        for (value, reward) in zip(xs, rewards) { product += (value - x.mean) * (reward - y.mean) }
        let slope = product / x.squares
        let intercept = y.mean - slope * x.mean
        guard slope.isFinite, intercept.isFinite else { return .failure(.degenerate) }
        var residual = 0.0
        for (value, reward) in zip(xs, rewards) {
            let error = reward - (slope * value + intercept)
            residual += error * error
        }
        return .success(
            EntropyRewardFit(
                a: -slope, b: intercept, r2: y.isConstant ? nil : 1 - residual / y.squares,
                residual: x.count > 2 ? (residual / Double(x.count - 2)).squareRoot() : nil))
    }
}
