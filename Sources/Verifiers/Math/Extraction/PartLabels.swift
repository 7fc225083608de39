/// Labels of an answer's parts: (a), (b); a), b); (i), (ii); Part (a):.
enum PartLabels {
    private static let roman = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"]

    /// Whether the label of a part, counted from 0, stands on the last line of a range that has words.
    static func standing(in bytes: Bytes, _ range: Range<Int>, number: Int) -> Bool {
        range.contains { label(at: $0, in: bytes, range, number: number, needsOpening: false) != nil }
    }

    /// The answer without the labels of its parts, when it has those of the first two at least.
    static func stripped(_ folded: [UInt8]) -> [UInt8] {
        guard folded.contains(UInt8(ascii: ")")) else { return folded }
        return folded.withUnsafeBufferPointer { bytes in
            let all = 0..<bytes.count
            var output: [UInt8] = []
            var number = 0
            var position = 0
            while position < bytes.count {
                if isStart(bytes, position),
                    let end = label(at: position, in: bytes, all, number: number, needsOpening: true)
                {
                    if number > 0,
                        output.last(where: { !Ascii.isSpace($0) }).map({ !",;\n".utf8.contains($0) }) ?? false
                    {
                        output.append(Ascii.comma)
                    }
                    number += 1
                    position = end
                } else {
                    output.append(bytes[position])
                    position += 1
                }
            }
            return number > 1 ? output : folded
        }
    }

    // At the beginning, or after a separator and spaces.
    private static func isStart(_ bytes: Bytes, _ position: Int) -> Bool {
        var before = position
        while before > 0, Ascii.isSpace(bytes[before - 1]) { before -= 1 }
        return before == 0 || ",;".utf8.contains(bytes[before - 1])
            || (before < position && bytes[before] == Ascii.newline)
    }

    // The end of `(b)`, `b)`, `(ii)` or `Part b:` with its colon or point; nil when another thing stands there.
    private static func label(
        at position: Int, in bytes: Bytes, _ range: Range<Int>, number: Int, needsOpening: Bool
    ) -> Int? {
        var cursor = position
        let isPart = bytes.hasFolded("part ", at: cursor, in: range)
        if isPart { cursor += 5 }
        let isOpen = cursor < range.upperBound && bytes[cursor] == UInt8(ascii: "(")
        if isOpen { cursor += 1 }
        if !needsOpening, !isOpen, !isPart, position > range.lowerBound, !Ascii.isSpace(bytes[position - 1]) {
            return nil
        }
        let start = cursor
        while cursor < range.upperBound, Ascii.isLetter(bytes[cursor]) || Ascii.isDigit(bytes[cursor]),
            cursor - start < 4
        {
            cursor += 1
        }
        let text = String(decoding: bytes[start..<cursor].map(Ascii.lower), as: UTF8.self)
        let letter = number < 26 ? String(UnicodeScalar(UInt8(ascii: "a") + UInt8(number))) : ""
        guard
            text == letter || (number < roman.count && text == roman[number])
                || (!needsOpening && text == "\(number + 1)")
        else { return nil }
        guard cursor < range.upperBound else { return nil }
        if bytes[cursor] == UInt8(ascii: ")") {
            cursor += 1
        } else if !isPart || isOpen || bytes[cursor] != Ascii.colon {
            return nil
        }
        while cursor < range.upperBound,
            bytes[cursor] == Ascii.colon || bytes[cursor] == Ascii.point
                || Ascii.isSpace(bytes[cursor])
        {
            cursor += 1
        }
        return cursor
    }
}
