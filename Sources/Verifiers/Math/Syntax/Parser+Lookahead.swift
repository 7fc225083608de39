/// What the next token, a word or an expression read so far says of what follows.
extension Parser {
    /// Whether the token can stand beside `left` as a further factor or as its unit.
    func startsFactor(after left: Expression) -> Bool {
        switch token {
        case .number, .symbol, .constant, .function, .openBrace, .openFloor, .openCeiling, .fraction, .binomial,
            .squareRoot, .cubeRoot, .begin:
            return true
        case .text(let words):
            return !Self.isClause(words) && !(isInIntegral && words == "d")
                && !(["in", "out of", "in every"].contains(words) && left.literal != nil)
        case .word("U") where Self.isSet(left): return false
        case .word(let word):
            return word.utf8.count == 1
                || (!Self.stops.contains(word) && !isDifferential(word) && !joins(word))
        case .money: return left.literal != nil
        case .open(.square): return !closesWithOpening
        case .open: return true
        case .doubleBar: return openBars == 0
        case .bar: return openBars == 0 && !inSet
        default: return false
        }
    }

    /// Whether U after it unites.
    static func isSet(_ expression: Expression) -> Bool {
        switch expression {
        case .group(_, let parts, _): parts.count == 2
        case .set, .named, .sets, .list: true
        default: false
        }
    }

    /// Whether a word apart from what stands before it is an "or" or "and" of some language.
    func joins(_ word: String) -> Bool {
        word.utf8.count > 1 && Vocabulary.conjunctions[word] != nil && lexer.isSpaceBefore(tokenStart)
    }

    private func isDifferential(_ word: String) -> Bool {
        isInIntegral && word.utf8.count == 2 && word.utf8.first == UInt8(ascii: "d")
    }

    // Words that separate or qualify instead of multiplying.
    static let stops: Set<String> = [
        "and", "or", "to", "if", "for", "when", "where", "is", "are", "with", "but", "then", "so",
    ]

    static func isClause(_ words: String) -> Bool {
        let first = words.prefix { $0 != " " }
        return stops.contains(String(first)) || first == "otherwise" || first == "such" || first == "only"
    }

    /// Four letters or more with a vowel: a word, not a product of variables.
    static func looksLikeWord(_ word: String) -> Bool {
        word.utf8.count >= 4 && word.utf8.contains { "aeiou".utf8.contains(Ascii.lower($0)) }
    }

    /// Letters that functions have.
    static let functionLetters: Set<String> = ["f", "g", "h", "F", "G", "H"]
}
