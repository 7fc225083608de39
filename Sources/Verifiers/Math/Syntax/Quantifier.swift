import Experience

/// What a statement says of its letters: "for all x > 0", "where k \in \mathbb{Z}", "for some constant c", in front of it or
/// behind.
struct Quantifier {
    /// The statement alone.
    var statement: [UInt8]
    /// Letters that stand for any of many values.
    var letters: Set<String>
    /// Whether those are whole numbers of either sign.
    var isWhole = false
    /// Whether the words speak of every value or of some.
    var scope: QuantifierScope?
    /// What kind of values the words speak of.
    var kinds: Set<String> = []
    /// What an inequality says of a letter, as in "for x > 0"; empty without one.
    var condition: [UInt8] = []

    private static let maxLength = 1024

    /// Nil when no such words stand around a statement.
    init?(_ folded: [UInt8]) {
        guard folded.count <= Quantifier.maxLength,
            let (statement, words) = Quantifier.behind(folded) ?? Quantifier.inFront(folded)
        else { return nil }
        self.statement = Quantifier.trimmed(statement)
        let tail = PlainText.tokens(Array(words), keepsCase: true).flatMap(Quantifier.apart)
        guard !self.statement.isEmpty, !Quantifier.goesOn(tail), !Quantifier.isClaim(self.statement) else { return nil }
        let plain = Set(tail.map { $0.lowercased() })
        isWhole = Quantifier.isWhole(tail) && plain.isDisjoint(with: Quantifier.signs)
        letters = Set(tail.indices.filter { Quantifier.isLetter(tail, $0) }.map { tail[$0] })
        scope = QuantifierScope(tail)
        kinds = Condition.kinds(tail)
        // "5 apples with 3 pears" says nothing of a letter.
        guard !letters.isEmpty || tail.contains("\\mathbb") else { return nil }
        if tail.contains(where: { Quantifier.orders.contains($0) }) { condition = Quantifier.formula(words) }
    }

    /// An inequality for whole numbers with their range beside it, other statements as they are.
    func withRange(_ statement: Expression) -> Expression {
        guard isWhole, case .relation(_, let relations) = statement, relations.contains(where: \.isOrder),
            let name = statement.symbols.first, statement.symbols == letters
        else { return statement }
        return .list([statement, .relation([.symbol(name), .named(.integers)], [.element])], false)
    }

    private static let signs: Set<String> = ["positive", "nonnegative", "negative", "non", "natural", "+"]
    private static let orders: Set<String> = [
        "<", ">", "\\le", "\\leq", "\\ge", "\\geq", "\\lt", "\\gt", "\\ne", "\\neq",
    ]

    // "for some integer k", "k \in \mathbb{Z}", "k = 0, \pm 1, \ldots".
    private static func isWhole(_ tail: [String]) -> Bool {
        tail.contains { wholeWords.contains($0.lowercased()) } || (tail.contains("\\mathbb") && tail.contains("Z"))
            || (tail.contains("\\pm") && tail.contains { ["\\ldots", "\\dots", "\\cdots"].contains($0) })
    }

    private static let wholeWords: Set<String> = [
        "integer", "integers", "whole", "整数", "任意整数", "ganze", "ganzen", "ganzzahlig", "entier", "entiers", "entero",
        "enteros", "inteiro", "inteiros", "целое", "целых", "целого", "целые", "정수",
    ]

    // 对所有实数x: a letter beside words of another script.
    private static func apart(_ token: String) -> [String] {
        let bytes = Array(token.utf8)
        guard bytes.contains(where: { $0 >= 0xE3 }), bytes.contains(where: Ascii.isLetter) else { return [token] }
        let letters = bytes.filter(Ascii.isLetter)
        return letters.count == 1 ? [token, String(decoding: letters, as: UTF8.self)] : [token]
    }

    // A letter of its own: not the article of "a constant c", nor the name of a set.
    private static func isLetter(_ tail: [String], _ index: Int) -> Bool {
        let word = tail[index]
        guard word.utf8.count == 1, Ascii.isLetter(word.utf8.first ?? 0) else { return false }
        if index > 0, tail[index - 1] == "\\mathbb" || tail[index - 1] == "\\mathbf" { return false }
        let next = index + 1 < tail.count ? tail[index + 1] : ""
        // Where another letter follows, "a" is the article.
        let others = tail[(index + 1)...].contains {
            $0 != word && $0.utf8.count == 1 && Ascii.isLetter($0.utf8.first ?? 0)
        }
        return word != "a" || !others || !(next.utf8.count > 2 && Ascii.isLetter(next.utf8.first ?? 0))
    }

    // Further cases or values are no remark: "2x for x < 1, and f(x) = 3 otherwise", "where a = 3".
    private static func goesOn(_ tail: [String]) -> Bool {
        if tail.dropFirst().contains("\\exists")
            || tail.contains(where: { ["\\notin", "if", "otherwise", "else", "when", "若", "其他"].contains($0) })
        {
            return true
        }
        if tail.count(where: { $0 == "for" }) > 1 { return true }
        guard let sign = tail.firstIndex(of: "=") else { return false }
        return !tail[sign...].contains { ["\\ldots", "\\dots", "\\cdots"].contains($0) }
    }

    // "cos u = 1 holds" is a sentence about a formula.
    private static func isClaim(_ statement: [UInt8]) -> Bool {
        let tokens = PlainText.tokens(statement)
        return tokens.count > 1 && tokens.last.map(claims.contains) ?? false
    }

    private static let claims: Set<String> = [
        "holds", "hold", "applies", "apply", "true", "valid", "satisfied", "gilt", "成立", "恒成立",
    ]

    // The inequality alone, past the words before it.
    private static func formula(_ words: ArraySlice<UInt8>) -> [UInt8] {
        var rest = PlainText.flattened(words)[...]
        while let first = rest.first {
            let word = rest.prefix { Ascii.isLetter($0) || $0 >= 0x80 }
            if word.count < 2, first != Ascii.space, !",~({}".utf8.contains(first) { break }
            rest = rest.dropFirst(max(1, word.count))
        }
        return trimmed(rest.filter { $0 != UInt8(ascii: ")") }[...])
    }

    // MARK: Words behind a statement

    // Where the words begin, outside every bracket, and what stands before their markup.
    private static func behind(_ folded: [UInt8]) -> (statement: ArraySlice<UInt8>, words: ArraySlice<UInt8>)? {
        var depth = 0
        for (index, byte) in folded.enumerated() {
            // \[ and \( only delimit.
            let isEscaped = index > 0 && folded[index - 1] == Ascii.backslash
            if !isEscaped, byte.isOne(of: "([") { depth += 1 }
            if !isEscaped, byte.isOne(of: ")]") { depth -= 1 }
            guard index > 0 else { continue }
            if depth <= 0, !Ascii.isLetter(folded[index - 1]), opens(folded, index) {
                let end = PlainText.startOfMarkup(before: index, in: folded, passing: "~,;(")
                return end > 0 ? (folded[..<end], folded[index...]) : nil
            }
            // ", c \in \mathbb{R} constant", ", k \text{ is an integer}".
            if depth <= 0, byte == Ascii.comma || byte == UInt8(ascii: ";"), declares(folded[(index + 1)...]) {
                return (folded[..<index], folded[(index + 1)...])
            }
            // (n \in \mathbb{N}^*) after a statement.
            if depth == 1, byte == UInt8(ascii: "("), index > 2, let close = closing(folded, index),
                declares(folded[(index + 1)..<close]) || opens(folded, index + 1)
            {
                let end = PlainText.startOfMarkup(before: index, in: folded, passing: "~,;")
                return (folded[..<end], folded[(index + 1)..<close])
            }
        }
        return nil
    }

    private static func opens(_ folded: [UInt8], _ index: Int) -> Bool {
        let words = openings[Int(folded[index])]
        guard !words.isEmpty, index == 0 || folded[index - 1] != Ascii.backslash else { return false }
        return words.contains { word in
            let end = index + word.count
            return folded[index...].starts(with: word)
                && (end >= folded.count || !Ascii.isLetter(folded[end]) || folded[index] >= 0x80)
        } || opensRange(folded, index)
    }

    // "for m \in \mathbb{N}", "for x > 0", "on \mathbb{R}": what a letter is or where a function is.
    private static func opensRange(_ folded: [UInt8], _ index: Int) -> Bool {
        let rest = folded[index...]
        guard let word = ["for", "on"].first(where: { rest.starts(with: $0.utf8) }), rest.count > word.utf8.count + 1,
            !Ascii.isLetter(folded[index + word.utf8.count])
        else { return false }
        let tokens = PlainText.tokens(Array(rest.dropFirst(word.utf8.count).prefix(64)), keepsCase: true)
        if word == "on" { return tokens.first == "\\mathbb" }
        guard let letter = tokens.first, letter.utf8.count == 1, tokens.count > 2 else { return false }
        return orders.contains(tokens[1]) || ["\\in", "=", ",", "and"].contains(tokens[1])
    }

    // One letter, or several, and then what they are: "k \in \mathbb{Z}", "c arbitrary", "a, b constants".
    private static func declares(_ text: ArraySlice<UInt8>) -> Bool {
        guard let first = text.first(where: { !"{}$\\,;:!~ \n".utf8.contains($0) }), Ascii.isLetter(first) else {
            return false
        }
        let tokens = PlainText.tokens(Array(text.prefix(64)), keepsCase: true)
        var index = 0
        while index < tokens.count, tokens[index].utf8.count == 1,
            Ascii.isLetter(tokens[index].utf8.first ?? 0) || tokens[index] == ","
        {
            index += 1
        }
        guard index > 0, index < tokens.count, tokens[0] != "," else { return false }
        if tokens[index] == "\\in" { return true }
        if tokens[index] == "=" {
            return tokens.contains("\\pm") && tokens.contains { ["\\ldots", "\\dots", "\\cdots"].contains($0) }
        }
        let words = tokens[index...].prefix { $0 != "," }.map { $0.lowercased() }
        return words.contains { constants.contains($0) || wholeWords.contains($0) }
            && words.allSatisfy { constants.contains($0) || wholeWords.contains($0) || joints.contains($0) }
    }

    private static let constants: Set<String> = [
        "constant", "constants", "const", "arbitrary", "real", "reals", "parameter", "any", "free", "常数", "为常数", "任意常数",
        "为任意常数", "是常数", "任意", "konstante", "konstant", "beliebig", "constante", "constantes", "arbitraire", "constante",
        "arbitraria", "arbitrario", "константа", "произвольная", "постоянная", "произвольное", "定数", "は定数", "상수",
    ]
    private static let joints: Set<String> = [
        "is", "are", "an", "a", "the", "number", "numbers", "of", "where", "with", "est", "ist", "es", "un", "une",
        "una",
        "fixed", "some", "число",
    ]

    private static func closing(_ folded: [UInt8], _ open: Int) -> Int? {
        guard let close = folded[open...].lastIndex(of: UInt8(ascii: ")")), close > open + 1,
            folded[(close + 1)...].allSatisfy({ Ascii.isSpace($0) || ".}$".utf8.contains($0) })
        else { return nil }
        return close
    }

    // By their first byte.
    private static let openings: [[[UInt8]]] = {
        var table = [[[UInt8]]](repeating: [], count: 256)
        for word in openingWords { table[Int(word.utf8.first ?? 0)].append(Array(word.utf8)) }
        return table
    }()

    private static let openingWords: [String] = """
        for all, for any, for every, for each, for some, for arbitrary, for a, for an, where, with, whenever,
        for integer, for real, for natural, for positive, for nonnegative, for non-negative, for constant,
        for constants, for certain, \\forall, \\exists, für alle, für jede, für jedes, für ein, für eine,
        für einige, wobei, mit, pour tout, pour tous, pour toute, pour un, pour une, où, avec, para todo, para toda,
        para todos, para todas, para cualquier, para qualquer, para alguna, para algún, para algum, para alguma,
        per ogni, per qualche, donde, onde, для всех, для любого, для любых, для каждого, для некоторого,
        для некоторых, для некоторой, где, 对所有, 对任意, 对于, 对一切, 对某个, 对某些, 存在, 其中, ただし, すべての, 任意の, 모든, 임의의, 어떤, 여기서,
        với mọi, trong đó, सभी, जहाँ, لكل, حيث
        """.phrases

    // MARK: Words in front of a statement

    // "For all x \in \mathbb{R}, f(x) = 2x": only before a function's definition, where nothing but its argument is meant.
    private static func inFront(_ folded: [UInt8]) -> (statement: ArraySlice<UInt8>, words: ArraySlice<UInt8>)? {
        var start = 0
        while start < folded.count, Ascii.isSpace(folded[start]) { start += 1 }
        if folded[start...].starts(with: "\\text{".utf8) { start += 6 }
        guard start < folded.count,
            opens(folded[..<start] + [Ascii.lower(folded[start])] + folded[(start + 1)...], start)
        else { return nil }
        var depth = 0
        for index in start..<folded.count {
            if "([".utf8.contains(folded[index]) { depth += 1 }
            if ")]".utf8.contains(folded[index]) { depth -= 1 }
            guard depth == 0, folded[index] == Ascii.comma || folded[index] == Ascii.colon else { continue }
            var rest = PlainText.flattened(folded[(index + 1)...])[...]
            rest = rest.drop { Ascii.isSpace($0) || $0 == Ascii.closeBrace }
            guard rest.dropFirst().first == UInt8(ascii: "("), rest.contains(UInt8(ascii: "=")) else { continue }
            return (rest, folded[start..<index])
        }
        return nil
    }

    private static func trimmed(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var text = text
        while let last = text.last, Ascii.isSpace(last) || ",;.".utf8.contains(last) { text.removeLast() }
        return Array(text)
    }
}
