/// Reads Python's literals as far as JSON has them.
package struct PythonReader {
    /// What is read besides plain literals.
    package enum Dialect {
        /// Nothing: what a model wrote as a value is one.
        case literals
        /// What tables hold where somebody wrote a column of objects as text: tuples, numpy's lists without commas, `nan`,
        /// numbers as keys, texts over lines, and calls for their first argument (`array([…], dtype=object)`,
        /// `Decimal('1')`).
        case tables
    }

    /// Why there is no value.
    package enum Stop: Error {
        case cutOff
        /// An expression, or a literal that JSON cannot say.
        case noLiteral
    }

    let bytes: [UInt8]
    /// Of the next byte.
    package var position: Int
    /// Where what is read ends.
    package let end: Int
    let dialect: Dialect
    private static let mostDepth = 64

    /// A reader of the bytes from `position` to before `end`.
    package init(bytes: [UInt8], position: Int, end: Int, _ dialect: Dialect = .literals) {
        self.bytes = bytes
        self.position = position
        self.end = end
        self.dialect = dialect
    }

    /// Whether all is read.
    package var isAtEnd: Bool { position >= end }

    /// The byte at `position`; nil at the end.
    package var next: UInt8? { position < end ? bytes[position] : nil }
    var isAtQuote: Bool { next == UInt8(ascii: "'") || next == UInt8(ascii: "\"") }

    /// Goes past blanks and line ends.
    package mutating func skipSpace() {
        while let byte = next, byte <= 0x20 { position += 1 }
    }

    /// Takes a character behind blanks; false where another stands there.
    package mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    /// A name, with dots; empty where there is none.
    package mutating func name() -> String {
        let start = position
        while let byte = next, byte >= 0x80 || byte.isOfName || byte == UInt8(ascii: ".") { position += 1 }
        guard start < position, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[start]) else {
            position = start
            return ""
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// The next value; `depth` is that of what it stands in.
    package mutating func value(depth: Int = 0) throws(Stop) -> JSONValue {
        skipSpace()
        guard let first = next else { throw .cutOff }
        guard depth < Self.mostDepth else { throw .noLiteral }
        switch first {
        case UInt8(ascii: "["): return .array(try list("]", depth))
        case UInt8(ascii: "(") where dialect == .tables: return .array(try list(")", depth))
        case UInt8(ascii: "{"): return .object(try members(depth))
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return .string(try strings(isRaw: false))
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."):
            return try number()
        default: return try word(depth)
        }
    }

    private mutating func list(_ closing: Unicode.Scalar, _ depth: Int) throws(Stop) -> [JSONValue] {
        position += 1
        var elements: [JSONValue] = []
        while !take(closing) {
            elements.append(try value(depth: depth + 1))
            if take(",") || dialect == .tables { continue }
            if isAtEnd { throw .cutOff }
            guard take(closing) else { throw .noLiteral }
            break
        }
        return elements
    }

    private mutating func members(_ depth: Int) throws(Stop) -> [JSONValue.Member] {
        position += 1
        var members: [JSONValue.Member] = []
        while !take("}") {
            let key: String
            switch try value(depth: depth + 1) {
            case .string(let text): key = text
            case .number(let number) where dialect == .tables: key = number.text
            default: throw isAtEnd ? .cutOff : .noLiteral
            }
            guard take(":") else { throw isAtEnd ? .cutOff : .noLiteral }
            members.append(.init(key, try value(depth: depth + 1)))
            if take(",") { continue }
            if isAtEnd { throw .cutOff }
            guard take("}") else { throw .noLiteral }
            break
        }
        return members
    }

    private mutating func word(_ depth: Int) throws(Stop) -> JSONValue {
        let word = name()
        if isAtEnd { throw .cutOff }
        switch (word, isAtQuote) {
        case ("True", false), ("true", false): return .bool(true)
        case ("False", false), ("false", false): return .bool(false)
        case ("None", false), ("null", false): return .null
        case ("r", true), ("R", true): return .string(try strings(isRaw: true))
        case ("u", true), ("U", true): return .string(try strings(isRaw: false))
        default: break
        }
        guard dialect == .tables, !word.isEmpty else { throw .noLiteral }
        if ["nan", "inf", "NaN", "NaT", "Infinity"].contains(word) { return .null }
        if isAtQuote, word.lowercased() == "b" { return .string(try strings(isRaw: false)) }
        return try firstArgument(depth)
    }

    /// The first argument of a call; the others are read and left out.
    private mutating func firstArgument(_ depth: Int) throws(Stop) -> JSONValue {
        guard take("(") else { throw .noLiteral }
        let argument = try value(depth: depth + 1)
        while !take(")") {
            guard take(",") else { throw isAtEnd ? .cutOff : .noLiteral }
            if take(")") { break }
            skipSpace()
            let start = position
            if name().isEmpty || !take("=") { position = start }
            skipSpace()
            // A keyword's value may be any name, as `dtype=np.int64`.
            if position > start, !name().isEmpty, !isAtQuote, next != UInt8(ascii: "(") { continue }
            _ = try value(depth: depth + 1)
        }
        return argument
    }

    // A number that JSON has in the same words, as most are.
    private func plainNumber(_ range: Range<Int>) -> JSONValue? {
        let isDigits = bytes[range].allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
        }
        guard isDigits else { return nil }
        return bytes.withUnsafeBufferPointer { try? JSONValue(parsing: UnsafeBufferPointer(rebasing: $0[range])) }
    }

    private mutating func number() throws(Stop) -> JSONValue {
        let start = position
        while position < end {
            let byte = bytes[position]
            let isSign = byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
            let followsExponent = position > start && bytes[position - 1] | 0x20 == UInt8(ascii: "e")
            guard (byte.isOfName || byte == UInt8(ascii: ".")) || (isSign && (position == start || followsExponent))
            else { break }
            position += 1
        }
        if isAtEnd { throw .cutOff }
        if let value = plainNumber(start..<position) { return value }
        var text = String(decoding: bytes[start..<position].filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
        if text.hasPrefix("+") { text.removeFirst() }
        let isNegative = text.hasPrefix("-")
        let digits = isNegative ? text.dropFirst() : text[...]
        if dialect == .tables, ["inf", "nan", "Infinity"].contains(digits) { return .null }
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where digits.lowercased().hasPrefix(prefix) {
            guard let value = Int128(digits.dropFirst(2), radix: radix) else { throw .noLiteral }
            text = (isNegative ? "-" : "") + String(value)
        }
        if digits.hasPrefix(".") { text = (isNegative ? "-0" : "0") + digits }
        if text.hasSuffix(".") { text += "0" }
        guard let value = try? JSONValue(parsing: text.replacing(".e", with: ".0e").utf8), case .number = value else {
            throw .noLiteral
        }
        return value
    }
}
