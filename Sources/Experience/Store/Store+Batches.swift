public import Foundation
import GRDB
public import JSON

/// One column of a packed batch: a little-endian array and how to read it.
public struct BatchTensor: Sendable, Hashable {
    /// Its name, for example "token_ids".
    public var name: String
    /// numpy's dtype string, for example "<i4".
    public var dtype: String
    /// Its dimensions.
    public var shape: [Int]
    /// The elements, row major.
    public var data: Data

    /// A one-dimensional column of the elements of `array`.
    public init<Element: BitwiseCopyable>(_ name: String, _ dtype: String, _ array: [Element]) {
        self.init(name: name, dtype: dtype, shape: [array.count], data: array.littleEndianData)
    }

    /// A column from its bytes.
    public init(name: String, dtype: String, shape: [Int], data: Data) {
        self.name = name
        self.dtype = dtype
        self.shape = shape
        self.data = data
    }
}

/// What one optimiser step takes, packed end to end.
public struct PackedBatch: Sendable {
    /// One sequence of it.
    public struct Item: Sendable, Hashable {
        /// Key of the completion.
        public var completion: Int64
        /// Which of an episode's rows it is; 0 is the completion's own tokens.
        public var piece: Int
        /// The oldest policy version that sampled a token of it.
        public var policyVersion: Int

        /// A sequence.
        public init(completion: Int64, piece: Int = 0, policyVersion: Int) {
            self.completion = completion
            self.piece = piece
            self.policyVersion = policyVersion
        }
    }

    /// The advantage set it was made from.
    public var set: Int64
    /// The newest policy version when it was packed.
    public var policyVersion: Int
    /// How many policy versions a sample may be behind when the batch is leased.
    public var maxStaleness: Int
    /// Sampled tokens in it.
    public var tokens: Int
    /// Its sequences, in order.
    public var items: [Item]
    /// Its columns.
    public var tensors: [BatchTensor]

    /// A batch with all its parts.
    public init(
        set: Int64, policyVersion: Int, maxStaleness: Int, tokens: Int, items: [Item], tensors: [BatchTensor]
    ) {
        self.set = set
        self.policyVersion = policyVersion
        self.maxStaleness = maxStaleness
        self.tokens = tokens
        self.items = items
        self.tensors = tensors
    }
}

/// A stored batch without its columns.
public struct BatchInfo: Sendable, Hashable {
    /// Where a batch is on its way.
    public enum State: String, Sendable, Codable, CaseIterable {
        /// Waits for a trainer.
        case ready
        /// A trainer has it.
        case leased
        /// A trainer took its step.
        case done
        /// A trainer refused it.
        case rejected
        /// Became too stale before a trainer came.
        case expired
    }

    /// Key in the store.
    public var id: Int64
    /// Position in the run, from 0.
    public var step: Int
    /// The advantage set it was made from.
    public var set: Int64
    /// The newest policy version when it was packed.
    public var policyVersion: Int
    /// Number of sequences.
    public var sequences: Int
    /// Number of sampled tokens.
    public var tokens: Int
    /// Where it is.
    public var state: State
}

extension Store {
    /// Keeps a batch as the run's next step, in one transaction; with `settles` the window of estimates that it was made of is
    /// settled in the same.
    @discardableResult
    public func add(_ batch: PackedBatch, run: Run, settles: Bool = false) async throws -> BatchInfo {
        let now = Timestamp.now
        return try await write { db in
            let step =
                try Int.fetchOne(
                    db, sql: "SELECT coalesce(max(step) + 1, 0) FROM batches WHERE run_id = ?", arguments: [run.id])
                ?? 0
            try db.execute(
                sql: """
                    INSERT INTO batches(run_id, step, set_id, policy_version, max_staleness, n_sequences, n_tokens,
                        state, created_at) VALUES(?, ?, ?, ?, ?, ?, ?, 'ready', ?)
                    """,
                arguments: [
                    run.id, step, batch.set, batch.policyVersion, batch.maxStaleness, batch.items.count, batch.tokens,
                    now,
                ])
            let id = db.lastInsertedRowID
            let item = try db.cachedStatement(
                sql:
                    "INSERT INTO batch_items(batch_id, position, completion_id, policy_version, piece) VALUES(?, ?, ?, ?, ?)"
            )
            for (position, sequence) in batch.items.enumerated() {
                try item.execute(arguments: [
                    id, position, sequence.completion, sequence.policyVersion, sequence.piece,
                ])
            }
            let column = try db.cachedStatement(
                sql: "INSERT INTO batch_tensors(batch_id, name, dtype, shape, data) VALUES(?, ?, ?, ?, ?)")
            for tensor in batch.tensors {
                let shape = JSONValue.array(tensor.shape.map { .int($0) }).text
                try column.execute(arguments: [id, tensor.name, tensor.dtype, shape, tensor.data])
            }
            if settles { try Self.settleWindow(set: batch.set, db) }
            return BatchInfo(
                id: id, step: step, set: batch.set, policyVersion: batch.policyVersion,
                sequences: batch.items.count, tokens: batch.tokens, state: .ready)
        }
    }

    /// The run's batches by step.
    public func batches(run: Run) async throws -> [BatchInfo] {
        try await read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM batches WHERE run_id = ? ORDER BY step", arguments: [run.id])
                .map(BatchInfo.init(row:))
        }
    }

    /// The options that a set's batches were packed with, as JSON; nil when none was packed, or by an earlier version.
    public func packing(set: Int64) async throws -> JSONValue? {
        try await read { db in
            try Row.fetchOne(db, sql: "SELECT set_id, options FROM packings WHERE set_id = ?", arguments: [set])
                .map { try $0.json("options") }
        }
    }

    /// Keeps the options that a set is packed with from now on. With `withdraws` its batches that no trainer has or had make
    /// room for new ones.
    /// - Returns: how many were withdrawn.
    @discardableResult
    public func keep(packing: JSONValue, set: Int64, withdraws: Bool = false) async throws -> Int {
        try await write { db in
            try db.execute(
                sql: "INSERT OR REPLACE INTO packings(set_id, options) VALUES(?, ?)",
                arguments: [set, packing.canonical.text])
            return withdraws ? try Self.withdraw(db, where: "set_id = ?", [set]) : 0
        }
    }

    /// Takes back batches that wait for a trainer: they expire, and their groups can be packed again.
    static func withdraw(_ db: Database, where condition: String, _ arguments: StatementArguments) throws -> Int {
        let batches = try Int64.fetchAll(
            db, sql: "SELECT batch_id FROM batches WHERE state = 'ready' AND \(condition)", arguments: arguments)
        for batch in batches {
            try db.execute(sql: "UPDATE batches SET state = 'expired' WHERE batch_id = ?", arguments: [batch])
            // The row stays: no later batch or lease can have its key.
            for table in ["batch_items", "batch_tensors"] {
                try db.execute(sql: "DELETE FROM \(table) WHERE batch_id = ?", arguments: [batch])
            }
        }
        return batches.count
    }

    /// The columns of a batch.
    public func tensors(batch: Int64) async throws -> [BatchTensor] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: "SELECT batch_id, name, dtype, shape, data FROM batch_tensors WHERE batch_id = ? ORDER BY name",
                arguments: [batch]
            ).map { row in
                return BatchTensor(
                    name: try row[stored: "name"], dtype: try row[stored: "dtype"],
                    shape: try row.json("shape").arrayValue?.compactMap(\.intValue) ?? [],
                    data: try row[stored: "data"])
            }
        }
    }

    /// The newest policy version that a trainer or a server announced; 0 when none was.
    public func policyVersion(run: Run) async throws -> Int {
        try await read { db in
            try Int.fetchOne(
                db, sql: "SELECT max(version) FROM policy_versions WHERE run_id = ?", arguments: [run.id]) ?? 0
        }
    }

    /// Where the newest announced version's weights are, as its trainer said; nil where it did not, or none was announced.
    public func weights(run: Run) async throws -> String? {
        try await read { db in
            try String.fetchOne(
                db, sql: "SELECT weights FROM policy_versions WHERE run_id = ? ORDER BY version DESC LIMIT 1",
                arguments: [run.id])
        }
    }
}

extension BatchInfo {
    init(row: Row) throws {
        self.init(
            id: try row[stored: "batch_id"], step: try row[stored: "step"], set: try row[stored: "set_id"],
            policyVersion: try row[stored: "policy_version"], sequences: try row[stored: "n_sequences"],
            tokens: try row[stored: "n_tokens"], state: try row.word("state"))
    }
}
