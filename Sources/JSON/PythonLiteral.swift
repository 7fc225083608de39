/// Reads an object or list as Python writes it, `[{'role': 'user', 'content': "it's"}]`, which tables hold where somebody wrote
/// a column of objects as text; numpy's arrays too, which have no commas. It reads values, and calls only for their first
/// argument (`array([…], dtype=object)`, `Decimal('1')`); what was cut off with dots is none.
struct PythonLiteral {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private static let maxDepth = 64

    private struct Unreadable: Error {}

    /// The object or list; nil for any other text.
    static func value(in text: String) -> JSONValue? {
        var text = text
        return text.withUTF8 { bytes in
            var literal = PythonLiteral(bytes: bytes)
            guard let value = try? literal.value(depth: maxDepth) else { return nil }
            literal.skipBlanks()
            guard literal.position == bytes.count, value.objectValue != nil || value.arrayValue != nil else {
                return nil
            }
            return value
        }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipBlanks() { while let byte = next, byte <= 0x20 { position += 1 } }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws -> JSONValue {
        skipBlanks()
        guard depth > 0, let first = next else { throw Unreadable() }
        switch first {
        case UInt8(ascii: "["): return .array(try list("]", depth))
        case UInt8(ascii: "("): return .array(try list(")", depth))
        case UInt8(ascii: "{"): return try dictionary(depth)
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return try number()
        default: return try named(depth)
        }
    }

    private mutating func list(_ end: Unicode.Scalar, _ depth: Int) throws -> [JSONValue] {
        position += 1
        var elements: [JSONValue] = []
        while !take(end) {
            elements.append(try value(depth: depth - 1))
            _ = take(",")
        }
        return elements
    }

    private mutating func dictionary(_ depth: Int) throws -> JSONValue {
        position += 1
        var members: [JSONValue.Member] = []
        while !take("}") {
            let key = try value(depth: 1)
            guard take(":") else { throw Unreadable() }
            switch key {
            case .string(let name): members.append(.init(name, try value(depth: depth - 1)))
            case .number(let number): members.append(.init(number.text, try value(depth: depth - 1)))
            default: throw Unreadable()
            }
            if !take(","), next != UInt8(ascii: "}") { throw Unreadable() }
        }
        return .object(members)
    }

    /// `True`, `None`, `nan`, a text with a prefix, or the first argument of a call.
    private mutating func named(_ depth: Int) throws -> JSONValue {
        let start = position
        while let byte = next, byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".") || isLetterOrDigit(byte) {
            position += 1
        }
        let name = String(decoding: bytes[start..<position], as: UTF8.self)
        if ["u", "b"].contains(name.lowercased()), next == UInt8(ascii: "'") || next == UInt8(ascii: "\"") {
            return .string(try string())
        }
        switch name {
        case "True", "true": return true
        case "False", "false": return false
        case "None", "null", "nan", "inf", "NaN", "NaT", "Infinity": return .null
        default: break
        }
        guard !name.isEmpty, take("(") else { throw Unreadable() }
        let argument = try value(depth: depth - 1)
        while !take(")") {
            guard take(",") else { throw Unreadable() }
            if take(")") { break }
            try skipArgument(depth)
        }
        return argument
    }

    private mutating func skipArgument(_ depth: Int) throws {
        skipBlanks()
        let start = position
        while let byte = next, byte == UInt8(ascii: "_") || isLetterOrDigit(byte) { position += 1 }
        if take("=") {
            skipBlanks()
            let word = position
            while let byte = next, byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || isLetterOrDigit(byte) {
                position += 1
            }
            if position > word { return }
        } else {
            position = start
        }
        _ = try value(depth: depth - 1)
    }

    private func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private mutating func number() throws -> JSONValue {
        let start = position
        while let byte = next,
            byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
                || isLetterOrDigit(byte)
        { position += 1 }
        var text = String(decoding: bytes[start..<position], as: UTF8.self)
        if text.hasSuffix(".") { text += "0" }
        if text.hasPrefix(".") { text = "0" + text }
        if ["-inf", "-nan"].contains(text) { return .null }
        guard let value = try? JSONValue(parsing: text.utf8), value.doubleValue != nil else { throw Unreadable() }
        return value
    }

    private mutating func string() throws -> String {
        guard let quote = next else { throw Unreadable() }
        position += 1
        var text: [UInt8] = []
        var start = position
        while let byte = next, byte != quote {
            position += 1
            if byte != UInt8(ascii: "\\") { continue }
            text.append(contentsOf: bytes[start..<position - 1])
            try escape(into: &text)
            start = position
        }
        guard next == quote else { throw Unreadable() }
        text.append(contentsOf: bytes[start..<position])
        position += 1
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func escape(into text: inout [UInt8]) throws {
        guard let byte = next else { throw Unreadable() }
        position += 1
        let plain: [UInt8: UInt8] = [
            UInt8(ascii: "n"): 0x0A, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09, UInt8(ascii: "a"): 0x07,
            UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0C, UInt8(ascii: "v"): 0x0B,
            UInt8(ascii: "\\"): byte, UInt8(ascii: "'"): byte, UInt8(ascii: "\""): byte,
        ]
        if let character = plain[byte] { return text.append(character) }
        switch byte {
        case 0x0A: return
        case UInt8(ascii: "x"): try append(scalar: try code(2), to: &text)
        case UInt8(ascii: "u"):
            var scalar = try code(4)
            if (0xD800..<0xDC00).contains(scalar), next == UInt8(ascii: "\\"), position + 1 < bytes.count,
                bytes[position + 1] == UInt8(ascii: "u")
            {
                position += 2
                let low = try code(4)
                guard (0xDC00..<0xE000).contains(low) else { throw Unreadable() }
                scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
            }
            try append(scalar: scalar, to: &text)
        case UInt8(ascii: "U"): try append(scalar: try code(8), to: &text)
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            var scalar = UInt32(byte - UInt8(ascii: "0"))
            for _ in 0..<2 {
                guard let digit = next, (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit) else { break }
                scalar = scalar * 8 + UInt32(digit - UInt8(ascii: "0"))
                position += 1
            }
            try append(scalar: scalar, to: &text)
        // Python leaves a backslash before any other character, as LaTeX in texts written by hand has it.
        default: text += [UInt8(ascii: "\\"), byte]
        }
    }

    private mutating func code(_ digits: Int) throws -> UInt32 {
        guard position + digits <= bytes.count,
            let code = UInt32(String(decoding: bytes[position..<position + digits], as: UTF8.self), radix: 16)
        else { throw Unreadable() }
        position += digits
        return code
    }

    private func append(scalar: UInt32, to text: inout [UInt8]) throws {
        guard let scalar = Unicode.Scalar(scalar) ?? Unicode.Scalar(0xFFFD) else { throw Unreadable() }
        text.append(contentsOf: Array(String(Character(scalar)).utf8))
    }
}
