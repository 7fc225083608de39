public import Experience

/// Runs a scorer over every stored completion that lacks its quantity, and keeps the numbers beside the sampler's.
public struct TokenPass: Sendable {
    /// What a pass did.
    public struct Summary: Sendable, Hashable {
        /// Completions scored.
        public var scored = 0
        /// Completions not scored, by the word of their error; the next pass asks for them again.
        public var failures: [String: Int] = [:]
        /// The first failure in one line.
        public var firstFailure: String?
    }

    private let store: Store
    private let run: Run
    private let quantity: TokenQuantity
    private let scorer: TokenScorer
    private let concurrency: Int
    private let retry: RetryPolicy

    /// A pass with at most `concurrency` requests in flight.
    public init(
        _ quantity: TokenQuantity, store: Store, run: Run, scorer: TokenScorer, concurrency: Int = 64,
        retry: RetryPolicy = RetryPolicy()
    ) {
        self.quantity = quantity
        self.store = store
        self.run = run
        self.scorer = scorer
        self.concurrency = max(1, concurrency)
        self.retry = retry
    }

    /// Scores what lacks, a page at a time; each page is one transaction.
    public func score() async throws -> Summary {
        var summary = Summary()
        var key: Int64 = 0
        while true {
            let page = try await store.completions(lacking: quantity, run: run, after: key, limit: concurrency * 2)
            guard let last = page.last else { return summary }
            key = last.completionID
            var scored: [(completionID: Int64, values: [Float])] = []
            for (id, outcome) in await outcomes(of: page) {
                switch outcome {
                case .success(let values): scored.append((id, values))
                case .failure(let error):
                    summary.failures[error.code, default: 0] += 1
                    summary.firstFailure = summary.firstFailure ?? "\(error)"
                }
            }
            try await store.record(quantity, scored)
            summary.scored += scored.count
            try Task.checkCancellation()
        }
    }

    private func outcomes(of page: [StoredTokens]) async -> [(Int64, Result<[Float], SampleError>)] {
        await withTaskGroup(of: (Int64, Result<[Float], SampleError>).self) { group in
            var outcomes: [(Int64, Result<[Float], SampleError>)] = []
            for (position, tokens) in page.enumerated() {
                if position >= concurrency, let outcome = await group.next() { outcomes.append(outcome) }
                group.addTask { (tokens.completionID, await self.outcome(of: tokens)) }
            }
            for await outcome in group { outcomes.append(outcome) }
            return outcomes
        }
    }

    private func outcome(of tokens: StoredTokens) async -> Result<[Float], SampleError> {
        var attempt = 1
        while true {
            do throws(SampleError) {
                return .success(try await scorer.score(promptIDs: tokens.promptIDs, tokenIDs: tokens.tokenIDs))
            } catch {
                // Here a server that is away counts: no breaker stands before it.
                let delay = retry.delay(after: error, attempt: attempt, unit: .random(in: 0..<1))
                guard attempt < retry.attempts, let delay else { return .failure(error) }
                attempt += 1
                do { try await Task.sleep(for: .seconds(delay)) } catch { return .failure(.cancelledPass) }
            }
        }
    }
}

extension SampleError {
    fileprivate static var cancelledPass: SampleError {
        .transport(TransportError(.cancelled, "the pass was cancelled"))
    }
}
