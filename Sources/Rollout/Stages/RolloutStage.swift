public import Datasets
public import Experience

/// The rollout stage over a store: problems in, then every missing sample, each kept before it counts as done.
public struct RolloutStage: Sendable {
    /// Gives the next work, and nil at the end.
    public typealias Next = @Sendable () async throws -> WorkItem?
    /// Hears of each batch that is in the store, one call at a time.
    public typealias OnProgress = @Sendable (_ completions: Int, _ failures: [SampleFailure]) -> Void

    private let store: Store
    private let run: Run

    /// The stage for one run of a store.
    public init(store: Store, run: Run) {
        self.store = store
        self.run = run
    }

    /// Gives the run the dataset's problems: new ones as groups, unless `adds` is false, and to groups that are there what
    /// else than the prompt is new of theirs.
    /// - Returns: the number of problems read. Throws `DatasetError`, `FileError`, `DataMismatch` or `StoreError`.
    @discardableResult
    public func load(
        _ dataset: DatasetReader, sampling: SamplingParameters, adds: Bool = true
    ) async throws -> (count: Int, changes: DataChanges) {
        var (count, changes) = (0, DataChanges())
        // One page past the run's end tells that there is more.
        let end = adds ? .max : try await store.groupCount(run: run)
        while count <= end, case let problems = try await dataset.next(256), !problems.isEmpty {
            changes += try await store.addGroups(
                run: run, from: count, problems: problems, sampling: sampling, adds: adds)
            count += problems.count
        }
        return (count, changes)
    }

    /// Samples episodes where `sample(with:)` samples answers, each turn journalled; the store of what came is the same.
    public func sample(
        with driver: EpisodeDriver, admission: Admission = Admission(),
        next: Next? = nil,
        onProgress: @escaping OnProgress
    ) async throws -> RolloutSummary {
        let source = PendingSource(store: store, run: run)
        return try await driver.sample(next ?? { try await source.next() }, admission: admission) {
            try await keep($0, onProgress)
        }
    }

    /// Samples episodes of programs outside, which lease them from `gateway`; the store of what came is the same.
    public func sample(
        through gateway: AgentGateway, over engine: RolloutEngine, admission: Admission = Admission(),
        next: Next? = nil,
        onProgress: @escaping OnProgress
    ) async throws -> RolloutSummary {
        let source = PendingSource(store: store, run: run)
        let lookUp: AgentGateway.LookUp = { [store, run] ordinal, index, id in
            try await store.isKept(run: run, ordinal: ordinal, index: index, requestID: id)
        }
        return try await gateway.sample(
            over: engine, next ?? { try await source.next() }, admission: admission, lookUp: lookUp
        ) {
            try await keep($0, onProgress)
        }
    }

    private func keep(
        _ batch: EpisodeBatch, _ onProgress: OnProgress
    ) async throws {
        if !batch.openTurns.isEmpty { try await store.record(openTurns: batch.openTurns, run: run) }
        if !batch.completions.isEmpty { try await store.record(batch.completions, run: run) }
        if !batch.failures.isEmpty { try await store.record(batch.failures, run: run) }
        onProgress(batch.completions.count, batch.failures)
    }

    /// Samples what the run lacks, or what `next` gives until it gives nil, as far as `admission` lets it. `onProgress` is
    /// called, one call at a time, after each batch is in the store.
    public func sample(
        with engine: RolloutEngine, admission: Admission = Admission(),
        next: Next? = nil,
        onProgress: @escaping OnProgress
    ) async throws -> RolloutSummary {
        let source = PendingSource(store: store, run: run)
        return try await engine.run(next ?? { try await source.next() }, admission: admission) { [store, run] events in
            var completions: [SampledCompletion] = []
            var failures: [SampleFailure] = []
            var partials: [SampledCompletion] = []
            for event in events {
                switch event {
                case .completion(let completion): completions.append(completion)
                case .failure(let failure): failures.append(failure)
                case .partial(let partial): partials.append(partial)
                }
            }
            try await store.record(completions, run: run)
            if !failures.isEmpty { try await store.record(failures, run: run) }
            if !partials.isEmpty { try await store.record(partials: partials, run: run) }
            onProgress(completions.count, failures)
        }
    }
}

/// Pages through the groups that lack samples, in order.
private actor PendingSource {
    private let store: Store
    private let run: Run
    private var page: ArraySlice<PendingGroup> = []
    private var cursor = 0

    init(store: Store, run: Run) {
        self.store = store
        self.run = run
    }

    func next() async throws -> WorkItem? {
        if page.isEmpty {
            page = try await store.pendingGroups(run: run, from: cursor, limit: 256)[...]
            cursor = (page.last?.ordinal ?? cursor) + 1
        }
        return page.popFirst().map(WorkItem.init)
    }
}
