/// Strings: found by their quotes, and decoded when somebody wants them.
extension JSONCursor {
    /// Reads a string; a lone surrogate escape becomes U+FFFD, invalid UTF-8 is an error.
    public mutating func string() throws -> String {
        skipWhitespace()
        let start = position
        let (raw, hasEscapes) = try rawString()
        if hasEscapes { return try Self.unescape(raw, offset: start) }
        // Nothing to check, and made in the faster way.
        if Self.isASCII(raw) { return String(decoding: raw, as: UTF8.self) }
        guard let text = String(validating: raw, as: UTF8.self) else {
            throw JSONError("string is not valid UTF-8", at: start)
        }
        return text
    }

    private static func isASCII(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let raw = UnsafeRawBufferPointer(bytes)
        var (index, all): (Int, UInt64) = (0, 0)
        while index + 8 <= raw.count {
            all |= raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            index += 8
        }
        while index < raw.count {
            all |= UInt64(raw[index])
            index += 1
        }
        return all & 0x8080_8080_8080_8080 == 0
    }

    /// The bytes between the quotes of the next string, escapes not decoded.
    public mutating func stringBytes() throws -> UnsafeBufferPointer<UInt8> { try rawString().0 }

    mutating func rawString() throws -> (UnsafeBufferPointer<UInt8>, Bool) {
        skipWhitespace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
            throw JSONError("expected a string", at: position)
        }
        let start = position + 1
        var index = start
        var hasEscapes = false
        while true {
            index = PlainRun.end(in: bytes, from: index)
            guard index < bytes.count else { throw JSONError("unterminated string", at: position) }
            switch bytes[index] {
            case UInt8(ascii: "\""):
                position = index + 1
                return (UnsafeBufferPointer(rebasing: bytes[start..<index]), hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try checkEscape(at: index)
                index += 2
            default: throw JSONError("unescaped control character in a string", at: index)
            }
        }
    }

    private func checkEscape(at index: Int) throws {
        guard index + 1 < bytes.count else { throw JSONError("unterminated string", at: index) }
        switch bytes[index + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return
        case UInt8(ascii: "u"):
            guard index + 5 < bytes.count, Self.hex4(bytes, index + 2) != nil else {
                throw JSONError("bad \\u escape", at: index)
            }
        default: throw JSONError("bad escape", at: index)
        }
    }

    private static func hex4(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> UInt32? {
        guard start + 4 <= bytes.count else { return nil }
        var value: UInt32 = 0
        for byte in bytes[start..<start + 4] {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt32(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt32(byte - UInt8(ascii: "A") + 10)
            default: return nil
            }
        }
        return value
    }

    /// Decodes escapes that `rawString` has checked; throws where the bytes are not valid UTF-8.
    static func unescape(_ raw: UnsafeBufferPointer<UInt8>, offset: Int) throws -> String {
        let text = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: raw.count) { output in
            let count = unescape(raw, into: UnsafeMutableRawBufferPointer(output))
            return String(validating: UnsafeBufferPointer(rebasing: output[..<count]), as: UTF8.self)
        }
        guard let text else { throw JSONError("string is not valid UTF-8", at: offset) }
        return text
    }

    // The decoded text is never longer than the written one. Gives its length.
    private static func unescape(
        _ raw: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableRawBufferPointer
    ) -> Int {
        let bytes = UnsafeRawBufferPointer(raw)
        var written = 0
        var index = 0
        while index < bytes.count {
            if index + 8 <= bytes.count {
                let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                let others = PlainRun.others(UInt64(littleEndian: word))
                let run = others == 0 ? 8 : others.trailingZeroBitCount / 8
                output.storeBytes(of: word, toByteOffset: written, as: UInt64.self)
                written += run
                index += run
                if others == 0 { continue }
            }
            if bytes[index] == UInt8(ascii: "\\") {
                written += decode(raw, at: &index, into: output, at: written)
            } else {
                output[written] = bytes[index]
                written += 1
                index += 1
            }
        }
        return written
    }

    // Passes over one escape, or two that are one character, and gives the length of what it stands for.
    private static func decode(
        _ raw: UnsafeBufferPointer<UInt8>, at index: inout Int, into output: UnsafeMutableRawBufferPointer,
        at start: Int
    ) -> Int {
        index += 2
        let byte = raw[index - 1]
        switch byte {
        case UInt8(ascii: "b"): output[start] = 0x08
        case UInt8(ascii: "f"): output[start] = 0x0C
        case UInt8(ascii: "n"): output[start] = 0x0A
        case UInt8(ascii: "r"): output[start] = 0x0D
        case UInt8(ascii: "t"): output[start] = 0x09
        case UInt8(ascii: "u"):
            let scalar = scalar(raw, at: &index)
            for (offset, byte) in (UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter).enumerated() {
                output[start + offset] = byte
            }
            return UTF8.width(scalar)
        default: output[start] = byte
        }
        return 1
    }

    // The character of `\uXXXX`, whose digits begin at `index`, or of a pair of them.
    private static func scalar(_ raw: UnsafeBufferPointer<UInt8>, at index: inout Int) -> Unicode.Scalar {
        var code = hex4(raw, index) ?? 0xFFFD
        index += 4
        if (0xD800..<0xDC00).contains(code), index + 6 <= raw.count, raw[index] == UInt8(ascii: "\\"),
            raw[index + 1] == UInt8(ascii: "u"), let low = hex4(raw, index + 2), (0xDC00..<0xE000).contains(low)
        {
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            index += 6
        }
        return Unicode.Scalar(code) ?? "\u{FFFD}"
    }
}

/// What strings mostly consist of, eight bytes at a time: neither quote nor backslash nor control character.
enum PlainRun {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    /// The bytes of a word that are not plain have their high bit set, up to the first of them for certain.
    @inline(__always)
    static func others(_ word: UInt64) -> UInt64 {
        let quotes = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
        let backslashes = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
        let zeros = (quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes
        return (zeros | (word &- ones &* 0x20) & ~word) & highs
    }

    @inline(__always)
    static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    /// Offset of the first byte at `start` or after it that is not plain; the count when there is none.
    static func end(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        let raw = UnsafeRawBufferPointer(bytes)
        var index = start
        while index + 8 <= raw.count {
            let others = others(UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
            if others != 0 { return index + others.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < raw.count, isPlain(raw[index]) { index += 1 }
        return index
    }
}
