/// What a statement says of its letters: "for all x > 0", "where k \in \mathbb{Z}", "for some constant c".
struct Quantifier {
    /// The statement alone.
    var statement: [UInt8]
    /// Letters that stand for any of many values.
    var letters: Set<String>
    /// Whether those are whole numbers of either sign.
    var isWhole = false

    /// Nil when no such words stand around a statement.
    init?(_ folded: [UInt8]) {
        guard let cut = Quantifier.start(folded), cut.statement > 0 else { return nil }
        statement = Quantifier.trimmed(folded[..<cut.statement])
        guard !statement.isEmpty else { return nil }
        let tail = PlainText.tokens(Array(folded[cut.words...]), keepsCase: true)
        let isAnyWhole =
            tail.contains("integer") || tail.contains("integers") || (tail.contains("\\mathbb") && tail.contains("Z"))
        isWhole = isAnyWhole && Set(tail).isDisjoint(with: ["positive", "nonnegative", "negative", "+", "non"])
        letters = Set(
            tail.filter { $0.utf8.count == 1 && Ascii.isLetter($0.utf8.first ?? 0) && $0 != "R" && $0 != "Z" })
    }

    /// What the numbers of "all positive integers n with n \ge 4" satisfy; nil for anything else.
    static func afterAll(_ folded: [UInt8]) -> [UInt8]? {
        var index = 0
        var words = 0
        var isStated = false
        while index < folded.count {
            if folded[index] == Ascii.backslash {
                let start = index + 1
                var end = start
                while end < folded.count, Ascii.isLetter(folded[end]) { end += 1 }
                let name = folded[start..<end]
                guard name.isEmpty || Vocabulary.isMarkup(name) else { break }
                index = name.isEmpty ? min(start + 1, folded.count) : end
            } else if Ascii.isLetter(folded[index]) {
                var end = index
                while end < folded.count, Ascii.isLetter(folded[end]) { end += 1 }
                let word = String(decoding: folded[index..<end].map(Ascii.lower), as: UTF8.self)
                if words == 0, word != "all", word != "every", word != "any" { return nil }
                if word.utf8.count == 1 {
                    // The letter, and again after "with".
                    if isStated || !isFollowedByLink(folded, end) { break }
                } else if links.contains(word) {
                    isStated = true
                } else if !numbers.contains(word) {
                    return nil
                }
                words += 1
                index = end
            } else if Ascii.isSpace(folded[index]) || "{}$~,".utf8.contains(folded[index]) {
                index += 1
            } else {
                break
            }
        }
        guard words > 1, index < folded.count else { return nil }
        let rest = trimmed(folded[index...].drop { "}$ ".utf8.contains($0) })
        return rest.contains(where: { "<>=\\".utf8.contains($0) }) ? rest.filter { $0 != Ascii.dollar } : nil
    }

    private static func isFollowedByLink(_ folded: [UInt8], _ end: Int) -> Bool {
        guard let first = PlainText.tokens(Array(folded[end...].prefix(32))).first else { return false }
        return links.contains(first)
    }

    private static let links: Set<String> = ["with", "such", "that", "where", "satisfying", "for", "which"]
    private static let numbers: Set<String> = [
        "all", "every", "any", "the", "real", "positive", "negative", "natural", "integer", "integers", "number",
        "numbers", "reals",
        "rational", "nonnegative", "values", "value", "of", "prime", "primes", "pairs", "complex",
    ]

    private static let openings: [String] = [
        "for all", "for any", "for every", "for each", "for some", "for arbitrary", "where", "with", "for integer",
        "for real",
        "for natural", "for positive", "for nonnegative", "for non-negative", "for constant", "for constants",
        "\\forall",
    ]

    // Where the words begin, outside every bracket, and what stands before their markup.
    private static func start(_ folded: [UInt8]) -> (statement: Int, words: Int)? {
        var depth = 0
        var index = 0
        while index < folded.count {
            let byte = folded[index]
            // \[ and \( only delimit.
            let isEscaped = index > 0 && folded[index - 1] == Ascii.backslash
            if !isEscaped, "([".utf8.contains(byte) { depth += 1 }
            if !isEscaped, ")]".utf8.contains(byte) { depth -= 1 }
            if depth <= 0, index > 0, !Ascii.isLetter(folded[index - 1]), opens(folded, index) {
                return (PlainText.startOfMarkup(before: index, in: folded, passing: "~,;"), index)
            }
            // ", c \in \mathbb{R} constant".
            if depth <= 0, byte == Ascii.comma, declaresRange(folded, index + 1) { return (index, index + 1) }
            // (n \in \mathbb{N}^*) after a statement.
            if depth == 1, byte == UInt8(ascii: "("), index > 2, isRange(folded, index) { return (index, index) }
            index += 1
        }
        return nil
    }

    private static func opens(_ folded: [UInt8], _ index: Int) -> Bool {
        openings.contains { word in
            let end = index + word.utf8.count
            return folded[index...].starts(with: word.utf8) && (end >= folded.count || !Ascii.isLetter(folded[end]))
        } || opensRange(folded, index)
    }

    // "for m \in \mathbb{N}", "for x > 0": a letter and a relation after the word.
    private static func opensRange(_ folded: [UInt8], _ index: Int) -> Bool {
        guard folded[index...].starts(with: "for".utf8), index + 4 < folded.count, !Ascii.isLetter(folded[index + 3])
        else {
            return false
        }
        let tokens = PlainText.tokens(Array(folded[(index + 3)...].prefix(64)), keepsCase: true)
        guard let letter = tokens.first, letter.utf8.count == 1, tokens.count > 2 else { return false }
        return ["\\in", "<", ">", "=", "\\ge", "\\geq", "\\le", "\\leq", "\\ne", "\\neq", ",", "and"].contains(
            tokens[1])
    }

    private static func declaresRange(_ folded: [UInt8], _ start: Int) -> Bool {
        let tokens = PlainText.tokens(Array(folded[start...].prefix(48)), keepsCase: true)
        return tokens.count > 2 && tokens[0].utf8.count == 1 && Ascii.isLetter(tokens[0].utf8.first ?? 0)
            && tokens[1] == "\\in"
    }

    private static func isRange(_ folded: [UInt8], _ open: Int) -> Bool {
        guard let close = folded[open...].lastIndex(of: UInt8(ascii: ")")), close > open + 3,
            folded[(close + 1)...].allSatisfy({ Ascii.isSpace($0) || ".}$".utf8.contains($0) })
        else { return false }
        let tokens = PlainText.tokens(Array(folded[(open + 1)..<close]), keepsCase: true)
        return tokens.count > 2 && tokens[0].utf8.count == 1 && tokens[1] == "\\in"
    }

    private static func trimmed(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var text = text
        while let last = text.last, Ascii.isSpace(last) || ",;.".utf8.contains(last) { text.removeLast() }
        return Array(text)
    }
}
