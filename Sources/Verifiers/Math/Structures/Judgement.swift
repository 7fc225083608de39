/// Answers that affirm or deny, with or without a reason after them: "Yes", "No, such numbers do not exist.", "True."
struct Judgement {
    var isAffirmed: Bool
    /// What follows the word.
    var reason: [UInt8]

    init?(_ folded: [UInt8]) {
        guard let (word, end) = Judgement.firstWord(folded) else { return nil }
        guard let isAffirmed = Judgement.words[word] else {
            // "It is not possible."
            guard ["it", "this", "possible", "impossible", "not"].contains(word) else { return nil }
            let words = PlainText.tokens(folded).filter { ![".", "!"].contains($0) }.joined(separator: " ")
            guard let isPossible = Judgement.possibilities[words] else { return nil }
            (self.isAffirmed, reason) = (isPossible, [])
            return
        }
        let rest = folded[end...].drop { Ascii.isSpace($0) || "}$*".utf8.contains($0) }
        // "No solution" denies nothing.
        guard rest.isEmpty || ",.;:!-\\(".utf8.contains(rest.first ?? 0) else { return nil }
        self.isAffirmed = isAffirmed
        reason = Array(rest.drop { ",.;:!- }".utf8.contains($0) })
    }

    private static let words: [String: Bool] = [
        "yes": true, "no": false, "true": true, "false": false, "correct": true, "incorrect": false, "oui": true,
        "non": false, "vrai": true, "faux": false, "ja": true, "nein": false, "wahr": true, "falsch": false, "sí": true,
        "verdadero": true, "falso": false, "sim": true, "não": false, "verdadeiro": true, "da": true, "да": true,
        "нет": false, "верно": true, "неверно": false, "是": true, "是的": true, "对": true, "正确": true, "能": true,
        "否": false,
        "不是": false, "不": false, "错误": false, "不能": false, "はい": true, "いいえ": false, "예": true, "네": true,
        "아니요": false, "아니오": false, "có": true, "không": false, "đúng": true, "sai": false, "نعم": true, "لا": false,
        "हाँ": true, "हां": true, "नहीं": false, "evet": true, "hayır": false, "tak": true, "nie": false,
    ]

    private static let possibilities: [String: Bool] = [
        "possible": true, "it is possible": true, "this is possible": true, "impossible": false, "not possible": false,
        "it is impossible": false, "it is not possible": false, "this is impossible": false,
        "this is not possible": false,
    ]

    // The first word past markup, and where it ends.
    private static func firstWord(_ folded: [UInt8]) -> (String, Int)? {
        var index = 0
        while index < folded.count {
            let start = index
            if folded[index] == Ascii.backslash {
                index += 1
                while index < folded.count, Ascii.isLetter(folded[index]) { index += 1 }
                guard Markup.contains(folded[(start + 1)..<index]) else { return nil }
            } else if Ascii.isLetter(folded[index]) || folded[index] >= 0x80 {
                while index < folded.count, Ascii.isLetter(folded[index]) || folded[index] >= 0x80 { index += 1 }
                return (String(decoding: folded[start..<index], as: UTF8.self).lowercased(), index)
            } else if Ascii.isSpace(folded[index]) || "{$*".utf8.contains(folded[index]) {
                index += 1
            } else {
                return nil
            }
        }
        return nil
    }
}
