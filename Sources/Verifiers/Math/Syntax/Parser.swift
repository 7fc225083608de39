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
    /// Past a colon: what carries "p.m." are minutes.
    var isAfterColon = false
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
        let first = try statement()
        var elements = isSeparator ? [first] : []
        var hasOr = false
        var signs: Set<Bool?> = []
        while isSeparator {
            while isSeparator {
                if isOr { hasOr = true }
                signs.insert(logicSign)
                try advance()
            }
            if endsList { break }
            elements.append(try statement())
        }
        if elements.count < 2 { return first }
        return Self.proposition(elements, signs) ?? .list(elements, hasOr)
    }

    /// p \wedge q of letters that stand for statements, in any order; nil for values and their relations.
    static func proposition(_ parts: [Expression], _ signs: Set<Bool?>) -> Expression? {
        guard signs.count == 1, case .some(.some(let isOr)) = signs.first,
            parts.allSatisfy({ part in
                !part.symbols.isEmpty
                    && !part.contains {
                        switch $0 {
                        case .symbol, .product, .apply, .call(.conjugate, _): false
                        default: true
                        }
                    }
            })
        else { return nil }
        return .apply(isOr ? "∨" : "∧", parts.sorted { $0.description < $1.description })
    }

    /// Whether the token is logic's "or", "and", or no sign of logic.
    var logicSign: Bool? {
        if case .logic(let isOr) = token { isOr } else { nil }
    }

    private var isSeparator: Bool {
        switch token {
        case .comma, .semicolon, .and, .or, .logic, .newRow, .ampersand: true
        case .word(let word): word.utf8.count > 1 && Vocabulary.conjunctions[word] != nil
        default: false
        }
    }

    private var isOr: Bool {
        if case .word(let word) = token { return Vocabulary.conjunctions[word] == .or }
        return token == .or || token == .logic(isOr: true)
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
            let first = try parser.leftSide()
            guard case .relation = parser.token else { return first }
            var sides = [first]
            var relations: [Relation] = []
            while case .relation(let relation) = parser.token {
                try parser.advance()
                relations.append(relation)
                // "x \in \left\{…\right\}" and "= \text{odd}" take any right side.
                sides.append(try parser.setExpression())
            }
            if case .element? = relations.last, relations.count == 1, case .list(let members, _) = sides[1] {
                sides[1] = .set(members)
            }
            if relations.contains(.arrow), !Self.isDirected(sides) { Self.conclude(&sides, &relations) }
            if relations.isEmpty { return sides[0] }
            return .relation(sides, relations.map { $0 == .congruent && !Self.hasModulus(sides) ? .equal : $0 })
        }
    }

    // Of "2x = 4 \Rightarrow x = 2" the last part; arrows alone are read as equals signs.
    private static func conclude(_ sides: inout [Expression], _ relations: inout [Relation]) {
        if let last = relations.lastIndex(of: .arrow), relations.contains(where: { $0 != .arrow }) {
            sides.removeFirst(last + 1)
            relations.removeFirst(last + 1)
        } else {
            relations = relations.map { $0 == .arrow ? .equal : $0 }
        }
    }

    // p \to q and A + B \to C; but "2x = 4 \Rightarrow x = 2" draws a conclusion, and x \to 2x maps.
    private static func isDirected(_ sides: [Expression]) -> Bool {
        guard sides.count == 2, !sides[1].symbols.isEmpty else { return false }
        if case .symbol = sides[1] { return !sides[0].symbols.isEmpty }
        return !sides[0].isLabel
    }

    // f(x) \equiv x says that the functions are the same.
    private static func hasModulus(_ sides: [Expression]) -> Bool {
        sides.contains {
            $0.contains { part in
                switch part {
                case .quantity(_, let unit): unit.hasPrefix("mod ")
                case .call(.mod, _): true
                default: false
                }
            }
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
        while let operation = setOperation(after: left) {
            try advance()
            if case .list(let parts, _) = left { left = .set(parts) }
            let right = try ratio()
            if case .sets(operation, let parts) = left, operation != .difference {
                left = .sets(operation, parts + [right])
            } else {
                left = .sets(operation, [left, right])
            }
        }
        return left
    }

    // \cup, and "(1, 2) U (3, 4)".
    private func setOperation(after left: Expression) -> SetOperator? {
        if case .set(let operation) = token { return operation }
        return token == .word("U") && Self.isSet(left) ? .union : nil
    }

    private mutating func ratio() throws(ParseFailure) -> Expression {
        var first = try sum()
        // 5 in 9, 1 out of 4.
        if case .text(let words) = token, Self.shareWords.contains(words), let top = first.literal,
            !top.isNegative
        {
            try advance()
            first = .quotient(first, try sum())
        }
        guard isRatioSign else { return first }
        var parts = [first]
        while isRatioSign {
            try advance()
            if token == .end { return first }
            isAfterColon = true
            defer { isAfterColon = false }
            parts.append(try sum())
        }
        return TimeOfDay.reading(&parts) ?? .ratio(parts)
    }

    private static let shareWords = ["in", "out of", "in every"]

    private var isRatioSign: Bool {
        switch token {
        case .colon: !inSet
        case .word(let word), .text(let word): word == "to"
        default: false
        }
    }
}
