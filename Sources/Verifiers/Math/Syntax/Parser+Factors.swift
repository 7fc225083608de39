extension Parser {
    /// Whether the token can stand beside `left` as a further factor or as its unit.
    func startsFactor(after left: Expression) -> Bool {
        switch token {
        case .number, .symbol, .constant, .function, .openBrace, .openFloor, .openCeiling, .fraction, .binomial,
            .squareRoot, .cubeRoot, .begin:
            return true
        case .text(let words):
            return !Self.isClause(words) && !(isInIntegral && words == "d")
                && !(["in", "out of", "in every"].contains(words) && left.literal != nil)
        case .word("U") where Self.isSet(left): return false
        case .word(let word): return word.utf8.count == 1 || (!Self.stops.contains(word) && !isDifferential(word))
        case .money: return left.literal != nil
        case .open(.square): return !closesWithOpening
        case .open: return true
        case .doubleBar: return openBars == 0
        case .bar: return openBars == 0 && !inSet
        default: return false
        }
    }

    /// Whether U after it unites.
    static func isSet(_ expression: Expression) -> Bool {
        switch expression {
        case .group(_, let parts, _): parts.count == 2
        case .set, .named, .sets, .list: true
        default: false
        }
    }

    private func isDifferential(_ word: String) -> Bool {
        isInIntegral && word.utf8.count == 2 && word.utf8.first == UInt8(ascii: "d")
    }

    // Words that separate or qualify instead of multiplying.
    private static let stops: Set<String> = [
        "and", "or", "to", "if", "for", "when", "where", "is", "are", "with", "but", "then", "so",
    ]

    private static func isClause(_ words: String) -> Bool {
        let first = words.prefix { $0 != " " }
        return stops.contains(String(first)) || first == "otherwise" || first == "such" || first == "only"
    }

    /// A base with everything that clings to it: powers, factorials, primes, percent and degree signs, subscripts.
    mutating func power() throws(ParseFailure) -> Expression {
        try nested { parser throws(ParseFailure) in
            var base = try parser.atom()
            while true {
                switch parser.token {
                case .caret:
                    try parser.advance()
                    base = try parser.raised(base)
                case .bang:
                    try parser.advance()
                    let isDouble = parser.token == .bang
                    if isDouble { try parser.advance() }
                    base = .call(isDouble ? .doubleFactorial : .factorial, [base])
                case .percent:
                    if case .percent = base { throw .syntax }
                    try parser.advance()
                    base = .percent(base)
                case .degree:
                    try parser.advance()
                    base = try parser.circled(base)
                case .underscore:
                    if let subscripted = try parser.subscripted(base) {
                        base = subscripted
                        continue
                    }
                    guard case .number(let digits) = base else { throw .syntax }
                    try parser.advance()
                    base = try parser.based(digits)
                default: return base
                }
            }
        }
    }

    // v^2_0 and {g}_k: the subscript belongs to the letter.
    private mutating func subscripted(_ base: Expression) throws(ParseFailure) -> Expression? {
        switch base {
        case .symbol(let name): return .symbol(name + "_" + (try subscriptLabel()))
        case .power(.symbol(let name), let exponent):
            return .power(.symbol(name + "_" + (try subscriptLabel())), exponent)
        default: return nil
        }
    }

    private mutating func raised(_ base: Expression) throws(ParseFailure) -> Expression {
        // 12^{th}: the order says nothing more.
        if let ordinal = lexer.ordinal(at: tokenStart) {
            lexer.rewind(to: ordinal)
            try advance()
            return base
        }
        if token == .degree {
            try advance()
            return try degrees(base)
        }
        if token == .prime {
            try advance()
            return try primed(base)
        }
        if token == .openBrace, lexer.peekByte() == Ascii.backslash {
            let saved = self
            try advance()
            if token == .degree || token == .prime {
                let isDegree = token == .degree
                try advance()
                try take(.closeBrace)
                return isDegree ? try degrees(base) : try primed(base)
            }
            self = saved
        }
        let exponent = try exponent()
        if [.symbol("T"), .symbol("top"), .symbol("intercal")].contains(exponent),
            let turned = Matrices.transposed(base)
        {
            return turned
        }
        // f^{-1}(x) is a value of the inverse.
        if exponent == .minusOne, case .symbol(let name) = base, Self.functionLetters.contains(name),
            token == .open(.round), let value = try application(name + "^-1")
        {
            return value
        }
        return .power(base, exponent)
    }

    /// Letters that functions have.
    static let functionLetters: Set<String> = ["f", "g", "h", "F", "G", "H"]

    // Towers associate to the right.
    private mutating func exponent() throws(ParseFailure) -> Expression {
        try nested { parser throws(ParseFailure) in
            if parser.token == .minus {
                try parser.advance()
                return .negated(try parser.exponent())
            }
            if parser.token == .plus { try parser.advance() }
            let base = try parser.atom()
            guard parser.token == .caret else { return base }
            try parser.advance()
            return .power(base, try parser.exponent())
        }
    }

    // A degree sign, or f \circ g, where the order counts and brackets do not.
    private mutating func circled(_ outer: Expression) throws(ParseFailure) -> Expression {
        guard outer.literal == nil, !outer.symbols.isEmpty, token.isLetter || token == .open(.round) else {
            return try degrees(outer)
        }
        let parts = [outer, try power()].flatMap { part in
            if case .apply("∘", let inner) = part { inner } else { [part] }
        }
        return .apply("∘", parts)
    }

    // 30^\circ, and 30^\circ C, which is no angle.
    private mutating func degrees(_ base: Expression) throws(ParseFailure) -> Expression {
        switch token {
        case .word("C"), .word("F"), .text("c"), .text("f"), .text("C"), .text("F"):
            let scale = [.word("C"), .text("c"), .text("C")].contains(token) ? "degC" : "degF"
            try advance()
            return .quantity(base, scale)
        default: return .product([base, .constant(.degree)])
        }
    }

    private mutating func primed(_ base: Expression) throws(ParseFailure) -> Expression {
        switch base {
        case .symbol(let name):
            if token == .open(.round), let value = try application(name + "'") { return value }
            return .symbol(name + "'")
        case .apply(let name, let arguments): return .apply(name + "'", arguments)
        default: throw .syntax
        }
    }

    // 1011_2: digits and a base from 2 to 36.
    private mutating func based(_ digits: Rational) throws(ParseFailure) -> Expression {
        guard case .number(let value) = try argument(wholeNumbers: true), let base = value.intValue,
            (2...36).contains(base), digits.isInteger, !digits.isNegative
        else { throw .syntax }
        let text = String(digits.numerator)
        guard text.utf8.allSatisfy({ Int($0 - Ascii.zero) < base }) else { throw .syntax }
        return .based(text, base)
    }

    // MARK: Units

    /// The quantity of `left` and the unit at the cursor; nil when no unit stands there.
    mutating func unit(on left: Expression) throws(ParseFailure) -> Expression? {
        if case .money(let currency) = token {
            try advance()
            return .quantity(left, currency)
        }
        guard startsUnit(after: left) else { return nil }
        if token == .symbol("Omega") {
            try advance()
            return .quantity(left, "ohm")
        }
        let isPlain = if case .word = token { true } else { false }
        var words: [String] = []
        while let word = unitWord(isFirst: words.isEmpty) {
            try advance()
            words += word.split(separator: " ").map(String.init)
        }
        // "42 because 6·7 = 42" is a sentence, "42 不是" a denial.
        if words.contains(where: { HedgeWords.isDenial($0) || HedgeWords.isPostponedBound($0) }) { throw .syntax }
        if isPlain, !isKnownUnit(words), startsFactor(after: .one), token != .open(.round) { throw .syntax }
        var left = left
        while let scale = words.first.flatMap({ Self.multipliers[$0.lowercased()] }) {
            left = Self.scaled(left, scale)
            words.removeFirst()
        }
        if words.isEmpty { return left }
        var unit = words.joined(separator: " ")
        try unitPower(&unit)
        // \mathrm{m\,s^{-1}} and \mathrm{kg\,m^2\,s^{-2}}: units go on after a power.
        while case .text(let next) = token, UnitValue(UnitName.normal(next)) != nil,
            UnitValue(UnitName.normal(unit)) != nil
        {
            try advance()
            var part = next
            try unitPower(&part)
            unit += " " + part
        }
        return measured(left, UnitName.normal(unit))
    }

    // \frac{m}{s^2} after a number.
    mutating func unitFraction(on left: Expression) throws(ParseFailure) -> Expression? {
        guard token == .fraction, left.literal != nil || !left.hasSymbols else { return nil }
        let saved = self
        try advance()
        if let top = try? unitArgument(), let bottom = try? unitArgument() {
            return .quantity(left, top + "/" + bottom)
        }
        backtrack(to: saved)
        return nil
    }

    private mutating func unitArgument() throws(ParseFailure) -> String {
        guard token == .openBrace else { throw .syntax }
        try advance()
        guard case .text(let name) = token else { throw .syntax }
        try advance()
        var unit = name
        try unitPower(&unit)
        guard token == .closeBrace, UnitValue(UnitName.normal(unit)) != nil else { throw .syntax }
        try advance()
        return UnitName.normal(unit)
    }

    /// Appends a unit after a dot to a quantity: m \cdot s^{-1}; nil when what follows is no unit.
    mutating func unitProduct(_ left: Expression) throws(ParseFailure) -> Expression? {
        guard case .quantity(let value, let unit) = left, case .text(let name) = token, UnitValue(unit) != nil,
            UnitValue(UnitName.normal(name)) != nil
        else { return nil }
        try advance()
        var part = name
        try unitPower(&part)
        return .quantity(value, unit + " " + UnitName.normal(part))
    }

    private func isKnownUnit(_ words: [String]) -> Bool {
        words.allSatisfy { UnitTable.normal($0) != nil || Self.multipliers[$0.lowercased()] != nil }
    }

    private static let multipliers: [String: Int] = [
        "hundred": 100, "thousand": 1000, "million": 1_000_000, "millions": 1_000_000, "billion": 1_000_000_000,
        "trillion": 1_000_000_000_000, "dozen": 12, "dozens": 12,
    ]

    // "$1.2 million" scales what stands before the currency.
    private static func scaled(_ left: Expression, _ scale: Int) -> Expression {
        if case .quantity(let inner, let unit) = left { return .quantity(scaled(inner, scale), unit) }
        let factor = Rational(scale)
        return left.literal.map { .number($0 * factor) } ?? .product([left, .number(factor)])
    }

    private func measured(_ left: Expression, _ unit: String) -> Expression {
        switch unit {
        case "percent": .percent(left)
        case "deg": .product([left, .constant(.degree)])
        case "am", "pm": hour(left, isAfternoon: unit == "pm") ?? .quantity(left, unit)
        default: .quantity(left, unit)
        }
    }

    // 10 a.m.; what a colon precedes is minutes.
    private func hour(_ value: Expression, isAfternoon: Bool) -> Expression? {
        guard let hour = value.literal?.intValue, (1...12).contains(hour), !isAfterColon else { return nil }
        return .time(hour % 12 * 3600 + (isAfternoon ? 12 * 3600 : 0), true)
    }

    private func startsUnit(after left: Expression) -> Bool {
        switch token {
        case .text(let words): return !["i", "e", "pi", "in", "out of", "in every"].contains(words)
        case .symbol("Omega"): return left.literal != nil
        case .word(let word):
            if word.utf8.count == 1 { return (left.literal != nil || isScientific(left)) && isLetterUnit(word) }
            if Self.shadowed.contains(word) { return left.symbols.isEmpty && endsUnit(lexer.peekByte()) }
            if Vocabulary.functions[word] != nil || Vocabulary.commands[word] != nil { return false }
            guard !left.hasSymbols else { return false }
            if word == "per" { return lexer.peeks("cent") }
            return UnitTable.normal(word) != nil || (left.literal != nil && Self.looksLikeWord(word))
        default: return false
        }
    }

    // Units that are also functions, signs or relations: only where no argument follows.
    private static let shadowed: Set<String> = [
        "sec", "min", "pm", "in", "EUR", "GBP", "JPY", "INR", "pounds", "euro", "yen",
    ]

    // 9.21 × 10^5
    private func isScientific(_ left: Expression) -> Bool {
        guard case .product(let factors) = left, factors.count == 2, factors[0].literal != nil,
            case .power(.number, .number) = factors[1]
        else { return false }
        return true
    }

    private func endsUnit(_ next: UInt8) -> Bool { next == 0 || ".,;)}/".utf8.contains(next) }

    // "5 m" at the end and "10 m/s" are quantities, "5m" is a product.
    private func isLetterUnit(_ word: String) -> Bool {
        guard "mgshLNJWVAK".contains(word), lexer.isSpaceBefore(tokenStart) else { return false }
        let next = lexer.peekByte()
        if next == UInt8(ascii: "^") || next == UInt8(ascii: "/") { return word == "m" || word == "J" || word == "N" }
        return next == 0 || next == Ascii.point
    }

    private func unitWord(isFirst: Bool) -> String? {
        switch token {
        case .text(let words) where isFirst || !Self.isClause(words): words
        case .word(let word)
        where isFirst || UnitTable.normal(word) != nil || Self.unitJoints.contains(word)
            || (Self.looksLikeWord(word) && !Self.stops.contains(word)):
            word
        default: nil
        }
    }

    // "Miles per hour", "sq m".
    private static let unitJoints: Set<String> = ["per", "of", "sq", "cu", "m", "g", "L", "in", "old"]

    private mutating func unitPower(_ unit: inout String) throws(ParseFailure) {
        guard token == .caret else { return }
        try advance()
        guard case .number(let exponent) = try argument(wholeNumbers: true), let power = exponent.intValue else {
            throw .syntax
        }
        unit += "^\(power)"
    }

    /// Appends `/s` to a quantity whose slash has been read; nil when what follows is no unit.
    mutating func unitQuotient(_ left: Expression) throws(ParseFailure) -> Expression? {
        guard case .quantity(let value, let unit) = left else { return nil }
        var name: String
        switch token {
        case .text(let words): name = words
        case .word(let word): name = word
        default: return nil
        }
        try advance()
        try unitPower(&name)
        return .quantity(value, unit + "/" + UnitName.normal(name))
    }

    /// Four letters or more with a vowel: a word, not a product of variables.
    static func looksLikeWord(_ word: String) -> Bool {
        word.utf8.count >= 4 && word.utf8.contains { "aeiou".utf8.contains(Ascii.lower($0)) }
    }
}
