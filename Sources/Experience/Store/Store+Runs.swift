import GRDB
public import JSON

/// A named sampling of a list of problems.
public struct Run: Sendable, Hashable {
    /// Key in the store.
    public var id: Int64
    /// Unique in the store.
    public var name: String
    /// The resolved configuration it was made with.
    public var config: JSONValue
    /// The seed that every sample's seed is derived from.
    public var seed: UInt64
    /// Whether the policy was assay's own simulation.
    public var isSimulated: Bool
    /// Milliseconds since 1970 UTC.
    public var createdAt: Int64
}

extension Store {
    /// The named run, made if absent. A run that exists is returned as it was made, unless it has no completions and
    /// another configuration, of which `goesOn` does not say that the run can go on with: then it is made anew.
    public func run(
        named name: String, config: JSONValue, seed: UInt64, isSimulated: Bool,
        goesOn: @escaping @Sendable (_ earlier: JSONValue) -> Bool = { _ in false }
    ) async throws -> Run {
        let now = Timestamp.now
        return try await write { db in
            if let run = try Self.runs(db, where: "name = ?", [name]).first {
                let isUsed = try Bool.fetchOne(
                    db, sql: "SELECT EXISTS(SELECT 1 FROM groups JOIN completions USING(group_id) WHERE run_id = ?)",
                    arguments: [run.id])
                if isUsed == true || run.config.canonical == config.canonical || goesOn(run.config) { return run }
                try Self.delete(db, from: "runs", where: "run_id = ?", [run.id])
            }
            try db.execute(
                sql: "INSERT INTO runs(name, created_at, config, seed, simulated) VALUES(?, ?, ?, ?, ?)",
                arguments: [name, now, config.text, Int64(bitPattern: seed), isSimulated])
            return Run(
                id: db.lastInsertedRowID, name: name, config: config, seed: seed, isSimulated: isSimulated,
                createdAt: now)
        }
    }

    /// Takes a run away that nothing was sampled for.
    public func removeIfUnused(_ run: Run) async throws {
        try await write { db in
            let isUsed = try Bool.fetchOne(
                db,
                sql: """
                    SELECT EXISTS(SELECT 1 FROM groups JOIN completions USING(group_id) WHERE run_id = :run)
                        OR EXISTS(SELECT 1 FROM groups JOIN partials USING(group_id) WHERE run_id = :run)
                        OR EXISTS(SELECT 1 FROM groups JOIN open_turns USING(group_id) WHERE run_id = :run)
                        OR EXISTS(SELECT 1 FROM groups JOIN sample_failures USING(group_id) WHERE run_id = :run)
                    """, arguments: ["run": run.id])
            if isUsed == false { try Self.delete(db, from: "runs", where: "run_id = ?", [run.id]) }
        }
    }

    // Deletes rows after all that refer to them. What refers to what is asked of the schema, so that no table is forgotten.
    static func delete(
        _ db: Database, from table: String, where condition: String, _ arguments: StatementArguments
    ) throws {
        let tables = try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
        for child in tables where child != table {
            for key in try db.foreignKeys(on: child) where key.destinationTable == table {
                guard let columns = key.mapping.first, key.mapping.count == 1 else { continue }
                try delete(
                    db, from: child,
                    where: "\(columns.origin) IN (SELECT \(columns.destination) FROM \(table) WHERE \(condition))",
                    arguments)
            }
        }
        try db.execute(sql: "DELETE FROM \(table) WHERE \(condition)", arguments: arguments)
    }

    /// Keeps the configuration that a run goes on with; what its samples depend on must not differ.
    public func update(_ run: Run, config: JSONValue) async throws -> Run {
        if run.config.canonical == config.canonical { return run }
        try await write { db in
            try db.execute(sql: "UPDATE runs SET config = ? WHERE run_id = ?", arguments: [config.text, run.id])
        }
        var updated = run
        updated.config = config
        return updated
    }

    /// Gives a run another name; throws `StoreError` when a run has it already.
    public func rename(_ run: Run, to name: String) async throws {
        try await write { db in
            if try !Self.runs(db, where: "name = ?", [name]).isEmpty {
                throw Refusal(kind: .conflict, message: "there is a run '\(name)' already")
            }
            try db.execute(sql: "UPDATE runs SET name = ? WHERE run_id = ?", arguments: [name, run.id])
        }
    }

    /// The models that a run's completions and beginnings are of, as their servers list them; none before the first. Of a
    /// run that was sampled before this was kept: as its configuration or the servers' answers name them.
    public func models(of run: Run) async throws -> [String] {
        try await read { db in
            let isSampled = try Bool.fetchOne(
                db,
                sql: """
                    SELECT EXISTS(SELECT 1 FROM groups JOIN completions USING(group_id) WHERE run_id = :run)
                        OR EXISTS(SELECT 1 FROM groups JOIN partials USING(group_id) WHERE run_id = :run)
                    """, arguments: ["run": run.id])
            guard isSampled == true else { return [] }
            let kept = try String.fetchAll(
                db, sql: "SELECT model FROM run_models WHERE run_id = ? ORDER BY model", arguments: [run.id])
            if !kept.isEmpty { return kept }
            let answered = try String.fetchAll(
                db,
                sql: """
                    SELECT DISTINCT model FROM groups JOIN completions USING(group_id)
                    WHERE run_id = ? AND model <> '' ORDER BY model
                    """, arguments: [run.id])
            return Set(answered + [run.config["rollout"]?["model"]?.stringValue].compactMap { $0 }).sorted()
        }
    }

    /// Notes which models a run is sampled from now, beside those that it has completions of.
    public func add(models: [String], to run: Run) async throws {
        let known = try await self.models(of: run)
        try await write { db in
            try db.execute(sql: "DELETE FROM run_models WHERE run_id = ?", arguments: [run.id])
            for model in Set(known + models) where !model.isEmpty {
                try db.execute(sql: "INSERT INTO run_models(run_id, model) VALUES(?, ?)", arguments: [run.id, model])
            }
        }
    }

    /// All runs, oldest first.
    public func runs() async throws -> [Run] { try await read { try Self.runs($0, where: "1", []) } }

    /// The named run, or the only or latest one when `name` is nil; throws `StoreError` when there is none.
    public func run(named name: String?) async throws -> Run {
        let runs = try await runs()
        if let name {
            if let run = runs.first(where: { $0.name == name }) { return run }
            let known = runs.map(\.name)
            let hint = name.nearest(in: known).map { "; did you mean '\($0)'?" }
            throw StoreError(
                path: path, "no run '\(name)'" + (hint ?? "; it has \(known.joined(separator: ", "))"), kind: .missing)
        }
        guard let latest = runs.last else { throw StoreError(path: path, "the store has no runs", kind: .missing) }
        return latest
    }

    private static func runs(_ db: Database, where condition: String, _ arguments: StatementArguments) throws -> [Run] {
        try Row.fetchAll(db, sql: "SELECT * FROM runs WHERE \(condition) ORDER BY run_id", arguments: arguments).map {
            row in
            let seed: Int64 = try row[stored: "seed"]
            return Run(
                id: try row[stored: "run_id"], name: try row[stored: "name"],
                config: try row.json("config"),
                seed: UInt64(bitPattern: seed), isSimulated: try row[stored: "simulated"],
                createdAt: try row[stored: "created_at"])
        }
    }
}
