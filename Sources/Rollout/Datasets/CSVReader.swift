internal import Experience
internal import Foundation
internal import JSON

/// Rows of a CSV file (RFC 4180) with a header: fields may be quoted, hold commas, quotes and line breaks. Each row
/// becomes an object of strings.
actor CSVReader: RowSource {
    private nonisolated let executor = BlockingExecutor(label: "assay.csv")
    private let path: String
    private let gzip: GzipPipe?
    private let descriptor: FileDescriptor
    private let maxRowBytes: Int
    private var buffer: [UInt8] = []
    private var position = 0
    private var isAtEnd = false
    private var line = 1
    private var header: [String]?

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(path: String, gzip: GzipPipe?, maxRowBytes: Int = 64 << 20) throws {
        self.path = path
        self.gzip = gzip
        self.maxRowBytes = maxRowBytes
        descriptor = try FileDescriptor(opening: gzip?.readPath ?? path, O_RDONLY)
    }

    func next(_ count: Int) throws -> [(row: JSONRow, line: Int)] {
        if header == nil {
            guard let names = try nextRecord() else { return [] }
            if Set(names).count != names.count { throw fail("a name stands twice in the header", at: 1) }
            header = names
        }
        guard let header else { return [] }
        var rows: [(row: JSONRow, line: Int)] = []
        while rows.count < count {
            let start = line
            guard let record = try nextRecord() else { break }
            guard record.count == header.count else {
                throw fail("\(record.count) fields where the header has \(header.count)", at: start)
            }
            rows.append((JSONRow(.object(zip(header, record).map { .init($0, .string($1)) })), start))
        }
        if rows.isEmpty { try gzip?.check() }
        return rows
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
                    let ends: [UInt8?] = [UInt8(ascii: ","), UInt8(ascii: "\n"), UInt8(ascii: "\r"), nil]
                    if !ends.contains(following) { throw fail("text after a closing quote", at: line) }
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\"") where field.isEmpty: isQuoted = true
            case UInt8(ascii: ","): fields.append(try text(&field, start))
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
        if line == 1, field.starts(with: [0xEF, 0xBB, 0xBF]) { field.removeFirst(3) }
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
        buffer = try descriptor.read(atMost: 1 << 17)
        isAtEnd = buffer.isEmpty
        position = 0
    }
}
