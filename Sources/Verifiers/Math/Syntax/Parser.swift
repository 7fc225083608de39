/// Why a text is no formula.
enum ParseFailure: Error, Equatable {
    case syntax
    /// Longer or deeper than the limits.
    case budget
}

/// A precedence-climbing parser for LaTeX and plain notation in one grammar.
struct Parser {
    static let maxTokens = 4096
    static let maxDepth = 200

    var lexer: Lexer
    var token = Token.end
    var tokenStart = 0
    private var taken = 0
    private var depth = 0
    /// Inside `|…|`: a bar closes.
    var openBars = 0
    /// Inside brackets with a comma seen: `[` may close, as in `[0,1[`.
    var closesWithOpening = false
    /// Inside `\{…\}`: a bar or colon means "such that".
    var inSet = false
    /// Whether the last number had commas between its digits.
    var isGrouped = false
    /// Inside an integral: `dx` ends the integrand.
    var isInIntegral = false

    /// Parses folded text; the whole of it must be one answer.
    static func parse(_ folded: [UInt8], commas: CommaStyle) throws(ParseFailure) -> Expression {
        var parser = Parser(lexer: Lexer(folded, commas: commas))
        try parser.advance()
        let answer = try parser.answer()
        while parser.token == .comma || parser.token == .semicolon || parser.token == .dots { try parser.advance() }
        guard parser.token == .end else { throw .syntax }
        return answer
    }

    init(lexer: Lexer) { self.lexer = lexer }

    mutating func advance() throws(ParseFailure) {
        taken += 1
        if taken > Self.maxTokens { throw .budget }
        (token, tokenStart) = lexer.next()
    }

    /// Returns to a saved state; the tokens taken since stay counted, so that retries cannot multiply.
    mutating func backtrack(to saved: Parser) {
        let spent = taken
        self = saved
        taken = spent
    }

    mutating func take(_ expected: Token) throws(ParseFailure) {
        guard token == expected else { throw .syntax }
        try advance()
    }

    mutating func nested<Result>(
        _ body: (inout Parser) throws(ParseFailure) -> Result
    ) throws(ParseFailure) -> Result {
        depth += 1
        if depth > Self.maxDepth { throw .budget }
        defer { depth -= 1 }
        return try body(&self)
    }

    // MARK: Lists

    /// Elements separated by commas, semicolons, conjunctions or line breaks.
    mutating func answer() throws(ParseFailure) -> Expression {
        try skipLead()
        var elements: [Expression] = []
        var hasOr = false
        while true {
            elements.append(try statement())
            var separated = false
            while isSeparator {
                if token == .or { hasOr = true }
                separated = true
                try advance()
            }
            if !separated || endsList { break }
        }
        if elements.count == 1 { return elements[0] }
        return .list(elements, hasOr)
    }

    private var isSeparator: Bool {
        switch token {
        case .comma, .semicolon, .and, .or, .newRow, .ampersand: true
        case .word(let word): Vocabulary.conjunctions[word] != nil && word.utf8.count > 1
        default: false
        }
    }

    private var endsList: Bool {
        switch token {
        case .end, .close, .closeBrace, .closeSet, .finish, .bar: true
        case .open(.square): closesWithOpening
        default: false
        }
    }

    // "The answer is 3": words that end in a verb introduce the formula.
    private mutating func skipLead() throws(ParseFailure) {
        while case .text(let words) = token, Self.introductions.contains(where: { words.hasSuffix($0) }) {
            try advance()
            if token == .end { throw .syntax }
            if token == .colon { try advance() }
        }
    }

    private static let introductions = [
        " is", " are", " equals", "answer", "respectively", "hence", "thus", "therefore", "so", "approximately",
        "about",
        "exactly", "for all", "where",
    ]

    // MARK: Relations

    mutating func statement() throws(ParseFailure) -> Expression {
        try nested { parser throws(ParseFailure) in
            var sides = [try parser.leftSide()]
            var relations: [Relation] = []
            while case .relation(let relation) = parser.token {
                try parser.advance()
                relations.append(relation)
                // "x \in \left\{…\right\}" and "= \text{odd}" take any right side.
                sides.append(try parser.setExpression())
            }
            if relations.isEmpty { return sides[0] }
            if case .element? = relations.last, relations.count == 1, case .list(let members, _) = sides[1] {
                sides[1] = .set(members)
            }
            return .relation(sides, relations)
        }
    }

    // "= 5" and "\\approx 5" are 5; "> 5" has its variable left out.
    private mutating func leftSide() throws(ParseFailure) -> Expression {
        guard case .relation(let relation) = token else { return try setExpression() }
        if relation.isOrder || relation == .notEqual { return .symbol("") }
        try advance()
        return try setExpression()
    }

    // MARK: Sets and ratios

    private mutating func setExpression() throws(ParseFailure) -> Expression {
        var left = try ratio()
        while case .set(let operation) = token {
            try advance()
            let right = try ratio()
            if case .sets(operation, let parts) = left, operation != .difference {
                left = .sets(operation, parts + [right])
            } else {
                left = .sets(operation, [left, right])
            }
        }
        return left
    }

    private mutating func ratio() throws(ParseFailure) -> Expression {
        let first = try sum()
        var parts = [first]
        while (token == .colon && !inSet) || isRatioWord {
            try advance()
            if token == .end { return first }
            parts.append(try sum())
        }
        guard parts.count > 1 else { return first }
        return TimeOfDay.reading(&parts) ?? .ratio(parts)
    }

    private var isRatioWord: Bool { token == .word("to") || token == .text("to") }

    // MARK: Arithmetic

    mutating func sum() throws(ParseFailure) -> Expression {
        try nested { parser throws(ParseFailure) in
            var terms: [Expression] = []
            var sign: Token? = nil
            if case .plusMinus = parser.token { sign = parser.token }
            if parser.token == .plus || parser.token == .minus { sign = parser.token }
            if sign != nil { try parser.advance() }
            while true {
                let term = try parser.product()
                switch sign {
                case .minus?: terms.append(.negated(term))
                case .plusMinus(let upper)?: terms.append(Self.signed(upper, term))
                default: terms.append(term)
                }
                guard parser.isSign else { break }
                sign = parser.token
                try parser.advance()
            }
            if terms.count == 1 { return terms[0] }
            return Self.setDifference(terms) ?? .sum(terms)
        }
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
        if case .plusMinus = token { return true }
        return token == .plus || token == .minus
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
                left = Self.times(left, try signedFactor())
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
            case .parenthesizedModulo:
                try advance()
                left = Self.residue(left, try argument(wholeNumbers: true))
            case .open(.round) where lexer.peeks("mod") || lexer.peeks("\\mod") || lexer.peeks("\\bmod"):
                try advance()
                guard token == .modulo || token == .word("mod") else { throw .syntax }
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
                if let quantity = try unit(on: left) {
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
                left = Self.juxtaposed(left, right, isFraction: isFraction)
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
        guard case .quantity(_, let unit) = left, let part = try self.unit(on: right),
            case .quantity(_, let next) = part,
            unit != next
        else { return nil }
        return .list([left, part], false)
    }

    private static func juxtaposed(_ left: Expression, _ right: Expression, isFraction: Bool) -> Expression {
        // A percent sign belongs to all of 12\frac12\%.
        if case .percent(let inner) = right { return .percent(juxtaposed(left, inner, isFraction: isFraction)) }
        return (isFraction ? mixedFraction(left, right) : nil) ?? times(left, right)
    }

    private static func times(_ left: Expression, _ right: Expression) -> Expression {
        if case .product(let factors) = left { return .product(factors + [right]) }
        return .product([left, right])
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
