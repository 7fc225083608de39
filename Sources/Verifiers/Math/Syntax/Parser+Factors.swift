extension Parser {
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
            let turned = base.transposed
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
        default:
            guard base.literal != nil else { return .product([base, .constant(.degree)]) }
            var parts = [base]
            if let minutes = try sixtieths(marks: 1) {
                parts.append(.quotient(minutes, .number(Rational(60))))
                if let seconds = try sixtieths(marks: 2) {
                    parts.append(.quotient(seconds, .number(Rational(3600))))
                }
            }
            return .product([parts.count == 1 ? base : .sum(parts), .constant(.degree)])
        }
    }

    // The 15' of 30^\circ 15' 20'': a number below 60 with its marks; nil, and nothing read, for everything else.
    private mutating func sixtieths(marks: Int) throws(ParseFailure) -> Expression? {
        guard case .number(let literal) = token, literal.value < Rational(60) else { return nil }
        let saved = self
        try advance()
        let isRaised = token == .caret
        if isRaised { try advance() }
        let isBraced = isRaised && token == .openBrace
        if isBraced { try advance() }
        var found = 0
        while token == .prime {
            found += 1
            try advance()
        }
        if isBraced, found == marks { try take(.closeBrace) }
        if found == marks { return .number(literal.value) }
        self = saved
        return nil
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
}
