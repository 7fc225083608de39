public import JSON

/// A column of rows that are written as JSONL or Parquet.
public struct Column: Sendable, Hashable {
    /// What a column's cells hold.
    public enum Kind: Sendable, Hashable {
        /// 64-bit integers.
        case int
        /// Double precision.
        case real
        /// UTF-8.
        case text
        /// A list of 32-bit integers a row.
        case ints
        /// A list of single-precision numbers a row.
        case reals
    }

    /// Its name.
    public var name: String
    /// What its cells hold.
    public var kind: Kind

    /// A column.
    public init(_ name: String, _ kind: Kind) { (self.name, self.kind) = (name, kind) }
}

/// One cell of a row, of its column's kind; `null` in any.
public enum Cell: Sendable, Hashable {
    /// Nothing.
    case null
    /// An integer.
    case int(Int64)
    /// A number.
    case real(Double)
    /// UTF-8.
    case text(String)
    /// JSON, in a column of texts; JSONL has the value itself.
    case json(String)
    /// The elements of a list, little-endian, four bytes each.
    case list([UInt8])
}

extension JSONWriter {
    /// Writes a row as one line of JSONL. Cells of another kind than their column's are null.
    public mutating func row(_ cells: [Cell], of columns: [Column]) {
        object { writer in
            for (column, cell) in zip(columns, cells) {
                writer.key(column.name)
                writer.cell(cell, column.kind)
            }
        }
        newline()
    }

    private mutating func cell(_ cell: Cell, _ kind: Column.Kind) {
        switch (cell, kind) {
        case (.int(let value), .int): int(Int(value))
        case (.real(let value), .real): double(value)
        case (.text(let text), .text): string(text)
        case (.json(let text), .text): raw(text.utf8)
        case (.list(let bytes), .ints):
            array { writer in bytes.eachWord { writer.int(Int(Int32(bitPattern: $0))) } }
        case (.list(let bytes), .reals):
            array { writer in
                bytes.eachWord { word in
                    let value = Float(bitPattern: word)
                    // The shortest digits that single precision reads back equal.
                    if value.isFinite { writer.raw(value.description.utf8) } else { writer.null() }
                }
            }
        default: null()
        }
    }
}

extension [UInt8] {
    fileprivate func eachWord(_ body: (UInt32) -> Void) {
        withUnsafeBytes { raw in
            for start in stride(from: 0, to: raw.count - raw.count % 4, by: 4) {
                body(raw.loadUnaligned(fromByteOffset: start, as: UInt32.self))
            }
        }
    }
}
