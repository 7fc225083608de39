/// Lines in space by a point and a direction: (1, 2, 0) + t(1, -1, 3), (x, y, z) = (1 + t, 2 - t, 3t). Two are the same when each
/// runs through the other's point in its direction.
struct ParametricLine {
    private var point: [Expression]
    private var direction: [Expression]

    /// Nil unless both sides are stated as lines; the same expressions need no rule.
    static func compare(_ gold: Expression, _ prediction: Expression, _ scalars: ScalarEquality) -> Comparison? {
        guard let left = read(gold), let right = read(prediction), left.point.count == right.point.count else {
            return nil
        }
        let offset = zip(left.point, right.point).map { Expression.sum([$0, .product([.minusOne, $1])]) }
        let isSame =
            areParallel(left.direction, right.direction, scalars) && areParallel(left.direction, offset, scalars)
            && [left, right].allSatisfy { $0.direction.contains { scalars.rational($0)?.isZero == false } }
        return isSame ? .equal("the same line") : .different("different lines")
    }

    // Every second-order minor is zero.
    private static func areParallel(_ left: [Expression], _ right: [Expression], _ scalars: ScalarEquality) -> Bool {
        left.indices.allSatisfy { i in
            left.indices.allSatisfy { j in
                i >= j
                    || scalars.compare(.product([left[i], right[j]]), .product([left[j], right[i]])).isEqual
            }
        }
    }

    // Three coordinates that a letter moves along: with a name, a range, or as a point and a multiple of a direction.
    private static func read(_ expression: Expression) -> ParametricLine? {
        switch expression {
        case .relation(let sides, [.equal]):
            guard isName(sides[0]) else { return nil }
            return coordinates(sides[1]).flatMap(line) ?? read(sides[1])
        case .list(let parts, _):
            let rest = parts.filter { if case .relation(_, [.element]) = $0 { false } else { true } }
            if rest.count < parts.count {
                guard rest.count == 1 else { return read(.list(rest, false)) }
                return coordinates(rest[0]).flatMap(line) ?? read(rest[0])
            }
            // x = 1 + t, y = 2 - t, z = 3t.
            guard parts.count == 3, let values = Assignments.valuesByName(parts),
                parts.compactMap(Interpretation.assignment).allSatisfy({
                    ["x", "y", "z"].contains($0.label.description)
                })
            else { return nil }
            return line(values)
        case .sum(let terms):
            guard terms.count == 2, let point = coordinates(terms[0]), case .product(let factors) = terms[1],
                factors.count == 2 || factors.count == 3 && factors[0] == .minusOne, let step = factors.last,
                case .symbol = factors[factors.count - 2], let direction = coordinates(step),
                point.count == direction.count,
                (point + direction).allSatisfy(\.symbols.isEmpty)
            else { return nil }
            return ParametricLine(point: point, direction: direction)
        default: return nil
        }
    }

    private static func isName(_ label: Expression) -> Bool {
        switch label {
        case .symbol(let name): ["r", "l", "L", "\\ell", "ell", "x", "X", "v"].contains(name)
        case .group(_, let parts, _): parts.map(\.description) == ["x", "y", "z"]
        case .apply: true
        default: false
        }
    }

    private static func coordinates(_ expression: Expression) -> [Expression]? {
        switch expression {
        case .group(_, let parts, _), .matrix(1, let parts): parts.count == 3 ? parts : nil
        default: nil
        }
    }

    private static func line(_ values: [Expression]) -> ParametricLine? {
        let names = values.reduce(into: Set<String>()) { $0.formUnion($1.symbols) }
        guard values.count == 3, names.count == 1, let name = names.first, !["x", "y", "z"].contains(name) else {
            return nil
        }
        let parts = values.compactMap { Polynomial.coefficients($0, name) }
        guard parts.count == 3, parts.allSatisfy({ $0.count <= 2 }) else { return nil }
        return ParametricLine(
            point: parts.map { $0[0] }, direction: parts.map { $0.count == 2 ? $0[1] : .zero })
    }
}
