import Experience

/// Mean token entropies of a run's completions that have none yet, from the log-probabilities in the store.
struct EntropyStage: Sendable {
    let store: Store
    let run: Run
    /// With it, top candidates give an interval; without, or without candidates, the sampled token's estimate is kept.
    let vocabularySize: Int?

    func run() async throws {
        var cursor: Int64 = 0
        while true {
            let pending = try await store.snapshot { [run, cursor] in
                try $0.tokensLackingEntropy(run: run, after: cursor, limit: 256)
            }
            guard let last = pending.last else { return }
            cursor = last.completion
            var entropies: [(completion: Int64, entropy: StoredEntropy, tokens: Int)] = []
            for tokens in pending {
                guard let (entropy, count) = try entropy(of: tokens.sampledAlone()) else { continue }
                entropies.append((tokens.completion, entropy, count))
            }
            try await store.record(entropies)
        }
    }

    private func entropy(of tokens: SampledTokens) throws -> (StoredEntropy, tokens: Int)? {
        if let intervals = try intervals(of: tokens) {
            let count = Double(intervals.lower_T.count)
            let bounds = Interval(
                lower: intervals.lower_T.reduce(0, +) / count, upper: intervals.upper_T.reduce(0, +) / count)
            let entropy = StoredEntropy(
                kind: bounds.width < 1e-9 ? "exact" : "interval", mean: (bounds.lower + bounds.upper) / 2,
                lower: bounds.lower, upper: bounds.upper)
            return (entropy, intervals.lower_T.count)
        }
        guard Logprob.obstacle(in: tokens.logprobs_T) == nil else { return nil }
        return TokenEntropy.sampled(tokens.logprobs_T).value.map {
            (StoredEntropy(kind: "sampled", mean: $0), tokens.logprobs_T.count)
        }
    }

    // None without candidates, or with some that are no log-probabilities: the estimate, labelled as such, takes their place.
    private func intervals(of tokens: SampledTokens) throws -> TokenEntropy.Bounds? {
        guard let vocabularySize, tokens.width > 0, !tokens.top_TK.isEmpty else { return nil }
        guard tokens.width <= vocabularySize else {
            throw ConfigProblem(
                "optimize.vocabulary_size", "\(vocabularySize) is below the \(tokens.width) candidates that a token has"
            )
        }
        do {
            return try TokenEntropy.preciseIntervals(
                topLogprobs_TK: tokens.top_TK, width: tokens.width, vocabularySize: vocabularySize)
        } catch is OptimError {
            return nil
        }
    }
}
