/// Derivatives of elementary functions, by the rules of school.
enum Derivative {
    /// Largest tree that is differentiated.
    private static let maxNodes = 120

    /// The value of \frac{d^n}{dx^n} f as an expression; nil when a part of it has no rule.
    static func value(_ parts: [Expression]) -> Expression? {
        guard parts.count == 3, case .symbol(let name) = parts[0], let times = parts[1].literal?.intValue,
            (1...8).contains(times)
        else { return nil }
        var body = parts[2]
        for _ in 0..<times {
            guard body.nodes <= maxNodes, let next = derivative(body, name) else { return nil }
            body = next
        }
        return body
    }

    static func derivative(_ expression: Expression, _ name: String) -> Expression? {
        guard expression.symbols.contains(name) else { return .zero }
        switch expression {
        case .symbol: return .one
        case .sum(let terms):
            let parts = terms.compactMap { derivative($0, name) }
            return parts.count == terms.count ? .sum(parts) : nil
        case .product(let factors):
            var terms: [Expression] = []
            for (index, factor) in factors.enumerated() where factor.symbols.contains(name) {
                guard let inner = derivative(factor, name) else { return nil }
                var others = factors
                others[index] = inner
                terms.append(.product(others))
            }
            return terms.count == 1 ? terms[0] : .sum(terms)
        case .power(let base, let exponent): return power(base, exponent, name)
        case .call(let function, let parts) where parts.count == 1:
            guard let inner = derivative(parts[0], name), let outer = outer(function, parts[0]) else { return nil }
            return .product([outer, inner])
        default: return nil
        }
    }

    private static func power(_ base: Expression, _ exponent: Expression, _ name: String) -> Expression? {
        guard let above = derivative(exponent, name), let below = derivative(base, name) else { return nil }
        let power = Expression.power(base, exponent)
        if above == .zero {
            return .product([exponent, .power(base, .sum([exponent, .minusOne])), below])
        }
        let growth = Expression.product([above, .call(.ln, [base])])
        if below == .zero { return .product([power, growth]) }
        return .product([power, .sum([growth, .product([exponent, below, .power(base, .minusOne)])])])
    }

    // The derivative of a function at its argument.
    private static func outer(_ function: Function, _ x: Expression) -> Expression? {
        let two = Expression.number(Rational(2))
        let square = Expression.power(x, two)
        switch function {
        case .sin: return .call(.cos, [x])
        case .cos: return .negated(.call(.sin, [x]))
        case .tan: return .power(.call(.cos, [x]), .number(Rational(-2)))
        case .cot: return .negated(.power(.call(.sin, [x]), .number(Rational(-2))))
        case .sec: return .product([.call(.sec, [x]), .call(.tan, [x])])
        case .csc: return .product([.minusOne, .call(.csc, [x]), .call(.cot, [x])])
        case .arctan: return .power(.sum([.one, square]), .minusOne)
        case .arcsin: return .power(.call(.sqrt, [.sum([.one, .negated(square)])]), .minusOne)
        case .arccos: return .negated(.power(.call(.sqrt, [.sum([.one, .negated(square)])]), .minusOne))
        case .sinh: return .call(.cosh, [x])
        case .cosh: return .call(.sinh, [x])
        case .exp: return .call(.exp, [x])
        case .ln: return .power(x, .minusOne)
        case .sqrt: return .power(.product([two, .call(.sqrt, [x])]), .minusOne)
        default: return nil
        }
    }
}

extension Expression {
    /// Nodes of the tree.
    var nodes: Int { children.reduce(1) { $0 + $1.nodes } }
}
