#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Bytes and byte classes that extraction and lexing name.
enum Ascii {
    /// Whether a byte is of a word in any script: a letter or part of one beyond ASCII.
    static func isWordByte(_ byte: UInt8) -> Bool { isLetter(byte) || byte >= 0x80 }

    static let comma = UInt8(ascii: ",")
    static let point = UInt8(ascii: ".")
    static let minus = UInt8(ascii: "-")
    static let plus = UInt8(ascii: "+")
    static let dollar = UInt8(ascii: "$")
    static let zero = UInt8(ascii: "0")
    static let backslash = UInt8(ascii: "\\")
    static let openBrace = UInt8(ascii: "{")
    static let closeBrace = UInt8(ascii: "}")
    static let newline = UInt8(ascii: "\n")
    static let space = UInt8(ascii: " ")
    static let star = UInt8(ascii: "*")
    static let colon = UInt8(ascii: ":")
    /// Stands for a thousands separator that cannot be read as anything else (`{,}`, `,\!`, `\,`); never in input.
    static let groupMark: UInt8 = 0x1D

    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
    static func isUpper(_ byte: UInt8) -> Bool { byte &- 0x41 < 26 }
    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte &- 9 < 5 }
    static func lower(_ byte: UInt8) -> UInt8 { isUpper(byte) ? byte | 0x20 : byte }
}

typealias Bytes = UnsafeBufferPointer<UInt8>

extension UnsafeBufferPointer<UInt8> {
    /// `range` without whitespace at its ends.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high, Ascii.isSpace(self[low]) { low += 1 }
        while high > low, Ascii.isSpace(self[high - 1]) { high -= 1 }
        return low..<high
    }

    /// Whether `text` stands at `position`, inside `range`.
    func has(_ text: StaticString, at position: Int, in range: Range<Int>) -> Bool {
        has(text, at: position, in: range) { $0 }
    }

    /// Like `has`, ASCII letters compared without case; `text` is lower case.
    func hasFolded(_ text: StaticString, at position: Int, in range: Range<Int>) -> Bool {
        has(text, at: position, in: range, reading: Ascii.lower)
    }

    @inline(__always)
    private func has(
        _ text: StaticString, at position: Int, in range: Range<Int>, reading byte: (UInt8) -> UInt8
    ) -> Bool {
        let count = text.utf8CodeUnitCount
        guard position >= range.lowerBound, position + count <= range.upperBound else { return false }
        for offset in 0..<count where byte(self[position + offset]) != text.utf8Start[offset] { return false }
        return true
    }

    /// First position of `text`, two bytes or more, in `range`.
    func first(_ text: StaticString, in range: Range<Int>) -> Int? {
        let count = text.utf8CodeUnitCount
        let last = range.upperBound - count
        var position = range.lowerBound
        while position <= last {
            if last - position >= 32, !mayHold(text, position) {
                position += 32
                continue
            }
            let window = position..<(Swift.min(last, position + 31) + 1)
            while let lead = next(text.utf8Start[0], from: position, in: window) {
                if has(text, at: lead, in: range) { return lead }
                position = lead + 1
            }
            position = window.upperBound
        }
        return nil
    }

    /// How often `text` stands in `range`.
    func count(of text: StaticString, in range: Range<Int>) -> Int {
        var (count, start) = (0, range.lowerBound)
        while let found = first(text, in: start..<range.upperBound) {
            count += 1
            start = found + text.utf8CodeUnitCount
        }
        return count
    }

    // Whether first and last byte of `text` fit anywhere in the 32 places from `position` on: eight at a time, a byte
    // of a word is zero where both fit.
    private func mayHold(_ text: StaticString, _ position: Int) -> Bool {
        guard let base = baseAddress else { return false }
        let start = UnsafeRawPointer(base + position)
        let distance = text.utf8CodeUnitCount - 1
        let ones: UInt64 = 0x0101_0101_0101_0101
        let head = ones &* UInt64(text.utf8Start[0])
        let tail = ones &* UInt64(text.utf8Start[distance])
        var found: UInt64 = 0
        for offset in stride(from: 0, to: 32, by: 8) {
            let heads = (start + offset).loadUnaligned(as: UInt64.self) ^ head
            let misses = heads | ((start + offset + distance).loadUnaligned(as: UInt64.self) ^ tail)
            found |= (misses &- ones) & ~misses & (ones &* 0x80)
        }
        return found != 0
    }

    /// First position of a byte at `start` or after it.
    func next(_ byte: UInt8, from start: Int, in range: Range<Int>) -> Int? {
        guard start < range.upperBound, let base = baseAddress,
            let found = memchr(base + start, Int32(byte), range.upperBound - start)
        else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }

    /// Last position of `text`, two bytes or more, in `range`.
    func last(_ text: StaticString, in range: Range<Int>) -> Int? {
        var position = range.upperBound - text.utf8CodeUnitCount
        while position >= range.lowerBound {
            if position - range.lowerBound >= 31, !mayHold(text, position - 31) {
                position -= 32
                continue
            }
            let stop = Swift.max(range.lowerBound, position - 31)
            while position >= stop {
                if has(text, at: position, in: range) { return position }
                position -= 1
            }
        }
        return nil
    }

    /// Position of the brace that closes the one at `open`; escaped braces do not count. Nil when it is never closed.
    func closingBrace(of open: Int, in range: Range<Int>) -> Int? {
        var depth = 0
        var position = open
        while position < range.upperBound {
            switch self[position] {
            case Ascii.backslash: position += 1
            case Ascii.openBrace: depth += 1
            case Ascii.closeBrace:
                depth -= 1
                if depth == 0 { return position }
            default: break
            }
            position += 1
        }
        return nil
    }
}

extension [UInt8] {
    /// First position of `text`, two bytes or more, at `start` or after it.
    func first(_ text: StaticString, from start: Int = 0) -> Int? {
        guard start <= count else { return nil }
        return withUnsafeBufferPointer { $0.first(text, in: start..<count) }
    }
}

extension UInt8 {
    /// Whether it is one of these ASCII characters; for loops over bytes, where a String's own search is slow.
    @inline(__always)
    func isOne(of characters: StaticString) -> Bool { characters.withUTF8Buffer { $0.contains(self) } }
}
