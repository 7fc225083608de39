/// Functions by cases: rows of a value and its condition, in any order and in any of the ways they are written.
enum Piecewise {
    /// A row of a definition by cases.
    struct Row: Equatable {
        var value: [UInt8]
        /// Empty for what holds otherwise.
        var condition: [UInt8]
    }

    private static let maxLength = 2048

    /// The rows that an answer consists of, label aside: those of a cases or array environment, or of a line, "2x if x < 1 and
    /// 3 otherwise"; nil for anything else.
    static func rows(_ folded: [UInt8]) -> [Row]? {
        guard folded.count <= maxLength, let found = environment(folded) ?? line(folded) else { return nil }
        // The rows of a matrix have no conditions, and systems of equations have equals signs where conditions would be.
        let isSurely = folded.first("cases}") != nil && folded.contains(UInt8(ascii: "&"))
        guard (2...12).contains(found.count),
            found.allSatisfy({ $0.condition.first != UInt8(ascii: "=") && (isSurely || isCondition($0.condition)) })
        else { return nil }
        return found
    }

    private static func environment(_ folded: [UInt8]) -> [Row]? {
        guard let begin = folded.first("\\begin{"), let end = folded.first("\\end{", from: begin),
            isLabel(folded[..<begin]), isClosing(folded[end...])
        else { return nil }
        let name = folded[(begin + 7)..<end].prefix(while: Ascii.isLetter)
        var start = begin + 8 + name.count
        switch String(decoding: name, as: UTF8.self) {
        case "cases", "dcases", "rcases", "aligned", "split", "gathered", "matrix": break
        case "array":
            // Past the columns' alignment.
            let columns = folded[min(start, end)..<end].firstIndex(of: Ascii.closeBrace)
            if start < end, folded[start] == Ascii.openBrace { start = columns.map { $0 + 1 } ?? end }
        default: return nil
        }
        guard start <= end else { return nil }
        let rows = lines(folded[start..<end]).map(row)
        return rows.allSatisfy { $0 != nil } ? rows.compactMap { $0 } : nil
    }

    // A name and an equals sign, or nothing but brackets, before the environment.
    private static func isLabel(_ text: ArraySlice<UInt8>) -> Bool {
        guard !text.contains(where: { "<>".utf8.contains($0) }) else { return false }
        let start = text.lastIndex(of: UInt8(ascii: "=")).map { $0 + 1 } ?? text.startIndex
        return PlainText.tokens(Array(text[start...])).isEmpty
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

    // A value and its condition: apart by a mark of columns, by a word, by the last comma.
    private static func row(_ line: ArraySlice<UInt8>) -> Row? {
        if let mark = line.firstIndex(of: UInt8(ascii: "&")) {
            return Row(value: value(line[..<mark]), condition: condition(line[mark...]))
        }
        let text = trimmed(PlainText.flattened(line)[...])[...]
        let cut = openings(text).first?.lowerBound ?? text.lastIndex(of: Ascii.comma)
        return cut.map { Row(value: value(text[..<$0]), condition: condition(text[$0...])) }
    }

    // MARK: Cases in a line

    private static func line(_ folded: [UInt8]) -> [Row]? {
        guard folded.contains(where: { Ascii.isSpace($0) || $0 >= 0x80 }) || folded.first("\\text") != nil,
            folded.contains(where: { $0 >= 0x80 }) || asciiLeads.contains(where: { folded.first($0) != nil })
        else {
            return nil
        }
        let text = PlainText.flattened(folded)[...]
        let found = openings(text)
        guard (2...12).contains(found.count) else { return nil }
        var rows: [Row] = []
        var start = text.startIndex
        for (index, opening) in found.enumerated() {
            guard start <= opening.lowerBound else { return nil }
            let next = index + 1 < found.count ? found[index + 1].lowerBound : text.endIndex
            // The next value begins after the last mark between two conditions.
            let isLast = index + 1 == found.count
            // A comma right before the next word is its own: "1, if n is odd".
            let end = text[..<next].lastIndex { !Ascii.isSpace($0) && $0 != Ascii.comma }.map { $0 + 1 } ?? next
            let mark = isLast ? next..<next : separator(text[opening.upperBound..<max(opening.upperBound, end)])
            guard let mark else { return nil }
            let before = value(text[start..<opening.lowerBound])
            // "Otherwise, 0": the value follows.
            let isReversed = before.isEmpty && others.contains(String(decoding: text[opening], as: UTF8.self))
            rows.append(
                isReversed
                    ? Row(value: value(text[opening.upperBound..<mark.lowerBound]), condition: [])
                    : Row(value: before, condition: condition(text[opening.lowerBound..<mark.lowerBound])))
            start = mark.upperBound
        }
        return rows
    }

    // Where conditions begin: words between what is no letter, outside of brackets.
    private static func openings(_ text: ArraySlice<UInt8>) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var depth = 0
        var index = text.startIndex
        while index < text.endIndex {
            if "([{".utf8.contains(text[index]) { depth += 1 }
            if ")]}".utf8.contains(text[index]) { depth -= 1 }
            let isStart =
                index == text.startIndex
                || !Ascii.isLetter(text[index - 1]) && text[index - 1] != Ascii.backslash
            if depth == 0, isStart, let word = words.first(where: { text[index...].starts(with: $0.utf8) }) {
                let end = index + word.utf8.count
                if end == text.endIndex || !Ascii.isLetter(text[end]) || word.utf8.first ?? 0 >= 0x80 {
                    found.append(index..<end)
                    index = end
                    continue
                }
            }
            index += 1
        }
        return found
    }

    private static func separator(_ text: ArraySlice<UInt8>) -> Range<Int>? {
        var found: Range<Int>?
        var depth = 0
        for index in text.indices {
            if "([{".utf8.contains(text[index]) { depth += 1 }
            if ")]}".utf8.contains(text[index]) { depth -= 1 }
            guard depth <= 0 else { continue }
            if ",;".utf8.contains(text[index]) { found = index..<(index + 1) }
            if text[index...].starts(with: " and ".utf8) { found = index..<(index + 5) }
        }
        return found
    }

    private static let asciiLeads: [StaticString] = [
        "if", "for", "when", "wenn", "falls", "pour", "si ", "quand", "para", "cuando", "se ",
    ]
    private static let others: [String] = [
        "otherwise", "else", "sonst", "sinon", "autrement", "其他", "其它", "否则", "en otro caso", "caso contrário", "иначе",
        "それ以外", "그 외",
    ]
    private static let words: [String] =
        [
            "if", "for", "when", "whenever", "若", "当", "如果", "wenn", "falls", "für", "pour", "si", "quand", "para",
            "cuando", "se", "quando", "если", "при", "もし", "nếu", "khi", "अगर", "यदि", "إذا",
        ] + others

    // MARK: Parts of rows

    private static func isCondition(_ text: [UInt8]) -> Bool {
        let tokens = PlainText.tokens(text)
        let relations: Set<String> = [
            "\\notin", "\\equiv", "\\mid", "\\nmid", "|", "<", ">", "=", "\\le", "\\leq", "\\ge", "\\geq", "\\ne",
            "\\neq", "\\in", "\\leqslant", "\\geqslant",
            "\\lt",
            "\\gt",
        ]
        return text.isEmpty
            || tokens.contains { relations.contains($0) || ($0.utf8.count > 2 && $0.utf8.first != Ascii.backslash) }
    }

    private static func trimmed(_ part: ArraySlice<UInt8>) -> [UInt8] {
        let isMark: (UInt8) -> Bool = { Ascii.isSpace($0) || "&,;.".utf8.contains($0) }
        var text = part.drop(while: isMark)
        while let last = text.last, isMark(last) { text.removeLast() }
        return Array(text)
    }

    // Without the function's name: "f(x) = 2x" is 2x.
    private static func value(_ part: ArraySlice<UInt8>) -> [UInt8] {
        let text = trimmed(PlainText.flattened(part.filter { $0 != UInt8(ascii: "&") })[...])
        guard let sign = text.firstIndex(of: UInt8(ascii: "=")), isFunction(text[..<sign]) else { return text }
        return trimmed(text[(sign + 1)...])
    }

    // f(x), p_{Y}(y): a name and its argument.
    private static func isFunction(_ text: ArraySlice<UInt8>) -> Bool {
        guard let open = text.firstIndex(of: UInt8(ascii: "(")), let first = text.first, Ascii.isLetter(first) else {
            return false
        }
        let name = text[..<open]
        return name.count == 1 || (name.count <= 16 && name.dropFirst().first == UInt8(ascii: "_"))
    }

    // Without the word before it; nothing for "otherwise".
    private static func condition(_ part: ArraySlice<UInt8>) -> [UInt8] {
        var text = trimmed(PlainText.flattened(part.filter { $0 != UInt8(ascii: "&") })[...])
        if let word = openings(text[...]).first, word.lowerBound == 0 {
            if others.contains(String(decoding: text[word], as: UTF8.self)) { return [] }
            text = trimmed(text[word.upperBound...])
        }
        return text
    }
}
