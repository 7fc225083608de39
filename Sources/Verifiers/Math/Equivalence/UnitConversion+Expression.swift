extension UnitConversion {
    /// The value in the other unit.
    func applied(to value: Expression, _ scalars: ScalarEquality) -> Expression {
        if pi == 0, let exact = scalars.rational(value) { return .number(exact * scale + shift) }
        var factors = [Expression.number(scale), value]
        if pi != 0 { factors.append(.power(.constant(.pi), .number(Rational(pi)))) }
        return shift.isZero ? .product(factors) : .sum([.product(factors), .number(shift)])
    }
}
