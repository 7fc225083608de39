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
    /// another configuration: then nothing depends on it and it is made anew.
    public func run(named name: String, config: JSONValue, seed: UInt64, isSimulated: Bool) async throws -> Run {
        let now = Timestamp.now
        return try await write { db in
            if let run = try Self.runs(db, where: "name = ?", [name]).first {
                let isUsed = try Bool.fetchOne(
                    db,
                    sql: "SELECT EXISTS(SELECT 1 FROM groups JOIN completions USING(group_id) WHERE run_id = ?)",
                    arguments: [run.id])
                if isUsed == true || run.config == config { return run }
                try db.execute(
                    sql: "DELETE FROM sample_failures WHERE group_id IN (SELECT group_id FROM groups WHERE run_id = ?)",
                    arguments: [run.id])
                for table in ["groups", "advantage_sets", "policy_versions", "runs"] {
                    try db.execute(sql: "DELETE FROM \(table) WHERE run_id = ?", arguments: [run.id])
                }
            }
            try db.execute(
                sql: "INSERT INTO runs(name, created_at, config, seed, simulated) VALUES(?, ?, ?, ?, ?)",
                arguments: [name, now, config.text, Int64(bitPattern: seed), isSimulated])
            return Run(
                id: db.lastInsertedRowID, name: name, config: config, seed: seed, isSimulated: isSimulated,
                createdAt: now)
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
            let config: String = try row[stored: "config"]
            let seed: Int64 = try row[stored: "seed"]
            return Run(
                id: try row[stored: "run_id"], name: try row[stored: "name"],
                config: try JSONValue(parsing: config.utf8),
                seed: UInt64(bitPattern: seed), isSimulated: try row[stored: "simulated"],
                createdAt: try row[stored: "created_at"])
        }
    }
}
