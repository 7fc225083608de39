import JSON
import Numbers

/// Reads Python's literals as far as JSON has them.
struct PythonReader {
    /// Why there is no value.
    enum Stop: Error {
        case cutOff
        /// An expression, or a literal that JSON cannot say.
        case noLiteral
    }

    private let bytes: [UInt8]
    private(set) var position: Int
    private let end: Int

    init(bytes: [UInt8], position: Int, end: Int) {
        self.bytes = bytes
        self.position = position
        self.end = end
    }

    var isAtEnd: Bool { position >= end }

    mutating func skipSpace() {
        while position < end, bytes[position] <= 0x20 { position += 1 }
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard position < end, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    /// A name, with dots; empty where there is none.
    mutating func name() -> String {
        let start = position
        while position < end,
            bytes[position] >= 0x80 || (bytes[position].isName && bytes[position] != UInt8(ascii: "-"))
        {
            position += 1
        }
        guard start < position, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[start]) else {
            position = start
            return ""
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// What stands between a call's parentheses.
    enum Arguments {
        case literals([JSONValue.Member])
        /// Positional, expressions, or what JSON cannot say.
        case noLiterals
        case cutOff
        /// Brackets do not match.
        case broken
    }

    /// Keyword arguments up to the closing parenthesis, which is taken.
    mutating func wholeArguments() -> Arguments {
        do {
            return .literals(try arguments())
        } catch {
            if error == .cutOff { return .cutOff }
            if skipToParenthesis() { return .noLiterals }
            return isAtEnd ? .cutOff : .broken
        }
    }

    private mutating func arguments() throws(Stop) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        while !take(")") {
            if isAtEnd { throw .cutOff }
            let key = name()
            if isAtEnd { throw .cutOff }
            guard !key.isEmpty, take("=") else { throw .noLiteral }
            members.append(.init(key, try value(depth: 1)))
            if take(",") { continue }
            if isAtEnd { throw .cutOff }
            guard take(")") else { throw .noLiteral }
            return members
        }
        return members
    }

    // Past the parenthesis that closes the open one; false, at the offending bracket or the end, where brackets do not match.
    private mutating func skipToParenthesis() -> Bool {
        var open: [UInt8] = [UInt8(ascii: ")")]
        while position < end {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "("): open.append(UInt8(ascii: ")"))
            case UInt8(ascii: "["): open.append(UInt8(ascii: "]"))
            case UInt8(ascii: "{"): open.append(UInt8(ascii: "}"))
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
                guard open.last == byte else { return false }
                open.removeLast()
                if open.isEmpty {
                    position += 1
                    return true
                }
            case UInt8(ascii: "'"), UInt8(ascii: "\""):
                guard (try? string(isRaw: true)) != nil else {
                    position = end
                    return false
                }
                continue
            default: break
            }
            position += 1
        }
        return false
    }

    private mutating func value(depth: Int) throws(Stop) -> JSONValue {
        skipSpace()
        guard position < end else { throw .cutOff }
        guard depth < TurnBuilder.mostDepth else { throw .noLiteral }
        switch bytes[position] {
        case UInt8(ascii: "["):
            position += 1
            var elements: [JSONValue] = []
            while !take("]") {
                elements.append(try value(depth: depth + 1))
                if take(",") { continue }
                if isAtEnd { throw .cutOff }
                guard take("]") else { throw .noLiteral }
                break
            }
            return .array(elements)
        case UInt8(ascii: "{"):
            position += 1
            var members: [JSONValue.Member] = []
            while !take("}") {
                guard case .string(let key) = try value(depth: depth + 1), take(":") else {
                    throw isAtEnd ? .cutOff : .noLiteral
                }
                members.append(.init(key, try value(depth: depth + 1)))
                if take(",") { continue }
                if isAtEnd { throw .cutOff }
                guard take("}") else { throw .noLiteral }
                break
            }
            return .object(members)
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return .string(try strings(isRaw: false))
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."):
            return try number()
        default: return try word()
        }
    }

    private mutating func word() throws(Stop) -> JSONValue {
        let word = name()
        if isAtEnd { throw .cutOff }
        let isQuote = [UInt8(ascii: "'"), UInt8(ascii: "\"")].contains(bytes[position])
        switch (word, isQuote) {
        case ("True", false), ("true", false): return .bool(true)
        case ("False", false), ("false", false): return .bool(false)
        case ("None", false), ("null", false): return .null
        case ("r", true), ("R", true): return .string(try strings(isRaw: true))
        case ("u", true), ("U", true): return .string(try strings(isRaw: false))
        default: throw .noLiteral
        }
    }

    private mutating func number() throws(Stop) -> JSONValue {
        let start = position
        while position < end {
            let byte = bytes[position]
            let isSign = byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
            let followsExponent = position > start && bytes[position - 1] | 0x20 == UInt8(ascii: "e")
            guard byte.isName && byte != UInt8(ascii: "-") || (isSign && (position == start || followsExponent)) else {
                break
            }
            position += 1
        }
        if isAtEnd { throw .cutOff }
        var text = String(decoding: bytes[start..<position].filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
        if text.hasPrefix("+") { text.removeFirst() }
        let isNegative = text.hasPrefix("-")
        let digits = isNegative ? text.dropFirst() : text[...]
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

    // Literals that stand beside each other are one.
    private mutating func strings(isRaw: Bool) throws(Stop) -> String {
        var text = try string(isRaw: isRaw)
        skipSpace()
        while position < end, [UInt8(ascii: "'"), UInt8(ascii: "\"")].contains(bytes[position]) {
            text += try string(isRaw: false)
            skipSpace()
        }
        return text
    }

    private mutating func string(isRaw: Bool) throws(Stop) -> String {
        let quote = bytes[position]
        let isTriple = end - position >= 3 && bytes[position + 1] == quote && bytes[position + 2] == quote
        position += isTriple ? 3 : 1
        var text: [UInt8] = []
        while position < end {
            let byte = bytes[position]
            if byte == quote {
                if !isTriple {
                    position += 1
                    return String(decoding: text, as: UTF8.self)
                }
                if end - position >= 3, bytes[position + 1] == quote, bytes[position + 2] == quote {
                    position += 3
                    return String(decoding: text, as: UTF8.self)
                }
            }
            if byte == 0x0A, !isTriple { throw .noLiteral }
            position += 1
            guard byte == UInt8(ascii: "\\") else {
                text.append(byte)
                continue
            }
            guard position < end else { throw .cutOff }
            if isRaw {
                text += [byte, bytes[position]]
                position += 1
            } else {
                try escape(into: &text)
            }
        }
        throw .cutOff
    }

    private mutating func escape(into text: inout [UInt8]) throws(Stop) {
        let byte = bytes[position]
        position += 1
        switch byte {
        case 0x0A: break
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "a"): text.append(0x07)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "v"): text.append(0x0B)
        case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): text.append(byte)
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            position -= 1
            try append(digits(most: 3, radix: 8, exactly: false), to: &text)
        case UInt8(ascii: "x"): try append(digits(most: 2, radix: 16), to: &text)
        case UInt8(ascii: "U"): try append(digits(most: 8, radix: 16), to: &text)
        case UInt8(ascii: "u"):
            var code = try digits(most: 4, radix: 16)
            // Two halves of a character, as JSON writes them.
            if (0xD800..<0xDC00).contains(code), end - position >= 6, bytes[position] == UInt8(ascii: "\\"),
                bytes[position + 1] == UInt8(ascii: "u")
            {
                position += 2
                let low = try digits(most: 4, radix: 16)
                guard (0xDC00..<0xE000).contains(low) else { throw .noLiteral }
                code = 0x10000 + (code - 0xD800) * 0x400 + (low - 0xDC00)
            }
            try append(code, to: &text)
        case UInt8(ascii: "N"): throw .noLiteral
        default: text += [UInt8(ascii: "\\"), byte]
        }
    }

    private mutating func digits(most: Int, radix: UInt32, exactly: Bool = true) throws(Stop) -> UInt32 {
        var code: UInt32 = 0
        var count = 0
        while count < most, position < end, let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue,
            digit < radix
        {
            code = code &* radix &+ UInt32(digit)
            position += 1
            count += 1
        }
        guard !exactly || count == most else { throw isAtEnd ? .cutOff : .noLiteral }
        return code
    }

    private func append(_ code: UInt32, to text: inout [UInt8]) throws(Stop) {
        guard let scalar = Unicode.Scalar(code) else { throw .noLiteral }
        text += Array(String(Character(scalar)).utf8)
    }
}
