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
            if name.text == key { found = try cursor.value() } else { try cursor.skip() }
        }
        return found
    }

    /// The strings of several members in one pass, in the order asked.
    ///
    /// A string member gives its text; any other non-null member gives its JSON text; null and absent give nil.
    public func strings(_ keys: [String]) -> [String?] {
        var found = [String?](repeating: nil, count: keys.count)
        scan { name, cursor in
            let text = name.text
            guard let slot = keys.firstIndex(of: text) else {
                try cursor.skip()
                return
            }
            switch try cursor.peek() {
            case .string: found[slot] = try cursor.string()
            case .null:
                _ = try cursor.null()
                found[slot] = nil
            default: found[slot] = String(decoding: cursor.bytes[try cursor.skip()], as: UTF8.self)
            }
        }
        for (slot, key) in keys.enumerated() {
            if let first = keys.firstIndex(of: key), first != slot { found[slot] = found[first] }
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

extension JSONRow {
    /// Appends the row with `key` as its last member to `output`; the other members stay byte for byte, unless the row
    /// already had the key, which is then dropped and the rest written anew.
    public func append(setting key: String, to json: some Collection<UInt8>, into output: inout [UInt8]) {
        let body = keys.contains(key) ? removing(key).bytes : bytes
        let inner = body.dropFirst().dropLast()
        output.append(contentsOf: body.dropLast())
        if inner.contains(where: { $0 != 0x20 && $0 != 0x09 }) { output.append(UInt8(ascii: ",")) }
        output.append(contentsOf: JSONValue.string(key).bytes)
        output.append(UInt8(ascii: ":"))
        output.append(contentsOf: json)
        output.append(UInt8(ascii: "}"))
    }

    /// The row without a member.
    public func removing(_ key: String) -> JSONRow {
        guard case .object(let members) = value else { return self }
        return JSONRow(.object(members.filter { $0.key != key }))
    }
}
