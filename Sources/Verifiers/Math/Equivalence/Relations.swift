/// Compares equations and inequalities that are no statements about one real variable.
struct Relations {
    let scalars: ScalarEquality

    func compare(_ gold: Expression, _ prediction: Expression) -> Comparison {
        guard case .relation(let left, let first) = gold, case .relation(let right, let second) = prediction else {
            return .different("an equation and an expression")
        }
        if first.count == 1, second.count == 1 { return single(left, first[0], right, second[0]) }
        return chains(left, first, right, second)
    }

    private func single(
        _ left: [Expression], _ first: Relation, _ right: [Expression], _ second: Relation
    ) -> Comparison {
        if first == second, sides(left, right) { return .equal("the same sides") }
        if first.mirrored == second, sides(left, right.reversed()) { return .equal("the same sides") }
        let (gold, prediction) = (Self.difference(left), Self.difference(right))
        switch (first, second) {
        case (.equal, .equal), (.notEqual, .notEqual), (.congruent, .congruent):
            return proportional(gold, prediction, needsPositive: false)
        default:
            guard first.isOrder, second.isOrder, first.isStrict == second.isStrict else {
                return .different("different relations")
            }
            let flipped = first == second ? prediction : .product([.minusOne, prediction])
            return proportional(gold, flipped, needsPositive: true)
        }
    }

    private func sides(_ left: [Expression], _ right: [Expression]) -> Bool {
        zip(left, right).allSatisfy { scalars.compare($0, $1).isEqual }
    }

    private static func difference(_ sides: [Expression]) -> Expression {
        .sum([sides[0], .product([.minusOne, sides[1]])])
    }

    // Equal up to a constant factor: f(p) g(q) = f(q) g(p) for unrelated points p and q.
    private func proportional(_ left: Expression, _ right: Expression, needsPositive: Bool) -> Comparison {
        let rule = "equal up to a factor"
        guard !scalars.compare(left, .zero).isEqual, !scalars.compare(right, .zero).isEqual else {
            return .different("an identity")
        }
        let names = left.symbols.union(right.symbols)
        // Two false equations between numbers would be.
        guard !names.isEmpty else { return .different(rule) }
        var other = (left, right)
        for name in names.sorted() {
            other.0 = other.0.substituting(name, .symbol(name + "°"))
            other.1 = other.1.substituting(name, .symbol(name + "°"))
        }
        let verdict = scalars.compare(.product([left, other.1]), .product([other.0, right]))
        guard verdict.isEqual else { return verdict.isExhausted ? verdict : .different(rule) }
        guard needsPositive else { return .equal(rule) }
        return isPositive(.quotient(left, right), names) ? .equal(rule) : .different("the relation is reversed")
    }

    private func isPositive(_ ratio: Expression, _ names: Set<String>) -> Bool {
        var ratio = ratio
        for (index, name) in names.sorted().enumerated() {
            ratio = ratio.substituting(name, .number(.small(3 * index + 2, 7)))
        }
        return scalars.ball(ratio)?.real.sign == 1
    }

    // f(2) < f(1) < f(4), either way round.
    private func chains(
        _ left: [Expression], _ first: [Relation], _ right: [Expression], _ second: [Relation]
    ) -> Comparison {
        guard left.count == right.count else { return .different("chains of different length") }
        if first == second, sides(left, right) { return .equal("the same chain") }
        if first == second.reversed().map(\.mirrored), sides(left, right.reversed()) { return .equal("the same chain") }
        return .different("different chains")
    }
}
