/// One JSON object kept as its bytes: members are found on demand, so that a column nobody reads costs nothing.
///
/// A row of a JSONL file, a dataset record, a stored problem.
public struct JSONRow: Sendable, Hashable {
    /// The object's text without surrounding whitespace.
    public let bytes: [UInt8]

    /// The empty object.
    public init() { bytes = Array("{}".utf8) }

    /// Checks the whole text once; throws `JSONError` when it is not one JSON object in UTF-8.
    public init(checking bytes: [UInt8], maxDepth: Int = 256) throws {
        do {
            _ = try UTF8Span(validating: bytes.span)
        } catch {
            throw JSONError("text is not valid UTF-8", at: error.byteOffsets.lowerBound)
        }
        let range = try JSONCursor.read(bytes, maxDepth: maxDepth) { cursor in
            guard try cursor.peek() == .object else { throw JSONError("expected a JSON object", at: cursor.position) }
            return try cursor.skip()
        }
        self.bytes = range.count == bytes.count ? bytes : Array(bytes[range])
    }

    /// An object that the caller has already parsed, in valid UTF-8, without surrounding whitespace.
    package init(parsed bytes: [UInt8]) { self.bytes = bytes }

    /// An object from a tree; empty when `value` is not an object.
    public init(_ value: JSONValue) {
        bytes = value.objectValue == nil ? Array("{}".utf8) : value.bytes
    }

    /// The tree of one member; nil when absent. Duplicates: the last counts.
    public subscript(key: String) -> JSONValue? {
        var found: JSONValue?
        scan { name, cursor in
            if name == key { found = try cursor.value() } else { try cursor.skip() }
        }
        return found
    }

    /// Whether there is a member with this key.
    public func has(_ key: String) -> Bool {
        var isThere = false
        scan { name, cursor in
            if name == key { isThere = true }
            try cursor.skip()
        }
        return isThere
    }

    /// The strings of several members in one pass, in the order asked.
    ///
    /// A string member gives its text; any other non-null member gives its JSON text; null and absent give nil.
    public func strings(_ keys: [String]) -> [String?] {
        var found = [String?](repeating: nil, count: keys.count)
        scan { name, cursor in
            guard let slot = keys.firstIndex(where: { name == $0 }) else {
                try cursor.skip()
                return
            }
            let text = try cursor.text()
            for other in slot..<keys.count where name == keys[other] { found[other] = text }
        }
        return found
    }

    /// All keys, in order.
    public var keys: [String] {
        var keys: [String] = []
        scan { name, cursor in
            keys.append(name.text)
            try cursor.skip()
        }
        return keys
    }

    /// The whole row as a tree.
    public var value: JSONValue { (try? JSONValue(parsing: bytes)) ?? .object([]) }

    // Grammar and encoding were checked when the row was made: no error is left to report here.
    private func scan(_ body: (JSONCursor.Key, inout JSONCursor) throws -> Void) {
        try? JSONCursor.read(bytes) { cursor in
            var scope = try cursor.enterObject()
            while let key = try cursor.nextKey(&scope) { try body(key, &cursor) }
        }
    }
}

extension JSONCursor {
    // A string's text, null's nil, the JSON text of any other value.
    fileprivate mutating func text() throws -> String? {
        switch try peek() {
        case .string: return try string()
        case .null: return try null() ? nil : ""
        default: return String(decoding: bytes[try skip()], as: UTF8.self)
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
