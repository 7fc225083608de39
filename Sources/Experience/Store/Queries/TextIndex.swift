import GRDB

/// The words of a run's completions in SQLite's FTS5, contentless: rows are keys of completions.
struct TextIndex {
    /// The completions up to this key are in it.
    var last: Int64 = 0
    var isBuilding = false
    var isReady = false

    // Prompts are few beside completions, and are always read.
    static func prompts(_ table: String, _ run: Run) -> String {
        """
        SELECT s.pos FROM temp.\(table) s WHERE s."group" IN (SELECT g.ordinal FROM groups g JOIN problems p USING(problem_id)
            WHERE g.run_id = \(run.id) AND (instr(p.prompt, ?1) OR instr(p.external_id, ?1)))
        """
    }

    /// What of the rows from a position to another is found by reading texts, and not only by whole words.
    static func scan(_ table: String, hasReasoning: Bool) -> String {
        """
        -- CROSS: rows first, then their texts
        SELECT s.pos FROM temp.\(table) s CROSS JOIN completions c ON c.completion_id = s.id
        WHERE s.pos > ?2 AND s.pos <= ?3 AND (instr(c.text, ?1)\(hasReasoning ? " OR instr(c.reasoning, ?1)" : ""))
        """
    }

    static func matches(_ table: String, _ run: Run) -> String {
        // CROSS: the index of words is asked once, and not for each row.
        "SELECT s.pos FROM temp.texts_\(run.id) t CROSS JOIN temp.\(table) s ON s.id = t.rowid WHERE texts_\(run.id) MATCH ?"
    }

    /// The words of a text as a phrase of FTS5; a star at its end asks for words that begin so. Empty without a word.
    static func phrase(_ text: String) -> String {
        let words = text.unicodeScalars.split { !($0.properties.isAlphabetic || $0.properties.numericType != nil) }
        if words.isEmpty { return "" }
        return "\"" + words.map { String($0) }.joined(separator: " ") + "\"" + (text.hasSuffix("*") ? "*" : "")
    }

    /// A store that is only read may be of a version that had no such column.
    static func hasReasoning(_ db: Database) throws -> Bool {
        try db.columns(in: "completions").contains { $0.name == "reasoning" }
    }
}

extension SampleIndex {
    /// Beyond this a search is worth an index.
    private static let patience = Duration.milliseconds(100)
    private static let batch = 500
    private static let few = 5000

    func canSearchByIndex(_ table: SampleTable, _ clauses: [SampleClause]) async throws -> Bool {
        guard texts[table.run.id]?.isReady == true else { return false }
        while try await extend(table) {}
        return clauses.compactMap(\.value).allSatisfy { !TextIndex.phrase($0).isEmpty }
    }

    // What a clause on texts finds, turned round or not: by the index at once, else as far as time allows, and asked again from
    // there on.
    func found(
        _ table: SampleTable, _ clause: SampleClause, byWords: Bool, by deadline: ContinuousClock.Instant?
    ) async throws -> SampleTableMemory.Scanned {
        let text = clause.value ?? ""
        let key = SampleTableMemory.Key(clause: SampleClause(.text, .contains, text), byWords: byWords)
        let (name, run, rows) = (table.name, table.run, table.rows)
        var found = memory[name]?[key]
        if let found, found.end >= rows { return found }
        if byWords {
            let set = try await store.read { db in
                var set = SampleSet(rows: rows)
                try set.insert(db, TextIndex.matches(name, run), [TextIndex.phrase(text)])
                try set.insert(db, TextIndex.prompts(name, run), [text])
                return set
            }
            let whole = SampleTableMemory.Scanned(set: set, end: rows)
            memory[name]?.keep(whole, for: key)
            return whole
        }
        // Few are read whole.
        let deadline = rows <= Self.few ? nil : deadline
        let start = ContinuousClock.now
        var now = start
        while found.map({ $0.end < rows }) ?? true, found == nil || deadline.map({ now < $0 }) ?? true {
            let earlier = found
            let next = try await store.read { db in
                var part = earlier ?? .init(set: SampleSet(rows: rows), end: 0)
                if earlier == nil { try part.set.insert(db, TextIndex.prompts(name, run), [text]) }
                let end = min(part.end + Self.batch, rows)
                let sql = TextIndex.scan(name, hasReasoning: try TextIndex.hasReasoning(db))
                try part.set.insert(db, sql, [text, part.end, end])
                part.end = end
                return part
            }
            found = next
            now = .now
        }
        let scanned = found ?? .init(set: SampleSet(rows: rows), end: rows)
        memory[name]?.keep(scanned, for: key)
        if now - start > Self.patience, texts[run.id]?.isBuilding != true, texts[run.id]?.isReady != true {
            texts[run.id, default: TextIndex()].isBuilding = true
            Task { [weak self] in try? await self?.buildTexts(run) }
        }
        return scanned
    }

    /// Makes the full-text index of a run, a few samples at a time: other reads go on in between.
    package func buildTexts(_ run: Run) async throws {
        texts[run.id, default: TextIndex()].isBuilding = true
        do {
            try await reading(run, mustBeFresh: false) { table in
                while try await self.extend(table) {}
            }
            texts[run.id]?.isReady = true
        } catch {
            texts[run.id] = nil
            throw error
        }
        texts[run.id]?.isBuilding = false
    }

    // Adds the next samples; false when there are none. One at a time: a sample must not be added twice.
    private func extend(_ table: SampleTable) async throws -> Bool {
        let run = table.run.id
        if let running = extending[run] { return try await running.value }
        // It takes itself off: a second caller would meet the finished one again and again, and never let the first go on.
        let task = Task {
            defer { extending[run] = nil }
            return try await add(table)
        }
        extending[run] = task
        return try await task.value
    }

    private func add(_ table: SampleTable) async throws -> Bool {
        let run = table.run.id
        guard let index = texts[run] else { return false }
        let last = try await store.read { [samples = table.name] db -> Int64? in
            let name = "texts_\(run)"
            try db.execute(
                sql: "CREATE VIRTUAL TABLE IF NOT EXISTS temp.\(name) USING fts5(body, content = '', columnsize = 0)")
            let ids = try Int64.fetchAll(
                db, sql: "SELECT id FROM temp.\(samples) WHERE id > ? ORDER BY id LIMIT \(Self.batch)",
                arguments: [index.last])
            guard let last = ids.last else { return nil }
            let thoughts = try TextIndex.hasReasoning(db) ? " || char(10) || coalesce(reasoning, '')" : ""
            try db.execute(
                sql: """
                    INSERT INTO temp.\(name)(rowid, body)
                    SELECT completion_id, text\(thoughts) FROM completions
                    WHERE completion_id IN (SELECT id FROM temp.\(samples) WHERE id > ? AND id <= ?)
                    """, arguments: [index.last, last])
            return last
        }
        guard let last else { return false }
        texts[run]?.last = last
        return true
    }
}
