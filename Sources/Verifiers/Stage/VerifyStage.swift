public import Experience

/// The verification stage over a store: judges what has no verdict yet, each verdict kept before it counts as done.
public struct VerifyStage: Sendable {
    private let store: Store
    private let run: Run
    private let verifier: any Verifier
    private let scoring: Scoring
    private let parts: JudgedParts

    /// The stage for one run and one scoring, whose verdicts `verifier` gives on `parts` of the completions.
    public init(
        store: Store, run: Run, scoring: Scoring, verifier: any Verifier, parts: JudgedParts = .answer
    ) {
        self.parts = parts
        self.store = store
        self.run = run
        self.scoring = scoring
        self.verifier = verifier
    }

    /// Judges until nothing is left and `arrivals` has ended; each arrival says that the store has new completions.
    ///
    /// With `retryingErrors`, verdicts that were our own failure are judged once more. `onProgress` is called after each
    /// batch is in the store.
    /// - Returns: the number of verdicts given. Throws `StoreError`.
    @discardableResult
    public func verify(
        arrivals: AsyncStream<Void> = AsyncStream { $0.finish() }, retryingErrors: Bool, jobs: Int,
        onProgress: (_ verdicts: [Verdict]) -> Void
    ) async throws -> Int {
        let jobs = min(max(jobs, 1), RowVerification.jobCounts.upperBound)
        var count = 0
        var cursor: Int64 = 0
        var iterator = arrivals.makeAsyncIterator()
        var isOpen = true
        while true {
            let items = try await store.unverified(
                run: run, scoring: scoring, after: cursor, limit: 64 * jobs, retryingErrors: retryingErrors)
            if items.isEmpty {
                if !isOpen { return count }
                isOpen = await iterator.next() != nil
                continue
            }
            cursor = items.last?.id ?? cursor
            // What a cancelled task left unjudged has no verdict: the next run judges it.
            // What an environment has judged is judged.
            let open = items.filter { $0.environmentVerdict == nil }
            let verdicts = await judge(open, jobs: max(1, jobs))
            let given = items.compactMap { item in item.environmentVerdict.map { (item, $0) } }
            let judged = (given + zip(open, verdicts)).filter {
                !(Task.isCancelled && !$1.outcome.isScored)
            }
            // The store takes nothing from a cancelled task; what was judged is kept all the same.
            try await Task { try await store.record(judged.map { ($0.id, $1) }, scoring: scoring) }.value
            count += judged.count
            onProgress(judged.map(\.1))
            try Task.checkCancellation()
        }
    }

    private func judge(_ items: [StoredCompletion], jobs: Int) async -> [Verdict] {
        if items.isEmpty { return [] }
        let share = (items.count + jobs - 1) / jobs
        return await withTaskGroup(of: (Int, [Verdict]).self) { group in
            for start in stride(from: 0, to: items.count, by: share) {
                let part = items[start..<min(start + share, items.count)].map { [parts] in
                    var completion = $0.completion
                    completion.text = parts.text(of: completion)
                    return VerificationItem(problem: $0.problem, completion: completion)
                }
                group.addTask { (start, await verifier.verdicts(of: part)) }
            }
            var parts: [Int: [Verdict]] = [:]
            for await (start, verdicts) in group { parts[start] = verdicts }
            return parts.sorted { $0.key < $1.key }.flatMap(\.value)
        }
    }
}
