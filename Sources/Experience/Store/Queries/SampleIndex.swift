import GRDB

/// What samples are sorted by; what has no value comes last.
public struct SampleSort: Sendable, Hashable {
    /// nil is the run's own order.
    public var field: SampleClause.Field?
    /// Whether the largest come first.
    public var isDescending: Bool

    /// An order.
    public init(_ field: SampleClause.Field? = nil, isDescending: Bool = false) {
        self.field = field
        self.isDescending = isDescending
    }

    var sql: String {
        let direction = isDescending ? "DESC" : "ASC"
        guard let field else { return "s.pos \(direction)" }
        return "s.\"\(field.rawValue)\" IS NULL, s.\"\(field.rawValue)\" \(direction), s.pos"
    }
}

/// A sample as a line of a table shows it; long texts are cut.
package struct SampleRow: Sendable, Hashable {
    package var id: Int64
    /// Its group's place in the run, and its own in the group.
    package var group: Int
    package var index: Int
    package var problem: String
    package var dataset: String
    package var model: String?
    package var finish: String
    package var tokens: Int?
    package var outcome: String?
    package var score: Double?
    package var reason: String?
    package var extracted: String?
    package var gold: String?
    package var milliseconds: Double?
    package var entropy: Double?
    package var advantage: Double?
}

/// Some samples of a selection, with how many it has.
package struct SamplePage: Sendable {
    package var rows: [SampleRow]
    package var total: Int
    /// How texts were searched; nil where none were.
    package var search: SampleSearch?
}

/// How texts were searched.
package enum SampleSearch: Sendable, Hashable {
    /// Every text was read: any part of a text is found.
    case scanned
    /// Every text was read, and an index is being made, of which this share is done.
    case indexing(Double)
    /// By the index: whole words are found.
    case indexed
}

/// Finds samples of large runs fast: a reading connection of its own with a narrow table of what one filters and sorts by,
/// and where texts are searched a full-text index. Both are temporary: no transaction of a run ever waits for them, the
/// store's file is not touched, and they go away with this or with `drop`.
public actor SampleIndex {
    /// The narrow table of one run.
    struct Table {
        var version: Int
        var builtAt: ContinuousClock.Instant
        var cost: Duration
        var usedAt: ContinuousClock.Instant
        var rows: Int
        var texts = TextIndex()
        /// What was counted over all samples.
        var counts: [SampleClause.Field: (limit: Int, counts: [(value: String?, count: Int)])] = [:]
        /// What was searched lately.
        var found: [Found] = []
    }

    /// The places that clauses on texts have chosen, in a table of this number.
    struct Found {
        var texts: [SampleClause]
        var byWords: Bool
        var at: ContinuousClock.Instant
        var number: Int
    }

    private var searches = 0
    var extending: [Int64: Task<Bool, any Error>] = [:]

    // Narrow tables have some 250 bytes a row, on disk where they are many.
    private static let mostRows = 3_000_000
    private static let mostRuns = 16
    private static let large = 20_000
    private static let mostFound = 16

    let store: Store
    var tables: [Int64: Table] = [:]

    /// An index over the store at `path`; throws `StoreError`.
    public init(path: String) throws { store = try Store(path: path, access: .read) }

    /// Takes the tables of a run, or of all, away.
    public func drop(run: Run? = nil) async throws {
        for id in tables.keys where run == nil || run?.id == id {
            tables[id] = nil
            try await store.read { db in
                try Self.drop(id, db)
            }
        }
    }

    /// Up to `limit` samples that all clauses admit, behind the first `offset` of them. Throws `StoreError`.
    package func page(
        run: Run, _ clauses: [SampleClause], sort: SampleSort = SampleSort(), limit: Int, offset: Int
    ) async throws -> SamplePage {
        try await refresh(run)
        let (found, search) = try await searched(run, clauses)
        var page = try await store.read { db in
            let (condition, arguments) = Self.condition(run, clauses, found: found)
            let total = try Int.fetchOne(
                db, sql: "SELECT count(*) FROM temp.samples_\(run.id) s WHERE \(condition)", arguments: arguments)
            // Places first: what is sorted is narrow then.
            let places = try Int64.fetchAll(
                db,
                sql: """
                    SELECT s.pos FROM temp.samples_\(run.id) s WHERE \(condition)
                    ORDER BY \(sort.sql) LIMIT \(limit) OFFSET \(offset)
                    """, arguments: arguments)
            let find = try db.makeStatement(
                sql: """
                    SELECT id, "group", "index", problem, dataset, model, finish, tokens, outcome, score, reason, extracted,
                        gold, ms, entropy, advantage FROM temp.samples_\(run.id) WHERE pos = ?
                    """)
            let rows = try places.compactMap { try Row.fetchOne(find, arguments: [$0]).map(SampleRow.init) }
            return SamplePage(rows: rows, total: total ?? 0)
        }
        page.search = search
        return page
    }

    /// Where a sample stands among those that all clauses admit, 0-based; nil where it is none of them.
    package func position(
        of completion: Int64, run: Run, _ clauses: [SampleClause], sort: SampleSort
    ) async throws -> Int? {
        try await refresh(run)
        let (found, _) = try await searched(run, clauses)
        return try await store.read { db in
            let (condition, arguments) = Self.condition(run, clauses, found: found)
            let number = try Int.fetchOne(
                db,
                sql: """
                    SELECT number FROM (SELECT s.id, row_number() OVER (ORDER BY \(sort.sql)) AS number
                        FROM temp.samples_\(run.id) s WHERE \(condition)) WHERE id = ?
                    """, arguments: arguments + [completion])
            return number.map { $0 - 1 }
        }
    }

    /// How many samples that all clauses admit have each value of a field, the most first, up to `limit` values.
    package func counts(
        run: Run, of field: SampleClause.Field, _ clauses: [SampleClause] = [], limit: Int
    ) async throws -> [(value: String?, count: Int)] {
        try await refresh(run)
        if clauses.isEmpty, let known = tables[run.id]?.counts[field], known.limit == limit { return known.counts }
        let (found, _) = try await searched(run, clauses)
        let counts = try await store.read { db in
            let (condition, arguments) = Self.condition(run, clauses, found: found)
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT "\(field.rawValue)", count(*) AS n FROM temp.samples_\(run.id) s WHERE \(condition)
                    GROUP BY 1 ORDER BY n DESC, 1 LIMIT \(limit)
                    """, arguments: arguments
            ).map { row -> (value: String?, count: Int) in (try row[stored: 0], try row[stored: 1]) }
        }
        if clauses.isEmpty { tables[run.id]?.counts[field] = (limit, counts) }
        return counts
    }

    // Clauses on texts are looked up among what was found, see `searched`.
    private static func condition(
        _ run: Run, _ clauses: [SampleClause], found: Int?
    ) -> (String, StatementArguments) {
        var parts: [String] = []
        var arguments: StatementArguments = []
        for clause in clauses {
            if clause.field == .text {
                if clause.value == nil { parts.append("0") }
            } else {
                let (sql, values) = clause.condition
                parts.append(sql)
                arguments += values
            }
        }
        if let found { parts.append("s.pos IN (SELECT pos FROM temp.found_\(run.id)_\(found))") }
        return (parts.isEmpty ? "1" : parts.joined(separator: " AND "), arguments)
    }

    // Searches texts once for all that a page asks: what fits the clauses on them stands in a table of its own.
    private func searched(
        _ run: Run, _ clauses: [SampleClause]
    ) async throws -> (found: Int?, search: SampleSearch?) {
        let texts = clauses.filter { $0.field == .text && $0.value != nil }
        guard !texts.isEmpty, let table = tables[run.id] else { return (nil, nil) }
        let byWords = try await canSearchByIndex(run, texts)
        let known = table.found.first { $0.texts == texts && $0.byWords == byWords && $0.at == table.builtAt }
        if let known {
            return (known.number, byWords ? .indexed : try await scanned(run, in: .zero))
        }
        let start = ContinuousClock.now
        searches += 1
        let number = searches
        try await store.read { db in
            var parts: [String] = []
            var arguments: StatementArguments = []
            for clause in texts {
                guard let text = clause.value else { continue }
                let (sql, values) = byWords ? TextIndex.condition(run, text) : try TextIndex.scan(run, text, db)
                parts.append(clause.isNegated ? "NOT \(sql)" : sql)
                arguments += values
            }
            try db.execute(sql: "CREATE TABLE temp.found_\(run.id)_\(number)(pos INTEGER PRIMARY KEY)")
            try db.execute(
                sql: """
                    INSERT INTO temp.found_\(run.id)_\(number)
                    SELECT s.pos FROM temp.samples_\(run.id) s WHERE \(parts.joined(separator: " AND "))
                    """, arguments: arguments)
        }
        tables[run.id]?.found.append(Found(texts: texts, byWords: byWords, at: table.builtAt, number: number))
        while let all = tables[run.id]?.found, all.count > Self.mostFound {
            let oldest = all[0].number
            tables[run.id]?.found.removeFirst()
            try await store.read { try $0.execute(sql: "DROP TABLE IF EXISTS temp.found_\(run.id)_\(oldest)") }
        }
        return (number, byWords ? .indexed : try await scanned(run, in: ContinuousClock.now - start))
    }

    // MARK: The narrow table

    /// A number that another connection's transaction changes, and nothing else does.
    package func changes() async throws -> Int { try await store.read { try Self.version($0) } }

    // While a large run goes on its table is made anew now and then, so that it takes a tenth of the time at most.
    private func refresh(_ run: Run) async throws {
        let now = ContinuousClock.now
        if var table = tables[run.id] {
            table.usedAt = now
            tables[run.id] = table
            if table.rows > Self.large, now - table.builtAt < table.cost * 10 { return }
            let version = try await store.read { try Self.version($0) }
            if version == table.version { return }
        }
        let (version, rows) = try await store.read { db in (try Self.version(db), try Self.build(run, db)) }
        let end = ContinuousClock.now
        var table = Table(version: version, builtAt: end, cost: end - now, usedAt: end, rows: rows)
        table.texts = tables[run.id]?.texts ?? TextIndex()
        table.found = tables[run.id]?.found ?? []
        tables[run.id] = table
        while tables.count > 1,
            tables.count > Self.mostRuns || tables.values.reduce(0, { $0 + $1.rows }) > Self.mostRows,
            let oldest = tables.filter({ $0.key != run.id }).min(by: { $0.value.usedAt < $1.value.usedAt })
        {
            tables[oldest.key] = nil
            try await store.read { try Self.drop(oldest.key, $0) }
        }
    }

    private static func drop(_ run: Int64, _ db: Database) throws {
        for name in ["samples", "texts"] { try db.execute(sql: "DROP TABLE IF EXISTS temp.\(name)_\(run)") }
        let found = try String.fetchAll(
            db, sql: "SELECT name FROM sqlite_temp_master WHERE type = 'table' AND name GLOB 'found_\(run)_*'")
        for name in found { try db.execute(sql: "DROP TABLE IF EXISTS temp.\"\(name)\"") }
    }

    // Changes with every transaction of another connection.
    private static func version(_ db: Database) throws -> Int {
        try Int.fetchOne(db, sql: "PRAGMA data_version") ?? 0
    }

    private static let levels = ["level", "difficulty"]
    private static let domains = ["domain", "subject", "category", "type", "task"]

    private static func member(_ names: [String]) -> String {
        let values = names.map { "json_extract(p.fields, '$.\($0)')" } + ["NULL"]
        return
            "CASE WHEN json_valid(p.fields) THEN substr(CAST(coalesce(\(values.joined(separator: ", "))) AS TEXT), 1, 120) END"
    }

    private static func build(_ run: Run, _ db: Database) throws -> Int {
        let snapshot = StoreSnapshot(db: db)
        let scoring = try snapshot.latestScoring(run: run)
        let set = try snapshot.newestAdvantageSet(run: run, scoring: scoring)?.id
        let table = "temp.samples_\(run.id)"
        let length = SampleClause.textLimit
        try db.execute(sql: "DROP TABLE IF EXISTS \(table)")
        try db.execute(
            sql: """
                CREATE TABLE \(table)(
                    pos INTEGER PRIMARY KEY, id, "group", "index", tokens, entropy, advantage, score, ms, version, disputed,
                    rate, mix, outcome, finish, unusable, reason, problem, dataset, level, domain, model, extracted, gold,
                    completion AS (id))
                """)
        try db.execute(
            sql: """
                WITH found AS MATERIALIZED (
                    SELECT g.group_id, g.ordinal, substr(p.external_id, 1, \(length)) AS problem,
                        substr(p.dataset, 1, \(length)) AS dataset, substr(p.answer, 1, \(length)) AS gold,
                        \(member(levels)) AS level, \(member(domains)) AS domain
                    FROM groups g JOIN problems p USING(problem_id) WHERE g.run_id = :run ORDER BY g.ordinal)
                INSERT INTO \(table)(id, "group", "index", tokens, entropy, advantage, score, ms, version, disputed,
                    rate, mix, outcome, finish, unusable, reason, problem, dataset, level, domain, model, extracted, gold)
                SELECT c.completion_id, f.ordinal, c.idx, c.n_tokens, e.mean, a.advantage, v.score, v.milliseconds,
                    CASE WHEN json_valid(c.weight_spans) THEN json_extract(c.weight_spans, '$[0][0]') END,
                    (SELECT count(DISTINCT w.outcome = 'correct') FROM verdicts w
                        WHERE w.completion_id = c.completion_id AND w.score NOT NULL) > 1,
                    avg(CASE WHEN v.score NOT NULL THEN v.outcome = 'correct' END) OVER same,
                    CASE WHEN max(v.score) OVER same IS NULL THEN 'unscored'
                        WHEN min(v.score) OVER same < max(v.score) OVER same THEN 'mixed'
                        WHEN max(v.score) OVER same >= 1 THEN 'all_right' ELSE 'all_wrong' END,
                    v.outcome, c.finish, substr(c.unusable, 1, \(length)), substr(v.reason, 1, \(length)), f.problem,
                    f.dataset, f.level, f.domain, substr(c.model, 1, \(length)), substr(v.extracted, 1, \(length)), f.gold
                -- CROSS: in the run's order, so that `pos` is a sample's place in it
                FROM found f CROSS JOIN completions c ON c.group_id = f.group_id
                    LEFT JOIN verdicts v ON v.completion_id = c.completion_id AND v.scoring_id = :scoring
                    LEFT JOIN entropies e ON e.completion_id = c.completion_id
                    LEFT JOIN advantages a ON a.completion_id = c.completion_id AND a.set_id = :set
                WINDOW same AS (PARTITION BY f.ordinal)
                ORDER BY f.ordinal, c.idx
                """, arguments: ["run": run.id, "scoring": scoring?.id, "set": set])
        let rows = db.changesCount
        try db.execute(sql: "CREATE INDEX temp.samples_\(run.id)_id ON samples_\(run.id)(id)")
        return rows
    }
}

extension SampleRow {
    fileprivate init(_ row: Row) throws {
        id = try row[stored: 0]
        group = try row[stored: 1]
        index = try row[stored: 2]
        problem = try row[stored: 3]
        dataset = try row[stored: 4]
        model = try row[stored: 5]
        finish = try row[stored: 6]
        tokens = try row[stored: 7]
        outcome = try row[stored: 8]
        score = try row[stored: 9]
        reason = try row[stored: 10]
        extracted = try row[stored: 11]
        gold = try row[stored: 12]
        milliseconds = try row[stored: 13]
        entropy = try row[stored: 14]
        advantage = try row[stored: 15]
    }
}
