import Datasets
import Experience
import Rollout
import Synchronization

/// Groups for the engine, in order, as far as the staleness bound has admitted them.
///
/// The dataset is read again from its start when it ends, so that training may go over it several times.
actor OnlineSource {
    private let store: Store
    private let run: Run
    private let dataset: DatasetOptions
    private let sampling: SamplingParameters
    private var reader: DatasetReader
    private var page: ArraySlice<PendingGroup> = []
    private var cursor = 0
    private var loaded: Int
    private var end: Int
    private var policyVersion = 0
    /// The same for samples that are under way: one that is gone on with after new weights has pieces of two versions.
    private let newest = SharedVersion()
    private var isClosed = false
    /// What is new of the problems of groups that were there.
    private(set) var changes = DataChanges()

    /// A source that has admitted the groups before `end`.
    init(store: Store, run: Run, dataset: DatasetOptions, sampling: SamplingParameters, end: Int) async throws {
        self.store = store
        self.run = run
        self.dataset = dataset
        self.sampling = sampling
        self.end = end
        reader = try DatasetReader(dataset)
        loaded = 0
        let known = try await store.groupCount(run: run)
        while loaded < known { try await load(atMost: known - loaded) }
    }

    /// Admits groups before `end`, sampled from now on by `policyVersion` or later; they are in the store on return.
    func admit(before end: Int, policyVersion: Int) async throws {
        self.policyVersion = policyVersion
        newest.set(policyVersion)
        // Only here, so that problems are never loaded by two at once.
        while loaded < end { try await load(atMost: 256) }
        self.end = max(self.end, end)
    }

    /// Ends the work: `next` gives nil from now on.
    func close() { isClosed = true }

    /// The next admitted group that lacks samples, waiting for one; nil after `close`.
    func next() async throws -> WorkItem? {
        while !isClosed {
            if let group = page.popFirst() {
                var item = WorkItem(group)
                item.policyVersion = policyVersion
                item.currentVersion = { [newest] in newest.current }
                return item
            }
            if cursor < end {
                let limit = end
                page = try await store.pendingGroups(run: run, from: cursor, limit: limit - cursor)
                    .filter { $0.ordinal < limit }[...]
                cursor = limit
            } else {
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        return nil
    }

    private func load(atMost count: Int) async throws {
        var problems = try await reader.next(min(count, 256))
        if problems.isEmpty {
            reader = try DatasetReader(dataset)
            problems = try await reader.next(min(count, 256))
            if problems.isEmpty { throw BadInput("\(dataset.path): no problems") }
        }
        changes += try await store.addGroups(run: run, from: loaded, problems: problems, sampling: sampling)
        loaded += problems.count
    }
}

/// A version that one writes and many read.
private final class SharedVersion: Sendable {
    private let value = Atomic(0)
    var current: Int { value.load(ordering: .relaxed) }
    func set(_ version: Int) { value.store(version, ordering: .relaxed) }
}
