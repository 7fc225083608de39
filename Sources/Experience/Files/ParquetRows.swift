/// Rows as a Parquet file, uncompressed: collected column by column, given as bytes row group by row group.
///
/// https://parquet.apache.org/docs/file-format: plain values, levels by run lengths. Every column may be null; a list is the
/// three-level `list.element` that readers of Spark, Arrow and Hugging Face know.
public struct ParquetRows: Sendable {
    /// A row group ends with the row that makes it this large: readers hold one in memory.
    private static let groupBytes = 32 << 20
    /// The first bytes of a file, and its last.
    public static let mark = Array("PAR1".utf8)

    private var columns: [Chunk]
    private var rows = 0
    private var groups: [Group] = []
    private var offset = Self.mark.count
    private var hasBegun = false

    private struct Group {
        var rows: Int
        var chunks: [(offset: Int, bytes: Int, values: Int)]
    }

    /// Rows of these columns.
    public init(_ columns: [Column]) { self.columns = columns.map(Chunk.init) }

    /// Adds a row. Cells of another kind than their column's are null.
    public mutating func add(_ cells: [Cell]) {
        for (index, cell) in cells.prefix(columns.count).enumerated() { columns[index].add(cell) }
        rows += 1
    }

    /// The bytes that are ready to be written: nothing, or whole row groups.
    public mutating func ready() -> [UInt8] {
        columns.reduce(0) { $0 + $1.size } < Self.groupBytes ? [] : group()
    }

    /// The last bytes of the file.
    public mutating func end() -> [UInt8] {
        var bytes = rows > 0 ? group() : begin()
        let footer = footer()
        bytes += footer
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: footer.count).littleEndian) { bytes += $0 }
        return bytes + Self.mark
    }

    private mutating func begin() -> [UInt8] {
        defer { hasBegun = true }
        return hasBegun ? [] : Self.mark
    }

    private mutating func group() -> [UInt8] {
        var bytes = begin()
        bytes.reserveCapacity(columns.reduce(4096) { $0 + $1.size + 256 })
        var group = Group(rows: rows, chunks: [])
        for index in columns.indices {
            let values = columns[index].values
            let start = bytes.count
            columns[index].flush(into: &bytes)
            group.chunks.append((offset, bytes.count - start, values))
            offset += bytes.count - start
        }
        groups.append(group)
        rows = 0
        return bytes
    }

    private func footer() -> [UInt8] {
        let schema = columns.flatMap(\.schema)
        return ThriftWriter.encode { file in
            file.int32(1, 1)
            file.structures(2, [SchemaElement(name: "schema", children: columns.count)] + schema) { $1.write(to: &$0) }
            file.int64(3, Int64(groups.reduce(0) { $0 + $1.rows }))
            file.structures(4, groups) { writer, group in
                writer.structures(1, Array(zip(columns, group.chunks))) { writer, pair in
                    let (column, chunk) = pair
                    writer.int64(2, Int64(chunk.offset))
                    writer.structure(3) { meta in
                        meta.int32(1, column.type.rawValue)
                        // Plain, and run lengths.
                        meta.int32s(2, [0, 3])
                        meta.texts(3, column.path)
                        meta.int32(4, 0)
                        meta.int64(5, Int64(chunk.values))
                        meta.int64(6, Int64(chunk.bytes))
                        meta.int64(7, Int64(chunk.bytes))
                        meta.int64(9, Int64(chunk.offset))
                    }
                }
                writer.int64(2, Int64(group.chunks.reduce(0) { $0 + $1.bytes }))
                writer.int64(3, Int64(group.rows))
            }
            file.text(6, "assay")
        }
    }
}

/// Physical types, as Parquet numbers them.
private enum PhysicalType: Int32 {
    case int32 = 1
    case int64 = 2
    case float = 4
    case double = 5
    case bytes = 6
}

private struct SchemaElement {
    var name: String
    var type: PhysicalType?
    /// Required, optional, repeated; nil for the root.
    var repetition: Int32?
    var children: Int?
    /// UTF8, LIST.
    var converted: Int32?

    func write(to writer: inout ThriftWriter) {
        if let type { writer.int32(1, type.rawValue) }
        if let repetition { writer.int32(3, repetition) }
        writer.text(4, name)
        if let children { writer.int32(5, Int32(truncatingIfNeeded: children)) }
        if let converted { writer.int32(6, converted) }
    }
}

/// A column's part of the row group that is being collected.
private struct Chunk {
    let column: Column
    private var data: [UInt8] = []
    private var definitions = Levels()
    private var repetitions = Levels()

    init(_ column: Column) { self.column = column }

    var size: Int { data.count }
    var values: Int { definitions.count }
    private var isList: Bool { column.kind == .ints || column.kind == .reals }
    var path: [String] { isList ? [column.name, "list", "element"] : [column.name] }

    var type: PhysicalType {
        switch column.kind {
        case .int: .int64
        case .real: .double
        case .text: .bytes
        case .ints: .int32
        case .reals: .float
        }
    }

    var schema: [SchemaElement] {
        guard isList else {
            return [SchemaElement(name: column.name, type: type, repetition: 1, converted: type == .bytes ? 0 : nil)]
        }
        return [
            SchemaElement(name: column.name, repetition: 1, children: 1, converted: 3),
            SchemaElement(name: "list", repetition: 2, children: 1),
            SchemaElement(name: "element", type: type, repetition: 0),
        ]
    }

    mutating func add(_ cell: Cell) {
        switch (cell, column.kind) {
        case (.int(let value), .int): withUnsafeBytes(of: value.littleEndian) { data += $0 }
        case (.real(let value), .real): withUnsafeBytes(of: value.bitPattern.littleEndian) { data += $0 }
        case (.text(let text), .text), (.json(let text), .text):
            withUnsafeBytes(of: UInt32(truncatingIfNeeded: text.utf8.count).littleEndian) { data += $0 }
            data += text.utf8
        case (.list(let bytes), .ints), (.list(let bytes), .reals):
            let count = bytes.count / 4
            data += bytes.prefix(count * 4)
            repetitions.add(0, 1)
            repetitions.add(1, count - 1)
            if count > 0 { definitions.add(2, count) } else { definitions.add(1, 1) }
            return
        default:
            definitions.add(0, 1)
            if isList { repetitions.add(0, 1) }
            return
        }
        definitions.add(1, 1)
    }

    /// Appends the page with its head, and begins anew.
    mutating func flush(into bytes: inout [UInt8]) {
        let levels = (isList ? repetitions.framed : []) + definitions.framed
        let size = Int32(truncatingIfNeeded: levels.count + data.count)
        bytes += ThriftWriter.encode { page in
            page.int32(1, 0)
            page.int32(2, size)
            page.int32(3, size)
            page.structure(5) { head in
                head.int32(1, Int32(truncatingIfNeeded: definitions.count))
                head.int32(2, 0)
                head.int32(3, 3)
                head.int32(4, 3)
            }
        }
        bytes += levels
        bytes += data
        data.removeAll(keepingCapacity: true)
        (definitions, repetitions) = (Levels(), Levels())
    }
}

/// Levels below 4 as run lengths.
private struct Levels {
    private(set) var count = 0
    private var bytes: [UInt8] = []
    private var level: UInt8 = 0
    private var run = 0

    mutating func add(_ level: UInt8, _ times: Int) {
        guard times > 0 else { return }
        count += times
        if level != self.level, run > 0 { end() }
        self.level = level
        run += times
    }

    private mutating func end() {
        bytes.appendVarint(UInt64(run) << 1)
        bytes.append(level)
        run = 0
    }

    /// With the length before them.
    var framed: [UInt8] {
        var whole = self
        if whole.run > 0 { whole.end() }
        return withUnsafeBytes(of: UInt32(truncatingIfNeeded: whole.bytes.count).littleEndian) { Array($0) }
            + whole.bytes
    }
}
