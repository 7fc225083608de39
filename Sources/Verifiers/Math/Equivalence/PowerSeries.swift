/// The beginning of a Laurent series in a small h with rational coefficients: what a function does near a point. Everything is
/// exact, so that a limit read off it is proved; what has no such series has no verdict.
struct PowerSeries {
    /// The power of h that the first coefficient belongs to.
    private var order: Int
    /// From the lowest power up; the first is not zero, and none at all means zero.
    private var terms: [Rational]

    /// Whether its coefficients have grown too long to go on.
    private var isLost = false

    /// Terms kept.
    private static let precision = 10
    /// Bits of a coefficient.
    private static let maxBits = 2048

    private init(_ order: Int, _ terms: [Rational]) {
        isLost = terms.contains { $0.bitCount > Self.maxBits }
        let terms = isLost ? [] : terms
        let zeros = terms.prefix { $0.isZero }.count
        self.order = zeros == terms.count ? 0 : order + zeros
        self.terms = zeros == terms.count ? [] : Array(terms[zeros...].prefix(Self.precision))
    }

    private static func constant(_ value: Rational) -> PowerSeries { PowerSeries(0, [value] + padding(precision - 1)) }
    private static func padding(_ count: Int) -> [Rational] { [Rational](repeating: .zero, count: max(0, count)) }

    /// The value of \lim_{x \to a} f as an expression: a number, or e to a number; nil when it has none or none is proved.
    static func limit(_ parts: [Expression]) -> Expression? {
        guard parts.count == 4, case .symbol(let name) = parts[0], parts[3].symbols.isSubset(of: [name]),
            parts[3].nodes <= 200
        else { return nil }
        let h = PowerSeries(1, [.one] + padding(precision - 1))
        let variable: PowerSeries
        if let sign = ScalarEquality.infinity(parts[1]) {
            variable = PowerSeries(-1, [Rational(sign)] + padding(precision - 1))
        } else {
            guard let point = parts[1].literal else { return nil }
            guard let sum = constant(point) + h else { return nil }
            variable = sum
        }
        // Growth of the kind (1 + 1/n)^n: the limit of its logarithm.
        if case .power(let base, let exponent) = parts[3], exponent.symbols.contains(name) {
            guard let below = series(base, name, variable), let above = series(exponent, name, variable),
                let log = below.logarithm, let value = (log * above).end
            else { return nil }
            return .power(.constant(.euler), .number(value))
        }
        return series(parts[3], name, variable)?.end.map(Expression.number)
    }

    // What is left as h goes to 0; nil when it grows.
    private var end: Rational? {
        if isLost { return nil }
        if isNothing { return .zero }
        return order > 0 ? .zero : order == 0 ? terms[0] : nil
    }

    private static func series(_ expression: Expression, _ name: String, _ variable: PowerSeries) -> PowerSeries? {
        switch expression {
        case .number(let value), .decimal(let value, _): return constant(value)
        case .symbol(name): return variable
        case .sum(let parts):
            var total = constant(.zero)
            for part in parts {
                guard let next = series(part, name, variable), let sum = total + next else { return nil }
                total = sum
            }
            return total
        case .product(let parts):
            var total = constant(.one)
            for part in parts {
                guard let next = series(part, name, variable) else { return nil }
                total = total * next
            }
            return total
        case .power(.constant(.euler), let inner): return series(inner, name, variable)?.exponential
        case .power(let base, let exponent):
            guard let power = exponent.literal, let inner = series(base, name, variable) else { return nil }
            return inner.raised(power)
        case .call(let function, let parts) where parts.count == 1:
            return series(parts[0], name, variable).flatMap { $0.applied(function) }
        default: return nil
        }
    }

    private var isNothing: Bool { terms.isEmpty && !isLost }

    // MARK: Arithmetic

    // Nil when all that is known of the sum cancels.
    static func + (left: PowerSeries, right: PowerSeries) -> PowerSeries? {
        if left.isLost || right.isLost { return nil }
        if left.isNothing { return right }
        if right.isNothing { return left }
        let low = min(left.order, right.order)
        let high = min(left.order + left.terms.count, right.order + right.terms.count)
        guard low < high else { return nil }
        let sum = PowerSeries(low, (low..<high).map { left[$0] + right[$0] })
        return sum.isNothing ? nil : sum
    }

    static func * (left: PowerSeries, right: PowerSeries) -> PowerSeries {
        if left.isLost || right.isLost { return left.isLost ? left : right }
        let count = min(left.terms.count, right.terms.count)
        let terms = (0..<count).map { power in
            (0...power).reduce(Rational.zero) { $0 + left.terms[$1] * right.terms[power - $1] }
        }
        return PowerSeries(left.order + right.order, terms)
    }

    private subscript(power: Int) -> Rational {
        terms.indices.contains(power - order) ? terms[power - order] : .zero
    }

    private var reciprocal: PowerSeries? {
        guard let first = terms.first, let inverse = .one / first else { return nil }
        var found = [inverse]
        for power in 1..<max(1, terms.count) {
            let sum = (1...power).reduce(Rational.zero) { $0 + terms[$1] * found[power - $1] }
            found.append(-(sum * inverse))
        }
        return PowerSeries(-order, found)
    }

    // Whole powers, and roots of what begins with 1.
    private func raised(_ power: Rational) -> PowerSeries? {
        if let whole = power.intValue {
            guard whole.magnitude <= 16, let base = whole < 0 ? reciprocal : self else { return nil }
            return (0..<Int(whole.magnitude)).reduce(Self.constant(.one)) { total, _ in total * base }
        }
        guard order == 0, terms.first == .one, let log = logarithm else { return nil }
        return (log * Self.constant(power)).exponential
    }

    /// A sum of coefficients times powers of a series without constant term.
    private func composed(_ coefficients: (Int) -> Rational?) -> PowerSeries? {
        guard isNothing || order > 0, let first = coefficients(0) else { return nil }
        var (total, power) = (Self.constant(first), Self.constant(.one))
        if isNothing { return total }
        for index in 1...Self.precision {
            power = power * self
            guard let factor = coefficients(index) else { return nil }
            if factor.isZero { continue }
            guard let sum = total + power * Self.constant(factor) else { return nil }
            total = sum
        }
        return total
    }

    private var exponential: PowerSeries? {
        var factorial = Rational.one
        return composed { index in
            if index > 0 { factorial = factorial * Rational(index) }
            return .one / factorial
        }
    }

    // Of 1 + …
    private var logarithm: PowerSeries? {
        guard order == 0, terms.first == .one else { return nil }
        let rest = PowerSeries(0, [.zero] + terms.dropFirst())
        return rest.composed { $0 == 0 ? .zero : .small($0 % 2 == 1 ? 1 : -1, $0) }
    }

    private func applied(_ function: Function) -> PowerSeries? {
        switch function {
        case .exp: return exponential
        case .ln: return logarithm
        case .sqrt: return raised(.small(1, 2))
        case .sin: return trigonometric(isSine: true)
        case .cos: return trigonometric(isSine: false)
        case .tan:
            guard let cosine = trigonometric(isSine: false)?.reciprocal else { return nil }
            return trigonometric(isSine: true).map { $0 * cosine }
        case .arctan: return composed { $0 % 2 == 0 ? .zero : .small($0 % 4 == 1 ? 1 : -1, $0) }
        default: return nil
        }
    }

    private func trigonometric(isSine: Bool) -> PowerSeries? {
        var factorial = Rational.one
        return composed { index in
            if index > 0 { factorial = factorial * Rational(index) }
            guard (index % 2 == 1) == isSine else { return .zero }
            return (.one / factorial).map { index % 4 > 1 ? -$0 : $0 }
        }
    }
}
