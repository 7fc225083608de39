/// What an answer says once labels, chains and ± are resolved.
enum Interpretation {
    /// A named value: `x = 5`, `f(x) = 2x`, `P(A) = 1/4`, `(x, y) = (1, 2)`.
    struct Assignment {
        var label: Expression
        var value: Expression
        /// Whether the label is one plain variable, which must then agree.
        var isVariable: Bool
    }

    /// The assignment an equation makes; nil for equations between expressions.
    static func assignment(_ expression: Expression) -> Assignment? {
        guard case .relation(let sides, let relations) = expression, sides.count >= 2,
            relations.allSatisfy({ $0 == .equal || $0 == .approximately }) || isResidue(sides, relations)
        else { return nil }
        // In x = 5 + 6 = 11 the end of the chain counts; what is only approximate does not.
        let exact = relations.firstIndex(of: .approximately).map { $0 + 1 } ?? sides.count
        if isLabel(sides[0]) {
            let value = exact > 1 ? sides[exact - 1] : sides[1]
            return Assignment(label: sides[0], value: value, isVariable: isVariable(sides[0]))
        }
        // ... = x = 0
        if sides.count > 2, exact == sides.count, isLabel(sides[sides.count - 2]) {
            let label = sides[sides.count - 2]
            return Assignment(label: label, value: sides[sides.count - 1], isVariable: isVariable(label))
        }
        guard sides.count == 2, relations == [.equal], isVariable(sides[1]), !sides[0].symbols.contains(name(sides[1]))
        else {
            return nil
        }
        return Assignment(label: sides[1], value: sides[0], isVariable: true)
    }

    // x \equiv 3 \pmod 7.
    private static func isResidue(_ sides: [Expression], _ relations: [Relation]) -> Bool {
        guard relations == [.congruent], case .quantity(_, let unit) = sides[1] else { return false }
        return unit.hasPrefix("mod ") && isVariable(sides[0])
    }

    /// The value of a chain of equalities between expressions without a label: its end, when the rest agrees.
    static func chainValue(_ expression: Expression, _ scalars: ScalarEquality) -> Expression? {
        guard case .relation(let sides, let relations) = expression,
            relations.allSatisfy({ $0 == .equal || $0 == .approximately })
        else { return nil }
        let exact = relations.firstIndex(of: .approximately).map { $0 + 1 } ?? sides.count
        guard exact > 1 || relations.first == .approximately, sides.allSatisfy({ $0.symbols.isEmpty }) else {
            return nil
        }
        let value = sides[exact - 1]
        for side in sides[..<exact] where !scalars.compare(side, value).isEqual { return nil }
        // "3 ≈ 4" hedges.
        for side in sides[exact...] where !isNear(side, value, scalars) { return nil }
        return value
    }

    private static func isNear(_ left: Expression, _ right: Expression, _ scalars: ScalarEquality) -> Bool {
        guard let a = scalars.ball(left), let b = scalars.ball(right), a.isReal, b.isReal else { return false }
        let (first, second) = (a.real.middle.double, b.real.middle.double)
        return abs(first - second) <= 0.01 * max(abs(first), abs(second))
    }

    private static func name(_ expression: Expression) -> String {
        if case .symbol(let name) = expression { name } else { "" }
    }

    private static func isVariable(_ expression: Expression) -> Bool {
        if case .symbol(let name) = expression { return name.utf8.count > 0 }
        return false
    }

    /// Whether an expression names something: a variable, a function's value, a segment or angle, words, a tuple of
    /// variables, a quotient or ratio of capitals.
    static func isLabel(_ expression: Expression) -> Bool {
        switch expression {
        case .symbol, .text, .apply: true
        case .call(.conjugate, let parts), .call(.abs, let parts): parts.allSatisfy(isGeometric)
        case .call(.argument, _), .call(.max, _), .call(.min, _), .call(.determinant, _): false
        case .group(_, let parts, _): parts.allSatisfy(isVariable)
        case .power(let base, .minusOne): isGeometric(base)
        case .product(let parts), .ratio(let parts): parts.allSatisfy(isGeometric)
        case .constant(.euler): false
        default: false
        }
    }

    // Points and lengths carry capitals: AB, \frac{NO}{BO}, S_{ABC} : S.
    private static func isGeometric(_ expression: Expression) -> Bool {
        switch expression {
        case .symbol(let name): Ascii.isUpper(name.utf8.first ?? 0)
        case .product(let parts): parts.allSatisfy(isGeometric)
        case .power(let base, .minusOne): isGeometric(base)
        case .call(.conjugate, let parts): parts.allSatisfy(isGeometric)
        default: false
        }
    }

    /// Both expansions of an expression with ± or ∓; nil when it has neither.
    static func expanded(_ expression: Expression) -> [Expression]? {
        guard expression.contains({ if case .plusMinus = $0 { true } else { false } }) else { return nil }
        return [choosing(expression, upper: true), choosing(expression, upper: false)]
    }

    private static func choosing(_ expression: Expression, upper: Bool) -> Expression {
        if case .plusMinus(let isUpper) = expression { return isUpper == upper ? .one : .minusOne }
        return expression.mapChildren { choosing($0, upper: upper) }
    }
}
