/// Cuts folded text into tokens, on demand, because what follows `\frac` is read digit by digit.
struct Lexer {
    let bytes: [UInt8]
    let commas: CommaStyle
    /// Closing positions of the text commands the cursor is in.
    var textEnds: [Int] = []
    var environments: [Environment] = []
    /// A lone `$` is money, a pair delimits mathematics.
    let dollarIsMoney: Bool
    /// Whether a subscript may make letters digits: 2A7_{16}.
    private let hasSubscripts: Bool
    /// The subscript of digits that were read together with it.
    var baseSubscript: Range<Int>?
    /// Where the next token starts.
    var position = 0

    init(_ bytes: [UInt8], commas: CommaStyle) {
        self.bytes = bytes
        self.commas = commas
        var dollars = 0
        for (index, byte) in bytes.enumerated() where byte == Ascii.dollar {
            if index == 0 || bytes[index - 1] != Ascii.backslash { dollars += 1 }
        }
        dollarIsMoney = dollars == 1
        hasSubscripts = bytes.contains(UInt8(ascii: "_"))
    }

    func byte(at index: Int) -> UInt8 { index < bytes.count ? bytes[index] : 0 }

    func has(_ text: StaticString, at index: Int) -> Bool {
        bytes.withUnsafeBufferPointer { $0.has(text, at: index, in: 0..<bytes.count) }
    }

    /// Whether a space, or the start, stands before the position.
    func isSpaceBefore(_ index: Int) -> Bool { index == 0 || Ascii.isSpace(bytes[index - 1]) }

    /// Whether a command's name or a digit ends right before the position.
    func followsCommandOrDigit(_ index: Int) -> Bool {
        index > 0 && (Ascii.isLetter(bytes[index - 1]) || Ascii.isDigit(bytes[index - 1]))
    }

    /// Whether "Rs. 1500" goes on with a point, spaces and a digit.
    func hasDigit(afterPointAt start: Int) -> Bool {
        guard byte(at: start) == Ascii.point else { return false }
        var index = start + 1
        while Ascii.isSpace(byte(at: index)) { index += 1 }
        return Ascii.isDigit(byte(at: index))
    }

    /// Moves past an abbreviation's point.
    mutating func skipPoint() {
        if byte(at: position) == Ascii.point { position += 1 }
    }

    /// The end of an ordinal's raised letters at a position, `{\text{th}}`; nil for another exponent.
    func ordinal(at start: Int) -> Int? {
        let first = byte(at: start)
        guard first == Ascii.openBrace || first == Ascii.backslash else { return nil }
        return Self.ordinals.first { has($0, at: start) }.map { start + $0.utf8CodeUnitCount }
    }

    private static let ordinals: [StaticString] = [
        "{\\text{th}}", "{\\mathrm{th}}", "{\\textrm{th}}", "{th}", "\\text{th}", "{\\text{st}}", "{\\mathrm{st}}",
        "{\\textrm{st}}", "{st}", "\\text{st}", "{\\text{nd}}", "{\\mathrm{nd}}", "{\\textrm{nd}}", "{nd}",
        "\\text{nd}",
        "{\\text{rd}}", "{\\mathrm{rd}}", "{\\textrm{rd}}", "{rd}", "\\text{rd}",
    ]

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

    /// Whether `\,`, `\ ` or `~` stands right before the position.
    func hasThinSpaceBefore(_ index: Int) -> Bool {
        has("~", at: index - 1) || has("\\,", at: index - 2) || has("\\ ", at: index - 2) || has("\\;", at: index - 2)
    }

    /// Moves past what was read otherwise, out of the text commands that end before.
    mutating func leave(to end: Int) {
        position = end
        textEnds.removeAll { $0 < end }
    }

    /// Moves back to read the rest of a word again.
    mutating func rewind(to start: Int) { position = start }

    /// The text between the bracket at `start` and its partner, and where that ends.
    func textInBrackets(from start: Int) -> (text: String, end: Int)? {
        var depth = 0
        for index in start..<bytes.count {
            if bytes[index] == UInt8(ascii: "(") { depth += 1 }
            guard bytes[index] == UInt8(ascii: ")") else { continue }
            depth -= 1
            if depth == 0 { return (String(decoding: bytes[(start + 1)..<index], as: UTF8.self), index + 1) }
        }
        return nil
    }

    /// Whether the next thing after spaces is this text, without moving.
    func peeks(_ text: StaticString) -> Bool {
        var index = position
        while Ascii.isSpace(byte(at: index)) { index += 1 }
        return has(text, at: index)
    }

    /// Whether "mod" is next, whatever markup is around it: `(\mathrm{mod}\ 7)`.
    var peeksModulus: Bool {
        var rest = bytes[min(position, bytes.count)...].prefix(16).drop(while: Ascii.isSpace)
        for mark in ["\\mathrm{", "\\text{", "\\textrm{", "\\"] where rest.starts(with: mark.utf8) {
            rest = rest.dropFirst(mark.utf8.count).drop(while: Ascii.isSpace)
            break
        }
        return rest.starts(with: "mod".utf8) || rest.starts(with: "bmod".utf8)
    }

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
    enum Environment {
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
        if hasSubscripts {
            if let passed = baseSubscript, position == passed.lowerBound {
                position = passed.upperBound
                return nil
            }
            if let token = digitsWithBase() { return token }
        }
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
            if has("/-", at: position) {
                position += 2
                return .plusMinus(true)
            }
            return .plus
        case Ascii.minus:
            if self.byte(at: position) == UInt8(ascii: ">") {
                position += 1
                return .relation(.arrow)
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
        // x &= 1 has one column.
        case .cases?: "=<>".utf8.contains(peekByte()) ? nil : .comma
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
}
