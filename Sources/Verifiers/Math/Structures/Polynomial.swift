/// Expressions as polynomials in one variable.
enum Polynomial {
    static let maxDegree = 64

    /// Coefficients from the constant up, each free of the variable; nil when the expression is no such polynomial.
    static func coefficients(_ expression: Expression, _ name: String) -> [Expression]? {
        if !expression.symbols.contains(name) { return [expression] }
        switch expression {
        case .symbol(name): return [.zero, .one]
        case .sum(let terms):
            var total: [[Expression]] = []
            for term in terms {
                guard let part = coefficients(term, name) else { return nil }
                for (degree, coefficient) in part.enumerated() {
                    if degree == total.count { total.append([]) }
                    total[degree].append(coefficient)
                }
            }
            return total.map { $0.count == 1 ? $0[0] : .sum($0) }
        case .product(let factors):
            var product: [Expression] = [.one]
            for factor in factors {
                guard let part = coefficients(factor, name), let next = multiply(product, part) else { return nil }
                product = next
            }
            return product
        case .power(let base, .number(let exponent)):
            guard let power = exponent.intValue, (0...maxDegree).contains(power),
                let factor = coefficients(base, name)
            else { return nil }
            var product: [Expression] = [.one]
            for _ in 0..<power {
                guard let next = multiply(product, factor) else { return nil }
                product = next
            }
            return product
        default: return nil
        }
    }

    private static func multiply(_ left: [Expression], _ right: [Expression]) -> [Expression]? {
        guard left.count + right.count <= maxDegree + 2, left.count * right.count <= 1024 else { return nil }
        var sums = [[Expression]](repeating: [], count: left.count + right.count - 1)
        for (i, a) in left.enumerated() where a != .zero {
            for (j, b) in right.enumerated() where b != .zero {
                sums[i + j].append(a == .one ? b : b == .one ? a : .product([a, b]))
            }
        }
        return sums.map { $0.isEmpty ? .zero : $0.count == 1 ? $0[0] : .sum($0) }
    }

    /// The definite integral of a polynomial: sum of c_k (b^(k+1) - a^(k+1)) / (k+1).
    static func integral(_ arguments: [Expression]) throws(EvaluationFailure) -> Expression {
        guard arguments.count == 4, case .symbol(let name) = arguments[0],
            let coefficients = coefficients(arguments[3], name)
        else { throw .unsupported }
        return .sum(
            coefficients.enumerated().map { degree, coefficient in
                let next = Expression.number(Rational(degree + 1))
                let difference = Expression.sum([
                    .power(arguments[2], next), .product([.minusOne, .power(arguments[1], next)]),
                ])
                return .product([coefficient, difference, .power(next, .minusOne)])
            })
    }
}
