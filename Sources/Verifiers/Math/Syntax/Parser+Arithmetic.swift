extension Parser {
    mutating func sum() throws(ParseFailure) -> Expression {
        try nested { parser throws(ParseFailure) in
            let first = try parser.term()
            guard parser.isSign else { return first }
            var terms = [first]
            while parser.isSign { terms.append(try parser.term()) }
            return Self.setDifference(terms) ?? Self.measuredSum(terms) ?? .sum(terms)
        }
    }

    // A product with its sign.
    private mutating func term() throws(ParseFailure) -> Expression {
        guard isSign else { return try product() }
        let sign = token
        try advance()
        let term = try product()
        switch sign {
        case .minus: return .negated(term)
        case .plusMinus(let upper): return Self.signed(upper, term)
        default: return term
        }
    }

    // The unit of "3x + 2 dollars" belongs to all of it.
    private static func measuredSum(_ terms: [Expression]) -> Expression? {
        guard case .quantity(let last, let unit)? = terms.last else { return nil }
        let rest = terms.dropLast()
        if rest.contains(where: { if case .quantity = $0 { true } else { false } }) { return nil }
        return .quantity(.sum(rest + [last]), unit)
    }

    // \mathbb{R} - \{0\} takes away members.
    private static func setDifference(_ terms: [Expression]) -> Expression? {
        guard terms.count == 2, case .named = terms[0], case .product(let factors) = terms[1], factors.count == 2,
            factors[0] == .minusOne
        else { return nil }
        switch factors[1] {
        case .set, .named: return .sets(.difference, [terms[0], factors[1]])
        default: return nil
        }
    }

    private var isSign: Bool {
        switch token {
        case .plus, .minus, .plusMinus: true
        default: false
        }
    }

    private static func signed(_ upper: Bool, _ term: Expression) -> Expression {
        switch term {
        case .percent(let inner): .percent(signed(upper, inner))
        case .quantity(let inner, let unit): .quantity(signed(upper, inner), unit)
        default: .product([.plusMinus(upper), term])
        }
    }

    /// Factors joined by signs or by standing side by side.
    mutating func product() throws(ParseFailure) -> Expression {
        var left = try signedFactor()
        while true {
            switch token {
            case .times:
                try advance()
                let right = try signedFactor()
                Self.multiply(&left, right)
            case .divide:
                try advance()
                left = try divided(left)
            case .over:
                try advance()
                left = .quotient(left, try product())
            case .choose:
                try advance()
                left = .call(.binomial, [left, try product()])
            case .modulo:
                try advance()
                left = .call(.mod, [left, try signedFactor()])
            case .angle:
                try advance()
                let turn = try signedFactor()
                left = .product([left, .power(.constant(.euler), .product([.constant(.imaginary), turn]))])
            case .parenthesizedModulo:
                try advance()
                left = Self.residue(left, try argument(wholeNumbers: true))
            case .open(.round) where lexer.peeksModulus:
                try advance()
                guard [.modulo, .word("mod"), .text("mod")].contains(token) else { throw .syntax }
                try advance()
                left = Self.residue(left, try sum())
                try take(.close(.round))
            default:
                guard startsFactor(after: left) else { return left }
                if let set = try rangeOverNumbers(left) { return set }
                if let selection = try pickedLetters(left) {
                    left = selection
                    continue
                }
                var quantity = try measure(on: left)
                if quantity == nil { quantity = try unit(on: left) }
                if let quantity {
                    left = quantity
                    continue
                }
                let isNumber = if case .number = token { true } else { false }
                let isFraction = token == .fraction
                let right = try power()
                if isNumber, let compound = try compound(left, right) { return compound }
                // "4 2" is no product; "1 1/2" is a mixed number.
                if isNumber, left.literal != nil {
                    guard let mixed = try mixedNumber(left, right) else { throw .syntax }
                    left = mixed
                    continue
                }
                Self.juxtapose(&left, right, isFraction: isFraction)
            }
        }
    }

    // 3 (mod 7): the modulus goes with the value as a unit does.
    private static func residue(_ left: Expression, _ modulus: Expression) -> Expression {
        modulus.literal.map { .quantity(left, "mod \($0.numerator)") } ?? .call(.mod, [left, modulus])
    }

    // "All real x": the variable says nothing more.
    private mutating func rangeOverNumbers(_ left: Expression) throws(ParseFailure) -> Expression? {
        guard case .named = left, case .word(let name) = token, name.utf8.count == 1 else { return nil }
        try advance()
        return left
    }

    // 10C3 without a space: combinations.
    private mutating func pickedLetters(_ left: Expression) throws(ParseFailure) -> Expression? {
        guard case .number(let set) = left, set.isInteger, case .word(let name) = token, name == "C" || name == "P",
            !lexer.isSpaceBefore(tokenStart), Ascii.isDigit(lexer.byte(at: tokenStart + 1)),
            let function = Self.selections[name]
        else { return nil }
        try advance()
        return .call(function, [left, try atom()])
    }

    // "2 hours 15 minutes": parts of one measure.
    private mutating func compound(
        _ left: Expression, _ right: Expression
    ) throws(ParseFailure) -> Expression? {
        guard case .quantity(_, let unit) = left else { return nil }
        var part = try measure(on: right)
        if part == nil { part = try self.unit(on: right) }
        guard let part, case .quantity(_, let next) = part, unit != next else { return nil }
        return Self.joined(left, part) ?? .list([left, part], false)
    }

    // 2 hours 30 minutes are 150 minutes.
    static func joined(_ left: Expression, _ right: Expression) -> Expression? {
        guard case .quantity(let first, let unit) = left, case .quantity(let second, let other) = right, unit != other,
            let a = first.literal, let b = second.literal, let large = UnitValue(unit), let small = UnitValue(other),
            let scale = large.inUnits(of: small), !(scale < .one)
        else { return nil }
        return .quantity(.number(a * scale + b), other)
    }

    private static func juxtapose(_ left: inout Expression, _ right: Expression, isFraction: Bool) {
        // A percent sign belongs to all of 12\frac12\%.
        if case .percent(let inner) = right {
            juxtapose(&left, inner, isFraction: isFraction)
            left = .percent(left)
        } else if isFraction, let mixed = mixedFraction(left, right) {
            left = mixed
        } else if case .group = right, let tuples = tuples(left) {
            left = .list(tuples + [right], false)
        } else {
            multiply(&left, right)
        }
    }

    // (2, 3)(2, 7) are two pairs.
    private static func tuples(_ left: Expression) -> [Expression]? {
        switch left {
        case .group: [left]
        case .list(let parts, false): parts.allSatisfy { if case .group = $0 { true } else { false } } ? parts : nil
        default: nil
        }
    }

    // Appends in place: thousands of factors are not copied for each.
    private static func multiply(_ left: inout Expression, _ right: Expression) {
        guard case .product(var factors) = left else {
            left = .product([left, right])
            return
        }
        left = .zero
        factors.append(right)
        left = .product(factors)
    }

    private mutating func divided(_ left: Expression) throws(ParseFailure) -> Expression {
        if let quantity = try unitQuotient(left) { return quantity }
        let right = try signedFactor()
        // 1/2% is half a percent.
        if case .percent(let inner) = right, left.literal != nil, inner.literal != nil {
            return .percent(.quotient(left, inner))
        }
        return .quotient(left, right)
    }

    // 1 1/2, with the slash still to come.
    private mutating func mixedNumber(
        _ left: Expression, _ right: Expression
    ) throws(ParseFailure) -> Expression? {
        guard token == .divide, case .number(let whole) = left, case .number(let top) = right, top.isInteger else {
            return nil
        }
        try advance()
        guard case .number(let bottom) = try power(), let part = top / bottom else { return nil }
        return whole.isInteger && part < .one ? .number(whole + part) : nil
    }

    // 1\frac12: an integer literal right before a fraction of literals.
    private static func mixedFraction(_ left: Expression, _ right: Expression) -> Expression? {
        guard case .number(let whole) = left, whole.isInteger, !whole.isNegative, case .number(let part) = right,
            !part.isNegative
        else { return nil }
        return .number(whole + part)
    }

    /// A factor with any signs before it: `2 \cdot -3`.
    private mutating func signedFactor() throws(ParseFailure) -> Expression {
        if token == .minus {
            try advance()
            // A sign on a sign is a slip of the pen, not an answer.
            if token == .minus || token == .plus { throw .syntax }
            return .negated(try power())
        }
        if case .plusMinus(let upper) = token {
            try advance()
            return .product([.plusMinus(upper), try power()])
        }
        if token == .plus { try advance() }
        return try power()
    }
}
