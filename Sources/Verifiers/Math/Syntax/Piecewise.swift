/// Functions by cases: rows of a value and its condition, in any order, with "if", "for" or a comma between them.
enum Piecewise {
    /// A row of a definition by cases.
    typealias Row = (value: [UInt8], condition: [UInt8])

    /// The rows of a cases or array environment that an answer consists of, label aside; nil for anything else.
    static func rows(_ folded: [UInt8]) -> [Row]? {
        guard let begin = folded.first("\\begin{"), let end = folded.first("\\end{", from: begin),
            !folded[..<begin].contains(where: { "<>".utf8.contains($0) }), isClosing(folded[end...])
        else { return nil }
        let name = folded[(begin + 7)..<end].prefix(while: Ascii.isLetter)
        var start = begin + 8 + name.count
        switch String(decoding: name, as: UTF8.self) {
        case "cases", "dcases", "rcases": break
        case "array":
            // Past the columns' alignment.
            let columns = folded[min(start, end)..<end].firstIndex(of: Ascii.closeBrace)
            if start < end, folded[start] == Ascii.openBrace { start = columns.map { $0 + 1 } ?? end }
        default: return nil
        }
        guard start <= end else { return nil }
        let found = lines(folded[start..<end]).map(row)
        // The rows of a matrix have no conditions.
        guard (2...12).contains(found.count), found.allSatisfy({ isCondition($0.condition) }) else { return nil }
        return found
    }

    // Nothing but brackets and points after the environment's end.
    private static func isClosing(_ text: ArraySlice<UInt8>) -> Bool {
        guard let close = text.firstIndex(of: Ascii.closeBrace) else { return false }
        return PlainText.tokens(Array(text[(close + 1)...])).allSatisfy { [".", ")", "]"].contains($0) }
    }

    // Between double backslashes, which may say how far the next line is.
    private static func lines(_ body: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var found: [ArraySlice<UInt8>] = []
        var (start, index) = (body.startIndex, body.startIndex)
        while index < body.endIndex {
            guard body[index] == Ascii.backslash, index + 1 < body.endIndex else {
                index += 1
                continue
            }
            index += 2
            guard body[index - 1] == Ascii.backslash else { continue }
            found.append(body[start..<(index - 2)])
            if index < body.endIndex, body[index] == UInt8(ascii: "["),
                let close = body[index...].firstIndex(of: UInt8(ascii: "]"))
            {
                index = close + 1
            }
            start = index
        }
        found.append(body[start...])
        return found.filter { !$0.allSatisfy(Ascii.isSpace) }
    }

    private static func row(_ line: ArraySlice<UInt8>) -> Row {
        let mark = line.firstIndex(of: UInt8(ascii: "&")) ?? line.endIndex
        return (cleaned(line[..<mark]), cleaned(line[mark...]))
    }

    private static func isCondition(_ text: [UInt8]) -> Bool {
        let tokens = PlainText.tokens(text)
        let relations: Set<String> = [
            "<", ">", "=", "\\le", "\\leq", "\\ge", "\\geq", "\\ne", "\\neq", "\\in", "\\leqslant", "\\geqslant",
        ]
        return tokens.contains { relations.contains($0) || ($0.utf8.count > 2 && $0.utf8.first != Ascii.backslash) }
    }

    // Without the words and marks between a value and its condition: `\text{if }`, a comma, further marks of columns.
    private static func cleaned(_ part: ArraySlice<UInt8>) -> [UInt8] {
        let isMark: (UInt8) -> Bool = { Ascii.isSpace($0) || "&,;.".utf8.contains($0) }
        var text = part.drop(while: isMark)
        while let last = text.last, isMark(last) { text.removeLast() }
        for command in ["\\displaystyle", "\\text{", "\\mbox{", "\\textrm{", "\\mathrm{", ""] {
            guard text.starts(with: command.utf8) else { continue }
            let rest = text.dropFirst(command.utf8.count).drop(while: Ascii.isSpace)
            if command == "\\displaystyle" {
                text = rest
                continue
            }
            guard let word = ["if", "for", "when"].first(where: { rest.starts(with: $0.utf8) }) else { continue }
            let tail = rest.dropFirst(word.utf8.count)
            guard !Ascii.isLetter(tail.first ?? 0) else { continue }
            let after = tail.drop(while: Ascii.isSpace)
            // The words' own brace closes right after them, or holds the condition too.
            text = !command.isEmpty && after.first == Ascii.closeBrace ? after.dropFirst() : after
            break
        }
        return Array(text.drop(while: Ascii.isSpace))
    }

    /// Whether two answers give the same rows. `same` compares a part of each.
    static func compare(
        _ gold: [Row], _ prediction: [Row],
        same: ([UInt8], [UInt8]) -> Bool
    ) -> Bool {
        guard gold.count == prediction.count else { return false }
        var rest = prediction
        for row in gold {
            guard let index = rest.firstIndex(where: { same(row.condition, $0.condition) && same(row.value, $0.value) })
            else {
                return false
            }
            rest.remove(at: index)
        }
        return true
    }
}
