/// When an episode forks after a tool's result: where the policy is less sure than it was at first, ARPO (arXiv 2507.19849).
public struct EntropyBranching: Sendable, Hashable, Codable {
    /// What a sum of entropies is divided by.
    public enum Normalisation: String, Sendable, Codable, CaseIterable {
        /// The logarithm of the vocabulary's size, the largest entropy of one token (the authors' code).
        case logVocabulary
        /// The vocabulary's size (the paper).
        case vocabulary
    }

    /// Chance to fork where the entropy is what it was at first, in [0, 1] (`branch_probability`).
    public var probability = 0.5
    /// How much a rise of the entropy adds to it, >= 0 (`entropy_weight`).
    public var weight = 0.5
    /// Tokens at the beginning of a turn whose entropies are summed, >= 1.
    public var window = 20
    /// What their sum is divided by.
    public var normalisation = Normalisation.logVocabulary

    /// The authors' settings, as above.
    public init() {}

    /// Throws for a parameter outside its range.
    public func validate() throws {
        guard (0...1).contains(probability) else { throw OptimError("branching: probability must be in [0, 1]") }
        guard weight >= 0, weight.isFinite else { throw OptimError("branching: weight must be finite and at least 0") }
        guard window >= 1 else { throw OptimError("branching: window must be at least 1") }
    }

    /// H of a turn: the sum of -p log p over the likeliest candidates of its first `window` tokens, normalised. The candidates'
    /// p is not scaled up to 1, so H is a lower bound (`_calc_entropy` of vllm_rollout_with_tools.py, with 10 candidates).
    ///
    /// `logprobs_TC` are a list of candidates per token; -inf is one of chance 0. Undefined with `noData` without tokens. Throws
    /// for NaN, a log-probability above 0 by more than rounding, and a vocabulary below 2.
    public func entropy(logprobs_TC: [[Double]], vocabularySize: Int) throws -> Statistic<Double> {
        try validate()
        guard vocabularySize >= 2 else { throw OptimError("a vocabulary of \(vocabularySize) tokens has no entropy") }
        guard !logprobs_TC.isEmpty else { return .failure(.noData) }
        var sum = 0.0
        for candidates in logprobs_TC.prefix(window) {
            for logprob in candidates where logprob != -.infinity {
                guard logprob <= 1e-3, logprob.isFinite else { throw OptimError("\(logprob) is no log-probability") }
                sum -= exp(logprob) * logprob
            }
        }
        let size = Double(vocabularySize)
        return .success(sum / (normalisation == .logVocabulary ? log(size) : size))
    }

    /// Chance to fork at a turn with an entropy, where the episode's first turn had `initial`: probability + weight * (H - H_0),
    /// within [0, 1].
    public func chance(entropy: Double, initial: Double) -> Double {
        min(1, max(0, probability + weight * (entropy - initial)))
    }

    /// How many forks begin at a turn: up to `beam` draws of that chance, and no more than the group has room for. A number
    /// that is not finite begins none.
    public func forks(
        entropy: Double, initial: Double, room: Int, beam: Int = 1, using random: inout some RandomNumberGenerator
    ) -> Int {
        guard room > 0, beam > 0, entropy.isFinite, initial.isFinite else { return 0 }
        let chance = chance(entropy: entropy, initial: initial)
        return (0..<min(room, beam)).count { _ in Double.random(in: 0..<1, using: &random) < chance }
    }
}
