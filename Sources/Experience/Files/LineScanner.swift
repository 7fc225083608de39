import Foundation

/// Bytes that come one portion after the other, wherever from. Blocking: use it on a thread of its own.
public protocol ByteSource: AnyObject {
    /// At most `count` further bytes, at least one; none at the end.
    func read(atMost count: Int) throws -> [UInt8]
    /// Whether there is something to read, or the end, without waiting; true where that is not known.
    var isReady: Bool { get }
}

extension ByteSource {
    /// See the protocol.
    public var isReady: Bool { true }
}

/// The bytes of an open file, as they are.
public final class FileBytes: ByteSource {
    private let descriptor: FileDescriptor

    /// Opens a file, or standard input for `-`; throws `FileError`.
    public init(path: String) throws {
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

    /// Whether a read would not wait for whoever writes.
    public var isReady: Bool {
        var polled = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
        return poll(&polled, 1, 0) != 0
    }

    /// Waits until something can be read: a pipe or a terminal may be silent for ever, and a cancelled reader must not be.
    public func read(atMost count: Int) throws -> [UInt8] {
        var polled = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
        while poll(&polled, 1, 100) == 0 { try Task.checkCancellation() }
        return try descriptor.read(atMost: count)
    }
}

/// Cuts bytes into lines, which end with LF or CRLF; both are no part of them.
public final class LineScanner {
    private let path: String
    private let source: any ByteSource
    private let maxLineBytes: Int
    private(set) var buffer: [UInt8] = []
    private(set) var isAtEnd = false
    private var start = 0
    private var searched = 0
    private var lineNumber = 0
    private var offset = 0

    /// Lines of a source; errors call it `path`.
    public init(path: String, source: any ByteSource, maxLineBytes: Int = 64 << 20) {
        self.path = path
        self.source = source
        self.maxLineBytes = maxLineBytes
    }

    /// Passes over the first bytes of what was read, which are no part of the first line.
    func skip(_ count: Int) {
        start += count
        searched = start
        offset += count
    }

    /// The next line, a blank one too; nil at the end. Throws what the source throws, and `LineTooLong`.
    public func next() throws -> LineReader.Line? {
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

    /// Whether the next line, or some of it, is there without waiting.
    public var isReady: Bool { isAtEnd || newline(from: searched) != nil || source.isReady }

    /// The next line that holds more than spaces; nil at the end.
    public func nextFilled() throws -> LineReader.Line? {
        while let line = try next() {
            if !line.bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { return line }
        }
        return nil
    }

    private func newline(from start: Int) -> Int? {
        buffer.withUnsafeBytes { bytes in
            guard start < bytes.count, let base = bytes.baseAddress,
                let found = memchr(base + start, 0x0A, bytes.count - start)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }

    private func take(upTo end: Int, isTerminated: Bool) -> LineReader.Line {
        lineNumber += 1
        var last = end
        if last > start, buffer[last - 1] == 0x0D { last -= 1 }
        let line = LineReader.Line(
            path: path, number: lineNumber, bytes: Array(buffer[start..<last]), isTerminated: isTerminated,
            offset: offset)
        let next = isTerminated ? end + 1 : end
        offset += next - start
        start = next
        searched = next
        return line
    }

    func fill() throws {
        if start > 0 {
            buffer.removeFirst(start)
            searched -= start
            start = 0
        }
        let more = try source.read(atMost: 1 << 20)
        buffer += more
        isAtEnd = more.isEmpty
    }
}
