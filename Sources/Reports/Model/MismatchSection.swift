/// How far the trainer's log-probabilities of the sampled tokens are from the sampler's, d = trainer - sampler.
public struct MismatchSection: Codable, Sendable, Hashable {
    /// One of the tokens with the largest difference.
    public struct Token: Codable, Sendable, Hashable {
        /// Key of the completion in the store.
        public var completion: Int
        /// Its place among the sampled tokens, from 0.
        public var position: Int
        /// trainer - sampler, in nats.
        public var difference: Double
    }

    /// Completions with both.
    public var completions: Int
    /// Their tokens.
    public var tokens: Int
    /// Mean of |d|.
    public var meanAbsolute: Double
    /// Mean of -d: an unbiased estimate of KL(sampler || trainer), noisy.
    public var k1: Double
    /// Mean of exp(d) - 1 - d: the same, never negative.
    public var k3: Double
    /// Mean of exp(2d), minus 1.
    public var chiSquare: Double
    /// Effective sample size of the weights exp(d) as a share of the tokens.
    public var effectiveSampleShare: Double
    /// The worst tokens, the largest |d| first.
    public var worst: [Token]
}
