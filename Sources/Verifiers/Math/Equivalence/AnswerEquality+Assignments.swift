// Assignments and chains.
extension AnswerEquality {
    func assignments(_ gold: Expression, _ prediction: Expression, _ depth: Int) -> Comparison? {
        guard options.assignments == .strip else { return nil }
        switch (Interpretation.assignment(gold), Interpretation.assignment(prediction)) {
        case (nil, nil): return nil
        case (let left?, nil):
            if case .relation = prediction { return nil }
            return compare(left.value, prediction, depth: depth + 1)
        case (nil, let right?):
            if case .relation = gold { return nil }
            return compare(gold, right.value, depth: depth + 1)
        case (let left?, let right?):
            if Self.areOtherArguments(left, right) { return .different("a function at another argument") }
            if left.label == right.label { return compare(left.value, right.value, depth: depth + 1) }
            let isDefinition = !left.value.symbols.isEmpty || !right.value.symbols.isEmpty
            if left.isVariable, right.isVariable {
                return isDefinition ? nil : .different("different variables")
            }
            return compare(left.value, right.value, depth: depth + 1)
        }
    }

    // f(2n) = n says nothing of f(n), and f(n) = x names no argument of x.
    private static func areOtherArguments(_ gold: Interpretation.Assignment, _ other: Interpretation.Assignment) -> Bool
    {
        guard case .apply(let name, let first) = gold.label, case .apply(name, let second) = other.label,
            first != second
        else {
            return false
        }
        if first.count == 1, second.count == 1, case .symbol(let mine) = first[0], case .symbol = second[0] {
            return gold.value.symbols.contains(mine)
        }
        return !(first + second).allSatisfy { if case .symbol = $0 { true } else { false } }
    }

    // "x = 1, y = 2" against values without names: a tuple takes them in the names' order, a list in any.
    func named(_ gold: Expression, _ prediction: Expression, _ depth: Int) -> Comparison? {
        func values(_ expression: Expression) -> [Expression]? {
            switch expression {
            case .list(let parts, _), .group(_, let parts, _): Assignments.valuesByName(parts)
            default: nil
            }
        }
        func stated(_ values: [Expression], of named: Expression, as other: Expression) -> Expression {
            switch other {
            case .list(_, let isOr): .list(values, isOr)
            case .set where Assignments.variables(named)?.count == 1: .set(values)
            default: .group(.round, values, .round)
            }
        }
        switch (values(gold), values(prediction)) {
        case (let left?, nil): return compare(stated(left, of: gold, as: prediction), prediction, depth: depth + 1)
        case (nil, let right?): return compare(gold, stated(right, of: prediction, as: gold), depth: depth + 1)
        case (_?, _?):
            if let places = Assignments.places(of: gold, in: prediction),
                case (.list(let left, _), .list(let right, _)) = (gold, prediction)
            {
                return ordered(left, places.map { right[$0] }, depth)
            }
            // (c = -1, L = 2) beside the same without brackets.
            switch (gold, prediction) {
            case (.list(let left, let isOr), .group(_, let right, _)):
                return compare(.list(left, isOr), .list(right, isOr), depth: depth + 1)
            case (.group(_, let left, _), .list(let right, let isOr)):
                return compare(.list(left, isOr), .list(right, isOr), depth: depth + 1)
            default: return nil
            }
        default: return nil
        }
    }

    func chain(_ gold: Expression, _ prediction: Expression, _ depth: Int) -> Comparison {
        if let value = Interpretation.chainValue(gold, scalars) { return compare(value, prediction, depth: depth + 1) }
        if let value = Interpretation.chainValue(prediction, scalars) { return compare(gold, value, depth: depth + 1) }
        // x ∈ S states S.
        if case .relation(let sides, [.element]) = gold { return compare(sides[1], prediction, depth: depth + 1) }
        if case .relation(let sides, [.element]) = prediction { return compare(gold, sides[1], depth: depth + 1) }
        // "|z_1 - z_2| = \sqrt{12} = 2\sqrt3" and "\det A = 5": whatever is named, its value stands last.
        if let value = Interpretation.namedValue(gold, scalars) { return compare(value, prediction, depth: depth + 1) }
        if let value = Interpretation.namedValue(prediction, scalars) { return compare(gold, value, depth: depth + 1) }
        if let roots = SolvedEquation.roots(gold, scalars) { return compare(roots, prediction, depth: depth + 1) }
        return .different("an equation and an expression")
    }
}
