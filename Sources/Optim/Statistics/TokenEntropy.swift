/// Entropy of the next-token distribution at one position, in nats.
///
/// Three sources, never mixed up: the full distribution gives the exact value; the top k log-probabilities give an
/// interval that contains it; the sampled token's log-probability gives a noisy unbiased estimate (``sampled(_:)``).
public struct TokenEntropy: Sendable, Hashable, Codable {
    /// Smallest and largest entropy consistent with the input; equal when it is exact.
    public var interval: Interval
    /// Entropy of the reported part alone, -sum p ln p over the k tokens; a lower bound that is not sharp.
    public var reported: Double
    /// Probability not covered by the reported tokens, in [0, 1].
    public var missingMass: Double

    /// Exact entropy and related sums of a full row of logits (natural scale, any offset).
    public struct Full: Sendable, Hashable {
        /// Entropy in nats.
        public var entropy: Double
        /// Sum of squared probabilities, which the optimal token baseline needs.
        public var sumOfSquares: Double
        /// log sum exp(logit): a token's log-probability is its logit minus this.
        public var logNormaliser: Double
    }

    /// Entropy of softmax(`logits`); throws for an empty row, NaN or +infinity. -infinity is a forbidden token.
    public static func exact(logits: [Double]) throws -> Full {
        var highest = -Double.infinity
        for (token, logit) in logits.enumerated() {
            guard !logit.isNaN, logit != .infinity else { throw OptimError("logit \(logit) of token \(token)") }
            highest = max(highest, logit)
        }
        guard highest > -.infinity else { throw OptimError("no token has a finite logit") }
        var mass = 0.0
        var weighted = 0.0
        var squares = 0.0
        for logit in logits where logit > -.infinity {
            let weight = exp(logit - highest)
            mass += weight
            weighted += weight * (logit - highest)
            squares += weight * weight
        }
        return Full(
            entropy: max(0, log(mass) - weighted / mass), sumOfSquares: squares / (mass * mass),
            logNormaliser: highest + log(mass))
    }

    /// The interval of entropies consistent with the k most likely tokens of `vocabularySize`.
    ///
    /// With m the missing mass and p_k the smallest reported probability: at most m spread evenly over the V - k other
    /// tokens, at least m in as few tokens of p_k as hold it. Throws for an empty row, a log-probability above 0 or
    /// not finite, for more tokens than the vocabulary has, and for mass above 1.
    public static func interval(topLogprobs: [Double], vocabularySize: Int) throws -> TokenEntropy {
        guard !topLogprobs.isEmpty, topLogprobs.count <= vocabularySize else {
            throw OptimError("\(topLogprobs.count) top log-probs with a vocabulary of \(vocabularySize)")
        }
        var mass = 0.0
        var reported = 0.0
        var smallest = 0.0
        for logprob in topLogprobs {
            guard logprob <= 1e-6, logprob.isFinite else { throw OptimError("log-probability \(logprob)") }
            let probability = exp(logprob)
            // A candidate of probability 0 bounds nothing: servers write log 0 as -9999 or as the least float.
            if probability == 0 { continue }
            mass += probability
            reported -= probability * logprob
            smallest = min(smallest, logprob)
        }
        // Single-precision log-probabilities of a full distribution may sum to a little over 1.
        guard mass <= 1.001 else { throw OptimError("top log-probs hold a mass of \(mass), above 1") }
        return TokenEntropy(
            reported: reported, missingMass: max(0, 1 - mass), smallestLogprob: smallest,
            others: vocabularySize - topLogprobs.count)
    }

    /// The bounds from the sums over the reported tokens; `others` is the number of unreported tokens.
    init(reported: Double, missingMass: Double, smallestLogprob: Double, others: Int) {
        self.reported = max(0, reported)
        self.missingMass = missingMass
        guard missingMass > 0, others > 0 else {
            interval = Interval(lower: self.reported, upper: self.reported)
            return
        }
        let smallest = exp(smallestLogprob)
        let upper = reported - missingMass * log(missingMass / Double(others))
        // Whole atoms of the smallest reported probability, and one of what is left.
        let atoms = (missingMass / smallest).rounded(.down)
        let rest = max(0, missingMass - atoms * smallest)
        let lower = reported - atoms * smallest * smallestLogprob - (rest > 0 ? rest * log(rest) : 0)
        interval = Interval(lower: min(lower, upper), upper: upper)
    }

    /// The sampled-token estimate: the mean of -logprob over a completion's tokens, labelled as an estimate.
    ///
    /// Unbiased only when the tokens were drawn from the distribution whose log-probabilities these are.
    public static func sampled(_ logprobs_T: [Float]) -> Statistic<Double> {
        guard !logprobs_T.isEmpty else { return .failure(.noData) }
        var sum = 0.0
        for logprob in logprobs_T { sum -= Double(logprob) }
        return sum.isFinite ? .success(sum / Double(logprobs_T.count)) : .failure(.missingInput)
    }
}
