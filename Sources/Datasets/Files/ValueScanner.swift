internal import Experience
internal import JSON

/// The rows of a JSON text: the elements of one list, or objects one after the other, over as many lines as they like.
///
/// A list as an element, as some chats are published, becomes the row `{"conversations": […]}`. An object that is alone and
/// holds all rows becomes those (`RowDocument`).
final class ValueScanner: RowDecoder {
    private let path: String
    private let source: any ByteSource
    private let maxRowBytes: Int
    private var buffer: [UInt8] = []
    private var position = 0
    private var line = 1
    private var offset = 0
    private var count = 0
    private var isList = false
    private var isDone = false
    /// Rows of an object that held them all, last first.
    private var inner: [JSONValue] = []
    private var innerLine = 1

    init(path: String, source: any ByteSource, maxRowBytes: Int) {
        self.path = path
        self.source = source
        self.maxRowBytes = maxRowBytes
    }

    func next() throws -> LineReader.Line? {
        if let value = inner.popLast() { return try row(value.bytes, at: innerLine) }
        if isDone { return nil }
        if count == 0, try peek() == UInt8(ascii: "[") {
            isList = true
            position += 1
        }
        guard try findValue() else {
            isDone = true
            return nil
        }
        let start = line
        let bytes = try value(from: start)
        count += 1
        if count == 1, !isList, bytes.first == UInt8(ascii: "{"), try peek() == nil,
            let rows = RowDocument.rows(in: bytes)
        {
            (inner, innerLine, isDone) = (rows.reversed(), start, true)
            return try next()
        }
        return try row(bytes, at: start)
    }

    private func row(_ bytes: [UInt8], at start: Int) throws -> LineReader.Line {
        var bytes = bytes
        if bytes.first == UInt8(ascii: "[") {
            bytes = Array(#"{"conversations":"#.utf8) + bytes + [UInt8(ascii: "}")]
        }
        // Rows are lines where they are written.
        if bytes.contains(0x0A) || bytes.contains(0x0D) {
            do {
                bytes = try JSONValue(parsing: bytes).bytes
            } catch let error as JSONError {
                throw fail("\(error)", at: start)
            }
        }
        defer { offset += bytes.count + 1 }
        return LineReader.Line(path: path, number: start, bytes: bytes, offset: offset)
    }

    /// Goes to the next value; false at the end.
    private func findValue() throws -> Bool {
        var hasComma = false
        while let byte = try peek() {
            switch byte {
            case UInt8(ascii: ",") where isList && count > 0 && !hasComma:
                hasComma = true
                position += 1
            case UInt8(ascii: "]") where isList && !hasComma:
                position += 1
                if try peek() != nil { throw fail("text after the end of the list", at: line) }
                return false
            case UInt8(ascii: "{"),
                UInt8(ascii: "[") where isList:
                if isList, count > 0, !hasComma { throw fail("expected ',' between the rows", at: line) }
                return true
            default: throw fail("row \(count + 1) is no JSON object", at: line)
            }
        }
        if isList { throw fail("the list is never closed", at: line) }
        return false
    }

    /// The bytes of the object or list that begins here.
    private func value(from start: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var (depth, isText, isEscaped) = (0, false, false)
        while true {
            if position == buffer.count, try !fill() { throw fail("it ends in the middle of a row", at: start) }
            let byte = buffer[position]
            position += 1
            if byte == 0x0A { line += 1 }
            bytes.append(byte)
            if bytes.count > maxRowBytes { throw fail("row is longer than \(maxRowBytes) bytes", at: start) }
            if isText {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isText = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isText = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { return bytes }
            default: break
            }
        }
    }

    /// The next byte that is no whitespace, which is still to be read.
    private func peek() throws -> UInt8? {
        while true {
            if position == buffer.count, try !fill() { return nil }
            let byte = buffer[position]
            if byte > 0x20 { return byte }
            if byte == 0x0A { line += 1 }
            position += 1
        }
    }

    private func fill() throws -> Bool {
        buffer = try source.read(atMost: 1 << 17)
        position = 0
        return !buffer.isEmpty
    }

    private func fail(_ message: String, at line: Int) -> DatasetError {
        DatasetError(path: path, line: line, message: message)
    }
}
