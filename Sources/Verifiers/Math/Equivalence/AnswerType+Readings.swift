extension MathOptions.AnswerType {
    /// Pairs of readings to compare, gold first; those of another type are left out.
    func pairs(_ gold: Answer, _ prediction: Answer) -> [(Expression, Expression)] {
        if isOpen { return Answer.pairs(gold.readings, prediction.readings) }
        return Answer.pairs(readings(gold), prediction.readings.compactMap(reading))
    }

    /// The gold's readings of this type: where members are wanted, those with the most.
    func readings(_ gold: Answer) -> [Expression] {
        let found = gold.readings.compactMap(reading)
        guard [.set, .list, .tuple].contains(self) else { return found }
        let most = found.map(\.children.count).max()
        return found.filter { $0.children.count == most }
    }

    /// The expression as this type reads it; nil when it is of another.
    private func reading(_ expression: Expression) -> Expression? {
        switch self {
        case .number: Self.number(expression)
        case .equation: Self.isEquation(expression) ? expression : nil
        case .interval: Self.region(expression)
        case .set: Self.members(expression).map(Expression.set) ?? Self.describedSet(expression)
        case .list: Self.members(expression).map { .group(.round, $0, .round) }
        case .tuple: Self.tuple(expression)
        default: expression
        }
    }

    private static func number(_ expression: Expression) -> Expression? {
        switch expression {
        case .list(let parts, let isOr): return all(parts, number).map { .list($0, isOr) }
        case .relation(let sides, let relations):
            let isValue = relations.allSatisfy { $0 == .equal || $0 == .approximately || $0 == .congruent }
            return isValue && sides.last.flatMap(number) != nil ? expression : nil
        case .quantity(let value, let unit): return number(value).map { .quantity($0, unit) }
        case .percent(let value): return number(value).map(Expression.percent)
        case .product(let factors) where factors.count > 1:
            guard case .symbol(let letter)? = factors.last, let unit = UnitTable.normal(letter) else { break }
            let value = factors.count == 2 ? factors[0] : .product(Array(factors.dropLast()))
            return value.symbols.isEmpty ? .quantity(value, unit) : nil
        case .group, .set, .setBuilder, .sets, .named, .text, .matrix: return nil
        default: break
        }
        return expression.symbols.isEmpty && !TextAnswer.isProse(expression) ? expression : nil
    }

    private static func isEquation(_ expression: Expression) -> Bool {
        switch expression {
        case .relation(_, let relations): relations.contains(.equal) && !relations.contains { $0.isOrder }
        case .list(let parts, _), .group(_, let parts, _), .set(let parts): parts.allSatisfy(isEquation)
        default: false
        }
    }

    private static func region(_ expression: Expression) -> Expression? {
        switch expression {
        case .group(let open, let ends, let close):
            return ends.count == 2 && open != .angle && close != .angle ? expression : nil
        case .list(let parts, _) where parts.allSatisfy({ if case .group = $0 { true } else { false } }):
            return all(parts, region).map { .sets(.union, $0) }
        case .list(let parts, _): return all(parts, region) == nil ? nil : expression
        case .relation(_, let relations): return relations.contains(.equal) ? assigned(expression) : expression
        case .sets, .named, .set, .setBuilder: return expression
        default: return nil
        }
    }

    // S = (1, 2).
    private static func assigned(_ expression: Expression) -> Expression? {
        Interpretation.assignment(expression).flatMap { region($0.value) }
    }

    private static func members(_ expression: Expression) -> [Expression]? {
        switch expression {
        case .list(let parts, _), .group(_, let parts, _), .set(let parts): parts
        case .relation, .sets, .named, .setBuilder, .text: nil
        default: [expression]
        }
    }

    private static func describedSet(_ expression: Expression) -> Expression? {
        if case .text = expression { nil } else { expression }
    }

    private static func tuple(_ expression: Expression) -> Expression? {
        switch expression {
        case .group(_, let parts, _): return .group(.round, parts, .round)
        case .list(let parts, let isOr):
            let tuples = parts.compactMap { if case .group = $0 { tuple($0) } else { nil } }
            return tuples.count == parts.count ? .list(tuples, isOr) : .group(.round, parts, .round)
        case .relation(_, let relations): return relations == [.equal] ? expression : nil
        case .apply, .call(.permutations, _), .matrix, .sum, .product: return expression
        default: return nil
        }
    }

    private static func all(_ parts: [Expression], _ change: (Expression) -> Expression?) -> [Expression]? {
        let changed = parts.compactMap(change)
        return changed.count == parts.count ? changed : nil
    }
}
