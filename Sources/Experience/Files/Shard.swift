public import JSON

/// Every n-th row of a file: shard i of n has the rows i - 1, i - 1 + n, … counted from 0, blank lines left out.
public struct Shard: Sendable, Hashable {
    /// 1...count.
    public var number: Int
    /// How many shards there are.
    public var count: Int

    /// All rows.
    public static let whole = Shard(number: 1, count: 1)

    private init(number: Int, count: Int) { (self.number, self.count) = (number, count) }

    /// From `2/4`; nil when it is not that, or not in range.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let number = parts[0], let count = parts[1] else { return nil }
        guard (1...100_000).contains(count), (1...count).contains(number) else { return nil }
        self.number = number
        self.count = count
    }

    /// Whether the row, counted from 0, is in it.
    public func contains(row: Int) -> Bool { row % count == number - 1 }

    /// How many of `rows` rows are in it.
    public func share(of rows: Int) -> Int { (rows - number + count) / count }
}

/// What a finished shard says of itself, in a file beside its output: so that a merge knows that all are there.
public struct ShardManifest: Sendable, Hashable {
    /// Which shard.
    public var shard: Shard
    /// Rows in the whole input.
    public var inputRows: Int
    /// FNV-1a of the whole input's rows.
    public var inputHash: UInt64
    /// The same of the output's rows: verdicts that were edited since are not merged.
    public var outputHash: UInt64
    /// The verifier, its version and its options, canonical.
    public let verifier: JSONValue

    /// A manifest of a finished shard.
    public init(shard: Shard, inputRows: Int, inputHash: UInt64, outputHash: UInt64, verifier: JSONValue) {
        self.shard = shard
        self.inputRows = inputRows
        self.inputHash = inputHash
        self.outputHash = outputHash
        self.verifier = verifier.canonical
    }

    /// From what `json` gives; nil for anything else.
    public init?(_ json: JSONValue) {
        guard let shard = json["shard"]?.stringValue.flatMap(Shard.init), let rows = json["input_rows"]?.intValue,
            let hash = json["input_hash"]?.stringValue.flatMap({ UInt64($0, radix: 16) }),
            let output = json["output_hash"]?.stringValue.flatMap({ UInt64($0, radix: 16) }),
            let verifier = json["verifier"], rows >= 0
        else { return nil }
        self.init(shard: shard, inputRows: rows, inputHash: hash, outputHash: output, verifier: verifier)
    }

    /// As it stands in its file.
    public var json: JSONValue {
        [
            "shard": .string("\(shard.number)/\(shard.count)"), "input_rows": .int(inputRows),
            "input_hash": .string(String(inputHash, radix: 16)),
            "output_hash": .string(String(outputHash, radix: 16)), "verifier": verifier,
        ]
    }

    /// Where the manifest of an output is.
    public static func path(of output: String) -> String { output + ".shard.json" }
}
