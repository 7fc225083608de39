extension Parser {
    /// The quantity of `left` and a whole unit of measure at the cursor, compound or not; nil when none stands there.
    mutating func measure(on left: Expression) throws(ParseFailure) -> Expression? {
        let isNumber = left.literal != nil || isScientific(left)
        guard startsMeasure(isNumber: isNumber),
            let reading = UnitReader.read(lexer.bytes, from: tokenStart, open: lexer.textEnds.count),
            reading.isMarked || (isNumber && isPlainUnit(reading)), reading.unit != "deg"
        else { return nil }
        lexer.leave(to: reading.end)
        try advance()
        return .quantity(left, reading.unit)
    }

    private func startsMeasure(isNumber: Bool) -> Bool {
        switch token {
        case .text(let words): !["i", "e", "pi", "in"].contains(words)
        case .word, .fraction: isNumber
        case .symbol(let name): isNumber && ["Omega", "mu", "AA"].contains(name)
        default: false
        }
    }

    // Without a text command letters may be variables: a unit stands apart from its number, and ends the answer.
    private func isPlainUnit(_ reading: UnitReader.Reading) -> Bool {
        guard lexer.isSpaceBefore(tokenStart) || lexer.hasThinSpaceBefore(tokenStart), reading.isEvident else {
            return token == .symbol("Omega") || token == .symbol("mu")
        }
        let rest = lexer.bytes[reading.end...].drop { Ascii.isSpace($0) }
        return rest.first.map { ",;.)}]$=\\".utf8.contains($0) } ?? true
    }

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
        return measured(left, UnitName.normal(unit))
    }

    private func isKnownUnit(_ words: [String]) -> Bool {
        words.allSatisfy { UnitTable.normal($0) != nil || Self.multipliers[$0.lowercased()] != nil }
    }

    private static let multipliers: [String: Int] = [
        "hundred": 100, "thousand": 1000, "million": 1_000_000, "millions": 1_000_000, "billion": 1_000_000_000,
        "trillion": 1_000_000_000_000, "dozen": 12, "dozens": 12,
    ]

    /// The amount behind a currency's sign, and the "million" that follows it.
    mutating func scale(on amount: Expression) throws(ParseFailure) -> Expression {
        guard amount.literal != nil, case .word(let word) = token, let scale = Self.multipliers[word.lowercased()]
        else {
            return amount
        }
        try advance()
        return Self.scaled(amount, scale)
    }

    // "\$1.2\text{ million}" scales what stands before the currency.
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
            if joins(word) || Vocabulary.functions[word] != nil || Vocabulary.commands[word] != nil { return false }
            guard left.symbols.isEmpty else { return false }
            if word == "per" { return lexer.peeks("cent") }
            return UnitTable.isPlain(word) || (left.literal != nil && Self.looksLikeWord(word))
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
        guard word.utf8.first?.isOne(of: "mgshLNJWVAK") == true, lexer.isSpaceBefore(tokenStart) else { return false }
        let next = lexer.peekByte()
        if next == UInt8(ascii: "^") || next == UInt8(ascii: "/") { return word == "m" || word == "J" || word == "N" }
        return next == 0 || next == Ascii.point
    }

    private func unitWord(isFirst: Bool) -> String? {
        switch token {
        case .text(let words) where isFirst || !Self.isClause(words): words
        case .word(let word)
        where isFirst || UnitTable.normal(word) != nil || Self.unitJoints.contains(word)
            || (Self.looksLikeWord(word) && !Self.stops.contains(word) && !joins(word)):
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
}
