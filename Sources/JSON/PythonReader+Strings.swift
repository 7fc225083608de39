extension PythonReader {
    /// Literals that stand beside each other are one.
    mutating func strings(isRaw: Bool) throws(Stop) -> String {
        var text = try string(isRaw: isRaw)
        skipSpace()
        while isAtQuote, dialect == .literals {
            text += try string(isRaw: false)
            skipSpace()
        }
        return text
    }

    /// One text in quotes, which stand next.
    package mutating func string(isRaw: Bool) throws(Stop) -> String {
        let quote = bytes[position]
        let isTriple = end - position >= 3 && bytes[position + 1] == quote && bytes[position + 2] == quote
        position += isTriple ? 3 : 1
        // Most are short and plain.
        if !isTriple, let plain = plainEnd(quote) {
            defer { position = plain + 1 }
            return bytes.withUnsafeBufferPointer {
                String(decoding: UnsafeBufferPointer(rebasing: $0[position..<plain]), as: UTF8.self)
            }
        }
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
            if byte == 0x0A, !isTriple, dialect == .literals { throw .noLiteral }
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

    // Where a text ends in which there are neither escapes nor line ends.
    private func plainEnd(_ quote: UInt8) -> Int? {
        var place = position
        while place < end, bytes[place] != quote {
            if bytes[place] == UInt8(ascii: "\\") || bytes[place] == 0x0A { return nil }
            place += 1
        }
        return place < end ? place : nil
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
        case UInt8(ascii: "N") where dialect == .literals: throw .noLiteral
        // Python leaves a backslash before any other character, as LaTeX in texts written by hand has it.
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
        guard let scalar = Unicode.Scalar(code) ?? (dialect == .tables ? "\u{FFFD}" : nil) else { throw .noLiteral }
        text += Array(String(Character(scalar)).utf8)
    }
}
