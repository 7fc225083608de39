import BigInt

/// How a comma between digits is read.
enum CommaStyle: Sendable {
    /// `1,234,567` is one number; any other comma separates.
    case thousands
    /// `2,74` is 2.74 and `1.234.567` groups by points, as in most of Europe.
    case decimal
    /// Every comma separates.
    case separator
}

/// A number as written: its exact value and how many decimals it shows.
struct NumberLiteral: Sendable, Equatable {
    /// Exact value.
    var value: Rational
    /// Digits after the decimal mark; nil for an integer literal.
    var decimals: Int?
    /// Whether commas stand between its digits.
    var isGrouped = false
    /// The power of ten after an e, which the value counts in; the decimals are those before it.
    var exponent = 0

    /// Reads digits with separators and a fraction at `position` and moves past them; nil when no number starts there.
    /// Signs and exponents are the caller's.
    static func read(
        _ bytes: UnsafeBufferPointer<UInt8>, at position: inout Int, end: Int, commas: CommaStyle
    ) -> NumberLiteral? {
        var digits = DigitRun()
        var cursor = position
        digits.take(bytes, &cursor, end)
        let group: UInt8 = commas == .decimal ? Ascii.point : Ascii.comma
        if commas != .separator, digits.count >= 1, digits.count <= 3, !digits.startsWithZero {
            takeGroups(bytes, &cursor, end, &digits, group)
        }
        let mark: UInt8 = commas == .decimal ? Ascii.comma : Ascii.point
        let isMark = cursor < end && (bytes[cursor] == mark || (bytes[cursor] == Ascii.point && digits.groups == 0))
        guard isMark, cursor + 1 < end, Ascii.isDigit(bytes[cursor + 1]) || digits.count > 0 else {
            guard digits.count > 0 else { return nil }
            position = cursor
            return NumberLiteral(value: digits.rational(scale: 0), decimals: nil, isGrouped: digits.hasCommas)
        }
        // "5." ends a sentence; "5.2" and "5." before anything but a digit differ.
        guard Ascii.isDigit(bytes[cursor + 1]) else {
            position = cursor
            return NumberLiteral(value: digits.rational(scale: 0), decimals: nil)
        }
        cursor += 1
        let whole = digits.count
        digits.take(bytes, &cursor, end)
        position = cursor
        let decimals = digits.count - whole
        return NumberLiteral(value: digits.rational(scale: decimals), decimals: decimals)
    }

    // Groups of exactly three digits after one kind of separator; LaTeX spellings `{,}` `,\!` `\,` were folded before.
    private static func takeGroups(
        _ bytes: UnsafeBufferPointer<UInt8>, _ cursor: inout Int, _ end: Int, _ digits: inout DigitRun, _ group: UInt8
    ) {
        guard cursor < end, bytes[cursor] == group || bytes[cursor] == Ascii.groupMark else { return }
        let separator = bytes[cursor]
        if separator == Ascii.comma, takeIndianGroups(bytes, &cursor, end, &digits) { return }
        var ahead = cursor
        var taken = digits
        // 100,101,…,999 is a list.
        while ahead + 3 < end, taken.groups < 64, bytes[ahead] == separator,
            (1...3).allSatisfy({ Ascii.isDigit(bytes[ahead + $0]) })
        {
            if ahead + 4 < end, Ascii.isDigit(bytes[ahead + 4]) { return }
            ahead += 1
            taken.take(bytes, &ahead, end)
            taken.groups += 1
        }
        // A single group after a point is a decimal fraction, not a group: 1.234.
        if separator == Ascii.point, taken.groups == 1, !(ahead < end && bytes[ahead] == Ascii.comma) { return }
        taken.hasCommas = separator == Ascii.comma && taken.groups > 0
        digits = taken
        cursor = ahead
    }

    // 12,34,567 and 1,23,45,678: twos, and three at the end.
    private static func takeIndianGroups(
        _ bytes: UnsafeBufferPointer<UInt8>, _ cursor: inout Int, _ end: Int, _ digits: inout DigitRun
    ) -> Bool {
        guard digits.count <= 2 else { return false }
        var ahead = cursor
        var lengths: [Int] = []
        while ahead < end, bytes[ahead] == Ascii.comma, lengths.count < 8 {
            let first = ahead + 1
            var last = first
            while last < end, Ascii.isDigit(bytes[last]) { last += 1 }
            lengths.append(last - first)
            ahead = last
        }
        guard lengths.count > 1, lengths.last == 3, lengths.dropLast().allSatisfy({ $0 == 2 }) else { return false }
        for length in lengths {
            cursor += 1
            digits.take(bytes, &cursor, cursor + length)
            digits.groups += 1
        }
        digits.hasCommas = true
        return true
    }

    /// Reads a text that is nothing but a signed number or a quotient of two, with or without a dollar sign: the fast
    /// path of most answers. Nil for everything else.
    static func plain(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> NumberLiteral? {
        var cursor = range.lowerBound
        let end = range.upperBound
        var negative = false
        if cursor < end, bytes[cursor] == Ascii.minus || bytes[cursor] == Ascii.plus {
            negative = bytes[cursor] == Ascii.minus
            cursor += 1
        }
        if cursor < end, bytes[cursor] == Ascii.dollar { cursor += 1 }
        guard var literal = read(bytes, at: &cursor, end: end, commas: .thousands) else { return nil }
        if cursor < end, bytes[cursor] == UInt8(ascii: "/"), literal.decimals == nil {
            cursor += 1
            guard let bottom = read(bytes, at: &cursor, end: end, commas: .thousands), bottom.decimals == nil,
                let quotient = literal.value / bottom.value
            else { return nil }
            literal.value = quotient
        }
        if cursor < end, bytes[cursor] == Ascii.point { cursor += 1 }
        guard cursor == end else { return nil }
        if negative { literal.value = -literal.value }
        return literal
    }
}

/// Decimal digits on their way into an integer: a word while it fits, text beyond.
private struct DigitRun {
    var count = 0
    var groups = 0
    var hasCommas = false
    var startsWithZero = false
    private var word = 0
    private var overflowed: [UInt8] = []

    mutating func take(_ bytes: UnsafeBufferPointer<UInt8>, _ cursor: inout Int, _ end: Int) {
        if count == 0, cursor < end { startsWithZero = bytes[cursor] == Ascii.zero }
        while cursor < end, Ascii.isDigit(bytes[cursor]) {
            if count == 18 { overflowed = Array(String(word).utf8) }
            if count >= 18 {
                overflowed.append(bytes[cursor])
            } else {
                word = word * 10 + Int(bytes[cursor] - Ascii.zero)
            }
            count += 1
            cursor += 1
        }
    }

    func rational(scale: Int) -> Rational {
        if count <= 18, scale <= 18 {
            return scale == 0 ? Rational(word) : Rational(word) * Rational.powerOfTen(-scale)
        }
        return long(scale)
    }

    // A common divisor with a power of ten has no prime but 2 and 5: found without Euclid's many steps.
    private func long(_ scale: Int) -> Rational {
        var digits = count <= 18 ? Array(String(word).utf8) : overflowed
        var scale = scale
        while scale > 0, digits.last == Ascii.zero, digits.count > 1 {
            digits.removeLast()
            scale -= 1
        }
        guard var top = BigInt(String(decoding: digits, as: UTF8.self), radix: 10), !top.isZero else { return .zero }
        if scale == 0 { return Rational(top) }
        var bottom = BigInt(10).power(scale)
        let twos = min(top.trailingZeroBitCount, scale)
        top >>= twos
        bottom >>= twos
        var fives = 0
        while twos == 0, fives < scale {
            let (quotient, rest) = top.quotientAndRemainder(dividingBy: 5)
            guard rest.isZero else { break }
            top = quotient
            fives += 1
        }
        if fives > 0 { bottom /= BigInt(5).power(fives) }
        return Rational(lowestTerms: top, bottom)
    }
}
