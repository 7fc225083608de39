extension Parser {
    mutating func atom() throws(ParseFailure) -> Expression {
        try nested { parser throws(ParseFailure) in try parser.bareAtom() }
    }

    private mutating func bareAtom() throws(ParseFailure) -> Expression {
        switch token {
        case .number(let literal):
            isGrouped = literal.isGrouped
            try advance()
            return Self.value(of: literal)
        case .constant(let constant):
            try advance()
            return .constant(constant)
        case .symbol(let name):
            try advance()
            return try named(name)
        case .word(let word): return try wordAtom(word)
        case .text(let words): return try textAtom(words)
        case .based(let digits, let base):
            try advance()
            return .based(digits, base)
        case .caret: return try leftSuperscript()
        case .function(let function):
            try advance()
            return try call(function)
        case .named(let set):
            try advance()
            return .named(set)
        case .money(let currency):
            try advance()
            return .quantity(try scale(on: try power()), currency)
        case .open(let bracket): return try bracketed(bracket)
        case .close(.square): return try bracketed(.round)
        case .openBrace: return try braced()
        case .openSet: return try set()
        case .openFloor: return try enclosed(.floor, .closeFloor)
        case .openCeiling: return try enclosed(.ceil, .closeCeiling)
        case .bar, .doubleBar: return try bars()
        case .fraction:
            try advance()
            let top = try argument()
            let bottom = try argument()
            return try derivative(top, bottom) ?? rate(top, bottom) ?? .quotient(top, bottom)
        case .binomial:
            try advance()
            let top = try argument()
            return .call(.binomial, [top, try argument()])
        case .squareRoot: return try root()
        case .cubeRoot:
            try advance()
            return .call(.root, [try argument(wholeNumbers: true), .number(Rational(3))])
        case .begin(let name): return try environment(name)
        case .underscore: return try leftSubscript()
        default: throw .syntax
        }
    }

    // 6.67e-11 is 6.67 times a power of ten, whose digits may be rounded.
    private static func value(of literal: NumberLiteral) -> Expression {
        guard let decimals = literal.decimals else { return .number(literal.value) }
        if literal.exponent == 0 { return .decimal(literal.value, decimals) }
        guard decimals > 1, literal.exponent.magnitude <= 100 else { return .number(literal.value) }
        let power = Expression.power(.number(Rational(10)), .number(Rational(literal.exponent)))
        return .product([.decimal(literal.value * Rational.powerOfTen(-literal.exponent), decimals), power])
    }

    /// A command's argument: a brace group, a command, or a single character; `wholeNumbers` takes all digits.
    mutating func argument(wholeNumbers: Bool = false) throws(ParseFailure) -> Expression {
        switch token {
        case .number where !wholeNumbers:
            guard let digit = lexer.singleDigit(at: tokenStart) else { throw .syntax }
            try advance()
            return .number(digit)
        case .word(let word) where word.utf8.count > 1 && Vocabulary.commands[word] == nil:
            guard let letter = lexer.singleLetter(at: tokenStart) else { throw .syntax }
            try advance()
            return Self.letter(letter)
        case .minus:
            try advance()
            return .negated(try argument(wholeNumbers: wholeNumbers))
        default: return try atom()
        }
    }

    // MARK: Letters and words

    static func letter(_ name: String) -> Expression {
        switch name {
        case "e": .constant(.euler)
        case "i": .constant(.imaginary)
        default: .symbol(name)
        }
    }

    // \frac{dy}{dx} is y' and \frac{d^2y}{dx^2} y'', no quotients of products.
    private func rate(_ top: Expression, _ bottom: Expression) -> Expression? {
        guard case .product(let above) = top, case .product(let below) = bottom, above.count == 2, below.count == 2,
            below[0] == .symbol("d"), case .symbol(let name) = above[1]
        else { return nil }
        // The prime says by x.
        switch (above[0], below[1]) {
        case (.symbol("d"), .symbol(let argument)):
            return .symbol(argument == "x" ? name + "'" : "d\(name)/d\(argument)")
        case (.power(.symbol("d"), .number(.small(2, 1))), .power(.symbol(let argument), .number(.small(2, 1)))):
            return .symbol(argument == "x" ? name + "''" : "d²\(name)/d\(argument)²")
        default: return nil
        }
    }

    private mutating func wordAtom(_ word: String) throws(ParseFailure) -> Expression {
        if isInIntegral, word.utf8.count == 2, word.utf8.first == UInt8(ascii: "d") {
            try advance()
            return .symbol(Self.differential + word.dropFirst())
        }
        if word.utf8.count == 1 {
            try advance()
            return try named(word)
        }
        if let known = Vocabulary.commands[word], word != "in", word != "to", word != "mod", word != "to" {
            token = known
            return try atom()
        }
        if let currency = UnitTable.currencies[word.lowercased()],
            Ascii.isDigit(lexer.peekByte()) || lexer.hasDigit(afterPointAt: lexer.position)
        {
            lexer.skipPoint()
            try advance()
            return .quantity(try scale(on: try power()), currency)
        }
        let lower = word.lowercased()
        if ["infinity", "oo"].contains(lower) {
            try advance()
            return .constant(.infinity)
        }
        let isShortWord = Self.shortWords.contains(lower) && word.dropFirst() == lower.dropFirst()
        let isProduct = word == "it" && !Ascii.isLetter(lexer.peekByte())
        if Self.looksLikeWord(word) || (isShortWord && !isProduct) { return try prose() }
        // A product of letters: take the first, leave the rest.
        if let function = Self.functionPrefix(word) {
            lexer.rewind(to: tokenStart + function.name.utf8.count)
            try advance()
            return try call(function.function)
        }
        guard let first = lexer.singleLetter(at: tokenStart) else { throw .syntax }
        try advance()
        return try named(first)
    }

    private static let shortWords: Set<String> = [
        "yes", "no", "odd", "one", "two", "six", "ten", "all", "any", "red", "day", "sun", "mon", "tue", "wed", "thu",
        "fri", "sat", "cat", "dog", "boy", "not", "the", "is", "dne", "it", "none", "so", "we", "he",
    ]

    // "sinx", "lnx": a function's name with its argument glued on.
    private static func functionPrefix(_ word: String) -> (name: String, function: Function)? {
        for name in ["sin", "cos", "tan", "cot", "sec", "csc", "ln", "log"]
        where word.hasPrefix(name) && word.utf8.count <= name.utf8.count + 2 {
            if let function = Vocabulary.functions[name] { return (name, function) }
        }
        return nil
    }

    // Consecutive words: one phrase.
    private mutating func prose() throws(ParseFailure) -> Expression {
        var words: [String] = []
        while case .word(let word) = token, words.count < 16 {
            words.append(word.lowercased())
            try advance()
        }
        return Self.phrase(words.joined(separator: " "))
    }

    private static func phrase(_ words: String) -> Expression {
        let words = words.lowercased()
        return Vocabulary.phrase(words) ?? .text(words)
    }

    private mutating func textAtom(_ words: String) throws(ParseFailure) -> Expression {
        try advance()
        if words.utf8.count == 1, Ascii.isLetter(words.utf8.first ?? 0) { return try named(words) }
        if words == "pi" { return .constant(.pi) }
        if let currency = UnitTable.currencies[words.lowercased()], case .number = token {
            return .quantity(try scale(on: try power()), currency)
        }
        return Self.phrase(words)
    }

    /// A variable with its subscript and primes, or a function's value.
    mutating func named(_ name: String) throws(ParseFailure) -> Expression {
        var name = name
        var isPlain = true
        while true {
            if token == .underscore {
                let saved = self
                if Self.selections[name] != nil {
                    try advance()
                    if let below = try? argument(wholeNumbers: true), let combination = try combination(name, below) {
                        return combination
                    }
                    backtrack(to: saved)
                }
                name += "_" + (try subscriptLabel())
                isPlain = false
            } else if token == .prime {
                try advance()
                name += "'"
                isPlain = false
            } else {
                break
            }
        }
        if token == .open(.round), let value = try application(name) { return value }
        return isPlain ? Self.letter(name) : .symbol(name)
    }

    /// The text of the subscript at the cursor, markup gone: `_{\max}` and `_{\text{max}}` are both max.
    mutating func subscriptLabel() throws(ParseFailure) -> String {
        guard lexer.peekByte() == Ascii.openBrace else {
            try advance()
            switch token {
            case .function(let function):
                try advance()
                return function.rawValue
            case .text(let words):
                try advance()
                return words
            default: return Self.label(try argument(wholeNumbers: true))
            }
        }
        guard let text = lexer.skipArgument() else { throw .syntax }
        try advance()
        let label = PlainText.tokens(Array(text.utf8), keepsCase: true).joined()
        guard !label.isEmpty else { throw .syntax }
        return label.replacing("\\", with: "")
    }

    private static func label(_ expression: Expression) -> String {
        switch expression {
        case .number(let value): String(value.numerator)
        case .symbol(let name), .text(let name): name
        case .constant(.euler): "e"
        case .constant(.imaginary): "i"
        case .product(let parts), .list(let parts, _): parts.map(label).joined(separator: ",")
        case .sum(let parts): parts.map(label).joined(separator: "+")
        default: "(" + expression.children.map(label).joined(separator: ",") + ")"
        }
    }

    // C_{10}^{3}: combinations with the index above.
    private mutating func combination(_ name: String, _ below: Expression) throws(ParseFailure) -> Expression? {
        guard token == .caret else { return nil }
        try advance()
        let above = try argument(wholeNumbers: true)
        if name == "C", case .symbol(let set) = below, ["n", "m", "N"].contains(set), above.symbols != below.symbols {
            switch above {
            case .symbol, .number: return .call(.binomial, [below, above])
            default: return nil
            }
        }
        guard below.literal != nil else { return nil }
        // Written both ways round: the larger number is the set.
        guard let first = below.literal, let second = above.literal else { return nil }
        let (set, chosen) = first < second ? (above, below) : (below, above)
        return Self.selections[name].map { .call($0, [set, chosen]) }
    }

    /// Letters for combinations and for arrangements.
    static let selections: [String: Function] = ["C": .binomial, "P": .permutations, "A": .permutations]

    // ^{10}C_3 and {}^{10}P_{3}.
    private mutating func leftSuperscript() throws(ParseFailure) -> Expression {
        try advance()
        return try selection(of: try argument(wholeNumbers: true))
    }

    // _{10}C_3 and {}_{10}P_{3}.
    private mutating func leftSubscript() throws(ParseFailure) -> Expression {
        try advance()
        return try selection(of: try argument(wholeNumbers: true))
    }

    private mutating func selection(of set: Expression) throws(ParseFailure) -> Expression {
        guard case .word(let name) = token, let function = Self.selections[name] else { throw .syntax }
        try advance()
        try take(.underscore)
        return .call(function, [set, try argument(wholeNumbers: true)])
    }

    // f(x) for the letters functions have; other letters only left of an equals sign; else nil, a product.
    mutating func application(_ name: String) throws(ParseFailure) -> Expression? {
        let saved = self
        guard case .group(_, let arguments, _)? = try? arguments() else {
            backtrack(to: saved)
            return try eventLabel(name)
        }
        let base = name.prefix { $0 != "'" && $0 != "_" && $0 != "^" }
        if ["C", "P"].contains(base), arguments.count == 2, arguments.allSatisfy({ $0.literal != nil }) {
            return .call(base == "C" ? .binomial : .permutations, arguments)
        }
        let isCapital = base.utf8.count == 1 && Ascii.isUpper(base.utf8.first ?? 0)
        let isFunction = Self.functionLetters.contains(String(base)) || name.contains("'")
        let isSimple = arguments.allSatisfy {
            switch $0 {
            case .symbol, .number: true
            default: false
            }
        }
        let isDefinition =
            token == .relation(.equal) && (isSimple || isCapital) && arguments.allSatisfy { $0.literal == nil }
        if isFunction || (isCapital && isSimple) || isDefinition { return .apply(name, arguments) }
        backtrack(to: saved)
        return nil
    }

    // P(A|B) = …: what is in the brackets only names the event.
    private mutating func eventLabel(_ name: String) throws(ParseFailure) -> Expression? {
        guard name == "P" || name == "E", let event = lexer.textInBrackets(from: tokenStart) else { return nil }
        let saved = self
        lexer.rewind(to: event.end)
        try advance()
        guard token == .relation(.equal) else {
            backtrack(to: saved)
            return nil
        }
        return .apply(name, [.text(event.text)])
    }

    private mutating func arguments() throws(ParseFailure) -> Expression {
        let inner = try bracketed(.round)
        if case .group(.round, _, .round) = inner { return inner }
        return .group(.round, [inner], .round)
    }
}
