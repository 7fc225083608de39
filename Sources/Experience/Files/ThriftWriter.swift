/// Writes structures in Thrift's compact protocol, which Parquet's metadata is in.
struct ThriftWriter {
    private(set) var bytes: [UInt8] = []
    /// The last field's number, of each structure that is open.
    private var fields: [Int] = [0]

    /// A type's number in the protocol.
    private enum Word: UInt8 {
        case int32 = 5
        case int64 = 6
        case text = 8
        case list = 9
        case structure = 12
    }

    /// The bytes of a structure.
    static func encode(_ body: (inout ThriftWriter) -> Void) -> [UInt8] {
        var writer = ThriftWriter()
        body(&writer)
        writer.bytes.append(0)
        return writer.bytes
    }

    mutating func int32(_ field: Int, _ value: Int32) {
        begin(field, .int32)
        varint(Self.zigzag(Int64(value)))
    }

    mutating func int64(_ field: Int, _ value: Int64) {
        begin(field, .int64)
        varint(Self.zigzag(value))
    }

    mutating func text(_ field: Int, _ value: String) {
        begin(field, .text)
        append(value)
    }

    mutating func structure(_ field: Int, _ body: (inout ThriftWriter) -> Void) {
        begin(field, .structure)
        nest(body)
    }

    mutating func structures<Element>(
        _ field: Int, _ elements: [Element], _ body: (inout ThriftWriter, Element) -> Void
    ) {
        begin(field, .list)
        head(elements.count, .structure)
        for element in elements { nest { body(&$0, element) } }
    }

    mutating func texts(_ field: Int, _ values: [String]) {
        begin(field, .list)
        head(values.count, .text)
        for value in values { append(value) }
    }

    mutating func int32s(_ field: Int, _ values: [Int32]) {
        begin(field, .list)
        head(values.count, .int32)
        for value in values { varint(Self.zigzag(Int64(value))) }
    }

    private mutating func nest(_ body: (inout ThriftWriter) -> Void) {
        fields.append(0)
        body(&self)
        fields.removeLast()
        bytes.append(0)
    }

    // Fields are written in the order of their numbers, none of them far from the last.
    private mutating func begin(_ field: Int, _ word: Word) {
        let step = field - fields[fields.count - 1]
        bytes.append(UInt8(truncatingIfNeeded: step << 4) | word.rawValue)
        fields[fields.count - 1] = field
    }

    private mutating func head(_ count: Int, _ word: Word) {
        if count < 15 {
            bytes.append(UInt8(truncatingIfNeeded: count << 4) | word.rawValue)
        } else {
            bytes.append(0xF0 | word.rawValue)
            varint(UInt64(count))
        }
    }

    private mutating func append(_ text: String) {
        varint(UInt64(text.utf8.count))
        bytes += text.utf8
    }

    private mutating func varint(_ value: UInt64) { bytes.appendVarint(value) }

    private static func zigzag(_ value: Int64) -> UInt64 { UInt64(bitPattern: (value << 1) ^ (value >> 63)) }
}

extension [UInt8] {
    /// Seven bits a byte, the lowest first, each but the last with its high bit set.
    mutating func appendVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }
}
