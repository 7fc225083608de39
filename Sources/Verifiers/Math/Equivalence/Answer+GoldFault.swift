internal import Experience

extension Answer {
    /// Words of a term, such as "no solution" or "isosceles triangle", at most; more of them are a sentence, which nobody
    /// answers word for word.
    private static let termWords = 4

    /// Why, as a gold, it has neither a value nor a term that answers compare with; nil when it has one.
    var goldFault: GoldFault? {
        if isTooLong { return GoldFault(.tooLong, "the gold is longer or deeper than the limits") }
        if let fault = partialFault { return fault }
        if Placeholder.isStated(folded) { return GoldFault(.prose, "the gold stands for no answer") }
        if isReadable || isUnderstoodInWords || isTerm { return nil }
        guard let reading = readings.first else { return wordsFault(beside: nil) }
        return Self.strayWords(reading).map { wordsFault(beside: $0) }
    }

    /// Whether it is in words alone, which compare as words and never as letters that multiply.
    var isTerm: Bool {
        isProse && isTerm(folded) && readings.first.map(Self.isRun) ?? true && !Placeholder.isStated(folded)
            && !saysOfLetter
    }

    // "True for all n": what is said of a letter is no term, whose words are all there is.
    private var saysOfLetter: Bool {
        let words = PlainText.tokens(folded)
        let isRange = words.contains { ["all", "any", "every", "each", "some", "for", "on", "if"].contains($0) }
        return isRange
            && words.contains { $0.utf8.count == 1 && Ascii.isLetter($0.utf8.first ?? 0) && $0 != "a" && $0 != "i" }
    }

    /// Whether both are one run of the same letters in another order, a vowel among them: words as "low" and "owl" are,
    /// which nothing tells from products but that those are mostly of the usual letters: "abc" and "cab" are one.
    func isAnagram(of other: Answer) -> Bool {
        folded.count > 2 && folded.count == other.folded.count && folded != other.folded
            && folded.allSatisfy(Ascii.isLetter) && other.folded.allSatisfy(Ascii.isLetter)
            && folded.contains { "aeiouyAEIOUY".utf8.contains($0) }
            && !folded.allSatisfy { "abcdexyz".utf8.contains($0) } && folded.sorted() == other.folded.sorted()
    }

    // Yes and no, nothing, cases, elements, choices and sequences have rules of their own.
    private var isUnderstoodInWords: Bool {
        if Judgement(folded) != nil || Emptiness.isStated(folded) || Piecewise.rows(folded) != nil { return true }
        if ChemicalSymbols.formula(folded) != nil || choice != nil || DateAnswer(folded) != nil { return true }
        guard readings.isEmpty, let (head, tail) = Ellipsis.parts(folded) else { return false }
        return Answer(folded: head).isReadable && Answer(folded: tail).isReadable
    }

    // Nothing in words, a formula in words, or words alone.
    private func wordsFault(beside words: String?) -> GoldFault {
        let tokens = PlainText.tokens(folded)
        if words == nil, !tokens.contains(where: { $0.utf8.count > 2 && $0.utf8.allSatisfy(Ascii.isWordByte) }) {
            return GoldFault(.noFormula, "the gold is no formula that is read")
        }
        guard tokens.contains(where: Self.isOfFormula) else {
            return GoldFault(.prose, "the gold is a sentence in which no value is found")
        }
        let found = words.map { "words stand beside a formula of the gold: '\($0.cut(to: 60))'" }
        return GoldFault(.wordsBesideFormula, found ?? "the gold is a sentence with formulas, not one value")
    }

    private static func isOfFormula(_ token: String) -> Bool {
        guard let first = token.utf8.first else { return false }
        let isName = token.utf8.count == 1 && Ascii.isLetter(first) && token != "a" && token != "i"
        return isName || Ascii.isDigit(first) || "\\=<>^+/|*".utf8.contains(first)
    }

    private func isTerm(_ folded: [UInt8]) -> Bool {
        guard folded.count <= 120 else { return false }
        let tokens = PlainText.tokens(folded)
        let words = tokens.filter { $0.utf8.count > 1 || $0.utf8.allSatisfy(Ascii.isWordByte) }
        let isPlain = tokens.allSatisfy { token in
            token.utf8.allSatisfy { Ascii.isWordByte($0) || $0 == UInt8(ascii: "'") }
                || [".", ",", "-", "(", ")", "&", "!"].contains(token)
        }
        return isPlain && words.contains { $0.utf8.count > 1 }
            && words.count(where: { !["a", "an", "the"].contains($0) }) <= Self.termWords
    }

    // Words side by side, whatever was made of them; lists, sets and equations of words have parts that compare.
    private static func isRun(_ reading: Expression) -> Bool {
        switch reading {
        case .text, .product, .sum: true
        default: false
        }
    }

    /// Why not even an equal answer may be paid: "The area is 5 and the perimeter is 12" is more than 12.
    var partialFault: GoldFault? {
        guard statesSeveral else { return nil }
        return GoldFault(.partlyRead, "the gold states several values in sentences; only the last would be compared")
    }

    private var statesSeveral: Bool {
        guard folded.count > 24, Self.verbs.contains(where: { folded.first($0) != nil }), !isUnderstoodInWords else {
            return false
        }
        let tokens = PlainText.tokens(folded)
        var stated = 0
        for (verb, value) in zip(tokens, tokens.dropFirst()) where ["is", "are", "equals"].contains(verb) {
            if value.utf8.first.map({ Ascii.isDigit($0) || "\\(-".utf8.contains($0) }) ?? false { stated += 1 }
        }
        return stated > 1
    }

    private static let verbs: [StaticString] = ["is ", "are ", "equals "]

    // Words where a number or a name should be: a term may be an answer, a member or a side, never a factor.
    private static func strayWords(_ expression: Expression) -> String? {
        switch expression {
        case .text(let words):
            return TextAnswer.namesLetter(words) || words.split(separator: " ").count > termWords ? words : nil
        // Words before an equals sign name the value: P-value = 0.6.
        case .relation(let sides, let relations) where relations.allSatisfy({ $0 == .equal || $0 == .approximately }):
            return sides.dropFirst().firstResult(strayWords)
        case .relation(let parts, _), .list(let parts, _), .group(_, let parts, _), .set(let parts),
            .matrix(_, let parts),
            .sets(_, let parts), .ratio(let parts):
            return parts.firstResult(strayWords)
        case .quantity(let value, _): return strayWords(value)
        default: return expression.firstWords
        }
    }
}

extension Expression {
    /// The first words in it.
    fileprivate var firstWords: String? {
        if case .text(let words) = self { return words }
        return children.firstResult(\.firstWords)
    }
}

extension Sequence {
    /// What the first element gives that gives anything, each asked once: the first of a lazy map asks that one twice, and
    /// down a tree 2^depth times.
    fileprivate func firstResult<Result>(_ result: (Element) -> Result?) -> Result? {
        for element in self {
            if let found = result(element) { return found }
        }
        return nil
    }
}
