// Numbers in running text, with the signs and commands around them.
extension MathSpans {
    /// The last number with the arithmetic glued to it: `13/28`, `-3.5`, `1,250.50`, `25%`.
    static func lastNumber(in bytes: Bytes, _ range: Range<Int>) -> Range<Int>? {
        var end = range.upperBound
        while end > range.lowerBound, !Ascii.isDigit(bytes[end - 1]) { end -= 1 }
        guard end > range.lowerBound else { return nil }
        var start = end
        while start > range.lowerBound {
            if isNumberPart(bytes, start - 1, range) {
                start -= 1
            } else if bytes.has("{,}", at: start - 3, in: range) {
                start -= 3
            } else {
                break
            }
        }
        // A number inside a word is none: AZ2K.
        if start > range.lowerBound, end < range.upperBound, Ascii.isLetter(bytes[start - 1]),
            Ascii.isLetter(bytes[end])
        {
            return lastNumber(in: bytes, range.lowerBound..<start)
        }
        // Leading separators belong to the sentence.
        while start < end, bytes[start] == Ascii.comma || bytes[start] == UInt8(ascii: "/") { start += 1 }
        if start < end, bytes[start] == Ascii.point, start + 1 < end, !Ascii.isDigit(bytes[start + 1]) { start += 1 }
        if start > range.lowerBound, bytes[start - 1] == Ascii.minus, isSign(bytes, start - 1, range) { start -= 1 }
        if let formula = enclosingCommand(bytes, start..<end, range) { return formula }
        var tail = end
        if tail < range.upperBound, bytes[tail] == Ascii.backslash { tail += 1 }
        if tail < range.upperBound, bytes[tail] == UInt8(ascii: "%") { return start..<(tail + 1) }
        return start..<end
    }

    // A number in a command's braces, as in `\frac{2}{5}`: the whole command.
    static func enclosingCommand(_ bytes: Bytes, _ number: Range<Int>, _ range: Range<Int>) -> Range<Int>? {
        var found: Range<Int>?
        var inner = number
        while let open = enclosingBrace(bytes, inner, range), let close = bytes.closingBrace(of: open, in: range) {
            var start = open
            while start > range.lowerBound, bytes[start - 1] == Ascii.closeBrace,
                let previous = enclosingBrace(bytes, (start - 1)..<start, range)
            {
                start = previous
            }
            while start > range.lowerBound, Ascii.isLetter(bytes[start - 1]) { start -= 1 }
            guard start > range.lowerBound, bytes[start - 1] == Ascii.backslash else { return found }
            var end = close + 1
            while end < range.upperBound, bytes[end] == Ascii.openBrace,
                let next = bytes.closingBrace(of: end, in: range)
            {
                end = next + 1
            }
            inner = (start - 1)..<end
            found = inner
        }
        return found
    }

    private static func enclosingBrace(_ bytes: Bytes, _ inner: Range<Int>, _ range: Range<Int>) -> Int? {
        var depth = 0
        var position = inner.lowerBound - 1
        while position >= max(range.lowerBound, inner.lowerBound - 256) {
            if bytes[position] == Ascii.closeBrace { depth += 1 }
            if bytes[position] == Ascii.openBrace {
                if depth == 0 { return position }
                depth -= 1
            }
            position -= 1
        }
        return nil
    }

    private static func isNumberPart(_ bytes: Bytes, _ position: Int, _ range: Range<Int>) -> Bool {
        let byte = bytes[position]
        if Ascii.isDigit(byte) { return true }
        let isSeparator = byte == Ascii.point || byte == Ascii.comma || byte == UInt8(ascii: "/")
        return isSeparator && position + 1 < range.upperBound && Ascii.isDigit(bytes[position + 1])
            && (byte == Ascii.point || (position > range.lowerBound && Ascii.isDigit(bytes[position - 1])))
    }

    // A minus after a space or an opening is a sign; between operands it subtracts, between words it is a dash.
    private static func isSign(_ bytes: Bytes, _ position: Int, _ range: Range<Int>) -> Bool {
        guard position > range.lowerBound else { return true }
        let before = bytes[position - 1]
        return before == Ascii.space || before == UInt8(ascii: "=") || before == UInt8(ascii: "(")
            || before == Ascii.newline || before == Ascii.colon || before == Ascii.star || before == Ascii.dollar
    }
}
