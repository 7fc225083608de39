/// An extracted answer, folded and parsed.
struct Answer {
    /// The folded text.
    let folded: [UInt8]
    /// Readings of it, the likely one first: a comma may group, separate or mark decimals.
    let readings: [Expression]
    /// Longer or deeper than the limits.
    let isTooLong: Bool

    init(_ bytes: Bytes, _ candidate: AnswerCandidate) {
        let length = candidate.ranges.reduce(0) { $0 + $1.count }
        guard length <= Grading.maxAnswer else {
            (folded, readings, isTooLong) = ([], [], true)
            return
        }
        folded = Self.folded(bytes, candidate)
        (readings, isTooLong) = Self.parse(folded)
    }

    /// The candidate's text, folded; empty when it is longer than the limit.
    static func folded(_ bytes: Bytes, _ candidate: AnswerCandidate) -> [UInt8] {
        var text: [UInt8] = []
        for range in candidate.ranges {
            if !text.isEmpty { text.append(contentsOf: ", ".utf8) }
            text.append(contentsOf: bytes[core(bytes, range)])
            if text.count > Grading.maxAnswer { return [] }
        }
        return TextFolding.fold(text)
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
        if let token = bytes.first("<|", in: range) { range = range.lowerBound..<token }
        return bytes.trimmed(range)
    }

    private static func parse(_ folded: [UInt8]) -> ([Expression], Bool) {
        var readings: [Expression] = []
        var isTooLong = false
        let hasDigitComma = folded.indices.dropFirst().dropLast().contains {
            folded[$0] == Ascii.comma && Ascii.isDigit(folded[$0 - 1]) && Ascii.isDigit(folded[$0 + 1])
        }
        var styles: [CommaStyle] = hasDigitComma ? [.thousands, .separator] : [.thousands]
        if mayHaveDecimalComma(folded) { styles.append(.decimal) }
        for style in styles {
            do {
                let reading = try Parser.parse(folded, commas: style)
                if !readings.contains(reading) { readings.append(reading) }
            } catch {
                if error == .budget { isTooLong = true }
            }
        }
        return (readings, isTooLong)
    }

    // 2,74 and 1.000.000: one comma at most, and no bracket that could hold a pair.
    private static func mayHaveDecimalComma(_ folded: [UInt8]) -> Bool {
        let commas = folded.count(where: { $0 == Ascii.comma })
        let points = folded.count(where: { $0 == Ascii.point })
        return (commas == 1 || (commas == 0 && points > 1)) && !folded.contains(where: { "([".utf8.contains($0) })
    }

    /// Whether it parsed as a formula without unknown words.
    var isReadable: Bool { readings.first.map { !TextAnswer.isProse($0) } ?? false }

    /// Whether it is in words.
    var isProse: Bool {
        guard let reading = readings.first else {
            return folded.indices.dropFirst().contains {
                Self.isWordByte(folded[$0]) && Self.isWordByte(folded[$0 - 1])
            }
        }
        return TextAnswer.isProse(reading)
    }

    private static func isWordByte(_ byte: UInt8) -> Bool { Ascii.isLetter(byte) || byte >= 0x80 }

    /// Whether, as a gold, it can be compared with nothing.
    var isAtFault: Bool { isTooLong || (readings.isEmpty && !isProse) }

    /// The choice letters it consists of.
    func letters(allowsText: Bool) -> [UInt8]? {
        guard let letters = LetterAnswer.letters(folded, allowsText: allowsText) else { return nil }
        return letters
    }

    /// Whether both are the same words; formulas do not compare by spelling.
    func sameText(as other: Answer, _ options: MathOptions) -> Bool {
        let mayBeWords =
            isProse || (other.readings.first.map(TextAnswer.isProse) ?? false && !folded.contains(Ascii.backslash))
        guard mayBeWords, !isTooLong, !other.isTooLong else { return false }
        // "III and IV" reads as a formula: its letters are variables then, and keep their case.
        let keepsCase = options.textCase == .kept || !isProse
        let left = TextAnswer.normal(folded, keepsCase: keepsCase)
        return !left.isEmpty && left == TextAnswer.normal(other.folded, keepsCase: keepsCase)
    }

    /// Pairs of readings to compare: one side at its likeliest, the other at each.
    static func readings(_ gold: Answer, _ prediction: Answer) -> [(Expression, Expression)] {
        guard let left = gold.readings.first, let right = prediction.readings.first else { return [] }
        return [(left, right)] + prediction.readings.dropFirst().map { (left, $0) }
            + gold.readings.dropFirst().map { ($0, right) }
    }

    /// The candidate as written.
    static func text(_ bytes: Bytes, _ candidate: AnswerCandidate) -> String {
        candidate.ranges.map { range in
            let range = bytes.trimmed(range)
            return String(decoding: bytes[range].prefix(Grading.maxAnswer), as: UTF8.self)
        }.joined(separator: ", ")
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

/// Whether a gold calls for several values.
enum GoldShape {
    static func hasSeveralParts(_ bytes: Bytes, _ candidate: AnswerCandidate) -> Bool {
        guard let range = candidate.ranges.first, range.count <= Grading.maxAnswer else { return false }
        switch Answer(bytes, candidate).readings.first {
        case .list?, .set?: return true
        default: return false
        }
    }
}
