public import Experience

/// What goes into the store in one batch.
public struct EpisodeBatch: Sendable {
    /// Finished turns of unfinished episodes.
    public var openTurns: [OpenTurn] = []
    /// Finished episodes.
    public var completions: [SampledCompletion] = []
    /// Episodes without a completion, after all tries.
    public var failures: [SampleFailure] = []

    /// Whether there is nothing in it.
    public var isEmpty: Bool { openTurns.isEmpty && completions.isEmpty && failures.isEmpty }
}

/// Keeps turns and episodes in the order in which they end, many in one transaction; each waits until it is kept.
actor EpisodeJournal {
    private let sink: @Sendable (EpisodeBatch) async throws -> Void
    private var batch = EpisodeBatch()
    private var waiting: [CheckedContinuation<Void, any Error>] = []
    private var isWriting = false
    private var failure: (any Error)?

    init(_ sink: @escaping @Sendable (EpisodeBatch) async throws -> Void) { self.sink = sink }

    /// Returns when what `change` adds is kept. Throws what the sink throws, then and ever after.
    func keep(_ change: @Sendable (inout EpisodeBatch) -> Void) async throws {
        if let failure { throw failure }
        change(&batch)
        if !isWriting {
            isWriting = true
            // Not a child task: what ended is kept also for an episode that is cancelled.
            Task { await self.write() }
        }
        try await withCheckedThrowingContinuation { waiting.append($0) }
    }

    private func write() async {
        while !batch.isEmpty {
            let (batch, waiting) = (batch, waiting)
            self.batch = EpisodeBatch()
            self.waiting = []
            do {
                if let failure { throw failure }
                try await sink(batch)
                for waiter in waiting { waiter.resume() }
            } catch {
                failure = error
                for waiter in waiting { waiter.resume(throwing: error) }
            }
        }
        isWriting = false
    }
}
