import GRDB

/// The words of a run's completions in SQLite's FTS5, contentless: rows are keys of completions.
struct TextIndex {
    /// The completions up to this key are in it.
    var last: Int64 = 0
    /// How many that are.
    var count = 0
    var isBuilding = false
    var isReady = false

    /// What is found by reading texts, and not only by whole words.
    static func scan(_ run: Run, _ text: String, _ db: Database) throws -> (String, StatementArguments) {
        // A store that is only read may be of a version that had no such column.
        let hasReasoning = try db.columns(in: "completions").contains { $0.name == "reasoning" }
        let thoughts = hasReasoning ? " OR instr(c.reasoning, ?)" : ""
        return (
            """
            (EXISTS(SELECT 1 FROM completions c WHERE c.completion_id = s.id AND (instr(c.text, ?)\(thoughts)))
                OR \(prompts(run)))
            """, StatementArguments([text] + (hasReasoning ? [text] : []) + [text, text])
        )
    }

    // Prompts are few beside completions, and are always read.
    private static func prompts(_ run: Run) -> String {
        """
        s."group" IN (SELECT g.ordinal FROM groups g JOIN problems p USING(problem_id)
            WHERE g.run_id = \(run.id) AND (instr(p.prompt, ?) OR instr(p.external_id, ?)))
        """
    }

    static func condition(_ run: Run, _ text: String) -> (String, StatementArguments) {
        (
            """
            (s.id IN (SELECT rowid FROM temp.texts_\(run.id) WHERE texts_\(run.id) MATCH ?)
                OR \(prompts(run)))
            """, [phrase(text), text, text]
        )
    }

    /// The words of a text as a phrase of FTS5; a star at its end asks for words that begin so. Empty without a word.
    static func phrase(_ text: String) -> String {
        let words = text.unicodeScalars.split { !($0.properties.isAlphabetic || $0.properties.numericType != nil) }
        if words.isEmpty { return "" }
        return "\"" + words.map { String($0) }.joined(separator: " ") + "\"" + (text.hasSuffix("*") ? "*" : "")
    }
}

extension SampleIndex {
    /// Beyond this a search is worth an index.
    private static let patience = Duration.milliseconds(100)
    private static let batch = 500

    func canSearchByIndex(_ run: Run, _ clauses: [SampleClause]) async throws -> Bool {
        let texts = clauses.filter { $0.field == .text }.compactMap(\.value)
        guard !texts.isEmpty, tables[run.id]?.texts.isReady == true else { return false }
        while try await extend(run) {}
        return texts.allSatisfy { !TextIndex.phrase($0).isEmpty }
    }

    func scanned(_ run: Run, in time: Duration) async throws -> SampleSearch {
        guard let table = tables[run.id] else { return .scanned }
        if table.texts.isBuilding { return .indexing(Double(table.texts.count) / Double(max(table.rows, 1))) }
        if time < Self.patience { return .scanned }
        tables[run.id]?.texts.isBuilding = true
        Task { [weak self] in try? await self?.buildTexts(run) }
        return .indexing(0)
    }

    /// Makes the full-text index of a run, a few samples at a time: other reads go on in between.
    package func buildTexts(_ run: Run) async throws {
        tables[run.id]?.texts.isBuilding = true
        do {
            while try await extend(run) {}
            tables[run.id]?.texts.isReady = true
        } catch {
            tables[run.id]?.texts = TextIndex()
            throw error
        }
        tables[run.id]?.texts.isBuilding = false
    }

    // Adds the next samples; false when there are none. One at a time: a sample must not be added twice.
    private func extend(_ run: Run) async throws -> Bool {
        if let running = extending[run.id] { return try await running.value }
        // It takes itself off: a second caller would meet the finished one again and again, and never let the first go on.
        let task = Task {
            defer { extending[run.id] = nil }
            return try await add(run)
        }
        extending[run.id] = task
        return try await task.value
    }

    private func add(_ run: Run) async throws -> Bool {
        guard let texts = tables[run.id]?.texts else { return false }
        let added = try await store.read { db -> (last: Int64, count: Int)? in
            let table = "texts_\(run.id)"
            try db.execute(
                sql: """
                    CREATE VIRTUAL TABLE IF NOT EXISTS temp.\(table) USING fts5(body, content = '', columnsize = 0)
                    """)
            let ids = try Int64.fetchAll(
                db, sql: "SELECT id FROM temp.samples_\(run.id) WHERE id > ? ORDER BY id LIMIT \(Self.batch)",
                arguments: [texts.last])
            guard let last = ids.last else { return nil }
            let hasReasoning = try db.columns(in: "completions").contains { $0.name == "reasoning" }
            try db.execute(
                sql: """
                    INSERT INTO temp.\(table)(rowid, body)
                    SELECT completion_id, text\(hasReasoning ? " || char(10) || coalesce(reasoning, '')" : "")
                    FROM completions WHERE completion_id IN (SELECT id FROM temp.samples_\(run.id) WHERE id > ? AND id <= ?)
                    """, arguments: [texts.last, last])
            return (last, ids.count)
        }
        guard let added else { return false }
        tables[run.id]?.texts.last = added.last
        tables[run.id]?.texts.count += added.count
        return true
    }
}
