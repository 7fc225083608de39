/// One JSON object kept as its bytes, and where its members stand in them: a column nobody reads costs no more.
///
/// A row of a JSONL file, a dataset record, a stored problem.
public struct JSONRow: Sendable, Hashable {
    /// The object's text without surrounding whitespace.
    public let bytes: [UInt8]
    private let members: [Member]

    /// The empty object.
    public init() { self.init(parsed: Array("{}".utf8)) }

    /// Checks the whole text once; throws `JSONError` when it is not one JSON object in UTF-8.
    public init(checking bytes: [UInt8], maxDepth: Int = 256) throws {
        do {
            _ = try UTF8Span(validating: bytes.span)
        } catch {
            throw JSONError("text is not valid UTF-8", at: error.byteOffsets.lowerBound)
        }
        let (range, members) = try Self.members(of: bytes, maxDepth: maxDepth)
        if range.count == bytes.count {
            (self.bytes, self.members) = (bytes, members)
        } else {
            let text = Array(bytes[range])
            (self.bytes, self.members) = (text, try Self.members(of: text, maxDepth: maxDepth).members)
        }
    }

    /// An object that the caller has already parsed, in valid UTF-8, without surrounding whitespace.
    package init(parsed bytes: [UInt8]) {
        self.bytes = bytes
        members = (try? Self.members(of: bytes, maxDepth: .max).members) ?? []
    }

    /// An object from a tree; empty when `value` is not an object.
    public init(_ value: JSONValue) {
        self.init(parsed: value.objectValue == nil ? Array("{}".utf8) : value.bytes)
    }

    // The object's range and its members, in order.
    private static func members(of bytes: [UInt8], maxDepth: Int) throws -> (range: Range<Int>, members: [Member]) {
        guard bytes.count <= UInt32.max else { throw JSONError("text of 4 GiB or more", at: 0) }
        var members: [Member] = []
        let range = try JSONCursor.read(bytes, maxDepth: maxDepth) { cursor in
            guard try cursor.peek() == .object else { throw JSONError("expected a JSON object", at: cursor.position) }
            let start = cursor.position
            var scope = try cursor.enterObject()
            while let key = try cursor.nextKey(&scope) { members.append(Member(key, value: try cursor.skip())) }
            return start..<cursor.position
        }
        return (range, members)
    }

    /// Rows of the same text are equal.
    public static func == (left: JSONRow, right: JSONRow) -> Bool { left.bytes == right.bytes }

    /// Hashes the text.
    public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }

    /// The tree of one member; nil when absent. Duplicates: the last counts.
    public subscript(key: String) -> JSONValue? {
        bytes.withUnsafeBufferPointer { bytes in
            members.last { $0.isNamed(key, in: bytes) }.flatMap { try? JSONValue(parsing: $0.value(in: bytes)) }
        }
    }

    /// Whether there is a member with this key.
    public func has(_ key: String) -> Bool {
        bytes.withUnsafeBufferPointer { bytes in members.contains { $0.isNamed(key, in: bytes) } }
    }

    /// A string member's text, any other non-null member's JSON text; nil for null and when absent.
    public func string(_ key: String) -> String? {
        bytes.withUnsafeBufferPointer { bytes in
            members.last { $0.isNamed(key, in: bytes) }?.text(in: bytes)
        }
    }

    /// The strings of several members, in the order asked; see `string`.
    public func strings(_ keys: [String]) -> [String?] { keys.map { string($0) } }

    /// All keys, in order.
    public var keys: [String] {
        bytes.withUnsafeBufferPointer { bytes in members.map { $0.name(in: bytes) } }
    }

    /// The whole row as a tree.
    public var value: JSONValue { (try? JSONValue(parsing: bytes)) ?? .object([]) }
}

extension JSONRow {
    /// Where a member stands in the row's bytes.
    private struct Member {
        /// Offsets of the key between its quotes, and of the value.
        private let keyStart, keyEnd, valueStart, valueEnd: UInt32
        /// Whether the key is written in ASCII without escapes, as nearly all are.
        private let isPlain: Bool

        init(_ key: JSONCursor.Key, value: Range<Int>) {
            keyStart = UInt32(truncatingIfNeeded: key.start)
            keyEnd = UInt32(truncatingIfNeeded: key.start + key.raw.count)
            valueStart = UInt32(truncatingIfNeeded: value.lowerBound)
            valueEnd = UInt32(truncatingIfNeeded: value.upperBound)
            isPlain = !key.hasEscapes && key.raw.allSatisfy { $0 < 0x80 }
        }

        private func key(in bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
            UnsafeBufferPointer(rebasing: bytes[Int(keyStart)..<Int(keyEnd)])
        }

        func value(in bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
            UnsafeBufferPointer(rebasing: bytes[Int(valueStart)..<Int(valueEnd)])
        }

        /// The decoded key.
        func name(in bytes: UnsafeBufferPointer<UInt8>) -> String {
            JSONCursor.Key(raw: key(in: bytes), hasEscapes: !isPlain, start: Int(keyStart)).text
        }

        /// Whether the decoded key equals `name`, as strings do.
        func isNamed(_ name: String, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
            guard isPlain else { return self.name(in: bytes) == name }
            guard name.utf8.count == Int(keyEnd - keyStart) else { return false }
            var name = name
            return name.withUTF8 { $0.elementsEqual(key(in: bytes)) }
        }

        /// A string's text, null's nil, the JSON text of any other value.
        func text(in bytes: UnsafeBufferPointer<UInt8>) -> String? {
            let value = value(in: bytes)
            switch value.first {
            case UInt8(ascii: "n"): return nil
            case UInt8(ascii: "\""):
                var cursor = JSONCursor(value)
                return try? cursor.string()
            default: return String(decoding: value, as: UTF8.self)
            }
        }
    }
}

extension JSONRow {
    /// The row without a member.
    public func removing(_ key: String) -> JSONRow {
        guard case .object(let members) = value else { return self }
        return JSONRow(.object(members.filter { $0.key != key }))
    }
}

extension JSONWriter {
    /// Writes the row with `key` as its last member, whose value `body` writes; the other members stay byte for byte, unless
    /// the row already had the key, which is then dropped and the rest written anew.
    public mutating func row(_ row: JSONRow, setting key: String, to body: (inout JSONWriter) -> Void) {
        let row = row.has(key) ? row.removing(key) : row
        raw(row.bytes.dropLast())
        let inner = row.bytes.dropFirst().dropLast()
        member(key, isFirst: inner.allSatisfy { $0 <= 0x20 }, body)
    }
}
