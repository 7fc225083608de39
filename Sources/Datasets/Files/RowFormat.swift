internal import Experience
internal import JSON

/// One row after the other, as lines of JSON. Blocking: use it on a thread of its own.
protocol RowDecoder: AnyObject {
    /// The next row; nil at the end. Throws `DatasetError`, `FileError`, `LineTooLong`.
    func next() throws -> LineReader.Line?
    /// Whether that would not wait for whoever writes; true where it is not known.
    var isReady: Bool { get }
}

extension RowDecoder {
    var isReady: Bool { true }
}

/// One JSON object a line.
private final class LineRows: RowDecoder {
    private let scanner: LineScanner

    init(_ scanner: LineScanner) { self.scanner = scanner }

    func next() throws -> LineReader.Line? { try scanner.nextFilled() }
    var isReady: Bool { scanner.isReady }
}

/// What a file turned out to be: how it is packed, and how rows stand in it.
struct RowFormat {
    /// In words, from the outside in: "gzip, JSON Lines".
    private(set) var words: [String] = []
    private let path: String
    private let maxRowBytes: Int
    private let startsPrograms: Bool

    /// Tells by the first bytes and the name, and opens the rows. Throws `FileError`, `DatasetError`, and
    /// `ForeignFormat` for what holds no rows.
    static func open(
        _ path: String, _ bytes: any ByteSource, maxRowBytes: Int, startsPrograms: Bool
    ) throws -> (rows: any RowDecoder, format: String) {
        var format = RowFormat(path: path, maxRowBytes: maxRowBytes, startsPrograms: startsPrograms)
        let rows = try format.rows(of: PeekedBytes(bytes))
        return (rows, format.words.joined(separator: ", "))
    }

    private init(path: String, maxRowBytes: Int, startsPrograms: Bool) {
        self.startsPrograms = startsPrograms
        self.path = path
        self.maxRowBytes = maxRowBytes
    }

    private mutating func rows(of file: PeekedBytes) throws -> any RowDecoder {
        var bytes = file
        // Packed twice is an accident that happens; more is none.
        for layer in 0..<3 {
            let mark = try Self.mark(of: bytes)
            if let unpacked = try unpacked(bytes, mark, isFile: layer == 0) {
                bytes = PeekedBytes(unpacked)
                continue
            }
            if let kind = Self.columnar(mark, name: path), layer == 0 {
                words.append(kind)
                try checkProgram(kind)
                let rows = try ColumnarRows.open(path, kind: kind)
                return LineRows(LineScanner(path: path, source: rows, maxLineBytes: maxRowBytes))
            }
            if let format = ForeignFormat(path: path, beginning: mark) { throw format }
            return try text(bytes)
        }
        throw DatasetError(path: path, line: 0, message: "is packed over and over; unpack it")
    }

    // What begins like no format is not waited for: lines may come from somebody who wants an answer to the first.
    private static func mark(of bytes: PeekedBytes) throws -> [UInt8] {
        var mark = try bytes.peek(1)
        while ForeignFormat.isOpen(mark), mark.count < 16 {
            let longer = try bytes.peek(mark.count + 1)
            if longer.count == mark.count { break }
            mark = longer
        }
        return mark
    }

    private mutating func unpacked(
        _ bytes: PeekedBytes, _ mark: [UInt8], isFile: Bool
    ) throws -> (any ByteSource)? {
        if mark.starts(with: [0x1F, 0x8B]) {
            words.append("gzip")
            return try GzipBytes(path: path, source: bytes)
        }
        if mark.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
            words.append("zstd")
            if let unpacked = ZstdBytes(path: path, source: bytes) { return unpacked }
            return try tool(
                "zstd", "install libzstd1 (Debian, Ubuntu: apt-get install libzstd1) or the program zstd", isFile)
        }
        if mark.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A]) {
            words.append("xz")
            return try tool("xz", "install the program xz (Debian, Ubuntu: apt-get install xz-utils)", isFile)
        }
        if mark.starts(with: Array("BZh".utf8)) {
            words.append("bzip2")
            return try tool("bzip2", "install the program bzip2", isFile)
        }
        return nil
    }

    private func checkProgram(_ kind: String) throws {
        if startsPrograms { return }
        throw DatasetError(
            path: path, line: 0,
            message: "\(kind) is read by another program, and none is started here; send JSON Lines")
    }

    /// A program unpacks the file; it opens it itself.
    private func tool(_ name: String, _ remedy: String, _ isFile: Bool) throws -> any ByteSource {
        try checkProgram(name)
        guard isFile, path != "-" else {
            throw DatasetError(
                path: path, line: 0, message: "is packed with \(name) where no file is; unpack it: \(name) -dc")
        }
        let path = path
        let bytes = ProgramBytes([name, "-dcq", "--", path]) { failure in
            DatasetError(path: path, line: 0, message: "not a whole \(name) file: \(failure.errors)")
        }
        guard let bytes else {
            throw DatasetError(
                path: path, line: 0, message: "is packed with \(name), which nothing here unpacks; \(remedy)")
        }
        return bytes
    }

    /// Parquet by its mark; Arrow by its mark, or as a stream of messages by its name.
    private static func columnar(_ mark: [UInt8], name: String) -> String? {
        if mark.starts(with: Array("PAR1".utf8)) { return "Parquet" }
        if mark.starts(with: Array("ARROW1".utf8)) { return "Arrow" }
        let isStream = name.hasSuffix(".arrow") || name.hasSuffix(".feather")
        return isStream && mark.first == 0xFF ? "Arrow" : nil
    }

    private mutating func text(_ bytes: PeekedBytes) throws -> any RowDecoder {
        if try Self.mark(of: bytes).starts(with: ForeignFormat.byteOrderMark) {
            words.append("byte order mark")
            _ = try bytes.read(atMost: ForeignFormat.byteOrderMark.count)
        }
        let name = RowFiles.unpackedName(path)
        if name.hasSuffix(".tsv") || name.hasSuffix(".csv") {
            let isTabbed = name.hasSuffix(".tsv")
            let separator = isTabbed ? 0x09 : TableScanner.separator(in: try bytes.peek(1 << 16))
            let words = [0x09: "TSV", UInt8(ascii: ";"): "CSV with semicolons"]
            self.words.append(words[separator] ?? "CSV")
            return TableScanner(path: path, source: bytes, separator: separator, maxRowBytes: maxRowBytes)
        }
        let first = try Self.firstByte(of: bytes)
        let isDocument =
            name.hasSuffix(".json") ? first == UInt8(ascii: "{") : try !Self.isLine(bytes, first, maxRowBytes)
        if first == UInt8(ascii: "[") || isDocument {
            words.append(first == UInt8(ascii: "[") ? "a JSON list" : "JSON objects")
            return ValueScanner(path: path, source: bytes, maxRowBytes: maxRowBytes)
        }
        words.append("JSON Lines")
        return LineRows(LineScanner(path: path, source: bytes, maxLineBytes: maxRowBytes))
    }

    /// The first byte that is no whitespace, within the first portion.
    private static func firstByte(of bytes: PeekedBytes) throws -> UInt8? {
        var size = 1
        while case let head = try bytes.peek(size), !head.isEmpty {
            if let byte = head.first(where: { $0 > 0x20 }) { return byte }
            if head.count < size || size >= 1 << 16 { return nil }
            size = min(size * 2, 1 << 16)
        }
        return nil
    }

    /// Whether the first line that is not blank is whole, or no object at all: an object that goes on over more lines is
    /// a document.
    private static func isLine(_ bytes: PeekedBytes, _ first: UInt8?, _ maxRowBytes: Int) throws -> Bool {
        guard first == UInt8(ascii: "{") else { return true }
        var head = try bytes.peeked(andMore: false) ?? []
        while head.count <= maxRowBytes {
            let body = head.drop { $0 <= 0x20 }
            if let end = body.firstIndex(of: 0x0A) {
                // A pretty-printed object ends its first lines with a brace, a bracket or a comma.
                let last = body[..<end].last { $0 > 0x20 }
                return ![UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ",")].contains(last)
            }
            guard let more = try bytes.peeked(andMore: true) else { return true }
            head = more
        }
        return true
    }
}
