public import Experience
import GRDB

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
        let (samples, total, datasets) = try await store.read { [vocabulary] db in
            let (condition, arguments) = Self.condition(filter, run: run)
            let set = try Int64.fetchOne(
                db,
                sql: "SELECT set_id FROM advantage_sets WHERE run_id = ? ORDER BY created_at DESC, set_id DESC LIMIT 1",
                arguments: [run.id])
            let tables = "groups g JOIN problems p USING(problem_id) JOIN completions c USING(group_id)"
            let total =
                try Int.fetchOne(db, sql: "SELECT count(*) FROM \(tables) WHERE \(condition)", arguments: arguments)
                ?? 0
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT c.*, g.ordinal, p.dataset, p.external_id, p.prompt, p.answer FROM \(tables)
                    WHERE \(condition) ORDER BY g.ordinal, c.idx
                    LIMIT \(Self.pageSize) OFFSET \(filter.page * Self.pageSize)
                    """, arguments: arguments)
            let datasets = try String.fetchAll(
                db,
                sql: """
                    SELECT DISTINCT p.dataset FROM groups g JOIN problems p USING(problem_id) WHERE g.run_id = ?
                    ORDER BY 1 LIMIT 100
                    """, arguments: [run.id])
            return (
                try rows.map { try BrowsedSample($0, db, set: set, vocabulary: vocabulary, vocabularySize: size) },
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
        let known = try await store.read { [run] db in
            try String.fetchAll(
                db,
                sql: "SELECT DISTINCT p.dataset FROM groups g JOIN problems p USING(problem_id) WHERE g.run_id = ?",
                arguments: [run.id])
        }
        if !known.contains(dataset) {
            throw FilterError(description: "no dataset '\(dataset.cut(to: 100))'" + dataset.hint(among: known))
        }
    }

    private static func condition(_ filter: SampleFilter, run: Run) -> (String, StatementArguments) {
        var parts = ["g.run_id = ?"]
        var arguments: StatementArguments = [run.id]
        func add(_ part: String, _ values: StatementArguments) {
            parts.append(part)
            arguments += values
        }
        if let outcome = filter.outcome {
            // The latest scoring's verdict is the one that the report shows.
            add(
                """
                (SELECT v.outcome FROM verdicts v WHERE v.completion_id = c.completion_id
                    ORDER BY v.scoring_id DESC LIMIT 1) = ?
                """, [outcome.rawValue])
        }
        if let completion = filter.completion { add("c.completion_id = ?", [completion]) }
        if let dataset = filter.dataset { add("p.dataset = ?", [dataset]) }
        if let finish = filter.finish { add("c.finish = ?", [finish.rawValue]) }
        if let group = filter.group { add("g.ordinal = ?", [group]) }
        if filter.isDisputed {
            add(
                """
                (SELECT count(DISTINCT v.outcome = 'correct') FROM verdicts v
                    WHERE v.completion_id = c.completion_id AND v.score NOT NULL) > 1
                """, [])
        }
        if let text = filter.text {
            add("(instr(c.text, ?) OR instr(p.prompt, ?) OR instr(p.external_id, ?))", [text, text, text])
        }
        return (parts.joined(separator: " AND "), arguments)
    }
}
