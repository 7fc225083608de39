public import Experience
import JSON

/// Pages through the samples of a run.
public struct SampleBrowser: Sendable {
    /// Samples in a file, where each is shown whole.
    static let fileSize = 20
    /// Rows of a table on a server.
    static let tableSize = 100
    private static let siblings = 200
    /// What a page waits for a search or an index at most, before it shows what is known.
    private static let patience = Duration.milliseconds(100)

    private let store: Store
    private let run: Run
    private let vocabulary: Vocabulary?
    private let index: SampleIndex?

    /// The samples of `run`; with a vocabulary tokens are shown as text, else as ids. An `index` over the same store is kept
    /// by who asks often.
    public init(store: Store, run: Run, vocabulary: Vocabulary? = nil, index: SampleIndex? = nil) {
        self.store = store
        self.run = run
        self.vocabulary = vocabulary
        self.index = index
    }

    private func opened() throws -> SampleIndex { try index ?? SampleIndex(path: store.path) }

    /// One page of samples as a whole document. `address` is where a server shows it, and the samples below it; nil makes a
    /// file, in which the samples follow their table.
    public func page(
        _ filter: SampleFilter, navigation: Markup = Markup(), address: String? = nil
    ) async throws -> String {
        let size = address == nil ? Self.fileSize : Self.tableSize
        let index = try opened()
        let page = try await index.page(
            run: run, filter.clauses, sort: filter.sort, limit: size, offset: filter.page * size,
            patience: address == nil ? nil : Self.patience)
        var (outcomes, reasons): ([(value: String?, count: Int)], [(value: String?, count: Int)]) = ([], [])
        if address != nil, !page.isPreparing {
            outcomes = try await index.counts(run: run, of: .outcome, limit: 8, patience: .zero)
            reasons = try await index.counts(
                run: run, of: .reason, filter.clauses, limit: 8, patience: .zero)
        }
        let list = SampleListPage(
            run: run, filter: filter, page: page, base: address, pageSize: size, outcomes: outcomes, reasons: reasons)
        var body = Markup()
        if let address {
            body.add(Page.breadcrumb([("Runs", "/"), (run.name, Self.runPath(address)), ("samples", nil)]))
        }
        body.add(list.body)
        if address == nil {
            let view = SampleView(shade: filter.shade)
            for sample in try await samples(page.rows.map(\.id)) {
                body.add(
                    """
                    <article class="sample" id="sample-\(sample.id)"><h2>\(sample.stored.problem) #\(sample.stored.index)</h2>
                    \(SampleFacts.section(sample))\(view.verdicts(sample))\(view.prompt(sample, isOpen: false))\
                    \(view.texts(sample))</article>

                    """)
            }
        } else {
            body.add("<script src=\"/assets/pages.js\"></script>\n")
        }
        return Page.html(title: "\(run.name) samples", navigation: navigation, body: body)
    }

    /// The page of one sample; nil where the run has none of this key. `address` is that of the page of samples.
    public func sample(
        _ id: Int64, _ filter: SampleFilter, navigation: Markup, address: String
    ) async throws -> String? {
        guard let sample = try await samples([id]).first else { return nil }
        let index = try opened()
        let siblings = try await index.group(sample.stored.ordinal, of: run, limit: Self.siblings)
        // Beside one that is judged otherwise: that is where the difference is.
        let mine = siblings.first { $0.id == id }?.outcome
        let row =
            siblings.first { $0.id == filter.sibling && $0.id != id }
            ?? siblings.first { $0.id != id && ($0.outcome == "correct") != (mine == "correct") }
            ?? siblings.first { $0.id != id }
        let other = try await store.snapshot { store in try row.flatMap { try store.text(of: $0.id)?.text } }
        let page = OneSamplePage(
            run: run, sample: sample, filter: filter, base: address, runPath: Self.runPath(address),
            neighbours: try await neighbours(of: id, filter, index), siblings: siblings,
            other: row.flatMap { row in other.map { (row, $0) } })
        var body = page.body
        body.add("<script src=\"/assets/pages.js\"></script>\n")
        return Page.html(
            title: "\(sample.stored.problem.cut(to: 80)) #\(sample.stored.index) of \(run.name)",
            navigation: navigation,
            body: body)
    }

    /// Up to `limit` samples of a filter behind its first `offset`, each as one line of JSON that `assay verify` reads.
    public func lines(_ filter: SampleFilter, limit: Int, offset: Int) async throws -> [[UInt8]] {
        let rows = try await opened().page(
            run: run, filter.clauses, sort: filter.sort, limit: limit, offset: offset
        ).rows
        let texts = try await store.snapshot { store in try rows.map { try store.text(of: $0.id) } }
        return zip(rows, texts).map { row, texts in
            let members: [(String, JSONValue?)] = [
                ("problem_id", .string(row.problem)), ("dataset", .string(row.dataset)), ("group", .int(row.group)),
                ("index", .int(row.index)), ("completion", .int(Int(clamping: row.id))),
                ("response", .string(texts?.text ?? "")), ("answer", texts?.gold.map(JSONValue.string)),
                ("outcome", row.outcome.map(JSONValue.string)), ("score", row.score.map(JSONValue.double)),
                ("reason", row.reason.map(JSONValue.string)), ("extracted", row.extracted.map(JSONValue.string)),
                ("tokens", row.tokens.map { .int($0) }), ("entropy", row.entropy.map(JSONValue.double)),
                ("advantage", row.advantage.map(JSONValue.double)), ("model", row.model.map(JSONValue.string)),
                ("finish", .string(row.finish)),
            ]
            return JSONValue.object(members.compactMap { key, value in value.map { .init(key, $0) } }).bytes + [0x0A]
        }
    }

    private func neighbours(
        of id: Int64, _ filter: SampleFilter, _ index: SampleIndex
    ) async throws -> OneSamplePage.Neighbours {
        func around(_ place: Int) async throws -> OneSamplePage.Neighbours? {
            let start = max(place - 1, 0)
            let page = try await index.page(
                run: run, filter.clauses, sort: filter.sort, limit: 3, offset: start, patience: Self.patience)
            guard let here = page.rows.firstIndex(where: { $0.id == id }) else { return nil }
            func row(_ offset: Int) -> (Int64, Int)? {
                page.rows.indices.contains(offset) ? (page.rows[offset].id, start + offset) : nil
            }
            return .init(place: start + here, total: page.total, previous: row(here - 1), next: row(here + 1))
        }
        if let place = filter.place, let found = try await around(place) { return found }
        let found = try await index.position(
            of: id, run: run, filter.clauses, sort: filter.sort, patience: Self.patience)
        guard let place = found else {
            return .init(place: nil, total: 0)
        }
        return try await around(place) ?? .init(place: nil, total: 0)
    }

    private func samples(_ ids: [Int64]) async throws -> [BrowsedSample] {
        let size = run.vocabularySize ?? vocabulary?.size
        return try await store.snapshot { [run, vocabulary] store in
            let scoring = try store.latestScoring(run: run)
            let set = try store.newestAdvantageSet(run: run, scoring: scoring)?.id
            return try ids.compactMap { id in
                try store.sample(run: run, completion: id).map {
                    try BrowsedSample($0, store, set: set, vocabulary: vocabulary, vocabularySize: size)
                }
            }
        }
    }

    private static func runPath(_ address: String) -> String {
        address.hasSuffix("/samples") ? String(address.dropLast("/samples".count)) : address
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
