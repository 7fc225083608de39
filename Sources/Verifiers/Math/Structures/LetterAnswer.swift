/// A multiple-choice answer: the letter, alone or before the text of the choice, or several letters.
struct LetterAnswer {
    /// As written, in order.
    let letters: [UInt8]
    /// Whether nothing stands between them, as in `ABD`.
    var isRunTogether: Bool

    /// Reads `C`, `(C)`, `\text{(C)}`, `A, B, D`, `ABD`, `C. 42`, `(C) a circle`; nil for everything else.
    init?(_ answer: some Collection<UInt8>) {
        guard answer.count <= 4096 else { return nil }
        var scanner = Scanner(answer)
        guard let letters = scanner.read() else { return nil }
        self.letters = letters
        isRunTogether = letters.count > 1 && !scanner.hasMarks
    }

    /// One letter, found standing alone.
    init(_ letter: UInt8) {
        letters = [letter]
        isRunTogether = false
    }

    /// What stands after the label of a choice, `\textbf{(B) }42`, `A. 5`; nil without a label or where words follow it.
    static func value(in folded: [UInt8]) -> [UInt8]? {
        var (position, open) = (0, 0)
        let end = min(folded.count, 40)
        while position < end, !Ascii.isLetter(folded[position]) {
            if folded[position] == Ascii.backslash {
                let name = folded[(position + 1)..<end].prefix(while: Ascii.isLetter)
                guard Markup.text.contains(name) || Markup.looks.contains(name) else { return nil }
                position += name.count
            } else if folded[position] == Ascii.openBrace {
                open += 1
            } else if !"($ ".utf8.contains(folded[position]) {
                return nil
            }
            position += 1
        }
        guard position + 1 < end, (UInt8(ascii: "A")...UInt8(ascii: "E")).contains(folded[position]) else { return nil }
        var rest = folded[(position + 1)...]
        while let first = rest.first, first == Ascii.closeBrace {
            (rest, open) = (rest.dropFirst(), open - 1)
        }
        guard let mark = rest.first, ").:".utf8.contains(mark) else { return nil }
        rest = rest.dropFirst().drop { " }~$".utf8.contains($0) }
        while rest.starts(with: "\\ ".utf8) || rest.starts(with: "\\,".utf8) || rest.starts(with: "\\;".utf8) {
            rest = rest.dropFirst(2).drop { " ~$".utf8.contains($0) }
        }
        guard let first = rest.first, Ascii.isDigit(first) || "-\\([{.".utf8.contains(first),
            rest.contains(where: Ascii.isDigit)
        else { return nil }
        // \text{(A) 5} closes after the value.
        let closing = rest.count { $0 == Ascii.closeBrace } - rest.count { $0 == Ascii.openBrace }
        if closing > 0, let last = rest.lastIndex(of: Ascii.closeBrace) { rest.remove(at: last) }
        return Array(rest)
    }

    /// Whether another answer chooses the same: letters in any order, and in any case for the usual five; an answer
    /// like `CAB` can only mean its order.
    func isAnswered(by other: LetterAnswer) -> Bool {
        if letters.count == 1, other.letters.count == 1, letters[0] != other.letters[0] {
            let isUsual = Ascii.lower(letters[0]) <= UInt8(ascii: "e")
            return isUsual && Ascii.lower(letters[0]) == Ascii.lower(other.letters[0])
        }
        let ordered = letters.sorted()
        if isRunTogether, letters != ordered { return letters == other.letters }
        return ordered == other.letters.sorted()
    }

    private struct Scanner {
        let bytes: [UInt8]
        var position = 0
        /// Whether a mark, a bracket or a word stands between two letters.
        var hasMarks = false

        // Markup gone: what is left are letters and punctuation.
        init(_ answer: some Collection<UInt8>) {
            var plain: [UInt8] = []
            let source = Array(answer)
            var index = 0
            while index < source.count {
                let byte = source[index]
                if byte == Ascii.backslash {
                    let start = index + 1
                    index += 1
                    while index < source.count, Ascii.isLetter(source[index]) { index += 1 }
                    let name = source[start..<index]
                    // Other commands make it no letter.
                    if !name.isEmpty, !Markup.contains(name) || Markup.accents.contains(name) {
                        plain.append(UInt8(ascii: "\\"))
                    }
                    if name.isEmpty, index < source.count {
                        if Ascii.isSpace(source[index]) || ",;:".utf8.contains(source[index]) {
                            plain.append(Ascii.space)
                        }
                        index += 1
                    }
                    continue
                }
                if byte != Ascii.dollar, byte != Ascii.star, byte != Ascii.openBrace, byte != Ascii.closeBrace {
                    plain.append(byte)
                }
                index += 1
            }
            bytes = plain
        }

        private mutating func skipSpace() {
            while position < bytes.count, Ascii.isSpace(bytes[position]) { position += 1 }
        }

        // "Option B", "choice (C)", "选项B".
        private mutating func skipLead() {
            bytes.withUnsafeBufferPointer { bytes in
                let all = 0..<bytes.count
                for word in ["option", "choice", "alternative", "opción", "opção", "选项", "選択肢"] as [StaticString]
                where bytes.hasFolded(word, at: position, in: all) {
                    let end = position + word.utf8CodeUnitCount
                    guard end < bytes.count, !Ascii.isLetter(bytes[end]) || word.utf8Start[0] >= 0x80 else { continue }
                    position = end
                }
            }
            skipSpace()
        }

        mutating func read() -> [UInt8]? {
            skipSpace()
            skipLead()
            var found: [UInt8] = []
            while position < bytes.count {
                let isOpen = bytes[position] == UInt8(ascii: "(") || bytes[position] == UInt8(ascii: "[")
                if isOpen { position += 1 }
                guard position < bytes.count, Ascii.isLetter(bytes[position]) else { return nil }
                let letter = bytes[position]
                position += 1
                let next = position < bytes.count ? bytes[position] : 0
                // A word, or anything but punctuation after a letter, is no choice.
                found.append(letter)
                if isOpen {
                    guard next == UInt8(ascii: ")") || next == UInt8(ascii: "]") else { return nil }
                    position += 1
                }
                let mark = position < bytes.count ? bytes[position] : 0
                if found.count == 1, isChoiceText(mark, isOpen: isOpen) { return found }
                let end = position
                while position < bytes.count, ".,;) ".utf8.contains(bytes[position]) { position += 1 }
                if bytes[position...].starts(with: "and ".utf8) { position += 4 }
                hasMarks = hasMarks || isOpen || (position > end && position < bytes.count)
            }
            let isCapitals = found.allSatisfy(Ascii.isUpper)
            guard !found.isEmpty,
                found.count == 1 || (isCapitals && found.count <= 8 && found.allSatisfy { $0 <= UInt8(ascii: "H") })
            else { return nil }
            return found
        }

        private var letterBefore: UInt8? {
            let letter = bytes[letterPosition]
            return Ascii.isUpper(letter) || letter <= UInt8(ascii: "e") ? letter & 0xDF : nil
        }

        private var letterPosition: Int { Ascii.isLetter(bytes[position - 1]) ? position - 1 : position - 2 }

        // "C或D", "(C) 42 or (D) 43".
        private var offersAnother: Bool {
            let letter = letterPosition
            for index in position..<max(position, bytes.count - 2)
            where bytes[index] == UInt8(ascii: "(") && bytes[index + 2] == UInt8(ascii: ")") {
                if Ascii.isUpper(bytes[index + 1]), bytes[index + 1] != bytes[letter] { return true }
            }
            return bytes.withUnsafeBufferPointer {
                let settlement = Settlement(bytes: $0, context: 0..<$0.count, isAnnounced: true)
                return settlement.standing(of: letter..<position) != .settled
            }
        }

        // "(C) Cecile", "C. 42", "C) 42", "B不是 A".
        private func isChoiceText(_ mark: UInt8, isOpen: Bool) -> Bool {
            guard position < bytes.count, let letter = letterBefore, letter <= UInt8(ascii: "J"), !offersAnother else {
                return false
            }
            if mark >= 0x80 { return true }
            // "C Cecile", but not "A number".
            if mark == Ascii.space, !isOpen {
                let text = bytes[position...].drop(while: Ascii.isSpace)
                return Ascii.isUpper(text.first ?? 0) && Ascii.isLetter(text.dropFirst().first ?? 0)
            }
            let rest = bytes[position...]
            let hasText = rest.dropFirst().contains { !Ascii.isSpace($0) && $0 != Ascii.point }
            // "A: 42" names a choice, "A:B" a ratio.
            let isColon =
                mark == Ascii.colon && Ascii.isSpace(rest.dropFirst().first ?? 0)
                && rest.count(where: { $0 == Ascii.colon }) == 1
            if isOpen { return hasText && (Ascii.isSpace(mark) || isColon || mark == Ascii.point) }
            return hasText && (mark == Ascii.point || mark == UInt8(ascii: ")") || isColon)
        }
    }

    /// Where the first capital stands alone in a clause: "for sure D, it can't be A".
    static func standing(in clause: Bytes, _ range: Range<Int>) -> Int? {
        for index in range where Ascii.isUpper(clause[index]) && clause[index] <= UInt8(ascii: "J") {
            let before = index > range.lowerBound ? clause[index - 1] : Ascii.space
            let after = index + 1 < range.upperBound ? clause[index + 1] : Ascii.space
            let isAlone =
                !Ascii.isLetter(before) && !Ascii.isDigit(before) && !Ascii.isLetter(after)
                && !Ascii.isDigit(after) && after != UInt8(ascii: "'") && before != Ascii.backslash
            // "A number" begins with an article.
            if isAlone, clause[index] != UInt8(ascii: "A") || after != Ascii.space { return index }
        }
        return nil
    }
}
