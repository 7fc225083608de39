extension Parser {
    /// A function's name has been read: its base, exponent and argument follow.
    mutating func call(_ function: Function) throws(ParseFailure) -> Expression {
        switch function {
        case .sum, .product: return try series(function)
        case .integral: return try integral()
        case .limit:
            let saved = self
            if let limit = try? limit() { return limit }
            backtrack(to: saved)
            return try named("lim")
        default: break
        }
        var base: Expression?
        var exponent: Expression?
        while true {
            if token == .underscore, base == nil {
                try advance()
                base = try argument(wholeNumbers: true)
            } else if token == .caret, exponent == nil {
                try advance()
                exponent = try argument(wholeNumbers: true)
            } else {
                break
            }
        }
        var applied = function
        if exponent == .minusOne, let inverse = function.inverse {
            applied = inverse
            exponent = nil
        }
        var arguments = try operands(function)
        if let base = base ?? (function == .lg ? .number(Rational(10)) : nil), [.log, .ln, .lg].contains(function) {
            arguments.append(base)
            applied = .log
        }
        let value = Expression.call(applied, arguments)
        return exponent.map { .power(value, $0) } ?? value
    }

    private mutating func operands(_ function: Function) throws(ParseFailure) -> [Expression] {
        switch token {
        case .open(.round), .open(.square):
            let inner = try bracketed(.round)
            if case .group(_, let parts, _) = inner { return parts }
            return [inner]
        case .openSet:
            if case .set(let parts) = try set() { return parts }
            throw .syntax
        case .openBrace:
            let inner = try braced()
            if case .list(let parts, _) = inner { return parts }
            return [inner]
        default:
            if function == .sqrt { return [try atom()] }
            return [try impliedOperand()]
        }
    }

    // \sin 2x: factors side by side, up to a sign or a further function. \sin\pi/6 keeps its quotient.
    private mutating func impliedOperand() throws(ParseFailure) -> Expression {
        var isNegative = false
        if token == .minus {
            isNegative = true
            try advance()
        }
        var factors = [try power()]
        while continuesOperand { factors.append(try power()) }
        var operand = factors.count == 1 ? factors[0] : .product(factors)
        if token == .divide, operand.symbols.isEmpty, Ascii.isDigit(lexer.peekByte()) {
            try advance()
            operand = .quotient(operand, try power())
        }
        return isNegative ? .negated(operand) : operand
    }

    private var continuesOperand: Bool {
        switch token {
        case .number, .symbol, .constant, .fraction, .squareRoot: true
        case .word(let word): Vocabulary.functions[word] == nil && startsFactor(after: .one)
        default: false
        }
    }

    private mutating func series(_ function: Function) throws(ParseFailure) -> Expression {
        var lower: Expression?
        var upper: Expression?
        while token == .underscore || token == .caret {
            let isLower = token == .underscore
            try advance()
            let bound = try argument(wholeNumbers: true)
            if isLower { lower = bound } else { upper = bound }
        }
        guard case .relation(let sides, [.equal])? = lower, let upper else { throw .syntax }
        let index: Expression =
            switch sides[0] {
            case .constant(.imaginary): .symbol("i")
            default: sides[0]
            }
        guard case .symbol(let name) = index else { throw .syntax }
        var body = try product()
        // The index i of a sum is no imaginary unit.
        if name == "i" { body = body.replacingImaginary(with: index) }
        return .call(function, [index, sides[1], upper, body])
    }

    /// What stands for dx inside an integrand.
    static let differential = "differential "

    private static func withoutDifferential(_ body: Expression) -> (name: String, rest: Expression)? {
        let names = body.symbols.filter { $0.hasPrefix(differential) }
        guard names.count == 1, let name = names.first else { return nil }
        return (String(name.dropFirst(differential.count)), body.substituting(name, .one))
    }

    // \lim_{x \to a^+}: the variable, where it goes, from which side.
    private mutating func limit() throws(ParseFailure) -> Expression {
        guard token == .underscore else { throw .syntax }
        try advance()
        guard token == .openBrace else { throw .syntax }
        try advance()
        guard case .symbol(let name) = try atom(), case .relation(.arrow) = token else { throw .syntax }
        try advance()
        let point = try sumBeforeSide()
        var side = 0
        if token == .caret {
            try advance()
            let isBraced = token == .openBrace
            if isBraced { try advance() }
            guard token == .plus || token == .minus else { throw .syntax }
            side = token == .plus ? 1 : -1
            try advance()
            if isBraced { try take(.closeBrace) }
        }
        try take(.closeBrace)
        return .call(.limit, [.symbol(name), point, .number(Rational(side)), try product()])
    }

    // 0 of 0^+, -\infty.
    private mutating func sumBeforeSide() throws(ParseFailure) -> Expression {
        if token == .plus { try advance() }
        if token == .minus {
            try advance()
            return .negated(try sumBeforeSide())
        }
        let first = try atom()
        guard token == .divide else { return first }
        try advance()
        return .quotient(first, try atom())
    }

    // \frac{d}{dx} f and \frac{d^2}{dx^2} f, whose fraction has been read; nil when it is an ordinary one.
    mutating func derivative(_ top: Expression, _ bottom: Expression) throws(ParseFailure) -> Expression? {
        let order: Int
        switch (top, bottom) {
        case (.symbol("d"), .product(let parts)) where parts.count == 2 && parts[0] == .symbol("d"): order = 1
        case (.power(.symbol("d"), .number(let times)), .product(let parts))
        where parts.count == 2 && parts[0] == .symbol("d"):
            guard let count = times.intValue, (1...8).contains(count) else { return nil }
            order = count
        default: return nil
        }
        guard case .product(let parts) = bottom, startsFactor(after: .one) || token == .open(.round) else { return nil }
        switch parts[1] {
        case .symbol(let name) where order == 1:
            return .call(.derivative, [.symbol(name), .one, try product()])
        case .power(.symbol(let name), .number(let times)) where times == Rational(order):
            return .call(.derivative, [.symbol(name), .number(times), try product()])
        default: return nil
        }
    }

    // Any letter will do under an integral.
    private static func integral(
        _ name: String, _ lower: Expression, _ upper: Expression, _ body: Expression
    ) -> Expression {
        let bound = "bound variable"
        guard !body.symbols.contains(bound) else { return .call(.integral, [.symbol(name), lower, upper, body]) }
        return .call(.integral, [.symbol(bound), lower, upper, body.substituting(name, .symbol(bound))])
    }

    private mutating func integral() throws(ParseFailure) -> Expression {
        var lower: Expression?
        var upper: Expression?
        while token == .underscore || token == .caret {
            let isLower = token == .underscore
            try advance()
            let bound = try argument()
            if isLower { lower = bound } else { upper = bound }
        }
        guard let lower, let upper else { throw .syntax }
        let saved = isInIntegral
        isInIntegral = true
        let body = try sum()
        isInIntegral = saved
        // \int \frac{dx}{x}: the differential stands in the integrand.
        if let (name, rest) = Self.withoutDifferential(body) { return Self.integral(name, lower, upper, rest) }
        switch token {
        case .word(let word) where word.utf8.count == 2 && word.utf8.first == UInt8(ascii: "d"):
            try advance()
            return Self.integral(String(word.dropFirst()), lower, upper, body)
        case .text("d"):
            try advance()
            guard case .word(let name) = token, name.utf8.count == 1 else { throw .syntax }
            try advance()
            return Self.integral(name, lower, upper, body)
        default: throw .syntax
        }
    }
}

extension Expression {
    fileprivate func replacingImaginary(with symbol: Expression) -> Expression {
        if self == .constant(.imaginary) { return symbol }
        return mapChildren { $0.replacingImaginary(with: symbol) }
    }
}
