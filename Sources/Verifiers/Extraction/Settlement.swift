/// Whether the words around an answer leave it open: they deny it ("not 42"), offer another beside it ("41 or 42") or
/// bound it ("at least 42"). An answer that a whole clause consists of is settled; this is about one inside a sentence.
struct Settlement {
    let bytes: Bytes
    /// The clause or sentence the answer stands in.
    let context: Range<Int>
    /// Whether the sentence announces the answer: then a bound is no answer. Elsewhere "at least 42" may answer a question
    /// for the least.
    let isAnnounced: Bool

    /// Bytes looked at on either side.
    private static let reach = 256

    /// How an answer stands in its sentence.
    enum Standing {
        case settled
        /// It is named as what the answer is not; what comes later may be the answer.
        case denied
        /// It is one of several, or a bound.
        case open
    }

    func standing(of answer: Range<Int>) -> Standing {
        let low = max(context.lowerBound, answer.lowerBound - Self.reach)
        let high = min(context.upperBound, answer.upperBound + Self.reach)
        let before = standing(before: marks(low..<max(low, answer.lowerBound)))
        guard before == .settled else { return before }
        return isOpen(after: marks(min(answer.upperBound, high)..<high)) ? .open : .settled
    }

    /// Whether a part of a sentence ends in a denial of what follows: "is not", "no es", "不是".
    func endsInDenial(_ range: Range<Int>) -> Bool {
        marks(range).suffix(3).contains { if case .word(let word) = $0 { HedgeWords.isDenial(word) } else { false } }
    }

    /// Whether a denial stands anywhere in a part of a sentence.
    func holdsDenial(_ range: Range<Int>) -> Bool {
        marks(range).contains { if case .word(let word) = $0 { HedgeWords.isDenial(word) } else { false } }
    }

    // MARK: Reading outwards from the answer

    private func standing(before marks: [Mark]) -> Standing {
        var words = 0
        var hasOr = false
        var hasAnd = false
        for (index, mark) in marks.enumerated().reversed() {
            switch mark {
            case .stop, .question, .dash: return .settled
            case .comma: if !hasOr { return .settled }
            case .value: return (hasOr && words <= 4) || (hasAnd && words == 1) ? .open : .settled
            case .word(let word):
                words += 1
                if words > 6 { return .settled }
                if isExclusion(marks[..<index], word) { return .denied }
                if HedgeWords.turns.contains(word) { return .settled }
                // 5ではなく6: what is denied stands before.
                if HedgeWords.isPostponedDenial(word), marks[..<index].suffix(2).contains(.value) { return .settled }
                let isDoubt = marks[(index + 1)...].first == .word("doubt")
                if HedgeWords.isAlternative(word) {
                    hasOr = true
                } else if words == 1, HedgeWords.conjunctions.contains(word) {
                    hasAnd = true
                } else if HedgeWords.choosers.contains(word) {
                    return .open
                } else if words <= 3, HedgeWords.isDenial(word), !isDoubt {
                    return .denied
                } else if isAnnounced, words <= 2, HedgeWords.isBound(word) {
                    return .open
                } else if words == 2, HedgeWords.comparatives.contains(word), isComparison(marks[index...]) {
                    return .open
                } else if HedgeWords.verbs.contains(word), !hasOr {
                    return .settled
                }
            }
        }
        return .settled
    }

    // "Menor que 12", "maggiore di 12".
    private func isComparison(_ marks: ArraySlice<Mark>) -> Bool {
        if case .word(let word)? = marks.last { HedgeWords.comparedBy.contains(word) } else { false }
    }

    // "Anything but 42", "other than 42".
    private func isExclusion(_ before: ArraySlice<Mark>, _ word: String) -> Bool {
        guard case .word(let lead)? = before.last else { return false }
        return (word == "but" && ["anything", "everything", "all", "any"].contains(lead))
            || (word == "from" && lead == "far") || (word == "than" && (lead == "other" || lead == "rather"))
    }

    private func isOpen(after marks: [Mark]) -> Bool {
        if isConditional(marks) || isDoubted(marks) { return true }
        var words = 0
        for (index, mark) in marks.enumerated() {
            let rest = marks[(index + 1)...]
            switch mark {
            case .stop, .question, .value: return false
            case .dash: return words == 0 && rest.first == .value
            case .comma:
                if case .word(let word)? = rest.first, HedgeWords.isAlternative(word) { continue }
                return isListed(rest) || concedes(rest.prefix(6))
            case .word(let word):
                words += 1
                if words > 6 { return false }
                // "B不是A" denies what follows, "42不是答案" what stands before.
                if HedgeWords.isPostponedDenial(word) { return rest.first != .value }
                if words <= 3, HedgeWords.isAlternative(word) { return offersMore(rest.prefix(5)) }
                if words <= 3, HedgeWords.conjunctions.contains(word) { return leadsToValue(rest, within: 1) }
                if words == 1, HedgeWords.ranges.contains(word) { return leadsToValue(rest, within: 0) }
                if words <= 2, HedgeWords.verbs.contains(word) {
                    guard case .word(let next)? = rest.first else { return false }
                    return HedgeWords.isDenial(next) || HedgeWords.faults.contains(next)
                }
                if isAnnounced, words <= 2, HedgeWords.isPostponedBound(word) { return true }
            }
        }
        return false
    }

    // "42 if n is even, otherwise 41".
    private func isConditional(_ marks: [Mark]) -> Bool {
        let words = marks.compactMap { if case .word(let word) = $0 { word } else { nil } }
        return words.contains { HedgeWords.otherwise.contains($0) } || words.count(where: { $0 == "if" }) > 1
    }

    // "42? No, it is 41", "42 (if not, then 41)".
    private func isDoubted(_ marks: [Mark]) -> Bool {
        switch marks.first {
        case .question?: return marks.dropFirst().first != .word("yes")
        case .word("if")?:
            guard case .word(let next)? = marks.dropFirst().first else { return false }
            return HedgeWords.isDenial(next)
        default: return false
        }
    }

    // "5, though it might be 7".
    private func concedes(_ rest: ArraySlice<Mark>) -> Bool {
        guard case .word(let first)? = rest.first, HedgeWords.concessions.contains(first), rest.contains(.value) else {
            return false
        }
        return rest.contains { if case .word(let word) = $0 { HedgeWords.possibilities.contains(word) } else { false } }
    }

    // "41, 42, …": a further value, and then the list goes on or ends.
    private func isListed(_ rest: ArraySlice<Mark>) -> Bool {
        guard rest.first == .value else { return false }
        switch rest.dropFirst().first {
        case nil, .stop?, .question?, .comma?: return true
        case .word(let word)?: return HedgeWords.isAlternative(word) || HedgeWords.conjunctions.contains(word)
        case .value?, .dash?: return false
        }
    }

    // "or 43", "or maybe 43", "or more", "or not".
    private func offersMore(_ rest: ArraySlice<Mark>) -> Bool {
        for mark in rest {
            switch mark {
            case .value: return true
            case .word(let word): if HedgeWords.more.contains(word) || HedgeWords.isDenial(word) { return true }
            case .stop, .question, .comma, .dash: return false
            }
        }
        return false
    }

    private func leadsToValue(_ rest: ArraySlice<Mark>, within words: Int) -> Bool {
        let skipped = rest.prefix { if case .word = $0 { true } else { false } }.count
        return skipped <= words && rest.dropFirst(skipped).first == .value
    }

    // MARK: Marks

    /// What counts in a sentence.
    private enum Mark: Equatable {
        case word(String)
        /// A number, a formula, or a capital that names a choice.
        case value
        case comma
        case dash
        /// The end of a sentence or part of one.
        case stop
        case question
    }

    private func marks(_ range: Range<Int>) -> [Mark] {
        var marks: [Mark] = []
        var position = range.lowerBound
        while position < range.upperBound {
            let start = position
            let byte = bytes[position]
            if let mark = sign(at: &position, range) {
                marks.append(mark)
            } else if Ascii.isWordByte(byte), position == start {
                while position < range.upperBound,
                    Ascii.isWordByte(bytes[position]) || bytes[position] == Self.apostrophe
                {
                    if sign(at: position, range) != nil { break }
                    position += 1
                }
                position = max(position, start + 1)
                marks.append(word(start..<position, range))
            } else if position == start {
                position += 1
            }
        }
        return marks
    }

    private static let apostrophe = UInt8(ascii: "'")

    private func sign(at position: Int, _ range: Range<Int>) -> Mark? {
        var end = position
        guard bytes[position] >= 0x80 else { return nil }
        return sign(at: &end, range)
    }

    // Moves past what it recognizes; past markup too, which is nothing.
    private func sign(at position: inout Int, _ range: Range<Int>) -> Mark? {
        let byte = bytes[position]
        if Ascii.isDigit(byte) {
            while position < range.upperBound, Ascii.isDigit(bytes[position]) || isInsideNumber(position, range) {
                position += 1
            }
            return .value
        }
        switch byte {
        case Ascii.backslash: return command(&position, range)
        case Ascii.comma: return passed(&position, 1, .comma)
        case UInt8(ascii: "?"): return passed(&position, 1, .question)
        case Ascii.point, UInt8(ascii: ";"), UInt8(ascii: "!"), Ascii.newline, Ascii.colon:
            return passed(&position, 1, .stop)
        case Ascii.minus: return passed(&position, 1, .dash)
        default: break
        }
        guard byte >= 0x80 else { return nil }
        for sign in ["。", "！", "？", "；"] as [StaticString] where bytes.has(sign, at: position, in: range) {
            return passed(&position, 3, .stop)
        }
        for sign in ["，", "、"] as [StaticString] where bytes.has(sign, at: position, in: range) {
            return passed(&position, 3, .comma)
        }
        for sign in ["–", "—", "～"] as [StaticString] where bytes.has(sign, at: position, in: range) {
            return passed(&position, 3, .dash)
        }
        return nil
    }

    private func passed(_ position: inout Int, _ count: Int, _ mark: Mark) -> Mark {
        position += count
        return mark
    }

    private func isInsideNumber(_ position: Int, _ range: Range<Int>) -> Bool {
        (bytes[position] == Ascii.point || bytes[position] == Ascii.comma) && position + 1 < range.upperBound
            && Ascii.isDigit(bytes[position + 1])
    }

    // Text commands are only markup around words; any other command is part of a formula.
    private func command(_ position: inout Int, _ range: Range<Int>) -> Mark? {
        position += 1
        let start = position
        while position < range.upperBound, Ascii.isLetter(bytes[position]) { position += 1 }
        if start == position {
            position += 1
            return nil
        }
        let name = bytes[start..<position]
        if name.elementsEqual("lor".utf8) || name.elementsEqual("vee".utf8) { return .word("or") }
        if Markup.contains(name) { return nil }
        return .value
    }

    private func word(_ word: Range<Int>, _ range: Range<Int>) -> Mark {
        if word.count == 1, Ascii.isUpper(bytes[word.lowerBound]), bytes[word.lowerBound] != UInt8(ascii: "I") {
            // "A number" begins with an article.
            let isArticle =
                bytes[word.lowerBound] == UInt8(ascii: "A") && word.upperBound + 1 < range.upperBound
                && bytes[word.upperBound] == Ascii.space && Ascii.isLetter(bytes[word.upperBound + 1])
                && !Ascii.isUpper(bytes[word.upperBound + 1])
            if !isArticle || HedgeWords.isAlternative(nextWord(after: word.upperBound, range)) { return .value }
        }
        return .word(String(decoding: bytes[word].map(Ascii.lower), as: UTF8.self))
    }

    private func nextWord(after position: Int, _ range: Range<Int>) -> String {
        let rest = bytes[position..<range.upperBound].drop(while: Ascii.isSpace).prefix(16)
        return String(decoding: rest.prefix(while: Ascii.isWordByte).map(Ascii.lower), as: UTF8.self)
    }
}
