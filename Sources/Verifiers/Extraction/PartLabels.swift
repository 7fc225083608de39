/// Labels of an answer's parts: (a), (b); a), b); (i), (ii); (1), (2); Part (a):.
enum PartLabels {
    private static let roman = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"]

    /// Whether the label of a part, counted from 0, stands on the last line of a range that has words.
    static func standing(in bytes: Bytes, _ range: Range<Int>, number: Int) -> Bool {
        range.contains { position in
            if let label = label(at: position, in: bytes, range, number: number) {
                return label.isBracketed || position == range.lowerBound || Ascii.isSpace(bytes[position - 1])
            }
            return numbered(at: position, in: bytes, range, number: number)
        }
    }

    // "2. " at the start of a line, "Part 2".
    private static func numbered(at position: Int, in bytes: Bytes, _ range: Range<Int>, number: Int) -> Bool {
        let isStart = position == range.lowerBound || bytes[position - 1] == Ascii.newline
        let digits = String(number + 1).utf8
        let start = bytes.hasFolded("part ", at: position, in: range) ? position + 5 : position
        let end = start + digits.count
        guard isStart, end < range.upperBound, bytes[start..<end].elementsEqual(digits) else { return false }
        return ".:) ".utf8.contains(bytes[end])
    }

    /// The answer without the labels of its parts, when it has those of the first two at least, each with something after it.
    static func stripped(_ folded: [UInt8]) -> [UInt8] {
        guard folded.contains(UInt8(ascii: ")")) || folded.contains(Ascii.colon) else { return folded }
        return folded.withUnsafeBufferPointer { bytes in
            let all = 0..<bytes.count
            var output: [UInt8] = []
            var number = 0
            var position = 0
            while position < bytes.count {
                if isStart(bytes, position, isFirst: number == 0),
                    case let last = output.last(where: { !Ascii.isSpace($0) }) ?? 0, !"+-*/=<>^(".utf8.contains(last),
                    let label = label(at: position, in: bytes, all, number: number), !isEmpty(bytes, label.end)
                {
                    if number > 0, !",;".utf8.contains(last) { output.append(Ascii.comma) }
                    output.append(Ascii.space)
                    number += 1
                    position = label.end
                } else {
                    output.append(bytes[position])
                    position += 1
                }
            }
            return number > 1 ? ordered(output, parts: number) : folded
        }
    }

    // Labels say an order, which a tuple has and a list has not; parts that are lists themselves stay as they are.
    private static func ordered(_ output: [UInt8], parts: Int) -> [UInt8] {
        var (depth, commas) = (0, 0)
        for byte in output {
            if "([{".utf8.contains(byte) { depth += 1 }
            if ")]}".utf8.contains(byte) { depth -= 1 }
            if byte == Ascii.comma, depth == 0 { commas += 1 }
        }
        let isPlain = commas == parts - 1 && !output.contains(where: { ";=\n".utf8.contains($0) })
        return isPlain ? [UInt8(ascii: "(")] + output + [UInt8(ascii: ")")] : output
    }

    // (1), (2) are values when nothing follows them.
    private static func isEmpty(_ bytes: Bytes, _ end: Int) -> Bool {
        var position = end
        while position < bytes.count, Ascii.isSpace(bytes[position]) || "~}".utf8.contains(bytes[position]) {
            position += 1
        }
        return position >= bytes.count || ",;)".utf8.contains(bytes[position])
    }

    // At the beginning, or after a separator and spaces; the further labels after a space.
    private static func isStart(_ bytes: Bytes, _ position: Int, isFirst: Bool) -> Bool {
        var before = position
        while before > 0, position - before < 64, Ascii.isSpace(bytes[before - 1]) { before -= 1 }
        if before == 0 || !isFirst && before < position { return true }
        // \quad and other spacing.
        if before >= 2, bytes[before - 2] == Ascii.backslash, ",;: ".utf8.contains(bytes[before - 1]) { return true }
        return ",;".utf8.contains(bytes[before - 1]) || (before < position && bytes[before] == Ascii.newline)
    }

    // `(b)`, `b)`, `(ii)`, `(2)`, `\text{(b) }` or `Part b:` with its colon or point, and where it ends; nil when another
    // thing stands there.
    private static func label(
        at position: Int, in bytes: Bytes, _ range: Range<Int>, number: Int
    ) -> (end: Int, isBracketed: Bool)? {
        var cursor = position
        var isInText = false
        for command in ["\\text{", "\\textbf{", "\\mathrm{", "\\textrm{"] as [StaticString]
        where bytes.has(command, at: cursor, in: range) {
            cursor += command.utf8CodeUnitCount
            isInText = true
            while cursor < range.upperBound, bytes[cursor] == Ascii.space { cursor += 1 }
        }
        let isPart = bytes.hasFolded("part ", at: cursor, in: range)
        if isPart { cursor += 5 }
        let isOpen = cursor < range.upperBound && bytes[cursor] == UInt8(ascii: "(")
        if isOpen { cursor += 1 }
        let start = cursor
        while cursor < range.upperBound, Ascii.isLetter(bytes[cursor]) || Ascii.isDigit(bytes[cursor]),
            cursor - start < 4
        {
            cursor += 1
        }
        guard cursor > start, cursor < range.upperBound,
            isName(String(decoding: bytes[start..<cursor].map(Ascii.lower), as: UTF8.self), number)
        else { return nil }
        if bytes[cursor] == UInt8(ascii: ")") {
            cursor += 1
        } else if !isPart || isOpen || bytes[cursor] != Ascii.colon {
            return nil
        }
        while cursor < range.upperBound,
            bytes[cursor] == Ascii.colon || bytes[cursor] == Ascii.point || Ascii.isSpace(bytes[cursor])
        {
            cursor += 1
        }
        // A label's own braces close right after it.
        if isInText {
            guard cursor < range.upperBound, bytes[cursor] == Ascii.closeBrace else { return nil }
            cursor += 1
        }
        return (cursor, isOpen || isPart)
    }

    private static func isName(_ text: String, _ number: Int) -> Bool {
        let letter = number < 26 ? String(UnicodeScalar(UInt8(ascii: "a") + UInt8(number))) : ""
        return text == letter || text == "\(number + 1)" || (number < roman.count && text == roman[number])
    }
}
