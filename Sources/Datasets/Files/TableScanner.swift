internal import Experience
internal import JSON

/// Rows of a table with a header (RFC 4180): fields may be quoted, hold separators, quotes and line breaks. Each row
/// becomes an object of strings.
final class TableScanner: RowDecoder {
    private let path: String
    private let source: any ByteSource
    private let separator: UInt8
    private let maxRowBytes: Int
    private var buffer: [UInt8] = []
    private var position = 0
    private var isAtEnd = false
    private var line = 1
    private var offset = 0
    private var header: [String]?

    init(path: String, source: any ByteSource, separator: UInt8, maxRowBytes: Int) {
        self.path = path
        self.source = source
        self.separator = separator
        self.maxRowBytes = maxRowBytes
    }

    /// The separator of a table, from its first line: a comma, or a semicolon or tab where there is no comma.
    static func separator(in head: [UInt8]) -> UInt8 {
        var (isQuoted, found) = (false, Set<UInt8>())
        for byte in head {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if isQuoted { continue }
            if byte == 0x0A { break }
            found.insert(byte)
        }
        let candidates = [UInt8(ascii: ","), UInt8(ascii: ";"), 0x09]
        return candidates.first(where: found.contains) ?? UInt8(ascii: ",")
    }

    func next() throws -> LineReader.Line? {
        if header == nil {
            guard let names = try nextRecord() else { return nil }
            if Set(names).count != names.count { throw fail("a name stands twice in the header", at: 1) }
            header = names
        }
        let start = line
        guard let header, let record = try nextRecord() else { return nil }
        guard record.count == header.count else {
            throw fail("\(record.count) fields where the header has \(header.count)", at: start)
        }
        let bytes = JSONValue.object(zip(header, record).map { .init($0, .string($1)) }).bytes
        defer { offset += bytes.count + 1 }
        return LineReader.Line(path: path, number: start, bytes: bytes, offset: offset)
    }

    /// The next record that is not an empty line.
    private func nextRecord() throws -> [String]? {
        var start = line
        var fields: [String] = []
        var field: [UInt8] = []
        var isQuoted = false
        var size = 0
        while let byte = try take() {
            size += 1
            if size > maxRowBytes { throw fail("row is longer than \(maxRowBytes) bytes", at: start) }
            if byte == UInt8(ascii: "\n") { line += 1 }
            if isQuoted {
                if byte != UInt8(ascii: "\"") {
                    field.append(byte)
                } else if try peek() == UInt8(ascii: "\"") {
                    field.append(byte)
                    position += 1
                } else {
                    isQuoted = false
                    let following = try peek()
                    let ends: [UInt8?] = [separator, UInt8(ascii: "\n"), UInt8(ascii: "\r"), nil]
                    if !ends.contains(following) { throw fail("text after a closing quote", at: line) }
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\"") where field.isEmpty: isQuoted = true
            case separator: fields.append(try text(&field, start))
            case UInt8(ascii: "\r") where try peek() == UInt8(ascii: "\n"): continue
            case UInt8(ascii: "\n"):
                if fields.isEmpty, field.isEmpty, size <= 2 {
                    // A blank line.
                    (start, size) = (line, 0)
                    continue
                }
                return fields + [try text(&field, start)]
            default: field.append(byte)
            }
        }
        if isQuoted { throw fail("a quote is never closed", at: start) }
        return fields.isEmpty && field.isEmpty ? nil : fields + [try text(&field, start)]
    }

    private func text(_ field: inout [UInt8], _ start: Int) throws -> String {
        guard let text = String(validating: field, as: UTF8.self) else { throw fail("not valid UTF-8", at: start) }
        field.removeAll(keepingCapacity: true)
        return text
    }

    private func fail(_ message: String, at line: Int) -> DatasetError {
        DatasetError(path: path, line: line, message: message)
    }

    private func peek() throws -> UInt8? {
        if position == buffer.count { try fill() }
        return position < buffer.count ? buffer[position] : nil
    }

    private func take() throws -> UInt8? {
        let byte = try peek()
        if byte != nil { position += 1 }
        return byte
    }

    private func fill() throws {
        if isAtEnd { return }
        buffer = try source.read(atMost: 1 << 17)
        isAtEnd = buffer.isEmpty
        position = 0
    }
}
