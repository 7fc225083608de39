extension Lexer {
    mutating func number() -> Token? {
        if let literal = prefixed() { return .number(literal) }
        var cursor = position
        let literal = bytes.withUnsafeBufferPointer {
            NumberLiteral.read($0, at: &cursor, end: bytes.count, commas: commas)
        }
        guard var literal else {
            position += 1
            return nil
        }
        position = cursor
        if let repeating = repeatingDecimal(literal) { return .number(repeating) }
        // 6.02e23: the exponent must follow at once and hold digits only.
        if Ascii.lower(byte(at: position)) == UInt8(ascii: "e") {
            var ahead = position + 1
            let sign = byte(at: ahead)
            if sign == Ascii.minus || sign == Ascii.plus { ahead += 1 }
            var exponent = 0
            let first = ahead
            while Ascii.isDigit(byte(at: ahead)), ahead - first < 6 {
                exponent = exponent * 10 + Int(bytes[ahead] - Ascii.zero)
                ahead += 1
            }
            if ahead > first, !Ascii.isLetter(byte(at: ahead)) {
                position = ahead
                guard exponent <= 5000, !Ascii.isDigit(byte(at: ahead)) else { return .symbol("1e\(exponent)") }
                literal.exponent = sign == Ascii.minus ? -exponent : exponent
                literal.value = literal.value * Rational.powerOfTen(literal.exponent)
            }
        }
        return .number(literal)
    }

    // 0.1\overline{6}, 8.\bar{6}, 0.\dot3, 0.(3), 0.333…
    private mutating func repeatingDecimal(_ literal: NumberLiteral) -> NumberLiteral? {
        var cursor = position
        if literal.decimals == nil {
            guard byte(at: cursor) == Ascii.point else { return nil }
            cursor += 1
        }
        let places = literal.decimals ?? 0
        for mark in ["\\overline{", "\\bar{", "\\dot{", "\\overline ", "\\bar ", "\\dot"] as [StaticString]
        where has(mark, at: cursor) {
            let start = cursor + mark.utf8CodeUnitCount
            let end = digitsEnd(start)
            guard end > start else { continue }
            let isBraced = byte(at: start - 1) == Ascii.openBrace
            if isBraced, byte(at: end) != Ascii.closeBrace { continue }
            if mark.utf8Start[1] == UInt8(ascii: "d") {
                let first = isBraced ? start..<end : start..<(start + 1)
                return dotted(literal.value, places, first, isBraced ? end + 1 : start + 1)
            }
            position = isBraced ? end + 1 : end
            return repeated(literal.value, places, start..<end)
        }
        // 0.58(3), but not 0.5(x) or 0.5(3)^2.
        if byte(at: cursor) == UInt8(ascii: "(") {
            let end = digitsEnd(cursor + 1)
            guard end > cursor + 1, byte(at: end) == UInt8(ascii: ")"), byte(at: end + 1) != UInt8(ascii: "^") else {
                return nil
            }
            position = end + 1
            return repeated(literal.value, places, (cursor + 1)..<end)
        }
        guard literal.decimals != nil, let ellipsis = ellipsis(at: position) else { return nil }
        return unrolled(literal, places, ellipsis)
    }

    private func digitsEnd(_ start: Int) -> Int {
        var end = start
        while Ascii.isDigit(byte(at: end)), end - start < 64 { end += 1 }
        return end
    }

    private func ellipsis(at position: Int) -> Int? {
        for spelling in ["...", "\\ldots", "\\dots", "\\cdots"] as [StaticString] where has(spelling, at: position) {
            return spelling.utf8CodeUnitCount
        }
        return nil
    }

    // 0.\dot{1}4285\dot{7}: from the first dot to the second.
    private mutating func dotted(_ value: Rational, _ places: Int, _ first: Range<Int>, _ after: Int) -> NumberLiteral?
    {
        let middle = digitsEnd(after)
        var block = Array(bytes[first])
        position = after
        for mark in ["\\dot{", "\\dot"] as [StaticString] where has(mark, at: middle) {
            let last = middle + mark.utf8CodeUnitCount
            let isBraced = mark.utf8CodeUnitCount == 5
            guard Ascii.isDigit(byte(at: last)), !isBraced || byte(at: last + 1) == Ascii.closeBrace else { continue }
            block += bytes[after..<middle] + [bytes[last]]
            position = last + (isBraced ? 2 : 1)
            break
        }
        return repeated(value, places, block)
    }

    private func repeated(_ value: Rational, _ places: Int, _ digits: Range<Int>) -> NumberLiteral? {
        repeated(value, places, Array(bytes[digits]))
    }

    private func repeated(_ value: Rational, _ places: Int, _ digits: [UInt8]) -> NumberLiteral? {
        var cursor = 0
        let block = digits.withUnsafeBufferPointer {
            NumberLiteral.read($0, at: &cursor, end: digits.count, commas: .separator)
        }
        guard let block else { return nil }
        let nines = Rational.powerOfTen(digits.count) - .one
        let tail = (block.value / nines).map { $0 * Rational.powerOfTen(-places) }
        return tail.map { NumberLiteral(value: value + $0, decimals: nil) }
    }

    // The block whose repetitions, two at least, fill most of the decimals' end; of equals the shortest. The decimals
    // stay known: what looks periodic may be a rounded value.
    private mutating func unrolled(_ literal: NumberLiteral, _ places: Int, _ ellipsis: Int) -> NumberLiteral? {
        let end = position
        var best = (length: 0, run: 0)
        for length in 1...8 where places >= length * 2 {
            var run = length
            while run < places, bytes[end - 1 - run] == bytes[end - 1 - run + length] { run += 1 }
            if run >= length * 2, run > best.run { best = (length, run) }
        }
        guard best.run > 0, let tail = repeated(.zero, places, (end - best.length)..<end) else { return nil }
        position += ellipsis
        return NumberLiteral(value: literal.value + tail.value, decimals: places)
    }

    // MARK: Bases

    /// Digits beyond 9 with their base: 2A7_{16}, \text{2A7}_{16}, (3B)_{12}. Nil for everything else.
    mutating func digitsWithBase() -> Token? {
        let start = position
        let before = start > 0 ? bytes[start - 1] : 0
        guard Ascii.isDigit(bytes[start]) || Ascii.isLetter(bytes[start]), !Ascii.isDigit(before),
            !Ascii.isLetter(before), before != Ascii.point
        else { return nil }
        var end = start
        while Ascii.isDigit(byte(at: end)) || Ascii.isLetter(byte(at: end)), end - start < 64 { end += 1 }
        let digits = bytes[start..<end]
        guard digits.contains(where: Ascii.isLetter), digits.contains(where: Ascii.isDigit) || digits.count > 1 else {
            return nil
        }
        var mark = end
        while byte(at: mark) == Ascii.closeBrace || byte(at: mark) == UInt8(ascii: ")") { mark += 1 }
        guard byte(at: mark) == UInt8(ascii: "_"), let (base, after) = base(at: mark + 1), (11...36).contains(base),
            let value = Self.digits(digits, base: base)
        else { return nil }
        position = end
        baseSubscript = mark..<after
        return .based(value, base)
    }

    // 0x1F, 0b11 and 0o17, as programs write them.
    private mutating func prefixed() -> NumberLiteral? {
        guard byte(at: position) == Ascii.zero,
            let radix = [UInt8(ascii: "x"): 16, UInt8(ascii: "b"): 2, UInt8(ascii: "o"): 8][
                Ascii.lower(byte(at: position + 1))]
        else { return nil }
        var end = position + 2
        while Ascii.isDigit(byte(at: end)) || Ascii.isLetter(byte(at: end)), end - position < 18 { end += 1 }
        let text = String(decoding: bytes[min(position + 2, end)..<end], as: UTF8.self)
        guard (1...15).contains(text.utf8.count), let value = Int(text, radix: radix) else { return nil }
        position = end
        return NumberLiteral(value: Rational(value), decimals: nil)
    }

    // The number in a subscript, whatever is around it, and where the subscript ends.
    private func base(at start: Int) -> (value: Int, end: Int)? {
        var cursor = start
        var open = 0
        while true {
            if byte(at: cursor) == Ascii.openBrace || byte(at: cursor) == UInt8(ascii: "(") {
                open += 1
                cursor += 1
            } else if has("\\text", at: cursor) {
                cursor += 5
            } else if has("\\mathrm", at: cursor) {
                cursor += 7
            } else {
                break
            }
        }
        var end = cursor
        while Ascii.isDigit(byte(at: end)) || Ascii.isLetter(byte(at: end)), end - cursor < 12 { end += 1 }
        let text = String(decoding: bytes[cursor..<end], as: UTF8.self)
        guard let value = Int(text) ?? NumberWords.small[text.lowercased()] else { return nil }
        for _ in 0..<open {
            guard byte(at: end) == Ascii.closeBrace || byte(at: end) == UInt8(ascii: ")") else { return nil }
            end += 1
        }
        return (value, end)
    }

    // Letters are digits when they are capitals, or stand before a digit as no variable would.
    private static func digits(_ run: ArraySlice<UInt8>, base: Int) -> String? {
        let text = String(decoding: run, as: UTF8.self)
        let hasLower = run.contains { Ascii.isLetter($0) && !Ascii.isUpper($0) }
        let isTangled = zip(run, run.dropFirst()).contains { Ascii.isLetter($0) && Ascii.isDigit($1) }
        let hasDigit = run.contains(where: Ascii.isDigit)
        guard hasLower ? isTangled : hasDigit || base == 16,
            text.allSatisfy({ ($0.hexDigitValue ?? $0.asciiValue.map { Int(Ascii.lower($0)) - 87 } ?? 99) < base })
        else { return nil }
        return text.uppercased()
    }
}
