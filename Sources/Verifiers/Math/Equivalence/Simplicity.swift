/// Whether an answer needs no further work: for the strict option.
enum Simplicity {
    /// A literal in lowest terms, or the same shape as the gold without a fraction that reduces.
    static func isSimple(_ answer: Answer, _ reading: Expression, like gold: Expression) -> Bool {
        guard !hasReducibleFraction(answer.folded) else { return false }
        return reading == gold || reading.literal != nil || shape(reading) == shape(gold)
    }

    // The tree with its numbers blanked out.
    private static func shape(_ expression: Expression) -> Expression {
        expression.literal == nil ? expression.mapChildren(shape) : .zero
    }

    // The tree holds fractions of literals in lowest terms already: the tokens tell how they were written.
    private static func hasReducibleFraction(_ folded: [UInt8]) -> Bool {
        var lexer = Lexer(folded, commas: .thousands)
        var previous: Rational?
        while true {
            let (token, _) = lexer.next()
            switch token {
            case .end: return false
            case .fraction:
                guard let top = literal(&lexer), let bottom = literal(&lexer) else { continue }
                if reduces(top, bottom) { return true }
                previous = nil
            case .divide:
                if let top = previous, let bottom = literal(&lexer), reduces(top, bottom) { return true }
                previous = nil
            case .number(let literal): previous = literal.value
            default: previous = nil
            }
        }
    }

    private static func literal(_ lexer: inout Lexer) -> Rational? {
        let saved = lexer
        let (token, start) = lexer.next()
        switch token {
        case .number(let literal):
            // \frac24 holds two digits; 2/4 whole numbers.
            return lexer.isSpaceBefore(start) || !lexer.followsCommandOrDigit(start)
                ? literal.value : lexer.singleDigit(at: start)
        case .openBrace:
            guard case .number(let literal) = lexer.next().token, lexer.next().token == .closeBrace else {
                lexer = saved
                return nil
            }
            return literal.value
        default:
            lexer = saved
            return nil
        }
    }

    private static func reduces(_ top: Rational, _ bottom: Rational) -> Bool {
        guard let a = top.intValue, let b = bottom.intValue, b != 0 else { return false }
        return Rational.gcd(a.magnitude, b.magnitude) > 1
    }
}
