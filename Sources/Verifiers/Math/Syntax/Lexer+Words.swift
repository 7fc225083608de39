extension Lexer {
    mutating func letters() -> Token? {
        let start = position
        var isForeign = false
        while position < bytes.count, Ascii.isLetter(bytes[position]) || bytes[position] >= 0x80 {
            if bytes[position] >= 0x80 { isForeign = true }
            position += 1
        }
        let word = String(decoding: bytes[start..<position], as: UTF8.self)
        if let money = dollars(of: word) { return money }
        if isForeign { return foreign(word, start) }
        if word == "triangle", Ascii.isUpper(peekByte()) || peekByte() == Ascii.closeBrace { return nil }
        if let end = textEnds.last { return words(word, until: end) }
        // "x=1orx=-1"
        if start > 0, Ascii.isDigit(bytes[start - 1]), word.hasPrefix("or"), word.utf8.count > 2 {
            position = start + 2
            return .or
        }
        if word.utf8.count == 1, joinsEquations(start), let token = Vocabulary.conjunctions[word] { return token }
        if word == "x" || word == "X", isTimes(start) { return .times }
        if word == "m", has("\\angle", at: position) || has(" \\angle", at: position) { return nil }
        // 12th, 1st: the order says nothing more.
        if start > 0, Ascii.isDigit(bytes[start - 1]), ["th", "st", "nd", "rd"].contains(word) { return nil }
        if word == "p" || word == "a", let meridiem = dottedMeridiem(word) { return meridiem }
        return .word(word)
    }

    // 根号3, 负2, and words.
    private mutating func foreign(_ word: String, _ start: Int) -> Token {
        for (name, token) in [("根号", Token.squareRoot), ("根號", .squareRoot), ("负", .minus), ("負", .minus)]
        where word.hasPrefix(name) {
            position = start + name.utf8.count
            return token
        }
        // x=1或x=2 and 或x: a conjunction that nothing sets apart.
        for name in Self.joined where word.hasPrefix(name) && word != name {
            let end = start + name.utf8.count
            guard end < bytes.count, bytes[end] < 0x80 else { continue }
            position = end
            return Vocabulary.conjunctions[name] ?? .text(name)
        }
        return Vocabulary.conjunctions[word] ?? .text(word.lowercased())
    }

    private static let joined = ["或者", "或", "和", "与", "及", "且", "または", "又は", "もしくは", "또는", "혹은", "と"]

    // US\$45, HK\$20.
    private mutating func dollars(of word: String) -> Token? {
        let isEscaped = has("\\$", at: position)
        guard isEscaped || (dollarIsMoney && byte(at: position) == Ascii.dollar),
            let currency = UnitTable.dollars[word]
        else { return nil }
        position += isEscaped ? 2 : 1
        return .money(currency)
    }

    // "x = 1 o x = 2": a letter of its own after one equation and before another.
    private func joinsEquations(_ start: Int) -> Bool {
        guard start > 3, Ascii.isSpace(bytes[start - 1]), Ascii.isSpace(byte(at: position)),
            Ascii.isDigit(bytes[..<start].last { !Ascii.isSpace($0) } ?? 0),
            bytes[..<start].contains(UInt8(ascii: "="))
        else { return false }
        let next = bytes[position...].drop(while: Ascii.isSpace)
        return Ascii.isLetter(next.first ?? 0) && next.dropFirst().first { !Ascii.isSpace($0) } == UInt8(ascii: "=")
    }

    // "3.2 x 10^5": a lone x between numbers multiplies.
    private func isTimes(_ start: Int) -> Bool {
        guard start > 1, Ascii.isSpace(bytes[start - 1]), Ascii.isSpace(byte(at: position)) else { return false }
        let before = bytes[..<start].last { !Ascii.isSpace($0) } ?? 0
        return Ascii.isDigit(before) && Ascii.isDigit(peekByte())
    }

    // "4:30 p.m." outside a text command.
    private mutating func dottedMeridiem(_ word: String) -> Token? {
        guard has(".m", at: position), !Ascii.isLetter(byte(at: position + 2)) else { return nil }
        position += byte(at: position + 2) == Ascii.point ? 3 : 2
        return .text(word + "m")
    }

    private mutating func words(_ first: String, until end: Int) -> Token {
        if let token = Vocabulary.conjunctions[first], first.utf8.count > 1 || isSpaceBefore(position - 1) {
            return token
        }
        var text = first
        while position < end {
            var ahead = position
            var gap = false
            while ahead < end, Ascii.isSpace(bytes[ahead]) || bytes[ahead] == UInt8(ascii: "~") {
                ahead += 1
                gap = true
            }
            if ahead < end, bytes[ahead] == Ascii.point || bytes[ahead] == UInt8(ascii: "-"), !gap {
                position = ahead + 1
                continue
            }
            let start = ahead
            while ahead < end, Ascii.isLetter(bytes[ahead]) || bytes[ahead] >= 0x80 { ahead += 1 }
            guard ahead > start else { break }
            let word = String(decoding: bytes[start..<ahead], as: UTF8.self)
            if Vocabulary.conjunctions[word] != nil, word.utf8.count > 1 { break }
            position = ahead
            text += (gap ? " " : "") + word
        }
        if text == "constant" || text == "const" { return .symbol("C") }
        if text == "min" || text == "sec" {
            return hasArgument(after: end) ? .function(text == "min" ? .min : .sec) : .text(text)
        }
        if let function = Vocabulary.functions[text] { return .function(function) }
        return .text(text)
    }

    // \text{min} is a unit unless something follows that it applies to.
    private func hasArgument(after end: Int) -> Bool {
        let next = bytes[min(bytes.count, end + 1)...].first { !Ascii.isSpace($0) } ?? 0
        return Ascii.isLetter(next) || "({\\_".utf8.contains(next)
    }

    mutating func command() -> Token? {
        position += 1
        guard position < bytes.count else { return nil }
        let byte = bytes[position]
        guard Ascii.isLetter(byte) else { return escaped(byte) }
        let start = position
        while Ascii.isLetter(self.byte(at: position)) { position += 1 }
        let spelling = bytes[start..<position]
        if Markup.accents.contains(spelling) { return accented(spelling) }
        if Markup.looks.contains(spelling) { return looks(spelling) }
        if Markup.text.contains(spelling) {
            enterText()
            return nil
        }
        if Markup.dropped.contains(spelling) {
            _ = skipArgument()
            return nil
        }
        let name = String(decoding: spelling, as: UTF8.self)
        switch name {
        case "angle" where !isPolar(start - 1): return corner()
        case "fcolorbox", "colorbox":
            _ = skipArgument()
            if name == "fcolorbox" { _ = skipArgument() }
            return nil
        case "bbox":
            if self.byte(at: position) == UInt8(ascii: "["),
                let close = bytes[position...].firstIndex(of: UInt8(ascii: "]"))
            {
                position = close + 1
            }
            return nil
        case "not":
            while Ascii.isSpace(self.byte(at: position)) { position += 1 }
            // One of many would be read by recursion.
            if has("\\not", at: position) { break }
            let afterName = self
            if case .relation(let relation) = next().token { return .relation(relation.negated) }
            self = afterName
        case "mathbb", "Bbb", "mathds":
            let letter = skipArgument() ?? singleLetter(at: position) ?? ""
            return Vocabulary.sets[letter].map { .named(limited($0)) } ?? .symbol(letter)
        case "begin":
            let name = skipArgument() ?? ""
            if name == "array" || name == "tabular" { _ = skipArgument() }
            let bytes = Array(name.utf8)
            let isMatrix = name == "array" || name == "tabular" || bytes.first("matrix") != nil
            environments.append(isMatrix ? .matrix : bytes.first("cases") != nil ? .cases : .aligned)
            return .begin(name)
        case "end":
            _ = environments.popLast()
            return .finish(skipArgument() ?? "")
        default: break
        }
        return Vocabulary.commands[name] ?? .symbol(name)
    }

    // \mathbb{Z}^+, \mathbb{R}_{>0}, \mathbb{N}^*, \mathbb{N}_0: the part of a set that its mark says.
    private mutating func limited(_ set: NamedSet) -> NamedSet {
        let marks: [(marks: [StaticString], parts: [NamedSet: NamedSet])] = [
            (
                ["^+", "^{+}", "_+", "_{+}", "_{>0}", "^{>0}", "_{> 0}"],
                [.integers: .positiveIntegers, .naturals: .positiveIntegers, .reals: .positiveReals]
            ),
            (
                ["^*", "^{*}", "^\\ast", "^{\\ast}", "_{\\ge 1}", "_{\\geq 1}", "_{\\geq1}"],
                [.naturals: .positiveIntegers]
            ),
            (
                ["_0", "_{0}", "^0", "_{\\ge 0}", "_{\\geq 0}", "_{\\ge0}", "_{\\geq0}"],
                [.naturals: .wholeNumbers, .integers: .wholeNumbers]
            ),
        ]
        for (marks, parts) in marks {
            guard let part = parts[set], let mark = marks.first(where: { has($0, at: position) }) else { continue }
            position += mark.utf8CodeUnitCount
            return part
        }
        return set
    }

    // A command that only changes looks, but for a set's letter in bold.
    private mutating func looks(_ name: ArraySlice<UInt8>) -> Token? {
        if name.elementsEqual("mathbf".utf8),
            (["{R}", "{Z}", "{Q}"] as [StaticString]).contains(where: { has($0, at: position) })
        {
            return Vocabulary.sets[skipArgument() ?? ""].map(Token.named)
        }
        // `\left.` has no bracket.
        if name.elementsEqual("left".utf8) || name.elementsEqual("right".utf8), byte(at: position) == Ascii.point {
            position += 1
        }
        return nil
    }

    // 6 \angle 60^\circ, not m\angle ABC.
    private func isPolar(_ start: Int) -> Bool {
        let before = bytes[..<start].last { !Ascii.isSpace($0) } ?? 0
        let next = peekByte()
        return (Ascii.isDigit(before) || before == Ascii.closeBrace) && (Ascii.isDigit(next) || next == Ascii.minus)
    }

    // \angle ABC is \angle CBA, not \angle BAC.
    private mutating func corner() -> Token? {
        var end = position
        while Ascii.isSpace(byte(at: end)) { end += 1 }
        let first = end
        while Ascii.isUpper(byte(at: end)) { end += 1 }
        guard end - first == 3, !Ascii.isLetter(byte(at: end)) else { return nil }
        let points = Array(bytes[first..<end])
        position = end
        let order = points.lexicographicallyPrecedes(points.reversed()) ? points : points.reversed()
        return .symbol("∠" + String(decoding: order, as: UTF8.self))
    }

    // \dot{m} is no \ddot{m}, and \overrightarrow{AB} no \overrightarrow{BA}; other accents say nothing.
    private mutating func accented(_ accent: ArraySlice<UInt8>) -> Token? {
        let saved = position
        while Ascii.isSpace(byte(at: position)) { position += 1 }
        let text = skipArgument() ?? singleLetter(at: position) ?? ""
        let letters = text.utf8.drop { $0 == Ascii.backslash }
        let isDot = accent.elementsEqual("dot".utf8)
        let isArrow = accent.elementsEqual("vec".utf8) || accent.elementsEqual("overrightarrow".utf8)
        if isDot || accent.elementsEqual("ddot".utf8), !letters.isEmpty, letters.allSatisfy(Ascii.isLetter) {
            return .symbol(String(decoding: letters, as: UTF8.self) + (isDot ? "˙" : "¨"))
        }
        if isArrow, letters.count == 2, letters.allSatisfy(Ascii.isUpper) { return .symbol("→" + text) }
        position = saved
        return nil
    }

    private mutating func enterText() {
        while Ascii.isSpace(byte(at: position)) { position += 1 }
        guard byte(at: position) == Ascii.openBrace else { return }
        let all = 0..<bytes.count
        guard let close = bytes.withUnsafeBufferPointer({ $0.closingBrace(of: position, in: all) }) else { return }
        position += 1
        textEnds.append(close)
    }

    private mutating func escaped(_ byte: UInt8) -> Token? {
        position += 1
        switch byte {
        // A brace that only \right. closes stands before equations.
        case Ascii.openBrace where peeks("\\begin{") && bytes.first("\\}", from: position) == nil: return nil
        case Ascii.openBrace: return .openSet
        case Ascii.closeBrace: return .closeSet
        case Ascii.dollar: return .money("usd")
        case UInt8(ascii: "%"): return .percent
        case UInt8(ascii: "|"): return .doubleBar
        case UInt8(ascii: "&"): return .and
        case Ascii.backslash:
            // Outside environments a doubled backslash before a command comes from one escaping too many.
            let next = self.byte(at: position)
            guard environments.isEmpty, Ascii.isLetter(next) || next == Ascii.openBrace || next == UInt8(ascii: "%")
            else {
                skipRowGap()
                return .newRow
            }
            position -= 1
            return nil
        // JSON's 1\/2 and Markdown's 3 \* 4, x\^2, \-5.
        case UInt8(ascii: "/"): return .divide
        case Ascii.star: return .times
        case UInt8(ascii: "^"): return .caret
        case UInt8(ascii: "+"): return .plus
        case Ascii.minus: return .minus
        // No digit is passed over.
        case Ascii.zero...(Ascii.zero + 9): return .symbol("\\\(byte - Ascii.zero)")
        default: return nil
        }
    }

    // \\[2pt] leaves space between rows.
    private mutating func skipRowGap() {
        guard !environments.isEmpty, byte(at: position) == UInt8(ascii: "[") else { return }
        var end = position + 1
        while end - position < 10,
            Ascii.isDigit(byte(at: end)) || Ascii.isLetter(byte(at: end)) || byte(at: end) == 0x2E
        {
            end += 1
        }
        guard byte(at: end) == UInt8(ascii: "]"),
            (["pt", "ex", "em", "mm", "cm"] as [StaticString]).contains(where: { has($0, at: end - 2) })
        else { return }
        position = end + 1
    }
}
