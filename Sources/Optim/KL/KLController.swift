/// The coefficient of the KL penalty, constant or adapted to a target (Ziegler et al., arXiv 1909.08593).
public struct KLController: Sendable, Hashable, Codable {
    /// The coefficient now.
    public private(set) var coefficient: Double
    /// The KL to aim at, in nats; nil keeps the coefficient.
    public let target: Double?
    /// Number of samples over which an error of 100 % changes the coefficient by about 100 %.
    public let horizon: Double

    /// A constant coefficient.
    public init(constant coefficient: Double) {
        self.coefficient = coefficient
        target = nil
        horizon = 1
    }

    /// An adaptive coefficient; throws unless target and horizon are above 0.
    public init(initial: Double, target: Double, horizon: Double) throws {
        guard target > 0, horizon > 0, initial.isFinite else {
            throw OptimError("adaptive KL: target \(target) and horizon \(horizon) must be above 0")
        }
        coefficient = initial
        self.target = target
        self.horizon = horizon
    }

    /// coefficient *= 1 + clip(kl / target - 1, +-0.2) * samples / horizon.
    public mutating func update(kl: Double, samples: Int) {
        guard let target, kl.isFinite else { return }
        let error = min(0.2, max(-0.2, kl / target - 1))
        coefficient *= 1 + error * Double(samples) / horizon
    }
}
