/// Cuts folded text into tokens, on demand, because what follows `\frac` is read digit by digit.
struct Lexer {
    private let bytes: [UInt8]
    private let commas: CommaStyle
    /// Closing positions of the text commands the cursor is in.
    private var textEnds: [Int] = []
    private var environments: [Environment] = []
    /// A lone `$` is money, a pair delimits mathematics.
    private let dollarIsMoney: Bool
    /// Where the next token starts.
    private(set) var position = 0

    init(_ bytes: [UInt8], commas: CommaStyle) {
        self.bytes = bytes
        self.commas = commas
        var dollars = 0
        for (index, byte) in bytes.enumerated() where byte == Ascii.dollar {
            if index == 0 || bytes[index - 1] != Ascii.backslash { dollars += 1 }
        }
        dollarIsMoney = dollars == 1
    }

    private func byte(at index: Int) -> UInt8 { index < bytes.count ? bytes[index] : 0 }

    private func has(_ text: StaticString, at index: Int) -> Bool {
        bytes.withUnsafeBufferPointer { $0.has(text, at: index, in: 0..<bytes.count) }
    }

    /// Whether a space, or the start, stands before the position.
    func isSpaceBefore(_ index: Int) -> Bool { index == 0 || Ascii.isSpace(bytes[index - 1]) }

    /// Whether a command's name or a digit ends right before the position.
    func followsCommandOrDigit(_ index: Int) -> Bool {
        index > 0 && (Ascii.isLetter(bytes[index - 1]) || Ascii.isDigit(bytes[index - 1]))
    }

    /// The next byte that is no space, without moving.
    func peekByte() -> UInt8 {
        var index = position
        while index < bytes.count, Ascii.isSpace(bytes[index]) { index += 1 }
        return byte(at: index)
    }

    /// Re-reads one digit at `start` as a command's argument, as TeX does: `\frac12`.
    mutating func singleDigit(at start: Int) -> Rational? {
        guard Ascii.isDigit(byte(at: start)) else { return nil }
        position = start + 1
        return Rational(Int(bytes[start] - Ascii.zero))
    }

    /// Re-reads one letter at `start` as a command's argument: `\frac ab`.
    mutating func singleLetter(at start: Int) -> String? {
        guard Ascii.isLetter(byte(at: start)) else { return nil }
        position = start + 1
        return String(UnicodeScalar(bytes[start]))
    }

    /// Moves back to read the rest of a word again.
    mutating func rewind(to start: Int) { position = start }

    /// Skips a `{…}` or `[…]` argument; returns its text.
    mutating func skipArgument() -> String? {
        while Ascii.isSpace(byte(at: position)) { position += 1 }
        guard byte(at: position) == Ascii.openBrace else { return nil }
        let all = 0..<bytes.count
        guard let close = bytes.withUnsafeBufferPointer({ $0.closingBrace(of: position, in: all) }) else { return nil }
        let text = String(decoding: bytes[(position + 1)..<close], as: UTF8.self)
        position = close + 1
        return text
    }

    /// What `&` and `\\` do.
    private enum Environment {
        case matrix, cases, aligned
    }

    // MARK: Tokens

    mutating func next() -> (token: Token, start: Int) {
        while position < bytes.count {
            let start = position
            if let end = textEnds.last, position >= end {
                textEnds.removeLast()
                position = max(position, end + 1)
                continue
            }
            if let token = scan() { return (token, start) }
        }
        return (.end, bytes.count)
    }

    // Nil for what is skipped.
    private mutating func scan() -> Token? {
        let byte = bytes[position]
        if Ascii.isDigit(byte) || (byte == Ascii.point && Ascii.isDigit(self.byte(at: position + 1))) {
            return number()
        }
        if Ascii.isLetter(byte) || byte >= 0x80 { return letters() }
        if byte == Ascii.backslash { return command() }
        position += 1
        switch byte {
        case Ascii.dollar: return dollarIsMoney ? .money("usd") : nil
        case UInt8(ascii: "+"):
            if self.byte(at: position) == Ascii.minus {
                position += 1
                return .plusMinus(true)
            }
            return .plus
        case Ascii.minus:
            if self.byte(at: position) == UInt8(ascii: ">") {
                position += 1
                return .relation(.equal)
            }
            return .minus
        case Ascii.star:
            if self.byte(at: position) == Ascii.star {
                position += 1
                return .caret
            }
            return .times
        case UInt8(ascii: "/"): return .divide
        case UInt8(ascii: "^"): return .caret
        case UInt8(ascii: "_"): return .underscore
        case UInt8(ascii: "'"): return .prime
        case Ascii.comma: return .comma
        case UInt8(ascii: ";"): return .semicolon
        case Ascii.colon:
            if self.byte(at: position) == UInt8(ascii: "=") {
                position += 1
                return .relation(.equal)
            }
            return .colon
        case UInt8(ascii: "|"):
            if self.byte(at: position) == UInt8(ascii: "|") {
                position += 1
                return .doubleBar
            }
            return .bar
        case UInt8(ascii: "&"): return ampersand
        case UInt8(ascii: "%"): return .percent
        case UInt8(ascii: "("): return .open(.round)
        case UInt8(ascii: ")"): return .close(.round)
        case UInt8(ascii: "["): return .open(.square)
        case UInt8(ascii: "]"): return .close(.square)
        case Ascii.openBrace:
            // A sign alone in braces is just that sign: 3{/}4.
            if self.byte(at: position + 1) == Ascii.closeBrace, "+-*/=<>:".utf8.contains(self.byte(at: position)) {
                let sign = scan()
                position += 1
                return sign
            }
            return .openBrace
        case Ascii.closeBrace: return .closeBrace
        case UInt8(ascii: "="), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "!"): return relation(byte)
        case Ascii.point:
            if has("..", at: position) {
                position += 2
                return .dots
            }
            return nil
        default: return nil
        }
    }

    private var ampersand: Token? {
        switch environments.last {
        case .matrix?: .ampersand
        case .cases?: .comma
        case .aligned?, nil: nil
        }
    }

    private mutating func relation(_ byte: UInt8) -> Token {
        let next = self.byte(at: position)
        if next == UInt8(ascii: "=") {
            position += 1
            switch byte {
            case UInt8(ascii: "<"): return .relation(.lessOrEqual)
            case UInt8(ascii: ">"): return .relation(.greaterOrEqual)
            case UInt8(ascii: "!"): return .relation(.notEqual)
            default: return .relation(.equal)
            }
        }
        switch byte {
        case UInt8(ascii: "<"):
            if next == UInt8(ascii: ">") {
                position += 1
                return .relation(.notEqual)
            }
            return .relation(.less)
        case UInt8(ascii: ">"): return .relation(.greater)
        case UInt8(ascii: "!"): return .bang
        default:
            if next == UInt8(ascii: ">") || next == UInt8(ascii: "<") {
                position += 1
                return .relation(next == UInt8(ascii: ">") ? .greaterOrEqual : .lessOrEqual)
            }
            return .relation(.equal)
        }
    }

    private mutating func number() -> Token? {
        var cursor = position
        let literal = bytes.withUnsafeBufferPointer {
            NumberLiteral.read($0, at: &cursor, end: bytes.count, commas: commas)
        }
        guard var literal else {
            position += 1
            return nil
        }
        position = cursor
        if let repeating = repeatingDecimal(literal) { return .number(repeating) }
        // 6.02e23: the exponent must follow at once and hold digits only.
        if Ascii.lower(byte(at: position)) == UInt8(ascii: "e") {
            var ahead = position + 1
            let sign = byte(at: ahead)
            if sign == Ascii.minus || sign == Ascii.plus { ahead += 1 }
            var exponent = 0
            let first = ahead
            while Ascii.isDigit(byte(at: ahead)), ahead - first < 6 {
                exponent = exponent * 10 + Int(bytes[ahead] - Ascii.zero)
                ahead += 1
            }
            if ahead > first, !Ascii.isLetter(byte(at: ahead)) {
                position = ahead
                guard exponent <= 5000, !Ascii.isDigit(byte(at: ahead)) else { return .symbol("1e\(exponent)") }
                literal.value = literal.value * Rational.powerOfTen(sign == Ascii.minus ? -exponent : exponent)
                literal.decimals = nil
            }
        }
        return .number(literal)
    }

    // 0.1\overline{6}, 8.\bar{6}, 0.\dot3, 0.(3), 0.333…
    private mutating func repeatingDecimal(_ literal: NumberLiteral) -> NumberLiteral? {
        var cursor = position
        if literal.decimals == nil {
            guard byte(at: cursor) == Ascii.point else { return nil }
            cursor += 1
        }
        let places = literal.decimals ?? 0
        for mark in ["\\overline{", "\\bar{", "\\dot{", "\\overline ", "\\bar ", "\\dot"] as [StaticString]
        where has(mark, at: cursor) {
            let start = cursor + mark.utf8CodeUnitCount
            var end = start
            while Ascii.isDigit(byte(at: end)), end - start < 64 { end += 1 }
            guard end > start else { continue }
            let isBraced = byte(at: start - 1) == Ascii.openBrace
            if isBraced, byte(at: end) != Ascii.closeBrace { continue }
            position = isBraced ? end + 1 : end
            return repeated(literal.value, places, start..<end)
        }
        if literal.decimals == nil, byte(at: cursor) == UInt8(ascii: "(") {
            var end = cursor + 1
            while Ascii.isDigit(byte(at: end)), end - cursor < 64 { end += 1 }
            guard end > cursor + 1, byte(at: end) == UInt8(ascii: ")") else { return nil }
            position = end + 1
            return repeated(literal.value, 0, (cursor + 1)..<end)
        }
        guard literal.decimals != nil, has("...", at: position) || has("\\ldots", at: position) else { return nil }
        return unrolled(literal, places)
    }

    private func repeated(_ value: Rational, _ places: Int, _ digits: Range<Int>) -> NumberLiteral? {
        var cursor = digits.lowerBound
        let block = bytes.withUnsafeBufferPointer {
            NumberLiteral.read($0, at: &cursor, end: digits.upperBound, commas: .separator)
        }
        guard let block else { return nil }
        let nines = Rational.powerOfTen(digits.count) - .one
        let tail = (block.value / nines).map { $0 * Rational.powerOfTen(-places) }
        return tail.map { NumberLiteral(value: value + $0, decimals: nil) }
    }

    // The shortest block that fills the end of the decimals at least twice, one digit at least three times.
    private mutating func unrolled(_ literal: NumberLiteral, _ places: Int) -> NumberLiteral? {
        let end = position
        for length in 1...8 where places >= length * (length == 1 ? 3 : 2) {
            let copies = length == 1 ? 3 : 2
            let isPeriodic = (1...(length * (copies - 1))).allSatisfy {
                bytes[end - $0] == bytes[end - $0 - length]
            }
            guard isPeriodic else { continue }
            guard let tail = repeated(.zero, places, (end - length)..<end) else { return nil }
            position += has("...", at: position) ? 3 : 6
            return NumberLiteral(value: literal.value + tail.value, decimals: nil)
        }
        return nil
    }

    // MARK: Words and commands

    private mutating func letters() -> Token? {
        let start = position
        var isForeign = false
        while position < bytes.count, Ascii.isLetter(bytes[position]) || bytes[position] >= 0x80 {
            if bytes[position] >= 0x80 { isForeign = true }
            position += 1
        }
        let word = String(decoding: bytes[start..<position], as: UTF8.self)
        if isForeign { return Vocabulary.conjunctions[word] ?? .text(word.lowercased()) }
        if let end = textEnds.last { return words(word, until: end) }
        // "x=1orx=-1"
        if start > 0, Ascii.isDigit(bytes[start - 1]), word.hasPrefix("or"), word.utf8.count > 2 {
            position = start + 2
            return .or
        }
        if word == "p" || word == "a", let meridiem = dottedMeridiem(word) { return meridiem }
        return .word(word)
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
        if let function = Vocabulary.functions[text] { return .function(function) }
        return .text(text)
    }

    private mutating func command() -> Token? {
        position += 1
        guard position < bytes.count else { return nil }
        let byte = bytes[position]
        guard Ascii.isLetter(byte) else { return escaped(byte) }
        let start = position
        while Ascii.isLetter(self.byte(at: position)) { position += 1 }
        let name = String(decoding: bytes[start..<position], as: UTF8.self)
        if Vocabulary.ignored.contains(name) {
            // `\left.` has no bracket.
            if name == "left" || name == "right", self.byte(at: position) == Ascii.point { position += 1 }
            return nil
        }
        if Vocabulary.textCommands.contains(name) {
            enterText()
            return nil
        }
        if Vocabulary.dropped.contains(name) {
            _ = skipArgument()
            return nil
        }
        switch name {
        case "mathbb", "Bbb", "mathds":
            let letter = skipArgument() ?? singleLetter(at: position) ?? ""
            return Vocabulary.sets[letter].map(Token.named) ?? .symbol(letter)
        case "begin":
            let name = skipArgument() ?? ""
            if name == "array" || name == "tabular" { _ = skipArgument() }
            let isMatrix = name == "array" || name == "tabular" || name.contains("matrix")
            environments.append(isMatrix ? .matrix : name.contains("cases") ? .cases : .aligned)
            return .begin(name)
        case "end":
            _ = environments.popLast()
            return .finish(skipArgument() ?? "")
        default: break
        }
        return Vocabulary.commands[name] ?? .symbol(name)
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
            else { return .newRow }
            position -= 1
            return nil
        default: return nil
        }
    }
}
