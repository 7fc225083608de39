/// A pull parser over UTF-8 JSON bytes (RFC 8259): strict grammar, bounded depth, no allocation but for strings.
///
/// The cursor borrows the bytes; use it only inside the closure that lent them.
///
///     try JSONCursor.read(bytes) { cursor in
///         var members = try cursor.enterObject()
///         while let key = try cursor.nextKey(&members) {
///             if key == "text" { text = try cursor.string() } else { try cursor.skip() }
///         }
///     }
public struct JSONCursor {
    /// The whole text; offsets index it.
    public let bytes: UnsafeBufferPointer<UInt8>
    /// Offset of the next unread byte.
    public internal(set) var position: Int
    private var depth = 0
    private let maxDepth: Int
    /// Whether NaN, Infinity and -Infinity are numbers, as Python writes them.
    public var takesNonFinite = false

    /// What the next value is, judged by its first byte.
    public enum Kind: Sendable { case object, array, string, number, bool, null }

    /// Iteration state of an entered object or array.
    public struct Scope {
        fileprivate var isFirst = true
    }

    /// The raw bytes of a key, compared without decoding.
    public struct Key {
        let raw: UnsafeBufferPointer<UInt8>
        let hasEscapes: Bool
        /// Offset of its first byte.
        let start: Int

        /// Whether the decoded key equals `literal`.
        public static func == (key: Key, literal: StaticString) -> Bool {
            if key.hasEscapes { return key.text == literal.description }
            guard key.raw.count == literal.utf8CodeUnitCount, let base = key.raw.baseAddress else {
                return key.raw.count == literal.utf8CodeUnitCount
            }
            for offset in 0..<key.raw.count where base[offset] != literal.utf8Start[offset] { return false }
            return true
        }

        /// Lets `switch key { case "text": … }` compare bytes.
        public static func ~= (literal: StaticString, key: Key) -> Bool { key == literal }

        /// The decoded key; invalid UTF-8 is repaired with U+FFFD.
        public var text: String {
            if !hasEscapes { return String(decoding: raw, as: UTF8.self) }
            return (try? JSONCursor.unescape(raw, offset: 0)) ?? String(decoding: raw, as: UTF8.self)
        }
    }

    /// A cursor at the start of `bytes`; `maxDepth` bounds nesting.
    public init(_ bytes: UnsafeBufferPointer<UInt8>, maxDepth: Int = 256) {
        self.bytes = bytes
        self.position = 0
        self.maxDepth = maxDepth
    }

    /// Lends a cursor over `bytes` to `body` and checks that nothing but whitespace follows what it read.
    public static func read<Result>(
        _ bytes: some Sequence<UInt8>, maxDepth: Int = 256, _ body: (inout JSONCursor) throws -> Result
    ) throws -> Result {
        func run(_ buffer: UnsafeBufferPointer<UInt8>) throws -> Result {
            var cursor = JSONCursor(buffer, maxDepth: maxDepth)
            let result = try body(&cursor)
            try cursor.finish()
            return result
        }
        if let result = try bytes.withContiguousStorageIfAvailable(run) { return result }
        return try Array(bytes).withUnsafeBufferPointer(run)
    }

    // MARK: Structure

    /// The kind of the next value.
    public mutating func peek() throws -> Kind {
        skipWhitespace()
        guard position < bytes.count else { throw JSONError("unexpected end of text", at: position) }
        switch bytes[position] {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        case UInt8(ascii: "N") where takesNonFinite, UInt8(ascii: "I") where takesNonFinite: return .number
        default: throw JSONError("unexpected byte 0x\(String(bytes[position], radix: 16))", at: position)
        }
    }

    /// Steps into an object; follow with `nextKey` until it returns nil.
    public mutating func enterObject() throws -> Scope { try enter(UInt8(ascii: "{"), "an object") }

    /// Steps into an array; follow with `nextElement` until it returns false.
    public mutating func enterArray() throws -> Scope { try enter(UInt8(ascii: "["), "an array") }

    private mutating func enter(_ opening: UInt8, _ name: String) throws -> Scope {
        skipWhitespace()
        guard position < bytes.count, bytes[position] == opening else {
            throw JSONError("expected \(name)", at: position)
        }
        depth += 1
        if depth > maxDepth { throw JSONError("nesting deeper than \(maxDepth)", at: position) }
        position += 1
        return Scope()
    }

    /// The next key of the entered object, leaving the cursor at its value; nil after the last.
    public mutating func nextKey(_ scope: inout Scope) throws -> Key? {
        guard try advance(&scope, closing: UInt8(ascii: "}")) else { return nil }
        let start = position + 1
        let (raw, hasEscapes) = try rawString()
        skipWhitespace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: ":") else {
            throw JSONError("expected ':' after a key", at: position)
        }
        position += 1
        return Key(raw: raw, hasEscapes: hasEscapes, start: start)
    }

    /// Whether the entered array has a further element, leaving the cursor at it.
    public mutating func nextElement(_ scope: inout Scope) throws -> Bool {
        try advance(&scope, closing: UInt8(ascii: "]"))
    }

    @inline(__always)
    private mutating func advance(_ scope: inout Scope, closing: UInt8) throws -> Bool {
        skipWhitespace()
        guard position < bytes.count else { throw JSONError("unexpected end of text", at: position) }
        if bytes[position] == closing {
            position += 1
            depth -= 1
            return false
        }
        if scope.isFirst {
            scope.isFirst = false
            return true
        }
        guard bytes[position] == UInt8(ascii: ",") else { throw JSONError("expected ','", at: position) }
        position += 1
        skipWhitespace()
        if position < bytes.count, bytes[position] == closing { throw JSONError("trailing comma", at: position) }
        return true
    }

    /// Passes over the next value, checking its grammar, and gives its byte range.
    @discardableResult
    public mutating func skip() throws -> Range<Int> {
        skipWhitespace()
        let start = position
        try skipValue()
        return start..<position
    }

    // At the first byte of a value. Scalars are passed in the container's loop, as most elements are scalars.
    private mutating func skipValue() throws {
        guard try !skipScalar() else { return }
        let isObject = bytes[position] == UInt8(ascii: "{")
        var scope = try isObject ? enterObject() : enterArray()
        while true {
            if isObject {
                guard try nextKey(&scope) != nil else { return }
                skipWhitespace()
            } else {
                guard try nextElement(&scope) else { return }
            }
            if try !skipScalar() { try skipValue() }
        }
    }

    // Passes over a value that is neither object nor array; false at one of those.
    @inline(__always)
    private mutating func skipScalar() throws -> Bool {
        guard position < bytes.count else { throw JSONError("unexpected end of text", at: position) }
        switch bytes[position] {
        case UInt8(ascii: "{"), UInt8(ascii: "["): return false
        case UInt8(ascii: "\""): _ = try rawString()
        case UInt8(ascii: "n"): try literal("null")
        case UInt8(ascii: "t"): try literal("true")
        case UInt8(ascii: "f"): try literal("false")
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            if takeSmallInteger() == nil, takeNonFinite() == nil { _ = try rawNumber() }
        case UInt8(ascii: "N"), UInt8(ascii: "I"):
            guard takeNonFinite() != nil else { fallthrough }
        default: throw JSONError("unexpected byte 0x\(String(bytes[position], radix: 16))", at: position)
        }
        return true
    }

    /// An integer of one to nine digits without sign, fraction or exponent, if that is what comes next; else nil, and
    /// nothing is read.
    @inline(__always)
    mutating func takeSmallInteger() -> Int32? {
        var index = position
        let last = min(bytes.count, position + 10)
        var value: UInt32 = 0
        while index < last {
            let digit = bytes[index] &- UInt8(ascii: "0")
            if digit >= 10 { break }
            value = value &* 10 &+ UInt32(digit)
            index += 1
        }
        let digits = index - position
        // A tenth digit, the end of the text, or a byte of a longer number: the general way.
        guard digits > 0, digits < 10, index < bytes.count else { return nil }
        if bytes[position] == UInt8(ascii: "0"), digits > 1 { return nil }
        switch bytes[index] {
        case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), 0x20, 0x0A, 0x0D, 0x09:
            position = index
            return Int32(bitPattern: value)
        default: return nil
        }
    }

    /// Checks that only whitespace is left.
    public mutating func finish() throws {
        skipWhitespace()
        if position != bytes.count { throw JSONError("text after the value", at: position) }
    }

    // MARK: Scalars

    /// Reads `true` or `false`.
    public mutating func bool() throws -> Bool {
        skipWhitespace()
        if position < bytes.count, bytes[position] == UInt8(ascii: "t") {
            try literal("true")
            return true
        }
        try literal("false")
        return false
    }

    /// Reads `null` if it is next.
    public mutating func null() throws -> Bool {
        skipWhitespace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: "n") else { return false }
        try literal("null")
        return true
    }

    private mutating func literal(_ word: StaticString) throws {
        let count = word.utf8CodeUnitCount
        guard position + count <= bytes.count else { throw JSONError("expected \(word)", at: position) }
        for offset in 0..<count where bytes[position + offset] != word.utf8Start[offset] {
            throw JSONError("expected \(word)", at: position)
        }
        position += count
    }

    @inline(__always)
    mutating func skipWhitespace() {
        // Every byte above a space is none.
        while position < bytes.count, bytes[position] <= 0x20 {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }
}

// MARK: Numbers

extension JSONCursor {
    /// Reads a number as Double (correctly rounded); a magnitude beyond Double is an error, unless it is written as infinite
    /// where that is taken.
    public mutating func double() throws -> Double {
        if let value = takeNonFinite() { return value }
        let number = try scanNumber()
        let value = number.double
        guard value.isFinite else { throw JSONError("number is out of range", at: position) }
        position = number.end
        return value
    }

    // NaN or an infinity, where those are taken and one comes next; else nil, and nothing is read.
    @inline(__always)
    private mutating func takeNonFinite() -> Double? { takesNonFinite ? nonFinite() : nil }

    private mutating func nonFinite() -> Double? {
        skipWhitespace()
        let rest = bytes[position...]
        // The letter that no number has, behind a sign or not.
        guard let letter = rest.first == UInt8(ascii: "-") ? rest.dropFirst().first : rest.first,
            letter == UInt8(ascii: "I") || letter == UInt8(ascii: "N")
        else { return nil }
        for (word, value) in [("NaN", Double.nan), ("Infinity", .infinity), ("-Infinity", -.infinity)]
        where rest.starts(with: word.utf8) {
            position += word.utf8.count
            return value
        }
        return nil
    }

    /// Reads a number that is written as an integer and fits Int.
    public mutating func int() throws -> Int {
        let number = try scanNumber()
        guard let value = number.int else { throw JSONError("expected an integer", at: position) }
        position = number.end
        return value
    }

    /// The bytes of the next number, its grammar checked.
    public mutating func rawNumber() throws -> UnsafeBufferPointer<UInt8> {
        let number = try scanNumber()
        position = number.end
        return number.text
    }

    private mutating func scanNumber() throws -> ScannedNumber {
        skipWhitespace()
        guard let number = ScannedNumber(bytes, from: position) else {
            throw JSONError(position < bytes.count ? "expected a number" : "unexpected end of text", at: position)
        }
        return number
    }
}
