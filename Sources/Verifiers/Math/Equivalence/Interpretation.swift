#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

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
        if sides[0].isLabel {
            var value = exact > 1 ? sides[exact - 1] : sides[1]
            // In p = 2/3 = 0.667 the decimal rounds what stands before it.
            if exact > 2, case .decimal = value, isNumeric(sides[exact - 2]), !sides[exact - 2].hasSymbols {
                value = sides[exact - 2]
            }
            return Assignment(label: sides[0], value: value, isVariable: sides[0].isVariable)
        }
        // ... = x = 0
        if sides.count > 2, exact == sides.count, sides[sides.count - 2].isLabel {
            let label = sides[sides.count - 2]
            return Assignment(label: label, value: sides[sides.count - 1], isVariable: label.isVariable)
        }
        guard sides.count == 2, relations == [.equal], sides[1].isVariable, !sides[0].symbols.contains(name(sides[1]))
        else {
            return nil
        }
        return Assignment(label: sides[1], value: sides[0], isVariable: true)
    }

    // x \equiv 3 \pmod 7.
    private static func isResidue(_ sides: [Expression], _ relations: [Relation]) -> Bool {
        guard relations == [.congruent], sides[0].isVariable else { return false }
        switch sides[1] {
        case .quantity(_, let unit): return unit.hasPrefix("mod ")
        case .call(.mod, let parts): return parts.count == 2
        default: return false
        }
    }

    /// The value of a chain of equalities between expressions without a label: its end, when the rest agrees.
    static func chainValue(_ expression: Expression, _ scalars: ScalarEquality) -> Expression? {
        guard case .relation(let sides, let relations) = expression,
            relations.allSatisfy({ $0 == .equal || $0 == .approximately })
        else { return nil }
        let exact = relations.firstIndex(of: .approximately).map { $0 + 1 } ?? sides.count
        guard exact > 1 || relations.first == .approximately, sides.allSatisfy({ !$0.hasSymbols }) else {
            return nil
        }
        let value = sides[exact - 1]
        for side in sides[..<exact] where !scalars.compare(side, value).isEqual { return nil }
        for side in sides[exact...] where !isNear(side, value, scalars) { return nil }
        return value
    }

    /// The last member of a chain of equalities whose first names something that is no number: a distance, a determinant, a
    /// product of vectors. Nil when the first is a number, or one variable's equation like 2x = 10.
    static func namedValue(_ expression: Expression, _ scalars: ScalarEquality) -> Expression? {
        guard case .relation(let sides, let relations) = expression,
            relations.allSatisfy({ $0 == .equal || $0 == .approximately }), let first = sides.first
        else { return nil }
        let exact = max(2, relations.firstIndex(of: .approximately).map { $0 + 1 } ?? sides.count)
        guard exact <= sides.count, let value = Optional(sides[exact - 1]) else { return nil }
        switch value {
        // {3, 2} = {2, 3} and 93 - 15 = \$78: the same twice.
        case .set, .quantity:
            let isMeasure =
                if case .quantity(let inner, _) = value { scalars.compare(first, inner).isEqual } else { false }
            return first == value || isMeasure || isSameSet(first, value) ? value : nil
        default: break
        }
        guard !value.hasSymbols || names(first), isNumeric(value) else { return nil }
        if !first.hasSymbols, isNumeric(first) { return nil }
        return sides.count > 2 || names(first) ? value : nil
    }

    private static func isSameSet(_ left: Expression, _ right: Expression) -> Bool {
        if case .set(let first) = left, case .set(let second) = right { Set(first) == Set(second) } else { false }
    }

    // |z|, \bar x, \det A, \dim V, a·b of vectors, \Delta p.
    private static func names(_ expression: Expression) -> Bool {
        switch expression {
        case .call(.conjugate, _), .call(.determinant, _), .call(.argument, _), .call(.norm, _), .call(.limit, _):
            return true
        // Of functions that are not known.
        case .call(.max, let parts) where parts.count == 1: return true
        case .call(.min, let parts) where parts.count == 1: return true
        case .call(let function, let parts) where [.max, .min, .sum, .product, .integral].contains(function):
            return parts.contains { $0.contains { if case .apply = $0 { true } else { false } } }
        case .product(let parts):
            if case .apply("∘", _)? = parts.first { return true }
            if case .sets? = parts.last { return true }
            guard case .symbol(let name)? = parts.first else { return false }
            return name.utf8.count > 1 && !name.contains("_") && parts.count == 2
        default: return false
        }
    }

    /// Whether the members of a chain of equalities cannot all be true: x = 3 = 5. Members with variables are passed over, and
    /// a slip between a beginning and an end that agree.
    static func isContradiction(_ expression: Expression, _ scalars: ScalarEquality) -> Bool {
        guard case .relation(let sides, let relations) = expression, sides.count > 2,
            relations.allSatisfy({ $0 == .equal || $0 == .approximately })
        else { return false }
        let values = sides.indices.filter { !sides[$0].hasSymbols && isNumeric(sides[$0]) }
        guard let start = values.first, let end = values.last, start < end,
            !scalars.compare(sides[start], sides[end]).isEqual
        else { return false }
        for (first, second) in zip(values, values.dropFirst()) {
            let isExact = relations[first..<second].allSatisfy { $0 == .equal }
            let isTrue =
                isExact
                ? scalars.compare(sides[first], sides[second]).isEqual
                    || isShortened(sides[first], sides[second], scalars)
                : isNear(sides[second], sides[first], scalars) || !isWhole(sides[first])
            if !isTrue, scalars.ball(sides[first]) != nil, scalars.ball(sides[second]) != nil { return true }
        }
        return false
    }

    // "1/3 = 0.333" is careless, not contradictory.
    private static func isShortened(_ left: Expression, _ right: Expression, _ scalars: ScalarEquality) -> Bool {
        (isDecimal(right) && isRounded(right, from: left, scalars))
            || (isDecimal(left) && isRounded(left, from: right, scalars))
    }

    // Roughly the same; a whole number is approximated by its digits only. "3 ≈ 4" and "990 ≈ 994" hedge.
    private static func isNear(_ shown: Expression, _ value: Expression, _ scalars: ScalarEquality) -> Bool {
        if isWhole(value) { return isRounded(shown, from: value, scalars) }
        guard let (first, second) = middles(shown, value, scalars) else { return false }
        return abs(first - second) <= 0.01 * max(abs(first), abs(second))
    }

    private static func middles(
        _ left: Expression, _ right: Expression, _ scalars: ScalarEquality
    ) -> (Double, Double)? {
        guard let a = scalars.ball(left), let b = scalars.ball(right), a.isReal, b.isReal else { return nil }
        return (a.real.middle.double, b.real.middle.double)
    }

    private static func isWhole(_ expression: Expression) -> Bool { expression.literal?.isInteger == true }

    private static func isNumeric(_ expression: Expression) -> Bool {
        switch expression {
        case .list, .group, .set, .setBuilder, .relation, .sets, .named, .ratio, .time, .text, .matrix, .percent,
            .quantity, .based:
            false
        default: true
        }
    }

    private static func isDecimal(_ expression: Expression) -> Bool {
        expression.contains { if case .decimal = $0 { true } else { false } }
    }

    // Whether `shown` is `value` to the digits it has; a whole number's closing zeros may be none.
    private static func isRounded(
        _ shown: Expression, from value: Expression, _ scalars: ScalarEquality
    ) -> Bool {
        guard let (first, second) = middles(shown, value, scalars) else { return false }
        return step(of: shown).map { abs(first - second) <= $0 } ?? false
    }

    // One unit of the last digit shown; nil when it is no literal.
    private static func step(of shown: Expression) -> Double? {
        switch shown {
        case .decimal(_, let places): return pow(10, -Double(places))
        case .number(let value):
            guard let whole = value.intValue, whole != 0 else { return nil }
            var (rest, step) = (whole, 1.0)
            while rest % 10 == 0 { (rest, step) = (rest / 10, step * 10) }
            return step
        case .product(let factors) where factors.count == 2:
            if factors[0] == .minusOne { return step(of: factors[1]) }
            guard case .power(.number(.small(10, 1)), .number(let exponent)) = factors[1], let power = exponent.intValue
            else { return nil }
            return step(of: factors[0]).map { $0 * pow(10, Double(power)) }
        default: return nil
        }
    }

    private static func name(_ expression: Expression) -> String {
        if case .symbol(let name) = expression { name } else { "" }
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
