/// What holds where a short text corrects one value by another: "not 5 but 6", "5ではなく6", "5, no wait, 6", "6 et non 5".
struct Correction {
    let bytes: Bytes

    private static let maxLength = 240

    /// The part of a text that holds; nil where nothing in it is corrected. A denial may stand in `lead`, before the text.
    func settled(_ text: Range<Int>, lead: Range<Int>?) -> Range<Int>? {
        guard text.count <= Self.maxLength, hasWords(text) else { return nil }
        var (rest, found) = (text, Range<Int>?.none)
        for _ in 0..<4 {
            guard let next = step(rest, lead: found == nil ? lead : nil) else { break }
            (rest, found) = (next, next)
        }
        return found
    }

    /// Whether a text says of its only value that it does not hold, and offers no other: "7, which is incorrect", "~~7~~".
    func refuses(_ text: Range<Int>) -> Bool {
        guard text.count <= Self.maxLength, hasWords(text) || bytes.has("~~", at: text.lowerBound, in: text) else {
            return false
        }
        if let end = strikeEnd(text) { return !hasValue(end..<text.upperBound) }
        return text.contains { position in
            Self.turns[Int(Ascii.lower(bytes[position]))].contains { turn in
                turn.kind == .fault && stands(turn.words, at: position, in: text)
                    && isOneValue(text.lowerBound..<position)
                    && !hasValue((position + turn.words.count)..<text.upperBound)
            }
        }
    }

    // Past the first turn that has a value on either side.
    private func step(_ text: Range<Int>, lead: Range<Int>?) -> Range<Int>? {
        if let end = strikeEnd(text), hasValue(end..<text.upperBound) { return tidied(end..<text.upperBound) }
        for position in text {
            for turn in Self.turns[Int(Ascii.lower(bytes[position]))] where stands(turn.words, at: position, in: text) {
                let before = text.lowerBound..<position
                let after = (position + turn.words.count)..<text.upperBound
                guard hasValue(before), hasValue(after) else { continue }
                switch turn.kind {
                case .back: return tidied(before)
                case .forward: return tidied(after)
                case .fault: if isOneValue(before) { return tidied(after) }
                case .afterDenial:
                    if isDenied(before) || (lead.map(isDenied) ?? false) { return tidied(after) }
                }
            }
        }
        return nil
    }

    // Where a strike-through ends that a text begins with.
    private func strikeEnd(_ text: Range<Int>) -> Int? {
        guard bytes.has("~~", at: text.lowerBound, in: text) else { return nil }
        return bytes.first("~~", in: (text.lowerBound + 2)..<text.upperBound).map { $0 + 2 }
    }

    // "7; 8 is wrong" finds no fault with 7.
    private func isOneValue(_ range: Range<Int>) -> Bool {
        var (start, count) = (range.lowerBound, 0)
        for position in range
        where ",;.:".utf8.contains(bytes[position])
            && (position + 1 >= range.upperBound || Ascii.isSpace(bytes[position + 1]))
        {
            if hasValue(start..<position) { count += 1 }
            start = position
        }
        if hasValue(start..<range.upperBound) { count += 1 }
        return count == 1
    }

    private func isDenied(_ range: Range<Int>) -> Bool {
        Settlement(bytes: bytes, context: range, isAnnounced: true).holdsDenial(range)
    }

    // MARK: Bytes

    // Two letters together that are no command, or another script.
    private func hasWords(_ range: Range<Int>) -> Bool {
        var (run, isCommand) = (0, false)
        for byte in bytes[range] {
            if byte >= 0x80 { return true }
            if Ascii.isLetter(byte) {
                run += 1
                if run > 1, !isCommand { return true }
            } else {
                (run, isCommand) = (0, byte == Ascii.backslash)
            }
        }
        return false
    }

    // A digit, a formula, or a capital of its own.
    private func hasValue(_ range: Range<Int>) -> Bool {
        range.contains { position in
            let byte = bytes[position]
            if Ascii.isDigit(byte) || byte == Ascii.dollar { return true }
            guard Ascii.isUpper(byte), byte != UInt8(ascii: "I") else { return false }
            let (before, after) = (
                position > range.lowerBound ? bytes[position - 1] : 0,
                position + 1 < range.upperBound ? bytes[position + 1] : 0
            )
            return !Ascii.isLetter(before) && !Ascii.isLetter(after)
        }
    }

    private func stands(_ words: [UInt8], at position: Int, in range: Range<Int>) -> Bool {
        guard position + words.count <= range.upperBound,
            zip(bytes[position..<(position + words.count)], words).allSatisfy({ Ascii.lower($0) == $1 })
        else { return false }
        // Words of scripts with spaces are whole.
        guard let first = words.first, first < 0xE3 else { return true }
        let isLetter: (UInt8) -> Bool = { Ascii.isLetter($0) || $0 >= 0x80 }
        if position > range.lowerBound, isLetter(first), isLetter(bytes[position - 1]), bytes[position - 1] < 0xE3,
            !isAfterForeign(position, range)
        {
            return false
        }
        let end = position + words.count
        return end >= range.upperBound || !isLetter(bytes[end]) || !(words.last.map(isLetter) ?? false)
    }

    // After a sign of three bytes, a bracket or comma of full width.
    private func isAfterForeign(_ position: Int, _ range: Range<Int>) -> Bool {
        position - 3 >= range.lowerBound && bytes[position - 3] >= 0xE3 && bytes[position - 1] >= 0x80
    }

    // Without the marks that led to the turn, and without halves of a text command; nil where brackets are cut apart.
    private func tidied(_ range: Range<Int>) -> Range<Int>? {
        var range = bytes.trimmed(range)
        while let first = range.first {
            if ",;:.-}~".utf8.contains(bytes[first]), first + 1 < range.upperBound,
                bytes[first] != Ascii.minus || !Ascii.isDigit(bytes[first + 1])
            {
                range = bytes.trimmed((first + 1)..<range.upperBound)
            } else if let mark = Self.marks.first(where: { bytes.has($0, at: first, in: range) }) {
                range = bytes.trimmed((first + mark.utf8CodeUnitCount)..<range.upperBound)
            } else {
                break
            }
        }
        while let last = range.last {
            var end = last
            if bytes[last] == Ascii.openBrace {
                while end > range.lowerBound, Ascii.isLetter(bytes[end - 1]) { end -= 1 }
                guard end > range.lowerBound, bytes[end - 1] == Ascii.backslash else { return nil }
                end -= 1
            } else if !",;:-(".utf8.contains(bytes[last]) {
                let mark = Self.marks.first { bytes.has($0, at: last + 1 - $0.utf8CodeUnitCount, in: range) }
                guard let mark else { break }
                end = last + 1 - mark.utf8CodeUnitCount
            }
            range = bytes.trimmed(range.lowerBound..<max(range.lowerBound, end))
        }
        let text = bytes[range]
        guard !range.isEmpty, text.count(where: { $0 == Ascii.dollar }) % 2 == 0,
            text.count(where: { $0 == Ascii.openBrace }) == text.count(where: { $0 == Ascii.closeBrace })
        else { return nil }
        return range
    }

    private static let marks: [StaticString] = ["，", "、", "；", "：", "。", "—", "–"]

    // MARK: Words

    private enum Kind {
        /// What follows holds.
        case forward
        /// What follows holds in place of the one value before it.
        case fault
        /// What follows holds where what precedes is denied.
        case afterDenial
        /// What precedes holds.
        case back
    }

    private static let turns: [[(words: [UInt8], kind: Kind)]] = {
        var table = [[(words: [UInt8], kind: Kind)]](repeating: [], count: 256)
        for (kind, words) in [(Kind.back, back), (.forward, forward), (.fault, faults), (.afterDenial, afterDenial)] {
            for word in words { table[Int(word.utf8.first ?? 0)].append((Array(word.utf8), kind)) }
        }
        return table
    }()

    private static let forward = [
        "ではなくて", "ではなく", "じゃなくて", "じゃなく", "가 아니라", "이 아니라", "가 아니고", "이 아니고", "아니라", "değildir", "değil", "नहीं",
        "no wait", "no, wait", "wait", "scratch that", "strike that", "i mean", "i meant", "sorry", "correction",
        "or rather",
        "make that", "oops", ", no,", "- no,", "— no,", "– no,", ". no,", "いや", "아니", "ah non", ", non,", ", nein,",
        "äh", "quatsch",
        "moment,", "perdón", "pardon", "digo", ", não,", "anzi", ", nie,", ", нет,", "ой", ", hayır,", "哦不", "à không",
        ", không,", "، لا،",
    ]
    private static let faults = [
        "is wrong", "was wrong", "is incorrect", "was incorrect", "is not right", "is not correct", "isn't right",
        "isn't correct", "est faux", "est fausse", "ist falsch", "es incorrecto", "es falso", "è sbagliato",
        "está errado",
        "неверно", "неправильно", "错了", "不对", "不正确", "是错的", "間違い",
    ]
    private static let afterDenial = [
        "but rather", "but", "instead", "sino que", "sino", "sondern", "而是", "mà là", "melainkan", "tetapi", "maar",
        "lecz",
        "ale", "а", "но", "mais plutôt", "mais bien", "mais", "mas sim", "mas", "bensì", "ma", "بل", "utan", "vaan",
        "nýbrž",
        "hanem", "ci", "אלא",
    ]
    private static let back = [
        "而不是", "而非", "，不是", ",不是", "et non pas", "et non", "et pas", "e non", "y no", "e não", "und nicht", "and not",
        "rather than", "instead of", "plutôt que", "au lieu de", "en lugar de", "en vez de", "em vez de", "anstatt",
        "statt",
        "i nie", "a nie", "и не", "а не", "en niet", "ve değil", "dan bukan", "chứ không phải", "chứ không", "であって",
        "이지",
        "وليس",
    ]
}
