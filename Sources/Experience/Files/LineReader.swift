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
        /// 1-based line number.
        public var number: Int
        /// Its bytes without the line end.
        public var bytes: [UInt8]
        /// Whether a line end follows; false only for an unfinished last line.
        public var isTerminated: Bool
        /// Offset of the line's first byte in the file.
        public var offset: Int
    }

    /// The path as given.
    public nonisolated let path: String
    private nonisolated let executor = BlockingExecutor(label: "assay.read")
    private let descriptor: FileDescriptor
    private let maxLineBytes: Int
    private var buffer: [UInt8] = []
    private var start = 0
    private var searched = 0
    private var lineNumber = 0
    private var offset = 0
    private var isAtEnd = false
    private var hasBegun = false
    private var peeked: Line?
    private let shard: Shard?
    /// Rows passed so far, those of other shards included.
    public private(set) var rows = 0
    /// FNV-1a of the rows passed so far, of a shard's reader; 0 of others.
    public private(set) var hash: UInt64 = 0

    /// A thread of its own: file I/O blocks.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Opens `path`, to read all of it or one shard; throws `FileError`.
    public init(path: String, shard: Shard? = nil, maxLineBytes: Int = 64 << 20) throws {
        self.path = path
        self.shard = shard
        self.maxLineBytes = maxLineBytes
        if path == "-" {
            descriptor = try FileDescriptor(
                duplicating: StandardStream.input.rawValue, path: StandardStream.input.name)
        } else {
            descriptor = try FileDescriptor(opening: path, O_RDONLY)
            var status = stat()
            if fstat(descriptor.number, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
                throw FileError(path: path, action: "read", code: EISDIR)
            }
        }
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
        while lines.count < maxLines, bytes < maxBytes, let line = try nextLine() {
            if line.bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
            rows += 1
            if let shard {
                hash = line.bytes.reduce(hash ^ 0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
                if !shard.contains(row: rows - 1) { continue }
            }
            bytes += line.bytes.count
            lines.append(line)
        }
        return lines
    }

    // What begins like no format is not waited for: lines may come from somebody who wants an answer to the first.
    private func begin() throws {
        hasBegun = true
        repeat { try fill() } while !isAtEnd && ForeignFormat.isOpen(buffer)
        if let format = ForeignFormat(path: path, beginning: buffer) { throw format }
        guard buffer.starts(with: ForeignFormat.byteOrderMark) else { return }
        start = ForeignFormat.byteOrderMark.count
        (searched, offset) = (start, start)
    }

    private func nextLine() throws -> Line? {
        while true {
            if let newline = newline(from: searched) {
                return take(upTo: newline, isTerminated: true)
            }
            searched = buffer.count
            if buffer.count - start > maxLineBytes {
                throw LineTooLong(path: path, line: lineNumber + 1, limit: maxLineBytes)
            }
            if isAtEnd {
                return start < buffer.count ? take(upTo: buffer.count, isTerminated: false) : nil
            }
            try fill()
        }
    }

    private func newline(from start: Int) -> Int? {
        buffer.withUnsafeBytes { bytes in
            guard start < bytes.count, let base = bytes.baseAddress,
                let found = memchr(base + start, 0x0A, bytes.count - start)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }

    private func take(upTo end: Int, isTerminated: Bool) -> Line {
        lineNumber += 1
        var last = end
        if last > start, buffer[last - 1] == 0x0D { last -= 1 }
        let line = Line(
            number: lineNumber, bytes: Array(buffer[start..<last]), isTerminated: isTerminated, offset: offset)
        let next = isTerminated ? end + 1 : end
        offset += next - start
        start = next
        searched = next
        return line
    }

    /// Waits until something can be read: a pipe or a terminal may be silent for ever, and a cancelled reader must not be.
    private func waitForBytes() throws {
        var polled = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
        while poll(&polled, 1, 100) == 0 { try Task.checkCancellation() }
    }

    private func fill() throws {
        try waitForBytes()
        if start > 0 {
            buffer.removeFirst(start)
            searched -= start
            start = 0
        }
        let more = try descriptor.read(atMost: 1 << 20)
        buffer += more
        isAtEnd = more.isEmpty
    }
}
