/// What stands beside a value without changing it: `(about 18.9 cards)`, `Answer:`, a sentence
/// that ends in the value.
enum Remarks {
    /// The answer without a label before it and a remark in brackets after it.
    static func stripped(_ folded: [UInt8]) -> [UInt8] {
        // Remarks have words.
        guard
            folded.last == UInt8(ascii: ")")
                || zip(folded, folded.dropFirst()).contains(where: { Ascii.isLetter($0) && Ascii.isLetter($1) })
        else { return folded }
        var text = withoutRemark(folded)
        text = withoutLabel(text)
        return withoutContents(text)
    }

    // The last bracket, when its words only comment.
    private static func withoutRemark(_ folded: [UInt8]) -> [UInt8] {
        var end = folded.count
        while end > 0, Ascii.isSpace(folded[end - 1]) || ".}$".utf8.contains(folded[end - 1]) { end -= 1 }
        guard end > 0, folded[end - 1] == UInt8(ascii: ")"), let open = opening(folded, end - 1), open > 0 else {
            return folded
        }
        let inside = Array(folded[(open + 1)..<(end - 1)])
        let words = PlainText.tokens(inside)
        let isAside = words.starts(with: ["and", "not"]) || words.starts(with: ["or", "about"])
        if let first = words.first, isAside || comments.contains(first), words.count > 1 || first != "not" {
            return Array(folded[..<PlainText.startOfMarkup(before: open, in: folded, passing: "~")])
        }
        if let counted = counted(folded[..<open], inside, words) { return counted }
        // 5:05(PM) and 5 (m/s): the unit of what stands before.
        let units = words.filter { $0 != "/" && $0 != "." && $0 != "^" && Int($0) == nil }
        guard !units.isEmpty, units.allSatisfy({ UnitTable.normal($0) != nil }),
            Ascii.isDigit(lastMark(folded[..<open])),
            inside.allSatisfy({ $0 != Ascii.backslash })
        else { return folded }
        return Array(folded[..<open]) + [Ascii.space] + inside
    }

    // 61 (pieces of gum), 4 (pounds of clothes): what a number counts; a unit stays.
    private static func counted(_ value: ArraySlice<UInt8>, _ inside: [UInt8], _ words: [String]) -> [UInt8]? {
        let value = PlainText.flattened(value)
        guard
            inside.allSatisfy({ Ascii.isWordByte($0) || $0 == Ascii.space || $0 == UInt8(ascii: "-") }),
            value.contains(where: Ascii.isDigit),
            value.allSatisfy({ Ascii.isDigit($0) || " +-.,/%$".utf8.contains($0) }),
            !words.contains(where: isLimiting), let first = words.first, first.utf8.count > 1
        else { return nil }
        if UnitTable.normal(first) == nil { return Array(value) }
        return words.dropFirst().first == "of" ? Array(value) + [Ascii.space] + Array(first.utf8) : nil
    }

    // 61 pieces of gum, 28 square feet of carpet: what the pieces are of.
    private static func withoutContents(_ folded: [UInt8]) -> [UInt8] {
        guard folded.count <= 120, let first = folded.first, Ascii.isDigit(first), let of = folded.first(" of ") else {
            return folded
        }
        let isPlain = folded.allSatisfy {
            Ascii.isWordByte($0) || Ascii.isDigit($0) || Ascii.isSpace($0) || ".,-".utf8.contains($0)
        }
        let words = folded.split(separator: Ascii.space).dropFirst().map {
            String(decoding: $0.map(Ascii.lower), as: UTF8.self)
        }
        let (before, after) = (words.prefix { $0 != "of" }, words.drop { $0 != "of" })
        guard isPlain, (1...3).contains(before.count), (2...8).contains(after.count),
            words.allSatisfy({ $0.utf8.count > 1 || $0 == "a" }),
            words.allSatisfy({ $0.utf8.allSatisfy { !Ascii.isDigit($0) } }),
            !words.contains(where: isLimiting), !before.contains(where: { NumberWords.value($0) != nil || $0 == "out" })
        else { return folded }
        return Array(folded[..<of])
    }

    // Words that change a number instead of saying what it counts.
    private static func isLimiting(_ word: String) -> Bool {
        HedgeWords.isDenial(word) || HedgeWords.isBound(word) || HedgeWords.faults.contains(word)
            || ["base", "mod", "modulo", "or", "and", "per", "plus", "minus", "times"].contains(word)
    }

    private static let comments: Set<String> = [
        "about", "approximately", "approx", "roughly", "exact", "answer", "simplified", "units", "not", "rounded",
        "\\approx", "exactly", "since",
        "because", "约", "ca", "circa", "environ", "ungefähr", "aproximadamente",
    ]

    private static func lastMark(_ text: ArraySlice<UInt8>) -> UInt8 { text.last { !Ascii.isSpace($0) } ?? 0 }

    private static func opening(_ folded: [UInt8], _ close: Int) -> Int? {
        var depth = 0
        for index in stride(from: close, through: 0, by: -1) {
            if folded[index] == UInt8(ascii: ")") { depth += 1 }
            if folded[index] == UInt8(ascii: "(") { depth -= 1 }
            if depth == 0 { return index }
        }
        return nil
    }

    // "Answer: 4154", "about 5.3".
    private static func withoutLabel(_ folded: [UInt8]) -> [UInt8] {
        var index = 0
        var depth = 0
        // Into \text{…} and past spaces.
        while index < folded.count {
            if folded[index] == Ascii.backslash {
                let start = index + 1
                var end = start
                while end < folded.count, Ascii.isLetter(folded[end]) { end += 1 }
                guard Markup.text.contains(folded[start..<end]) else { break }
                index = end
            } else if folded[index] == Ascii.openBrace {
                depth += 1
                index += 1
            } else if Ascii.isSpace(folded[index]) {
                index += 1
            } else {
                break
            }
        }
        let rest = folded[index...]
        guard let length = label(rest) else { return folded }
        var tail = Array(rest.dropFirst(length).drop(while: Ascii.isSpace))
        // The label's own braces close right after it.
        while depth > 0, tail.first == Ascii.closeBrace {
            tail.removeFirst()
            depth -= 1
        }
        guard depth == 0 else { return folded }
        let value = tail.first { !Ascii.isSpace($0) } ?? 0
        return Ascii.isDigit(value) || "\\-$({[.".utf8.contains(value) ? tail : folded
    }

    private static func label(_ text: ArraySlice<UInt8>) -> Int? {
        guard let first = text.first, first == Ascii.space || Ascii.isWordByte(first) else { return nil }
        let head = text.prefix(24).map(Ascii.lower)
        for word in [
            "final answer:", "answer:", "ans:", "ans.", "about ", "approximately ", "approx. ", "roughly ", "exactly ",
            "hence ", "thus ", "therefore ", "so ",
            "约",
        ] {
            if head.starts(with: word.utf8) { return word.utf8.count }
        }
        // "Maximum value: 5": words that name what follows and bound nothing.
        let name = text.prefix(40).prefix { Ascii.isLetter($0) || $0 == Ascii.space }
        guard name.count > 2, text.dropFirst(name.count).first == Ascii.colon, !text.contains(Ascii.dollar) else {
            return nil
        }
        let words = name.split(separator: Ascii.space).map { String(decoding: $0.map(Ascii.lower), as: UTF8.self) }
        guard words.allSatisfy({ $0.utf8.count > 1 || $0 == "a" }), words.contains(where: { $0.utf8.count > 2 }),
            !words.contains(where: {
                HedgeWords.isDenial($0) || HedgeWords.bounds.contains($0) || HedgeWords.faults.contains($0)
            })
        else { return nil }
        return name.count + 1
    }

    /// What stands after the verb of a sentence, "The smallest integer k is 2022"; nil without one.
    static func afterVerb(_ folded: [UInt8]) -> [UInt8]? {
        var index = folded.count - 2
        while index > 0 {
            for verb in ["is", "are", "equals"] where starts(verb, folded, index) {
                let tail = folded[(index + verb.utf8.count)...].drop { " :,~}$\\".utf8.contains($0) }
                guard let first = tail.first else { return nil }
                let isCommand = Ascii.isLetter(first) && folded[tail.startIndex - 1] == Ascii.backslash
                var value = (isCommand ? [Ascii.backslash] : []) + tail
                while let last = value.last, Ascii.isSpace(last) || ".$".utf8.contains(last) { value.removeLast() }
                return value.isEmpty ? nil : unwrapped(value)
            }
            index -= 1
        }
        return nil
    }

    private static func starts(_ word: String, _ folded: [UInt8], _ index: Int) -> Bool {
        guard index + word.utf8.count < folded.count, zip(folded[index...], word.utf8).allSatisfy({ $0 == $1 }) else {
            return false
        }
        let (before, after) = (folded[index - 1], folded[index + word.utf8.count])
        return !Ascii.isLetter(before) && before != Ascii.backslash && !Ascii.isLetter(after)
    }

    // Without the delimiters around a formula.
    private static func unwrapped(_ value: [UInt8]) -> [UInt8] {
        var value = value
        for (open, close) in [("\\(", "\\)"), ("\\[", "\\]"), ("(", "\\)"), ("[", "\\]")] {
            guard value.starts(with: open.utf8), value.count > 4, value.suffix(2).elementsEqual(close.utf8) else {
                continue
            }
            value = Array(value.dropFirst(open.utf8.count).dropLast(2))
        }
        return value
    }
}
