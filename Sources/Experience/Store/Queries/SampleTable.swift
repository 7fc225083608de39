import GRDB

/// The narrow table of a run: a row for each of its samples, in its order, with what one filters and sorts by. It never
/// changes: when the store does another takes its place, and it goes when the last who reads it has ended.
struct SampleTable: Sendable {
    /// Its name in SQL.
    let name: String
    let run: Run
    /// The store's version that it was begun at.
    let version: Int
    let rows: Int
    let builtAt: ContinuousClock.Instant
    let cost: Duration
}

/// What is kept in memory of a narrow table.
struct SampleTableMemory {
    var usedAt = ContinuousClock.now
    var readers = 0
    /// Whether another stands in its place.
    var isStale = false
    var columns: [SampleClause.Field: SampleColumn] = [:]
    private var sets: [Key: Scanned] = [:]
    private var order: [Key] = []

    /// A clause, and for one on texts whether it was looked up in the index of words.
    struct Key: Hashable {
        var clause: SampleClause
        var byWords: Bool
    }

    /// What a clause admits of the first `end` rows.
    struct Scanned {
        var set: SampleSet
        var end: Int
    }

    // A set takes an eighth of a byte a row.
    private static let mostSets = 64

    subscript(key: Key) -> Scanned? { sets[key] }

    mutating func keep(_ scanned: Scanned, for key: Key) {
        sets[key] = scanned
        order.removeAll { $0 == key }
        order.append(key)
        if order.count > Self.mostSets { sets[order.removeFirst()] = nil }
    }
}

/// Fills a narrow table, or gives its rows without one.
struct SampleTableSource {
    private let run: Run
    private let scoring: Int64?
    private let set: Int64?
    private let isDisputable: Bool

    init(_ run: Run, _ db: Database) throws {
        let snapshot = StoreSnapshot(db: db)
        let scoring = try snapshot.latestScoring(run: run)
        self.run = run
        self.scoring = scoring?.id
        set = try snapshot.newestAdvantageSet(run: run, scoring: scoring)?.id
        isDisputable = try Int.fetchOne(db, sql: "SELECT count(*) FROM (SELECT 1 FROM scorings LIMIT 2)") ?? 0 > 1
    }

    static func create(_ name: String, _ db: Database) throws {
        // Keys have the type of those that they are joined with: another affinity would hide their indexes.
        let keys = columns.replacing("id, \"group\"", with: "id INTEGER, \"group\" INTEGER", maxReplacements: 1)
        try db.execute(sql: "CREATE TABLE temp.\(name)(pos INTEGER PRIMARY KEY, \(keys), completion AS (id))")
    }

    /// Adds the samples of up to `limit` groups from an ordinal on; gives the ordinal behind them, nil at the end.
    func add(to name: String, from ordinal: Int, limit: Int, _ db: Database) throws -> Int? {
        let next = try Int.fetchOne(
            db, sql: "SELECT ordinal FROM groups WHERE run_id = ? AND ordinal >= ? ORDER BY ordinal LIMIT 1 OFFSET ?",
            arguments: [run.id, ordinal, limit])
        let (sql, arguments) = select(ordinal..<(next ?? .max))
        try db.execute(sql: "INSERT INTO temp.\(name)(\(Self.columns)) \(sql)", arguments: arguments)
        return next
    }

    /// Up to `limit` samples in the run's order behind the first `offset`, without a narrow table.
    func rows(limit: Int, offset: Int, _ db: Database) throws -> [SampleRow] {
        let chosen = try Row.fetchAll(
            db,
            sql: """
                -- CROSS: in the order of two indexes, which hold all that is asked
                SELECT g.ordinal, c.completion_id FROM groups g CROSS JOIN completions c USING(group_id)
                WHERE g.run_id = ? ORDER BY g.ordinal, c.idx LIMIT ? OFFSET ?
                """, arguments: [run.id, limit, offset]
        ).map { row -> (ordinal: Int, id: Int64) in (try row[stored: 0], try row[stored: 1]) }
        guard let first = chosen.first?.ordinal, let last = chosen.last?.ordinal else { return [] }
        let ids = Set(chosen.map(\.id))
        let (sql, arguments) = select(first..<last + 1)
        return try Row.fetchAll(
            db, sql: "SELECT \(SampleRow.columns) FROM (\(sql)) ORDER BY \"group\", \"index\"", arguments: arguments
        ).map(SampleRow.init).filter { ids.contains($0.id) }
    }

    /// Up to `limit` samples of the group at an ordinal, in their order.
    func rows(ofGroup ordinal: Int, limit: Int, _ db: Database) throws -> [SampleRow] {
        guard ordinal >= 0, ordinal < .max else { return [] }
        let (sql, arguments) = select(ordinal..<ordinal + 1)
        return try Row.fetchAll(
            db, sql: "SELECT \(SampleRow.columns) FROM (\(sql)) ORDER BY \"index\" LIMIT \(limit)", arguments: arguments
        ).map(SampleRow.init)
    }

    private static let columns = """
        id, "group", "index", tokens, entropy, advantage, score, ms, version, disputed, rate, mix, outcome, finish, \
        unusable, reason, problem, dataset, level, domain, model, extracted, gold
        """

    private static let levels = ["level", "difficulty"]
    private static let domains = ["domain", "subject", "category", "type", "task"]

    private static func member(_ names: [String]) -> String {
        let values = names.map { "json_extract(p.fields, '$.\($0)')" } + ["NULL"]
        return
            "CASE WHEN json_valid(p.fields) THEN substr(CAST(coalesce(\(values.joined(separator: ", "))) AS TEXT), 1, 120) END"
    }

    private func select(_ ordinals: Range<Int>) -> (String, StatementArguments) {
        let length = SampleClause.textLimit
        // Who has one scoring in all needs not look for another's word.
        let disputed =
            isDisputable
            ? """
            (SELECT count(DISTINCT w.outcome = 'correct') FROM verdicts w
                WHERE w.completion_id = c.completion_id AND w.score NOT NULL) > 1
            """ : "0"
        return (
            """
            WITH found AS MATERIALIZED (
                SELECT g.group_id, g.ordinal, substr(p.external_id, 1, \(length)) AS problem,
                    substr(p.dataset, 1, \(length)) AS dataset, substr(p.answer, 1, \(length)) AS gold,
                    \(Self.member(Self.levels)) AS level, \(Self.member(Self.domains)) AS domain
                FROM groups g JOIN problems p USING(problem_id)
                WHERE g.run_id = :run AND g.ordinal >= :from AND g.ordinal < :to ORDER BY g.ordinal)
            SELECT c.completion_id AS id, f.ordinal AS "group", c.idx AS "index", c.n_tokens AS tokens, e.mean AS entropy,
                a.advantage AS advantage, v.score AS score, v.milliseconds AS ms,
                CASE WHEN json_valid(c.weight_spans) THEN json_extract(c.weight_spans, '$[0][0]') END AS version,
                \(disputed) AS disputed,
                avg(CASE WHEN v.score NOT NULL THEN v.outcome = 'correct' END) OVER same AS rate,
                CASE WHEN max(v.score) OVER same IS NULL THEN 'unscored'
                    WHEN min(v.score) OVER same < max(v.score) OVER same THEN 'mixed'
                    WHEN max(v.score) OVER same >= 1 THEN 'all_right' ELSE 'all_wrong' END AS mix,
                v.outcome AS outcome, c.finish AS finish, substr(c.unusable, 1, \(length)) AS unusable,
                substr(v.reason, 1, \(length)) AS reason, f.problem AS problem, f.dataset AS dataset, f.level AS level,
                f.domain AS domain, substr(c.model, 1, \(length)) AS model, substr(v.extracted, 1, \(length)) AS extracted,
                f.gold AS gold
            -- CROSS: in the run's order, so that `pos` is a sample's place in it
            FROM found f CROSS JOIN completions c ON c.group_id = f.group_id
                LEFT JOIN verdicts v ON v.completion_id = c.completion_id AND v.scoring_id = :scoring
                LEFT JOIN entropies e ON e.completion_id = c.completion_id
                LEFT JOIN advantages a ON a.completion_id = c.completion_id AND a.set_id = :set
            WINDOW same AS (PARTITION BY f.ordinal)
            ORDER BY f.ordinal, c.idx
            """,
            ["run": run.id, "from": ordinals.lowerBound, "to": ordinals.upperBound, "scoring": scoring, "set": set]
        )
    }
}
