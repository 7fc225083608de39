import Foundation
import JSON

/// What a command's output looks like, so that one replaces only its like.
public struct FileKind: Sendable {
    /// What messages call it, with its article: "an HTML page of assay".
    public let name: String
    private let headBytes: Int
    /// Whether the first line tells, so that no more is read.
    private let isLine: Bool
    private let recognises: @Sendable (_ head: [UInt8]) -> Bool

    /// A kind that `recognises` by a file's first bytes, at most `headBytes` of them.
    public init(_ name: String, headBytes: Int = 1 << 16, recognises: @escaping @Sendable (_ head: [UInt8]) -> Bool) {
        self.init(name, headBytes: headBytes, isLine: false, recognises: recognises)
    }

    private init(
        _ name: String, headBytes: Int, isLine: Bool, recognises: @escaping @Sendable (_ head: [UInt8]) -> Bool
    ) {
        self.name = name
        self.headBytes = headBytes
        self.isLine = isLine
        self.recognises = recognises
    }

    /// Whether the regular file at `path` is one. An empty file is of every kind: there is nothing to lose.
    public func contains(_ path: String) throws(FileError) -> Bool {
        let head = try Self.head(of: path, atMost: headBytes, isLine: isLine)
        return head.isEmpty || recognises(head)
    }

    /// JSONL whose first row has the member `name`.
    public static func rows(_ what: String, with name: String) -> FileKind {
        FileKind(what, headBytes: 64 << 20, isLine: true) { head in
            let row = head.prefix { $0 != UInt8(ascii: "\n") }
            return (try? JSONRow(checking: Array(row)))?.keys.contains(name) ?? false
        }
    }

    /// What `assay verify` and `assay merge` write.
    public static let verdicts = rows("a file of rows with verdicts", with: "verdict")

    /// The same before it is whole, when even the first row may be cut off.
    static let beginningOfVerdicts = FileKind("the beginning of \(verdicts.name)", headBytes: 1) { head in
        head.first == UInt8(ascii: "{")
    }

    /// What stands beside the output of `assay verify --shard`.
    public static let shardManifest = FileKind("a shard's manifest") { head in
        (try? JSONValue(parsing: head)).flatMap(ShardManifest.init) != nil
    }

    /// Whether a regular file is a SQLite database, as every store is.
    public static func isDatabase(_ path: String) -> Bool {
        let magic = Array("SQLite format 3\0".utf8)
        // What cannot be read is found out by whoever uses it.
        return (try? head(of: path, atMost: magic.count)) == magic
    }

    /// Whether the name is that of a file which SQLite or assay keeps beside a store that is there.
    static func belongsToStore(_ path: String) -> Bool {
        ["-wal", "-shm", "-journal", ".lock"].contains {
            path.hasSuffix($0) && isDatabase(String(path.dropLast($0.count)))
        }
    }

    /// The first bytes of a regular file; none of anything else, which reading might change.
    private static func head(of path: String, atMost count: Int, isLine: Bool = false) throws(FileError) -> [UInt8] {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return [] }
        let file = try FileDescriptor(opening: path, O_RDONLY)
        var head: [UInt8] = []
        while head.count < count, case let more = try file.read(atMost: min(count - head.count, 1 << 20)), !more.isEmpty
        {
            head += more
            if isLine, more.contains(UInt8(ascii: "\n")) { break }
        }
        return head
    }
}
