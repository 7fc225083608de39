import GRDB

/// Finds samples of large runs fast: a reading connection of its own with a narrow table of what one filters and sorts by,
/// what of it is asked often in memory, and where texts are searched a full-text index. All are temporary: no transaction
/// of a run ever waits for them, the store's file is not touched, and they go away with this or with `drop`.
public actor SampleIndex {
    // Narrow tables have some 250 bytes a row, on disk where they are many.
    private static let mostRows = 3_000_000
    private static let mostRuns = 16
    private static let large = 20_000
    // Groups that are added at a time: other reads go on in between.
    private static let groupsAtATime = 500

    let store: Store
    private var tables: [Int64: SampleTable] = [:]
    /// By the tables' names.
    var memory: [String: SampleTableMemory] = [:]
    private var building: [Int64: Task<Void, any Error>] = [:]
    private var generation = 0
    var texts: [Int64: TextIndex] = [:]
    var extending: [Int64: Task<Bool, any Error>] = [:]

    /// An index over the store at `path`; throws `StoreError`.
    public init(path: String) throws { store = try Store(path: path, access: .read) }

    /// Takes the tables of a run, or of all, away.
    public func drop(run: Run? = nil) async throws {
        for (id, table) in tables where run == nil || run?.id == id {
            tables[id] = nil
            texts[id] = nil
            try await leave(table)
            try await store.read { try $0.execute(sql: "DROP TABLE IF EXISTS temp.texts_\(id)") }
        }
    }

    /// Has the narrow table of a run made, for somebody who is about to ask. What fails is said to who asks.
    package func prepare(_ run: Run) { if tables[run.id] == nil { _ = begin(run) } }

    // MARK: Questions

    /// Up to `limit` samples that all clauses admit, behind the first `offset` of them. Throws `StoreError`.
    ///
    /// With `patience` what takes longer is given as far as it is known then, see `SamplePage.isPartial`.
    package func page(
        run: Run, _ clauses: [SampleClause], sort: SampleSort = SampleSort(), limit: Int, offset: Int,
        patience: Duration? = nil
    ) async throws -> SamplePage {
        let deadline = patience.map { ContinuousClock.now + $0 }
        if let patience, try await !isMade(run, within: patience) {
            let isPlain = clauses.isEmpty && sort == SampleSort()
            return try await store.read { db in
                let rows = isPlain ? try SampleTableSource(run, db).rows(limit: limit, offset: offset, db) : []
                return SamplePage(
                    rows: rows, total: try StoreSnapshot(db: db).completionCount(run: run), isPreparing: true)
            }
        }
        return try await reading(run, mustBeFresh: patience == nil) { table in
            let (set, search) = try await self.chosen(table, clauses, by: deadline)
            let column = try await self.column(of: sort, table)
            return try await self.store.read { [name = table.name] db in
                let places =
                    column?.places(of: set, isDescending: sort.isDescending, limit: limit, offset: offset)
                    ?? set.places(limit: limit, offset: offset, isReversed: sort.isDescending)
                let find = try db.makeStatement(sql: "SELECT \(SampleRow.columns) FROM temp.\(name) WHERE pos = ?")
                let rows = try places.compactMap { try Row.fetchOne(find, arguments: [$0 + 1]).map(SampleRow.init) }
                return SamplePage(rows: rows, total: set.count, search: search)
            }
        }
    }

    /// The samples of the group at an ordinal, in their order, up to `limit`.
    package func group(_ ordinal: Int, of run: Run, limit: Int) async throws -> [SampleRow] {
        try await store.read { try SampleTableSource(run, $0).rows(ofGroup: ordinal, limit: limit, $0) }
    }

    /// Where a sample stands among those that all clauses admit, 0-based; nil where it is none of them.
    package func position(
        of completion: Int64, run: Run, _ clauses: [SampleClause], sort: SampleSort, patience: Duration? = nil
    ) async throws -> Int? {
        let deadline = patience.map { ContinuousClock.now + $0 }
        if let patience, try await !isMade(run, within: patience) { return nil }
        return try await reading(run, mustBeFresh: patience == nil) { table in
            let (set, _) = try await self.chosen(table, clauses, by: deadline)
            let column = try await self.column(of: sort, table)
            return try await self.store.read { [name = table.name] db in
                let position = try Int.fetchOne(
                    db, sql: "SELECT pos FROM temp.\(name) WHERE id = ?", arguments: [completion])
                guard let place = position.map({ $0 - 1 }), set.contains(place) else { return nil }
                if let column { return column.count(of: set, before: place, isDescending: sort.isDescending) }
                let before = set.count(before: place)
                return sort.isDescending ? set.count - 1 - before : before
            }
        }
    }

    /// How many samples that all clauses admit have each value of a field, the most first, up to `limit` values.
    package func counts(
        run: Run, of field: SampleClause.Field, _ clauses: [SampleClause] = [], limit: Int, patience: Duration? = nil
    ) async throws -> [(value: String?, count: Int)] {
        let deadline = patience.map { ContinuousClock.now + $0 }
        return try await reading(run, mustBeFresh: patience == nil) { table in
            let (set, _) = try await self.chosen(table, clauses, by: deadline)
            let column = try await self.column(field, table)
            return try await self.store.read { [name = table.name] db in
                try column.frequencies(in: set, limit: limit).map { place, count in
                    let row = try Row.fetchOne(
                        db, sql: "SELECT \"\(field.rawValue)\" FROM temp.\(name) WHERE pos = ?", arguments: [place + 1])
                    return (value: try row?[stored: 0], count: count)
                }
            }
        }
    }

    private func column(of sort: SampleSort, _ table: SampleTable) async throws -> SampleColumn? {
        guard let field = sort.field else { return nil }
        return try await column(field, table)
    }

    private func column(_ field: SampleClause.Field, _ table: SampleTable) async throws -> SampleColumn {
        if let known = memory[table.name]?.columns[field] { return known }
        let column = try await store.read { try SampleColumn(field, of: "temp.\(table.name)", $0) }
        memory[table.name]?.columns[field] = column
        return column
    }

    // The rows that all clauses admit, each clause looked up once for all pages that ask.
    private func chosen(
        _ table: SampleTable, _ clauses: [SampleClause], by deadline: ContinuousClock.Instant?
    ) async throws -> (SampleSet, SampleSearch?) {
        var set = SampleSet(rows: table.rows, all: true)
        for clause in clauses where clause.field != .text || clause.value == nil {
            set.formIntersection(try await chosen(table, clause))
        }
        let sought = clauses.filter { $0.field == .text && $0.value != nil }
        if sought.isEmpty { return (set, nil) }
        let byWords = try await canSearchByIndex(table, sought)
        var search = byWords ? SampleSearch.indexed : .scanned
        for clause in sought {
            let found = try await self.found(table, clause, byWords: byWords, by: deadline)
            var part = found.set
            if clause.isNegated { part.invert() }
            part.trim(to: found.end)
            set.formIntersection(part)
            if found.end < table.rows { search = .part(Double(found.end) / Double(table.rows)) }
        }
        return (set, search)
    }

    private func chosen(_ table: SampleTable, _ clause: SampleClause) async throws -> SampleSet {
        // Every sample has a text.
        if clause.field == .text { return SampleSet(rows: table.rows, all: clause.isNegated) }
        let key = SampleTableMemory.Key(clause: clause, byWords: false)
        if let known = memory[table.name]?[key] { return known.set }
        let (sql, arguments) = clause.condition
        let set = try await store.read { db in
            var set = SampleSet(rows: table.rows)
            try set.insert(db, "SELECT s.pos FROM temp.\(table.name) s WHERE \(sql)", arguments)
            return set
        }
        memory[table.name]?.keep(.init(set: set, end: table.rows), for: key)
        return set
    }

    // MARK: The narrow table

    /// A number that another connection's transaction changes, and nothing else does.
    package func changes() async throws -> Int { try await store.read { try Self.version($0) } }

    // Lends the table of a run, which stays as it is meanwhile.
    func reading<Value>(
        _ run: Run, mustBeFresh: Bool, _ body: (SampleTable) async throws -> Value
    ) async throws -> Value {
        let table = try await table(of: run, mustBeFresh: mustBeFresh)
        do {
            let value = try await body(table)
            try await release(table)
            return value
        } catch {
            try await release(table)
            throw error
        }
    }

    // With a reader more. While a large run goes on its table is made anew now and then, so that it takes a tenth of the time
    // at most; who is in a hurry gets the one that is there.
    private func table(of run: Run, mustBeFresh: Bool) async throws -> SampleTable {
        while true {
            if let table = tables[run.id] {
                memory[table.name]?.readers += 1
                memory[table.name]?.usedAt = .now
                let isLarge = table.rows > Self.large
                if isLarge, .now - table.builtAt < table.cost * 10 { return table }
                if try await changes() == table.version { return table }
                if isLarge, !mustBeFresh {
                    _ = begin(run)
                    return table
                }
                try await release(table)
            }
            try await begin(run).value
        }
    }

    private func release(_ table: SampleTable) async throws {
        memory[table.name]?.readers -= 1
        try await removeIfUnused(table)
    }

    private func leave(_ table: SampleTable) async throws {
        memory[table.name]?.isStale = true
        try await removeIfUnused(table)
    }

    private func removeIfUnused(_ table: SampleTable) async throws {
        guard let kept = memory[table.name], kept.isStale, kept.readers == 0 else { return }
        memory[table.name] = nil
        try await store.read { [name = table.name] in try $0.execute(sql: "DROP TABLE IF EXISTS temp.\(name)") }
    }

    private func isMade(_ run: Run, within patience: Duration) async throws -> Bool {
        if tables[run.id] != nil { return true }
        let task = begin(run)
        // What is soon made is waited for.
        let isLarge = try await store.read {
            try StoreSnapshot(db: $0).completionCount(run: run, upTo: Self.large) >= Self.large
        }
        if isLarge, await !task.ends(within: patience) { return false }
        try await task.value
        return true
    }

    private func begin(_ run: Run) -> Task<Void, any Error> {
        if let running = building[run.id] { return running }
        let task = Task {
            defer { building[run.id] = nil }
            try await build(run)
        }
        building[run.id] = task
        return task
    }

    private func build(_ run: Run) async throws {
        let start = ContinuousClock.now
        generation += 1
        let name = "samples_\(run.id)_\(generation)"
        let (source, version) = try await store.read { db in
            (try SampleTableSource(run, db), try Self.version(db))
        }
        do {
            try await store.read { try SampleTableSource.create(name, $0) }
            var next: Int? = 0
            while let from = next {
                next = try await store.read { try source.add(to: name, from: from, limit: Self.groupsAtATime, $0) }
            }
            let rows = try await store.read { db in
                for column in ["id", "group"] {
                    try db.execute(sql: "CREATE INDEX temp.\(name)_\(column) ON \(name)(\"\(column)\")")
                }
                return try Int.fetchOne(db, sql: "SELECT max(pos) FROM temp.\(name)") ?? 0
            }
            let end = ContinuousClock.now
            let old = tables[run.id]
            memory[name] = SampleTableMemory()
            tables[run.id] = SampleTable(
                name: name, run: run, version: version, rows: rows, builtAt: end, cost: end - start)
            if let old { try await leave(old) }
            warm(run)
        } catch {
            try await store.read { try $0.execute(sql: "DROP TABLE IF EXISTS temp.\(name)") }
            throw error
        }
        try await forgetOldest(but: run)
    }

    // What a page shows is about to be sorted by: a large run's columns are read before, one after the other.
    private func warm(_ run: Run) {
        guard let table = tables[run.id], table.rows > Self.large, table.rows <= Self.large * 10 else { return }
        let fields: [SampleClause.Field] = [
            .outcome, .reason, .tokens, .entropy, .advantage, .ms, .extracted, .gold, .score, .problem,
        ]
        Task { [weak self] in
            for field in fields { try await self?.warm(field, table) }
        }
    }

    private func warm(_ field: SampleClause.Field, _ table: SampleTable) async throws {
        guard memory[table.name] != nil else { return }
        memory[table.name]?.readers += 1
        // What fails is said to who asks.
        _ = try? await column(field, table)
        try await release(table)
    }

    private func forgetOldest(but run: Run) async throws {
        while tables.count > 1,
            tables.count > Self.mostRuns || tables.values.reduce(0, { $0 + $1.rows }) > Self.mostRows,
            let oldest = tables.filter({ $0.key != run.id }).min(by: { used($0.value) < used($1.value) })
        {
            try await drop(run: oldest.value.run)
        }
    }

    private func used(_ table: SampleTable) -> ContinuousClock.Instant { memory[table.name]?.usedAt ?? table.builtAt }

    // Changes with every transaction of another connection.
    private static func version(_ db: Database) throws -> Int {
        try Int.fetchOne(db, sql: "PRAGMA data_version") ?? 0
    }
}

extension SampleSet {
    /// Chooses the rows whose 1-based positions a query gives.
    mutating func insert(_ db: Database, _ sql: String, _ arguments: StatementArguments) throws {
        let positions = try Int.fetchCursor(db, sql: sql, arguments: arguments)
        while let position = try positions.next() { insert(position - 1) }
    }
}
