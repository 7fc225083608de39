/// Answers in words, compared by their letters and digits.
enum TextAnswer {
    /// Letters and digits without markup, punctuation and case.
    static func normal(_ folded: [UInt8], keepsCase: Bool) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < folded.count {
            let byte = folded[index]
            if byte == Ascii.backslash {
                let start = index + 1
                index += 1
                while index < folded.count, Ascii.isLetter(folded[index]) { index += 1 }
                let name = folded[start..<index]
                if !Markup.contains(name) { result.append(contentsOf: name) }
                if name.isEmpty, index < folded.count { index += 1 }
                continue
            }
            if result.isEmpty, Ascii.isLetter(byte), let article = article(folded, index) {
                index += article
                continue
            }
            if Ascii.isLetter(byte) || Ascii.isDigit(byte) || byte >= 0x80 {
                result.append(keepsCase ? byte : Ascii.lower(byte))
            } else if "+-*/^=<>|!%:".utf8.contains(byte) {
                // Signs tell formulas apart: x-1 is not x1.
                result.append(byte)
            } else if dividesDigits(folded, index) {
                result.append(byte)
            }
            index += 1
        }
        while let last = result.last, last == UInt8(ascii: "!") || last == Ascii.colon || last == Ascii.minus {
            result.removeLast()
        }
        return result
    }

    // 1.5 and 15, 1,0 and 10 differ; 1,000 and 1000 do not.
    private static func dividesDigits(_ folded: [UInt8], _ index: Int) -> Bool {
        guard index > 0, index + 1 < folded.count, Ascii.isDigit(folded[index - 1]), Ascii.isDigit(folded[index + 1])
        else { return false }
        let group = folded[(index + 1)...].prefix(4).prefix(while: Ascii.isDigit).count
        return !((folded[index] == Ascii.comma || folded[index] == Ascii.space) && group == 3)
    }

    // "A rectangle" is a rectangle.
    private static func article(_ folded: [UInt8], _ start: Int) -> Int? {
        for word in ["a ", "an ", "the "] {
            let count = word.utf8.count
            guard start + count < folded.count, Ascii.isLetter(folded[start + count]) else { continue }
            if zip(folded[start...], word.utf8).allSatisfy({ Ascii.lower($0) == $1 }) { return count }
        }
        return nil
    }

    /// Whether a lone letter stands among words, as a name: "any integer n" says something of n.
    static func namesLetter(_ words: String) -> Bool {
        let parts = words.split(separator: " ")
        return parts.count > 1 && parts.contains { $0.utf8.count == 1 && $0 != "a" }
    }

    /// Whether an answer is in words that are no formula. Words may label a value: `\text{Area} = 17`.
    static func isProse(_ expression: Expression?) -> Bool {
        guard let expression else { return true }
        if case .relation(let sides, let relations) = expression, sides.count > 1 {
            switch sides[0] {
            case .text(let words) where namesLetter(words) && relations.contains(where: \.isOrder): return true
            case .text, .apply: return sides.dropFirst().contains(where: isProse)
            // "rank A = 5", not "rising when x > 4".
            case .product where sides[0].isLabel && relations.allSatisfy({ !$0.isOrder }):
                return sides.dropFirst().contains(where: isProse)
            default: break
            }
        }
        return expression.contains { if case .text = $0 { true } else { false } }
    }
}
