/// Integrals and infinite sums with a closed form that needs no search: sums of powers, exponentials, sines and cosines of linear
/// arguments; geometric series and zeta at even numbers.
enum Calculus {
    /// The value of `\int_a^b f(x) dx` as an expression; nil when the integrand is none of these, or is not defined throughout.
    static func integral(_ parts: [Expression]) -> Expression? {
        guard parts.count == 4, case .symbol(let name) = parts[0], parts[1].symbols.isEmpty, parts[2].symbols.isEmpty,
            let primitive = primitive(parts[3], name)
        else { return nil }
        if parts[2] == .constant(.infinity) {
            guard !primitive.hasPole || parts[1].literal.map({ .zero < $0 }) == true,
                let end = atInfinity(primitive.value, name)
            else { return nil }
            return .sum([end, .product([.minusOne, primitive.value.substituting(name, parts[1])])])
        }
        if parts[1] == .product([.minusOne, .constant(.infinity)]) { return nil }
        if primitive.hasPole {
            // 1/x over an interval that holds 0 has no integral.
            guard let low = parts[1].literal, let high = parts[2].literal, !low.isZero, !high.isZero,
                low.isNegative == high.isNegative
            else { return nil }
        }
        return .sum([
            primitive.value.substituting(name, parts[2]),
            .product([.minusOne, primitive.value.substituting(name, parts[1])]),
        ])
    }

    private typealias Primitive = (value: Expression, hasPole: Bool)

    private static func primitive(_ body: Expression, _ name: String) -> Primitive? {
        let x = Expression.symbol(name)
        guard body.symbols.contains(name) else { return (.product([body, x]), false) }
        switch body {
        case .symbol: return power(x, .one)
        case .sum(let terms):
            let parts = terms.compactMap { primitive($0, name) }
            return parts.count == terms.count ? (.sum(parts.map(\.value)), parts.contains { $0.hasPole }) : nil
        case .product(let factors):
            let own = factors.filter { $0.symbols.contains(name) }
            guard own.count == 1, let inner = primitive(own[0], name) else { return nil }
            return (.product(factors.filter { !$0.symbols.contains(name) } + [inner.value]), inner.hasPole)
        case .power(x, .number(let exponent)): return power(x, exponent)
        case .power(.power(x, .number(let exponent)), .minusOne): return power(x, -exponent)
        case .power(x, .minusOne): return power(x, -.one)
        case .power(let inner, .minusOne): return reciprocal(inner, name)
        case .call(.sqrt, [x]): return power(x, .small(1, 2))
        case .power(.constant(.euler), let inner): return scaled(body, inner, name)
        case .call(.exp, let parts) where parts.count == 1: return scaled(body, parts[0], name)
        case .call(.sin, let parts) where parts.count == 1:
            return scaled(.product([.minusOne, .call(.cos, parts)]), parts[0], name)
        case .call(.cos, let parts) where parts.count == 1: return scaled(.call(.sin, parts), parts[0], name)
        default: return nil
        }
    }

    private static func power(_ x: Expression, _ exponent: Rational) -> Primitive? {
        let next = exponent + .one
        guard !next.isZero else { return (.call(.ln, [.call(.abs, [x])]), true) }
        return (.quotient(.power(x, .number(next)), .number(next)), exponent.isNegative || !exponent.isInteger)
    }

    // 1/(1 + x²) and 1/√(1 - x²).
    private static func reciprocal(_ inner: Expression, _ name: String) -> Primitive? {
        let x = Expression.symbol(name)
        let radicand = if case .call(.sqrt, let parts) = inner, parts.count == 1 { parts[0] } else { inner }
        guard let c = Polynomial.coefficients(radicand, name)?.map(value), c.count == 3, c[0] == .one, c[1] == .zero
        else { return nil }
        if radicand == inner { return c[2] == .one ? (.call(.arctan, [x]), false) : nil }
        return c[2] == -.one ? (.call(.arcsin, [x]), false) : nil
    }

    // Sums of literals, as coefficients are.
    private static func value(_ coefficient: Expression) -> Rational? {
        switch coefficient {
        case .sum(let terms):
            let values = terms.compactMap(value)
            return values.count == terms.count ? values.reduce(.zero, +) : nil
        case .product(let factors):
            let values = factors.compactMap(value)
            return values.count == factors.count ? values.reduce(.one, *) : nil
        default: return coefficient.literal
        }
    }

    // Where a primitive goes as its variable grows; nil when it does not settle.
    private static func atInfinity(_ value: Expression, _ name: String) -> Expression? {
        guard value.symbols.contains(name) else { return value }
        switch value {
        case .sum(let terms):
            let ends = terms.compactMap { atInfinity($0, name) }
            return ends.count == terms.count ? .sum(ends) : nil
        case .product(let factors):
            let own = factors.filter { $0.symbols.contains(name) }
            guard own.count == 1, let end = atInfinity(own[0], name) else { return nil }
            return .product(factors.filter { !$0.symbols.contains(name) } + [end])
        case .power(.constant(.euler), let inner):
            let slope = Polynomial.coefficients(inner, name).flatMap { $0.count == 2 ? sign($0[1]) : nil }
            return slope == -1 ? .zero : nil
        case .call(.exp, let parts) where parts.count == 1:
            return atInfinity(.power(.constant(.euler), parts[0]), name)
        case .power(.symbol(name), .number(let exponent)): return exponent.isNegative ? .zero : nil
        case .call(.arctan, [.symbol(name)]): return .quotient(.constant(.pi), .number(Rational(2)))
        default: return nil
        }
    }

    private static func sign(_ slope: Expression) -> Int? {
        switch slope {
        case .product(let factors):
            let signs = factors.compactMap { $0.literal.map { $0.isNegative ? -1 : $0.isZero ? 0 : 1 } }
            return signs.count == factors.count ? signs.reduce(1, *) : nil
        default: return slope.literal.map { $0.isNegative ? -1 : $0.isZero ? 0 : 1 }
        }
    }

    // Of a function of a linear argument: by its slope.
    private static func scaled(_ primitive: Expression, _ inner: Expression, _ name: String) -> Primitive? {
        guard let parts = Polynomial.coefficients(inner, name), parts.count == 2, parts[1].symbols.isEmpty else {
            return nil
        }
        return (.product([primitive, .power(parts[1], .minusOne)]), false)
    }

    /// The value of `\sum_{n=a}^\infty` as an expression; nil when it is none of these.
    static func infiniteSum(_ index: String, from low: Int, _ body: Expression) -> Expression? {
        let n = Expression.symbol(index)
        if let value = exponential(n, low, body) { return value }
        switch body {
        case .product(let factors):
            let own = factors.filter { $0.symbols.contains(index) }
            guard own.count == 1, let value = infiniteSum(index, from: low, own[0]) else { return nil }
            return .product(factors.filter { !$0.symbols.contains(index) } + [value])
        case .power(.power(n, .number(let exponent)), .minusOne): return low == 1 ? zeta(exponent.intValue) : nil
        case .power(n, .number(let exponent)): return low == 1 ? zeta((-exponent).intValue) : nil
        case .power(.power(let base, n), .minusOne):
            return base.literal.flatMap { (.one / $0).flatMap { geometric($0, low) } }
        case .power(let base, n): return base.literal.flatMap { geometric($0, low) }
        default: return nil
        }
    }

    // Euler: the sum of 1/n! is e, that of (-1)^{n+1}/n is ln 2.
    private static func exponential(_ n: Expression, _ low: Int, _ body: Expression) -> Expression? {
        if body == .power(.call(.factorial, [n]), .minusOne), (0...1).contains(low) {
            return .sum([.constant(.euler), .number(Rational(-low))])
        }
        guard low == 1, case .product(let parts) = body, parts.count == 2, parts[1] == .power(n, .minusOne),
            case .power(.number(.small(-1, 1)), let exponent) = parts[0]
        else { return nil }
        let two = Expression.call(.ln, [.number(Rational(2))])
        switch exponent {
        case .sum([n, .one]), .sum([n, .minusOne]): return two
        case n: return .negated(two)
        default: return nil
        }
    }

    private static func geometric(_ ratio: Rational, _ low: Int) -> Expression? {
        guard ratio.magnitude < .one, (0...1000).contains(low), let first = ratio.power(low, maxBits: 4096) else {
            return nil
        }
        return (first / (.one - ratio)).map(Expression.number)
    }

    // Euler: ζ(2) = π²/6 and so on.
    private static func zeta(_ power: Int?) -> Expression? {
        let shares: [Int: Int] = [2: 6, 4: 90, 6: 945, 8: 9450]
        guard let power, let share = shares[power] else { return nil }
        return .quotient(.power(.constant(.pi), .number(Rational(power))), .number(Rational(share)))
    }
}
