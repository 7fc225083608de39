public import Experience

/// Pages through the samples of a run.
public struct SampleBrowser: Sendable {
    static let pageSize = 20

    private let store: Store
    private let run: Run
    private let vocabulary: Vocabulary?

    /// The samples of `run`; with a vocabulary tokens are shown as text, else as ids.
    public init(store: Store, run: Run, vocabulary: Vocabulary? = nil) {
        self.store = store
        self.run = run
        self.vocabulary = vocabulary
    }

    /// One page of samples as a whole document; links are relative queries, so it may stand at any address.
    public func page(_ filter: SampleFilter, navigation: Markup = Markup()) async throws -> String {
        let (run, name) = (run, run.name)
        let size = run.vocabularySize ?? vocabulary?.size
        let (samples, total, datasets) = try await store.snapshot { [vocabulary] store in
            let set = try store.newestAdvantageSet(run: run)
            let selection = filter.selection
            let total = try store.sampleCount(run: run, selection)
            let found = try store.samples(
                run: run, selection, limit: Self.pageSize, offset: filter.page * Self.pageSize)
            let datasets = try store.datasets(run: run, limit: 100)
            return (
                try found.map { try BrowsedSample($0, store, set: set, vocabulary: vocabulary, vocabularySize: size) },
                total, datasets
            )
        }
        let view = SampleView(filter: filter, total: total, datasets: datasets)
        return Page.html(
            title: "\(name) samples", navigation: navigation,
            body: view.body(run: name, isSimulated: run.isSimulated, samples: samples))
    }

    /// Throws `FilterError` for a dataset that the run does not have, with the nearest.
    public func check(_ filter: SampleFilter) async throws {
        guard let dataset = filter.dataset else { return }
        let known = try await store.snapshot { [run] in try $0.datasets(run: run) }
        if !known.contains(dataset) {
            throw FilterError(description: "no dataset '\(dataset.cut(to: 100))'" + dataset.hint(among: known))
        }
    }
}

extension SampleFilter {
    fileprivate var selection: SampleSelection {
        var selection = SampleSelection()
        selection.outcome = outcome
        selection.dataset = dataset
        selection.finish = finish
        selection.group = group
        selection.completion = completion
        selection.isDisputed = isDisputed
        selection.text = text
        return selection
    }
}
