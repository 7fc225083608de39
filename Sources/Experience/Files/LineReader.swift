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
/// Lines end with LF or CRLF, which are not part of the line; blank lines are passed over but counted.
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
    private let descriptor: Int32
    private let maxLineBytes: Int
    private var buffer: [UInt8] = []
    private var start = 0
    private var searched = 0
    private var lineNumber = 0
    private var offset = 0
    private var isAtEnd = false
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
            descriptor = dup(0)
        } else {
            descriptor = open(path, O_RDONLY | O_CLOEXEC)
            var status = stat()
            if descriptor >= 0, fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
                close(descriptor)
                throw FileError(path: path, action: "read", code: EISDIR)
            }
        }
        if descriptor < 0 { throw FileError(path: path, action: "open", code: errno) }
    }

    deinit { close(descriptor) }

    /// Up to `maxLines` lines, fewer when `maxBytes` is reached first; empty at the end of the file.
    public func next(maxLines: Int, maxBytes: Int = 4 << 20) throws -> [Line] {
        var lines: [Line] = []
        var bytes = 0
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

    private func nextLine() throws -> Line? {
        while true {
            if let newline = buffer[searched...].firstIndex(of: 0x0A) {
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
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while poll(&polled, 1, 100) == 0 { try Task.checkCancellation() }
    }

    private func fill() throws {
        try waitForBytes()
        if start > 0 {
            buffer.removeFirst(start)
            searched -= start
            start = 0
        }
        let chunk = 1 << 20
        let old = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: chunk))
        var count: Int
        repeat {
            count = buffer.withUnsafeMutableBytes { raw in
                read(descriptor, raw.baseAddress?.advanced(by: old), chunk)
            }
        } while count < 0 && errno == EINTR
        buffer.removeLast(chunk - max(count, 0))
        if count < 0 { throw FileError(path: path, action: "read", code: errno) }
        if count == 0 { isAtEnd = true }
    }
}
