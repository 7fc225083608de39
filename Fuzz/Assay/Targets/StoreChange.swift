import Foundation
import GRDB
import JSON

/// One overwritten cell, as `{"table", "column", "row", "value"}`: the value is JSON for an integer, a number or a text,
/// `{"real": text}` for what JSON has no number for, `{"base64": …}` for bytes; `row` counts along the key, nil is all rows.
struct StoreChange {
    var table: String
    var column: String
    var row: Int?
    var value: DatabaseValue

    init?(_ json: JSONValue) {
        guard let table = json["table"]?.stringValue, let column = json["column"]?.stringValue,
            let given = json["value"]
        else { return nil }
        self.table = table
        self.column = column
        row = json["row"]?.intValue
        if let text = given["real"]?.stringValue {
            value = (Double(text) ?? .nan).databaseValue
        } else if let data = given["base64"]?.stringValue.flatMap({ Data(base64Encoded: $0) }) {
            value = data.databaseValue
        } else if let int = given.intValue {
            value = int.databaseValue
        } else if let double = given.doubleValue {
            value = double.databaseValue
        } else {
            value = given.stringValue?.databaseValue ?? .null
        }
    }

    /// Overwrites it, whatever the schema's checks say: another program may have written the file.
    func make(_ db: Database) throws {
        let name = table.quotedDatabaseIdentifier
        guard let key = try db.primaryKey(table).columns.first ?? db.columns(in: table).first?.name else { return }
        let quoted = key.quotedDatabaseIdentifier
        let update = "UPDATE OR IGNORE \(name) SET \(column.quotedDatabaseIdentifier) = ?"
        guard let row else { return try db.execute(sql: update, arguments: [value]) }
        try db.execute(
            sql: "\(update) WHERE \(quoted) = (SELECT \(quoted) FROM \(name) ORDER BY 1 LIMIT 1 OFFSET ?)",
            arguments: [value, row])
    }
}

/// Makes changes: boundary values of every type, and values of a column's own kind with one thing wrong.
struct StoreChangeMaker {
    private let columns: [(table: String, column: String)]
    private let mutator = Mutator([])

    /// Reads the columns of the store at `path`.
    init(path: String) throws {
        columns = try DatabaseQueue(path: path).read { db in
            try String.fetchAll(
                db,
                sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
            ).filter { $0 != "grdb_migrations" }
                .flatMap { table in try db.columns(in: table).map { (table, $0.name) } }
        }
    }

    func change(_ random: inout FuzzRandom) -> JSONValue {
        let (table, column) = random.pick(columns)
        return [
            "table": .string(table), "column": .string(column), "row": random.oneIn(4) ? .null : .int(random.below(24)),
            "value": value(of: column, &random),
        ]
    }

    private func value(of column: String, _ random: inout FuzzRandom) -> JSONValue {
        if random.oneIn(2), let text = Self.texts[column] {
            return .string(String(decoding: mutator.changedPart(Array(random.pick(text).utf8), &random), as: UTF8.self))
        }
        if random.oneIn(2), Self.arrays.contains(column) {
            return ["base64": .string(array(&random).base64EncodedString())]
        }
        switch random.below(6) {
        case 0: return .string(String(decoding: Boundary.piece(&random), as: UTF8.self))
        case 1: return ["base64": .string(Data(Boundary.piece(&random)).base64EncodedString())]
        case 2: return ["real": .string(random.pick(Boundary.floats))]
        case 3: return .int(random.below(100) - 10)
        case 4: return .int(Int(random.pick(Boundary.numbers)) ?? random.pick([.max, .min]))
        default: return .null
        }
    }

    /// Little-endian numbers of 4 or 8 bytes at their limits; sometimes bytes are missing.
    private func array(_ random: inout FuzzRandom) -> Data {
        let count = random.pick([0, 1, 2, 3, 3, 3, 4, 6, 100, 70_000])
        var data = Data()
        for _ in 0..<count {
            switch random.below(4) {
            case 0: withUnsafeBytes(of: random.pick(Self.floats)) { data.append(contentsOf: $0) }
            case 1: withUnsafeBytes(of: random.pick([Int32.max, .min, -1, 0, 1, 99])) { data.append(contentsOf: $0) }
            case 2: withUnsafeBytes(of: Float(-0.5)) { data.append(contentsOf: $0) }
            default: withUnsafeBytes(of: UInt32(truncatingIfNeeded: random.next())) { data.append(contentsOf: $0) }
            }
        }
        return random.oneIn(6) ? data.dropLast(random.below(4)) : data
    }

    private static let floats: [Float] = [
        .nan, .infinity, -.infinity, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, 0,
        -0.0, 1,
        1e-4, -87, -104, -1e30,
    ]
    private static let arrays: Set = ["data", "prompt_ids", "token_ids", "logprobs", "token_advantages"]
    private static let texts: [String: [String]] = [
        "config": [#"{"report":{"tokenizer":"x"},"optimize":{"vocabulary_size":100},"sampling":{"n":4}}"#],
        "sampling": [
            #"{"n":4,"temperature":1,"top_p":1,"top_k":0,"min_p":0,"max_tokens":512,"stop":[],"top_logprobs":0}"#
        ],
        "weight_spans": [#"[[0,0,1],[1,1,3]]"#, #"[{"version":0,"tokens":[0,1]}]"#, #"[[9223372036854775807,0,3]]"#],
        "components": [#"{"a":1,"b":null}"#, #"{"a":1e308}"#], "details": [#"{"tests":[{"status":"pass"}]}"#],
        "fields": [#"{"level":1,"subject":"s"}"#], "prompt": [#"[{"role":"user","content":"q"}]"#, "\"q\"", "q"],
        "options": [#"{"a":1}"#], "parameters": ["{}"], "shape": ["[3]", "[2,3]"], "metrics": [#"{"loss":0.5}"#],
        "dtype": ["<i4", "<f4", "<f8", "<i8", "|u1"],
        "kind": ["ids", "logprob", "top_ids", "top_logprob", "value", "entropy"],
        "source": ["sampler", "reference", "critic", "trainer"], "state": ["ready", "leased", "done"],
        "finish": ["stop", "length"],
        "outcome": ["correct", "incorrect", "timeout", "verifierError"],
        "logprob_kind": ["raw", "processed", "unknown"],
    ]
}
