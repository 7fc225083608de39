import Foundation

/// A line is longer than the reader accepts.
public struct LineTooLong: Error, Sendable, CustomStringConvertible {
    /// The file.
    public var path: String
    /// 1-based line number.
    public var line: Int
    /// The limit in bytes.
    public var limit: Int

    /// One line for a person.
    public var description: String { "\(path):\(line): line is longer than \(limit) bytes" }
}

/// Reads a file's lines in batches and in bounded memory, on a thread of its own. `-` is standard input.
///
/// Lines end with LF or CRLF, which are not part of the line; blank lines are passed over but counted, a byte order mark at
/// the start is passed over too.
public actor LineReader {
    /// One line and where it stands.
    public struct Line: Sendable {
        /// The file.
        public var path: String
        /// 1-based line number.
        public var number: Int
        /// Its bytes without the line end.
        public var bytes: [UInt8]
        /// Whether a line end follows; false only for an unfinished last line.
        public var isTerminated: Bool
        /// Offset of the line's first byte in the file.
        public var offset: Int

        /// A line that was read, or made of what stands in a file of another kind.
        public init(path: String, number: Int, bytes: [UInt8], isTerminated: Bool = true, offset: Int) {
            self.path = path
            self.number = number
            self.bytes = bytes
            self.isTerminated = isTerminated
            self.offset = offset
        }
    }

    /// The path as given.
    public nonisolated let path: String
    private nonisolated let executor = BlockingExecutor(label: "assay.read")
    private let scanner: LineScanner
    private var hasBegun = false
    private var peeked: Line?
    private var passed: PassedRows
    /// Rows passed so far, those of other shards included.
    public var rows: Int { passed.count }
    /// FNV-1a of the rows passed so far, of a shard's reader; 0 of others.
    public var hash: UInt64 { passed.hash }

    /// A thread of its own: file I/O blocks.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Opens `path`, to read all of it or one shard; errors call it `name` where that is another. Throws `FileError`.
    public init(path: String, called name: String? = nil, shard: Shard? = nil, maxLineBytes: Int = 64 << 20) throws {
        self.path = path
        passed = PassedRows(of: shard)
        scanner = LineScanner(path: name ?? path, source: try FileBytes(path: path), maxLineBytes: maxLineBytes)
    }

    /// The hash of all rows of the file at `path`, as a shard's reader has it at the end. Throws as `next` does.
    public static func hash(ofRowsAt path: String) async throws -> UInt64 {
        let reader = try LineReader(path: path, shard: .whole)
        while try await !reader.next(maxLines: 1024).isEmpty {}
        return await reader.hash
    }

    /// The line that `next` will give first; nil at the end.
    public func peek() throws -> Line? {
        if peeked == nil { peeked = try next(maxLines: 1).first }
        return peeked
    }

    /// Up to `maxLines` lines, fewer when `maxBytes` is reached first; empty at the end of the file. Throws `FileError`,
    /// `LineTooLong` and, for a file of another kind, `ForeignFormat`.
    public func next(maxLines: Int, maxBytes: Int = 4 << 20) throws -> [Line] {
        if !hasBegun { try begin() }
        var lines = peeked.map { [$0] } ?? []
        peeked = nil
        var bytes = lines.first?.bytes.count ?? 0
        while lines.count < maxLines, bytes < maxBytes, let line = try scanner.nextFilled() {
            if !passed.takes(line.bytes) { continue }
            bytes += line.bytes.count
            lines.append(line)
        }
        return lines
    }

    // What begins like no format is not waited for: lines may come from somebody who wants an answer to the first.
    private func begin() throws {
        hasBegun = true
        repeat { try scanner.fill() } while !scanner.isAtEnd && ForeignFormat.isOpen(scanner.buffer)
        if let format = ForeignFormat(path: path, beginning: scanner.buffer) { throw format }
        if scanner.buffer.starts(with: ForeignFormat.byteOrderMark) { scanner.skip(ForeignFormat.byteOrderMark.count) }
    }
}
