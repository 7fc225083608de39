/// A token of Python source: enough of the language for assertions.
enum PythonToken: Equatable {
    case name(String)
    /// A number as written, without underscores.
    case number(String)
    case string([UInt8])
    case bytes([UInt8])
    case op(String)
    /// The end of a logical line.
    case newline
    case indent
    case dedent
}

/// Splits Python source into tokens; nil for what assertions do not need (f-strings, complex numbers, stray bytes).
struct PythonTokenizer {
    private let source: [UInt8]
    private var position = 0
    private var depth = 0
    private var indents = [0]
    private var tokens: [PythonToken] = []

    /// All tokens of `text`, or nil.
    static func tokens(of text: String) -> [PythonToken]? {
        var tokenizer = PythonTokenizer(source: Array(text.utf8))
        return tokenizer.run() ? tokenizer.tokens : nil
    }

    private init(source: [UInt8]) { self.source = source }

    private func peek(_ offset: Int = 0) -> UInt8 {
        position + offset < source.count ? source[position + offset] : 0
    }

    private mutating func run() -> Bool {
        var isLineStart = true
        while position < source.count {
            if isLineStart && depth == 0 {
                guard indentation() else { return false }
                isLineStart = false
                continue
            }
            let byte = peek()
            switch byte {
            case UInt8(ascii: "\n"):
                position += 1
                if depth == 0 {
                    endLine()
                    isLineStart = true
                }
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), 12: position += 1
            case UInt8(ascii: "#"):
                while position < source.count, peek() != UInt8(ascii: "\n") { position += 1 }
            case UInt8(ascii: "\\"):
                guard peek(1) == UInt8(ascii: "\n") else { return false }
                position += 2
            default: guard token(byte) else { return false }
            }
        }
        endLine()
        for _ in indents.dropFirst() { tokens.append(.dedent) }
        return depth == 0
    }

    private mutating func endLine() {
        if let last = tokens.last, last != .newline, last != .indent, last != .dedent { tokens.append(.newline) }
    }

    private mutating func indentation() -> Bool {
        var column = 0
        while peek() == UInt8(ascii: " ") || peek() == UInt8(ascii: "\t") {
            column = peek() == UInt8(ascii: "\t") ? (column / 8 + 1) * 8 : column + 1
            position += 1
        }
        // Blank lines and comments have no say.
        if position >= source.count || [10, 13, UInt8(ascii: "#")].contains(peek()) { return true }
        if let current = indents.last, column > current {
            indents.append(column)
            tokens.append(.indent)
        }
        while let current = indents.last, column < current {
            indents.removeLast()
            tokens.append(.dedent)
        }
        return indents.last == column
    }

    private mutating func token(_ byte: UInt8) -> Bool {
        if Self.isNameStart(byte) { return nameOrString() }
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") { return string(prefix: "") }
        if (byte &- 48) < 10 || (byte == UInt8(ascii: ".") && (peek(1) &- 48) < 10) { return number() }
        return operation()
    }

    private static func isNameStart(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 97 < 26 || byte == UInt8(ascii: "_") || byte >= 0x80
    }

    private mutating func nameOrString() -> Bool {
        let start = position
        while Self.isNameStart(peek()) || (peek() &- 48) < 10 { position += 1 }
        let name = String(decoding: source[start..<position], as: UTF8.self)
        if peek() == UInt8(ascii: "\"") || peek() == UInt8(ascii: "'") { return string(prefix: name.lowercased()) }
        tokens.append(.name(name))
        return true
    }

    private mutating func number() -> Bool {
        let start = position
        let isPrefixed = peek() == 48 && "xob".utf8.contains(peek(1) | 0x20)
        while Self.isNameStart(peek()) || (peek() &- 48) < 10 || peek() == UInt8(ascii: ".") {
            let isExponent = !isPrefixed && peek() | 0x20 == UInt8(ascii: "e")
            position += 1
            if isExponent && (peek() == UInt8(ascii: "-") || peek() == UInt8(ascii: "+")) { position += 1 }
        }
        let text = String(decoding: source[start..<position].filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
        guard !text.hasSuffix("j") && !text.hasSuffix("J") else { return false }
        tokens.append(.number(text))
        return true
    }

    private mutating func operation() -> Bool {
        let known = ["**", "//", "==", "!=", "<=", ">=", "<<", ">>", "->", ":="]
        let pair = String(decoding: [peek(), peek(1)], as: UTF8.self)
        if known.contains(pair) {
            tokens.append(.op(pair))
            position += 2
            return true
        }
        let byte = peek()
        guard "()[]{},:.;@=+-*/%<>|&^~".utf8.contains(byte) else { return false }
        if "([{".utf8.contains(byte) { depth += 1 }
        if ")]}".utf8.contains(byte) { depth -= 1 }
        tokens.append(.op(String(Unicode.Scalar(byte))))
        position += 1
        return depth >= 0
    }

    private mutating func string(prefix: String) -> Bool {
        guard ["", "r", "u", "b", "br", "rb"].contains(prefix) else { return false }
        let (isRaw, isBytes) = (prefix.contains("r"), prefix.contains("b"))
        let quote = peek()
        let isTriple = peek(1) == quote && peek(2) == quote
        position += isTriple ? 3 : 1
        var content: [UInt8] = []
        while position < source.count {
            let byte = peek()
            if byte == quote && (!isTriple || (peek(1) == quote && peek(2) == quote)) {
                position += isTriple ? 3 : 1
                tokens.append(isBytes ? .bytes(content) : .string(content))
                return true
            }
            if byte == UInt8(ascii: "\n") && !isTriple { return false }
            if byte == UInt8(ascii: "\\") {
                if isRaw {
                    content += [byte, peek(1)]
                    position += 2
                } else {
                    guard escape(into: &content, isBytes: isBytes) else { return false }
                }
                continue
            }
            // Python reads every line end as a line feed.
            if byte != 13 || peek(1) != 10 { content.append(byte) }
            position += 1
        }
        return false
    }

    private mutating func escape(into content: inout [UInt8], isBytes: Bool) -> Bool {
        let code = peek(1)
        position += 2
        switch Unicode.Scalar(code) {
        case "\n": break
        case "\\", "'", "\"": content.append(code)
        case "a": content.append(7)
        case "b": content.append(8)
        case "f": content.append(12)
        case "n": content.append(10)
        case "r": content.append(13)
        case "t": content.append(9)
        case "v": content.append(11)
        case "0"..."7":
            position -= 1
            var value: UInt32 = 0
            for _ in 0..<3 where (peek() &- 48) < 8 {
                value = value * 8 + UInt32(peek() - 48)
                position += 1
            }
            return append(value, to: &content, isBytes: isBytes)
        case "x": return hexadecimal(2, into: &content, isBytes: isBytes)
        case "u" where !isBytes: return hexadecimal(4, into: &content, isBytes: false)
        case "U" where !isBytes: return hexadecimal(8, into: &content, isBytes: false)
        case "N" where !isBytes: return false
        default: content += [UInt8(ascii: "\\"), code]
        }
        return true
    }

    private mutating func hexadecimal(_ digits: Int, into content: inout [UInt8], isBytes: Bool) -> Bool {
        guard position + digits <= source.count,
            let value = UInt32(String(decoding: source[position..<position + digits], as: UTF8.self), radix: 16)
        else { return false }
        position += digits
        return append(value, to: &content, isBytes: isBytes)
    }

    private func append(_ value: UInt32, to content: inout [UInt8], isBytes: Bool) -> Bool {
        if isBytes {
            content.append(UInt8(truncatingIfNeeded: value))
            return true
        }
        guard let scalar = Unicode.Scalar(value) else { return false }
        content += String(scalar).utf8
        return true
    }
}
