public import JSON

/// A file that is not JSON Lines: what it is, and how to make JSON Lines of it.
public struct ForeignFormat: Error, Sendable, CustomStringConvertible {
    /// The path as the user gave it; `-` is standard input.
    public var path: String
    /// What the file is, for example "a Parquet file".
    public var name: String
    /// What to do.
    public var remedy: String

    /// `path: what it is; what to do`, in one line.
    public var description: String { "\(path): \(name), not JSON Lines; \(remedy)" }

    /// The first bytes of each format, none of which may begin a JSON text.
    private static let marks: [(bytes: [UInt8], name: String, remedy: @Sendable (String) -> String)] = [
        (
            Array("PAR1".utf8), "a Parquet file",
            { file in
                "convert it: python3 -c \"import pandas; "
                    + "pandas.read_parquet(\(file)).to_json('rows.jsonl', orient='records', lines=True)\""
            }
        ),
        ([0x1F, 0x8B], "compressed with gzip", { "unpack it: gzip -dc \($0) > rows.jsonl" }),
        ([0x28, 0xB5, 0x2F, 0xFD], "compressed with zstd", { "unpack it: zstd -dc \($0) > rows.jsonl" }),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "compressed with xz", { "unpack it: xz -dc \($0) > rows.jsonl" }),
        (Array("BZh".utf8), "compressed with bzip2", { "unpack it: bzip2 -dc \($0) > rows.jsonl" }),
        (Array("PK\u{3}\u{4}".utf8), "a zip archive or a spreadsheet", { _ in "unpack or export it" }),
        (Array("SQLite format 3".utf8), "a SQLite database", { _ in "a run's store is read by 'assay report'" }),
        (
            Array("ARROW1".utf8), "an Arrow file",
            { file in
                "convert it: python3 -c \"import pandas; "
                    + "pandas.read_feather(\(file)).to_json('rows.jsonl', orient='records', lines=True)\""
            }
        ),
        ([0xFF, 0xFE], "UTF-16 text", { "convert it: iconv -f UTF-16 -t UTF-8 \($0) > rows.jsonl" }),
        ([0xFE, 0xFF], "UTF-16 text", { "convert it: iconv -f UTF-16 -t UTF-8 \($0) > rows.jsonl" }),
    ]

    /// The format that a file begins like; nil when it may be JSON Lines.
    public init?(path: String, beginning bytes: [UInt8]) {
        guard let mark = Self.marks.first(where: { bytes.starts(with: $0.bytes) }) else { return nil }
        self.init(path: path, name: mark.name, remedy: mark.remedy(Self.argument(path)))
    }

    private init(path: String, name: String, remedy: String) {
        self.path = path
        self.name = name
        self.remedy = remedy
    }

    /// A path as it stands in a command, for a shell and for Python alike.
    static func argument(_ path: String) -> String { "'\(path == "-" ? "FILE" : path)'" }

    /// Whether more of the file is needed to tell.
    public static func isOpen(_ bytes: [UInt8]) -> Bool {
        ([byteOrderMark] + marks.map(\.bytes)).contains { $0.count > bytes.count && $0.starts(with: bytes) }
    }

    /// The mark that some programs put before UTF-8 text.
    public static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
}

extension LineReader.Line {
    /// What is wrong with a line that is not a JSON object, and what to do when it looks like a format that holds rows too.
    public func complaint(_ error: JSONError, in path: String) -> String {
        let file = ForeignFormat.argument(path)
        let text = bytes.drop { $0 == 0x20 || $0 == 0x09 }
        let rows = "JSON Lines has one object a line"
        switch text.first {
        case UInt8(ascii: "["): return "an array, and \(rows); of a JSON array: jq -c '.[]' \(file) > rows.jsonl"
        case UInt8(ascii: "{") where error.offset >= bytes.count:
            return "\(error); \(rows); of objects over several lines: jq -c . \(file) > rows.jsonl"
        case UInt8(ascii: "{"): return "\(error)"
        default: break
        }
        let isTable = number == 1 && (text.contains(UInt8(ascii: ",")) || text.contains(0x09))
        return isTable
            ? "no JSON object but what looks like the head of a table, and \(rows); of CSV: python3 -c \"import csv, json; "
                + "[print(json.dumps(row)) for row in csv.DictReader(open(\(file)))]\" > rows.jsonl"
            : "\(error); \(rows)"
    }
}
