/// Equations in one variable as the values that solve them: |x| = 3 and x² = 9 are x = ±3.
enum SolvedEquation {
    /// The real solutions of a linear or quadratic equation, or of one in an absolute value; nil for any other equation.
    static func roots(_ expression: Expression, _ scalars: ScalarEquality) -> Expression? {
        guard case .relation(let sides, [.equal]) = expression else { return nil }
        if case .call(.abs, let inner) = sides[0], inner.count == 1, let sign = scalars.ball(sides[1])?.real.sign,
            sign >= 0
        {
            let two = Expression.number(Rational(2))
            return roots(.relation([.power(inner[0], two), .power(sides[1], two)], [.equal]), scalars)
        }
        let difference = Expression.sum([sides[0], .product([.minusOne, sides[1]])])
        let names = difference.symbols
        guard names.count == 1, let name = names.first, let c = Polynomial.coefficients(difference, name), c.count == 3,
            c.allSatisfy(\.symbols.isEmpty), let opening = scalars.ball(c[2])?.real.sign, opening != 0
        else { return nil }
        let discriminant = Expression.sum([.product([c[1], c[1]]), .product([.number(Rational(-4)), c[2], c[0]])])
        guard let sign = scalars.ball(discriminant)?.real.sign, sign >= 0 else { return nil }
        let values = (sign == 0 ? [1] : [1, -1]).map { side in
            Expression.product([
                .sum([.product([.minusOne, c[1]]), .product([.number(Rational(side)), .call(.sqrt, [discriminant])])]),
                .power(.product([.number(Rational(2)), c[2]]), .minusOne),
            ])
        }
        return values.count == 1 ? values[0] : .list(values, true)
    }
}
