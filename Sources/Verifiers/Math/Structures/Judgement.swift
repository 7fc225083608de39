/// Answers that affirm or deny, with or without a reason after them: "Yes", "No, such numbers do not exist.", "True."
struct Judgement {
    var isAffirmed: Bool
    /// What follows the word.
    var reason: [UInt8]

    init?(_ folded: [UInt8]) {
        guard let (word, end) = Judgement.firstWord(folded), let isAffirmed = Judgement.words[word] else { return nil }
        let rest = folded[end...].drop { Ascii.isSpace($0) || "}$*".utf8.contains($0) }
        // "No solution" denies nothing.
        guard rest.isEmpty || ",.;:!-\\".utf8.contains(rest.first ?? 0) else { return nil }
        self.isAffirmed = isAffirmed
        reason = Array(rest.drop { ",.;:!- ".utf8.contains($0) })
    }

    private static let words: [String: Bool] = [
        "yes": true, "no": false, "true": true, "false": false, "correct": true, "incorrect": false, "oui": true,
        "non": false,
        "ja": true, "nein": false, "sí": true, "是": true, "否": false, "да": true, "нет": false,
    ]

    // The first word past markup, and where it ends.
    private static func firstWord(_ folded: [UInt8]) -> (String, Int)? {
        var index = 0
        while index < folded.count {
            let start = index
            if folded[index] == Ascii.backslash {
                index += 1
                while index < folded.count, Ascii.isLetter(folded[index]) { index += 1 }
                guard Vocabulary.isMarkup(folded[(start + 1)..<index]) else { return nil }
            } else if Ascii.isLetter(folded[index]) || folded[index] >= 0x80 {
                while index < folded.count, Ascii.isLetter(folded[index]) || folded[index] >= 0x80 { index += 1 }
                return (String(decoding: folded[start..<index].map(Ascii.lower), as: UTF8.self), index)
            } else if Ascii.isSpace(folded[index]) || "{$*".utf8.contains(folded[index]) {
                index += 1
            } else {
                return nil
            }
        }
        return nil
    }
}
