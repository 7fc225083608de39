/// A JSON document as a tree. Objects keep their order; numbers keep their digits.
public enum JSONValue: Sendable, Hashable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number as written.
    case number(JSONNumber)
    /// A string.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object, members in order of appearance.
    case object([Member])

    /// One member of an object.
    public struct Member: Sendable, Hashable {
        /// The key.
        public var key: String
        /// The value.
        public var value: JSONValue

        /// A member of an object.
        public init(_ key: String, _ value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    /// Parses UTF-8 bytes; throws `JSONError`.
    public init(parsing bytes: some Sequence<UInt8>, maxDepth: Int = 256) throws {
        self = try JSONCursor.read(bytes, maxDepth: maxDepth) { try $0.value() }
    }

    /// The same for bytes that are lent.
    public init(parsing bytes: UnsafeBufferPointer<UInt8>, maxDepth: Int = 256) throws {
        var cursor = JSONCursor(bytes, maxDepth: maxDepth)
        self = try cursor.value()
        try cursor.finish()
    }

    /// A number from an integer.
    public static func int(_ value: Int) -> JSONValue { .number(JSONNumber(value)) }

    /// A number from a double; null when it is not finite, which JSON cannot say.
    public static func double(_ value: Double) -> JSONValue { JSONNumber(value).map(JSONValue.number) ?? .null }

    /// The value of the last member with this key, as every common parser resolves duplicates.
    public subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.key == key }?.value
    }

    /// The string, if this is one.
    public var stringValue: String? { if case .string(let value) = self { value } else { nil } }
    /// The boolean, if this is one.
    public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }
    /// The elements, if this is an array.
    public var arrayValue: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
    /// The members, if this is an object.
    public var objectValue: [Member]? { if case .object(let value) = self { value } else { nil } }
    /// The number as Double, if this is one.
    public var doubleValue: Double? { if case .number(let value) = self { value.doubleValue } else { nil } }
    /// The number as Int, if this is one that is written as an integer and fits.
    public var intValue: Int? { if case .number(let value) = self { value.intValue } else { nil } }
    /// Whether this is `null`.
    public var isNull: Bool { self == .null }

    /// Nil for `null`. A plain `nil` beside a value would itself be read as `.null`.
    public var unlessNull: JSONValue? { isNull ? .none : .some(self) }

    /// Compact UTF-8 text.
    public var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return writer.bytes
    }

    /// Compact text.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension JSONCursor {
    /// Reads the next value as a tree.
    public mutating func value() throws -> JSONValue {
        switch try peek() {
        case .object:
            var members: [JSONValue.Member] = []
            var scope = try enterObject()
            while let key = try nextKey(&scope) { members.append(.init(key.text, try value())) }
            return .object(members)
        case .array:
            var elements: [JSONValue] = []
            var scope = try enterArray()
            while try nextElement(&scope) { elements.append(try value()) }
            return .array(elements)
        case .string: return .string(try string())
        case .number: return .number(JSONNumber(unchecked: String(decoding: try rawNumber(), as: UTF8.self)))
        case .bool: return .bool(try bool())
        case .null:
            _ = try null()
            return .null
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// `true` or `false`.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A number.
    public init(integerLiteral value: Int) { self = .int(value) }
    /// A number.
    public init(floatLiteral value: Double) { self = .double(value) }
    /// An array.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// An object, in the order written.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { Member($0.0, $0.1) })
    }
    /// `null`.
    public init(nilLiteral: ()) { self = .null }
}

/// The key of a member, whatever its name.
package struct AnyMember: CodingKey {
    package var stringValue: String
    package var intValue: Int? { nil }
    package init(stringValue: String) { self.stringValue = stringValue }
    package init?(intValue: Int) { nil }
}

extension JSONValue: Codable {
    /// Decodes from any format, for example a free-form part of a YAML config; members come by key.
    public init(from decoder: any Decoder) throws {
        if let keyed = try? decoder.container(keyedBy: AnyMember.self) {
            // A decoder gives its keys in an order of its own, another in each process.
            let keys = keyed.allKeys.sorted { $0.stringValue.utf8.lexicographicallyPrecedes($1.stringValue.utf8) }
            self = .object(try keys.map { Member($0.stringValue, try keyed.decode(JSONValue.self, forKey: $0)) })
            return
        }
        if var list = try? decoder.unkeyedContainer() {
            var elements: [JSONValue] = []
            while !list.isAtEnd { elements.append(try list.decode(JSONValue.self)) }
            self = .array(elements)
            return
        }
        let single = try decoder.singleValueContainer()
        if single.decodeNil() {
            self = .null
        } else if let value = try? single.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? single.decode(Int.self) {
            self = .int(value)
        } else if let value = try? single.decode(Int128.self) {
            self = .number(JSONNumber(unchecked: String(value)))
        } else if let value = try? single.decode(Double.self) {
            self = .double(value)
        } else {
            self = .string(try single.decode(String.self))
        }
    }

    /// Encodes into any format; integers stay integers.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .object(let members):
            var keyed = encoder.container(keyedBy: AnyMember.self)
            for member in members { try keyed.encode(member.value, forKey: AnyMember(stringValue: member.key)) }
        case .array(let elements):
            var list = encoder.unkeyedContainer()
            for element in elements { try list.encode(element) }
        case .null:
            var single = encoder.singleValueContainer()
            try single.encodeNil()
        case .bool(let value):
            var single = encoder.singleValueContainer()
            try single.encode(value)
        case .string(let value):
            var single = encoder.singleValueContainer()
            try single.encode(value)
        case .number(let value):
            var single = encoder.singleValueContainer()
            if let int = value.intValue { try single.encode(int) } else { try single.encode(value.doubleValue) }
        }
    }
}
