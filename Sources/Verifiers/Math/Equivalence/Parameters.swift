/// Letters that range over a set and could be any other letter: the k of `x = \\pi k, k \\in \\mathbb{Z}`.
enum Parameters {
    /// Both sides with their parameters named alike. A side that leaves the range out is taken to mean the other's.
    static func aligned(_ gold: Expression, _ prediction: Expression) -> (Expression, Expression) {
        let (left, right) = (names(gold), names(prediction))
        if left.isEmpty, right.isEmpty { return (gold, prediction) }
        if left.isEmpty { return (gold, withoutRange(prediction)) }
        if right.isEmpty { return (withoutRange(gold), prediction) }
        return (renamed(gold, left), renamed(prediction, right))
    }

    // Letters stated to be elements of a set that something else is said about.
    private static func names(_ expression: Expression) -> [String] {
        let parts: [Expression]
        switch expression {
        case .list(let members, _): parts = members
        case .setBuilder(let element, .list(let conditions, _)): parts = [element] + conditions
        case .setBuilder(let element, let condition): parts = [element, condition]
        default: return []
        }
        let found = parts.compactMap(parameter)
        return found.filter { name in
            parts.contains { parameter($0) == nil && $0.symbols.contains(name) && $0 != .symbol(name) }
        }
    }

    private static func parameter(_ part: Expression) -> String? {
        guard case .relation(let sides, [.element]) = part, case .symbol(let name) = sides[0], case .named = sides[1]
        else { return nil }
        return name
    }

    private static func renamed(_ expression: Expression, _ names: [String]) -> Expression {
        names.enumerated().reduce(expression) { $0.substituting($1.element, .symbol("parameter \($1.offset)")) }
    }

    private static func withoutRange(_ expression: Expression) -> Expression {
        guard case .list(let parts, let isOr) = expression else { return expression }
        let rest = parts.filter { parameter($0) == nil }
        return rest.count == 1 ? rest[0] : .list(rest, isOr)
    }
}
