/// An extracted answer, folded and parsed.
struct Answer {
    /// Longest answer that is parsed; longer ones only compare byte by byte or as plain numbers.
    static let maxBytes = 8192

    /// The folded text.
    let folded: [UInt8]
    /// Readings of it, the likely one first: a comma may group, separate or mark decimals.
    let readings: [Expression]
    /// Longer or deeper than the limits.
    let isTooLong: Bool
    /// Whether the likely reading is in words; nil without any.
    private let isFirstProse: Bool?
    /// Letters that the answer says stand for any of many values.
    var letters: Set<String> = []
    /// Those of them that run over the whole numbers.
    var wholeLetters: Set<String> = []
    /// Whether it is said of every value of its letters or of some; nil where that makes no difference.
    var scope: QuantifierScope?
    /// What kind of values it is said of; nil where nothing is said of them.
    var kinds: Set<String>?
    /// What an inequality beside the statement says: "for x > 0".
    var condition: [UInt8] = []

    /// `isGold` reads a comma as what it surely is: what an answer may mean by it is no matter for the gold.
    init(_ bytes: Bytes, _ candidate: AnswerCandidate, isGold: Bool = false) {
        let length = candidate.ranges.reduce(0) { $0 + $1.count }
        guard length <= Answer.maxBytes else {
            (folded, readings, isTooLong, isFirstProse) = ([], [], true, nil)
            return
        }
        let written = Self.folded(bytes, candidate)
        folded = NumberWords.counted(written) ?? written
        if let value = NumberWords.stated(folded) {
            (readings, isTooLong, isFirstProse) = ([.number(value)], false, false)
            return
        }
        if let tuples = Permutations.stated(folded) {
            (readings, isTooLong, isFirstProse) = ([tuples], false, TextAnswer.isProse(tuples))
            return
        }
        var (readings, isTooLong) = Self.parse(Described.formula(folded) ?? folded, isGold: isGold)
        // "f(x) = cx for some constant c": the statement, and what its letters are.
        if !Self.statesRange(readings.first), !Described.isStart(folded), let quantified = Quantifier(folded) {
            let (values, _) = Self.parse(quantified.statement, isGold: isGold)
            if let first = values.first, !TextAnswer.isProse(first) {
                (readings, isTooLong) = (values.map(quantified.withRange), false)
                letters = quantified.letters
                wholeLetters = quantified.isWhole ? letters : []
                condition = quantified.condition
                if QuantifierScope.binds(letters, first) { (scope, kinds) = (quantified.scope, quantified.kinds) }
            }
        }
        // すべてのxについてf(x)=0: words that nothing sets apart.
        if scope == nil, folded.contains(where: { $0 >= 0xE3 }), let first = readings.first,
            QuantifierScope.binds(first.symbols, first)
        {
            scope = QuantifierScope(PlainText.tokens(folded))
        }
        if let values = Self.insideText(folded, isGold: isGold) { (readings, isTooLong) = (values, false) }
        // A sentence: what its verb introduces, if that is a formula. In running text a narrower candidate is found.
        let isWhole = isGold || [.box, .boxes, .answerTag, .hashes].contains(candidate.rule)
        if isWhole, readings.first.map(TextAnswer.isProse) ?? true, let value = Remarks.afterVerb(folded) {
            let (values, _) = Self.parse(value, isGold: isGold)
            if let first = values.first, !TextAnswer.isProse(first) { (readings, isTooLong) = (values, false) }
        }
        (self.readings, self.isTooLong) = (readings, isTooLong)
        isFirstProse = readings.first.map(TextAnswer.isProse)
    }

    // A formula inside a text command: "\text{x = 3, y = 25}".
    private static func insideText(_ folded: [UInt8], isGold: Bool) -> [Expression]? {
        guard folded.starts(with: "\\text{".utf8), folded.contains(UInt8(ascii: "=")),
            folded.withUnsafeBufferPointer({ $0.closingBrace(of: 5, in: 0..<$0.count) }) == folded.count - 1
        else { return nil }
        let plain = PlainText.flattened(folded)
        let (values, _) = parse(Quantifier(plain)?.statement ?? plain, isGold: isGold)
        return values.first.map { !TextAnswer.isProse($0) } ?? false ? values : nil
    }

    // x = k\pi, k \in \mathbb{Z} as a list, which says as much.
    private static func statesRange(_ reading: Expression?) -> Bool {
        guard case .list(let parts, _)? = reading else { return false }
        return parts.contains { part in
            if case .relation(let sides, [.element]) = part, case .symbol = sides[0], case .named = sides[1] {
                true
            } else {
                false
            }
        }
    }

    /// A part of another answer's folded text.
    init(folded: [UInt8]) {
        self.folded = folded
        (readings, isTooLong) = Self.parse(folded, isGold: false)
        isFirstProse = readings.first.map(TextAnswer.isProse)
    }

    /// The candidate's text, folded; empty when it is longer than the limit.
    static func folded(_ bytes: Bytes, _ candidate: AnswerCandidate) -> [UInt8] {
        var text: [UInt8] = []
        for range in candidate.ranges {
            if !text.isEmpty { text.append(contentsOf: ", ".utf8) }
            text.append(contentsOf: bytes[core(bytes, range)])
            if text.count > Answer.maxBytes { return [] }
        }
        let folded = separated(TextFolding.fold(EscapeRepair.repaired(text)))
        return Remarks.stripped(PartLabels.stripped(ProgramForms.rewritten(folded)))
    }

    // Formulas on lines of their own, "$x = 1$\n$y = 2$", as a list.
    private static func separated(_ folded: [UInt8]) -> [UInt8] {
        guard folded.contains(Ascii.newline), folded.contains(Ascii.dollar) else { return folded }
        var output: [UInt8] = []
        for (index, byte) in folded.enumerated() {
            let isBreak =
                byte == Ascii.newline && output.last(where: { !Ascii.isSpace($0) }) == Ascii.dollar
                && folded[(index + 1)...].first { !Ascii.isSpace($0) } == Ascii.dollar
                && output.count(where: { $0 == Ascii.dollar }) % 2 == 0
            output.append(isBreak ? Ascii.comma : byte)
        }
        return output
    }

    // Without markup around: "**42**", "42." and "`42`".
    private static func core(_ bytes: Bytes, _ range: Range<Int>) -> Range<Int> {
        var range = bytes.trimmed(range)
        let edges: [UInt8] = [Ascii.star, UInt8(ascii: "`"), UInt8(ascii: "\"")]
        while let first = range.first, edges.contains(bytes[first]) { range = (first + 1)..<range.upperBound }
        // "42." ends a sentence, "0.333..." goes on.
        while let last = range.last,
            edges.contains(bytes[last]) || (bytes[last] == Ascii.point && !bytes.has("..", at: last - 1, in: range))
        {
            range = range.lowerBound..<last
        }
        // A closing end-of-turn token is no part of the answer.
        for mark in ["<|", "<eo"] as [StaticString] {
            if let token = bytes.first(mark, in: range) { range = range.lowerBound..<token }
        }
        return EscapeRepair.extended(bytes.trimmed(range), in: bytes)
    }

    private static func parse(_ folded: [UInt8], isGold: Bool) -> ([Expression], Bool) {
        var readings: [Expression] = []
        var isTooLong = false
        let hasDigitComma =
            folded.contains(Ascii.comma)
            && folded.indices.dropFirst().dropLast().contains {
                folded[$0] == Ascii.comma && Ascii.isDigit(folded[$0 - 1]) && Ascii.isDigit(folded[$0 + 1])
            }
        let variants =
            [folded]
            + [mixedSigns(folded), ProgramForms.withConstants(folded), LetterAnswer.value(in: folded)].compactMap { $0 }
        var styles: [CommaStyle] = hasDigitComma ? [.thousands, .separator] : [.thousands]
        if mayHaveDecimalComma(folded), isSurelyDecimal(folded) || !(isGold || isThousandsGroup(folded)) {
            styles.append(.decimal)
        }
        let isGrouped = isGold && isGroupedNumber(folded)
        // 24,012 has no member 012, and 0,05 none at all.
        if let comma = paddedGroup(folded) {
            styles.removeAll { $0 == .separator }
            if styles.contains(.decimal), !isThousands(folded, comma) { styles = [.decimal] }
        }
        for (style, folded) in styles.flatMap({ style in variants.map { (style, $0) } }) {
            do {
                var reading = try Parser.parse(folded, commas: style)
                // 1,200 is a number; who writes "1, 200" keeps its order at least.
                if isGrouped, style == .separator, case .list(let parts, _) = reading {
                    reading = .group(.round, parts, .round)
                }
                if !readings.contains(reading) { readings.append(reading) }
            } catch {
                if error == .budget { isTooLong = true }
            }
        }
        return (readings, isTooLong)
    }

    // The comma before digits that begin with a zero.
    private static func paddedGroup(_ folded: [UInt8]) -> Int? {
        folded.indices.dropFirst().dropLast().first {
            folded[$0] == Ascii.comma && Ascii.isDigit(folded[$0 - 1]) && folded[$0 + 1] == Ascii.zero
                && $0 + 2 < folded.count && Ascii.isDigit(folded[$0 + 2])
        }
    }

    // Whether three digits follow the comma, and not a zero alone before it.
    private static func isThousands(_ folded: [UInt8], _ comma: Int) -> Bool {
        let whole = folded[..<comma].reversed().prefix(while: Ascii.isDigit)
        return folded[(comma + 1)...].prefix(4).prefix(while: Ascii.isDigit).count == 3
            && !whole.elementsEqual([Ascii.zero])
    }

    // 2,74 and 1.000.000: one comma at most, and no bracket that could hold a pair.
    private static func mayHaveDecimalComma(_ folded: [UInt8]) -> Bool {
        let commas = folded.count(where: { $0 == Ascii.comma })
        let points = folded.count(where: { $0 == Ascii.point })
        return (commas == 1 || (commas == 0 && points > 1)) && !folded.contains(where: { "([".utf8.contains($0) })
            && folded.first != Ascii.openBrace && folded.first("\\{") == nil && folded.first("\\lbrace") == nil
    }

    // 1,234: three digits follow the only comma, and one to three stand before it.
    private static func isThousandsGroup(_ folded: [UInt8]) -> Bool {
        guard let comma = folded.firstIndex(of: Ascii.comma) else { return false }
        let whole = folded[..<comma].reversed().prefix(while: Ascii.isDigit)
        return (1...3).contains(whole.count) && isThousands(folded, comma)
    }

    // A program's "6+-5i" and "5x + -7y": plus a negative; nil where no sign of two stands between operands.
    private static func mixedSigns(_ folded: [UInt8]) -> [UInt8]? {
        guard folded.first("+-") != nil else { return nil }
        var output: [UInt8] = []
        for (index, byte) in folded.enumerated() {
            if byte == Ascii.plus, index > 0, index + 1 < folded.count, folded[index + 1] == Ascii.minus,
                Ascii.isDigit(folded[index - 1]) || Ascii.isLetter(folded[index - 1])
                    || ")}".utf8.contains(folded[index - 1])
            {
                continue
            }
            output.append(byte)
        }
        return output.count == folded.count ? nil : output
    }

    // 0,5 and 2,05 and 1,4142: no list has such members; 1,000 and 2,050 are thousands.
    private static func isSurelyDecimal(_ folded: [UInt8]) -> Bool {
        guard let comma = folded.firstIndex(of: Ascii.comma) else { return true }
        let whole = folded[..<comma].reversed().prefix(while: Ascii.isDigit)
        let places = folded[(comma + 1)...].prefix(while: Ascii.isDigit)
        if whole.elementsEqual([Ascii.zero]) || places.count > 3 { return true }
        return places.first == Ascii.zero && places.count > 1 && !isThousandsGroup(folded)
    }

    // 1,200 and 12,345,678, whole.
    private static func isGroupedNumber(_ folded: [UInt8]) -> Bool {
        guard folded.contains(Ascii.comma) else { return false }
        let groups = folded.drop { $0 == Ascii.minus }.split(separator: Ascii.comma, omittingEmptySubsequences: false)
        guard groups.count > 1, let first = groups.first, (1...3).contains(first.count), first.first != Ascii.zero
        else {
            return false
        }
        return groups.allSatisfy { $0.allSatisfy(Ascii.isDigit) } && groups.dropFirst().allSatisfy { $0.count == 3 }
    }

    /// Whether it parsed as a formula without unknown words.
    var isReadable: Bool { isFirstProse == false }

    /// Whether it is in words.
    var isProse: Bool {
        isFirstProse
            ?? folded.indices.dropFirst().contains {
                Ascii.isWordByte(folded[$0]) && Ascii.isWordByte(folded[$0 - 1])
            }
    }

    /// The choice it names, if it names one.
    var choice: LetterAnswer? { LetterAnswer(folded) }

    /// Whether both are the same words; formulas do not compare by spelling.
    func sameText(as other: Answer, _ options: MathOptions) -> Bool {
        let mayBeWords =
            isProse || (other.isFirstProse == true && !folded.contains(Ascii.backslash))
        guard mayBeWords, !isTooLong, !other.isTooLong else { return false }
        // "III and IV" reads as a formula: its letters are variables then, and keep their case.
        let keepsCase = options.textCase == .kept || !isProse
        let left = TextAnswer.normal(folded, keepsCase: keepsCase)
        return !left.isEmpty && left == TextAnswer.normal(other.folded, keepsCase: keepsCase)
    }

    /// Whether both are symbols of elements that only case tells apart.
    func isOtherElement(than other: Answer) -> Bool {
        guard ChemicalSymbols.spell(folded),
            ChemicalSymbols.spell(other.folded) || ChemicalSymbols.hasEvidentCase(folded)
                || ChemicalSymbols.hasMixedCase(other.folded)
        else { return false }
        let (left, right) = (
            TextAnswer.normal(folded, keepsCase: true), TextAnswer.normal(other.folded, keepsCase: true)
        )
        return left != right && left.map(Ascii.lower) == right.map(Ascii.lower)
    }

    /// Pairs of readings to compare: one side at its likeliest, the other at each.
    static func pairs(_ golds: [Expression], _ predictions: [Expression]) -> [(Expression, Expression)] {
        guard let left = golds.first, let right = predictions.first else { return [] }
        return [(left, right)] + predictions.dropFirst().map { (left, $0) } + golds.dropFirst().map { ($0, right) }
    }

    /// The candidate as written.
    static func text(_ bytes: Bytes, _ candidate: AnswerCandidate) -> String {
        func text(_ range: Range<Int>) -> String {
            String(decoding: bytes[bytes.trimmed(range)].prefix(Answer.maxBytes), as: UTF8.self)
        }
        if candidate.ranges.count == 1 { return text(candidate.ranges[0]) }
        return candidate.ranges.map(text).joined(separator: ", ")
    }

    /// For explanations.
    var description: String {
        guard let reading = readings.first else {
            return isTooLong ? "nothing: it is too long or too deep" : "words, no formula"
        }
        let others = readings.dropFirst().map { ", or \($0.reading)" }
        return reading.reading + others.joined()
    }
}

/// How many values a gold calls for.
enum GoldShape {
    static func parts(_ bytes: Bytes, _ candidate: AnswerCandidate) -> Int {
        guard let range = candidate.ranges.first, range.count <= Answer.maxBytes else { return 1 }
        switch Answer(bytes, candidate, isGold: true).readings.first {
        case .list(let parts, _)?, .set(let parts)?: return max(2, parts.count)
        default: return 1
        }
    }

    /// The gold as it is compared.
    static func answer(_ candidate: AnswerCandidate, _ extractor: AnswerExtractor) -> Answer {
        let gold = Answer(extractor.bytes, candidate, isGold: true)
        return conclusion(of: gold, candidate, extractor) ?? gold
    }

    // The formula that a gold of several sentences ends in, where a verb or a colon leads to it; nil for any other.
    private static func conclusion(of gold: Answer, _ candidate: AnswerCandidate, _ extractor: AnswerExtractor)
        -> Answer?
    {
        guard !gold.isReadable, gold.goldFault != nil, gold.folded.count > 64 || gold.isTooLong,
            Piecewise.rows(gold.folded) == nil, let range = candidate.ranges.last,
            let formula = extractor.narrower(than: candidate).first(where: { $0.rule == .math && !$0.isOpen }),
            let span = formula.ranges.last
        else { return nil }
        let bytes = extractor.bytes
        let hasTail = bytes[span.upperBound..<range.upperBound].contains { Ascii.isLetter($0) || Ascii.isDigit($0) }
        let lead = bytes[max(range.lowerBound, span.lowerBound - 24)..<span.lowerBound]
            .split(whereSeparator: { Ascii.isSpace($0) || "$\\([".utf8.contains($0) })
        guard !hasTail, let word = lead.last.map({ String(decoding: $0, as: UTF8.self) }),
            word.hasSuffix(":") || introductions.contains(word)
        else { return nil }
        let answer = Answer(bytes, formula, isGold: true)
        return answer.isReadable ? answer : nil
    }

    private static let introductions: Set<String> = [
        "is", "are", "equals", "be", "to", "by", "obtain", "get", "have", "as", "=",
    ]
}
