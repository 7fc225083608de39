import Numbers

/// What a comparison came to.
struct Comparison: Sendable {
    var isEqual: Bool
    /// The rule that decided, for people.
    var rule: String
    /// Whether nothing was decided for want of precision or steps.
    var isExhausted = false

    static func equal(_ rule: String) -> Comparison { Comparison(isEqual: true, rule: rule) }
    static func different(_ rule: String) -> Comparison { Comparison(isEqual: false, rule: rule) }
    static func undecided(_ rule: String) -> Comparison { Comparison(isEqual: false, rule: rule, isExhausted: true) }
}

/// Decides whether two expressions without structure are the same number or function: the cheapest proof first.
struct ScalarEquality {
    let budget: StepBudget
    let bareLog: BallDomain.BareLog

    func compare(_ left: Expression, _ right: Expression) -> Comparison {
        if left == right { return .equal("the same expression") }
        if let verdict = infinities(left, right) { return verdict }
        if let (a, b) = abstracted(left, right), let verdict = inField(a, b), verdict.isEqual { return verdict }
        if let a = rational(left), let b = rational(right) {
            return a == b ? .equal("exact rational numbers") : .different("exact rational numbers")
        }
        let (a, b) = (resolved(left), resolved(right))
        let verdict = inField(a, b)
        // What differs in the field has no common factors to look for.
        if let verdict, !verdict.isEqual { return verdict }
        if Self.factors(left) == Self.factors(right) { return .equal("the same factors") }
        return verdict ?? inBalls(a, b)
    }

    /// The exact value of a constant expression; nil when it is irrational, symbolic or too long.
    func rational(_ expression: Expression) -> Rational? {
        if let literal = expression.literal { return literal }
        var evaluator = Evaluator(RationalDomain(), budget)
        return try? evaluator.value(expression)
    }

    /// A constant's ball; nil when it has none.
    func ball(_ expression: Expression) -> ComplexBall? {
        guard !expression.hasSymbols else { return nil }
        var evaluator = Evaluator(BallDomain(point: BallDomain.realPoints[0], bareLog: bareLog), budget)
        return try? evaluator.value(expression)
    }

    // Infinity is no number: it equals itself and nothing else.
    private func infinities(_ left: Expression, _ right: Expression) -> Comparison? {
        guard let a = Self.infinity(left) else {
            return Self.infinity(right) == nil ? nil : .different("infinity")
        }
        return a == Self.infinity(right) ? .equal("infinity") : .different("infinity")
    }

    /// 1 or -1 for a signed infinity, nil for everything else.
    static func infinity(_ expression: Expression) -> Int? {
        switch expression {
        case .constant(.infinity): 1
        case .product(let factors) where factors.count == 2 && factors[0] == .minusOne:
            factors[1] == .constant(.infinity) ? -1 : nil
        default: nil
        }
    }

    // MARK: Unknown functions

    // f(x) becomes a variable named by the value of its arguments, so that f(1+x) is f(x+1) and not f(x).
    private func resolved(_ expression: Expression) -> Expression {
        guard case .apply(let name, let arguments) = expression else {
            return expression.contains({ if case .apply = $0 { true } else { false } })
                ? expression.mapChildren(resolved) : expression
        }
        var key = name + "("
        for argument in arguments {
            var evaluator = Evaluator(FieldDomain(point: 7), budget)
            let argument = resolved(argument)
            if let value = try? evaluator.value(argument) {
                key += "\(value.real),\(value.imaginary);"
            } else {
                key += "\(argument);"
            }
        }
        return .symbol(key)
    }

    // The factors in one order: n!/(a b) is n!/(b a) whatever they mean.
    private static func factors(_ expression: Expression) -> [String] {
        guard case .product(let parts) = expression, parts.count <= 32 else { return [expression.description] }
        return parts.flatMap { part -> [String] in
            guard case .power(.product(let inner), .minusOne) = part else { return factors(part) }
            return inner.map { "1/(\($0))" }
        }.sorted()
    }

    // Large binomials and factorials that stand on both sides count as letters: what holds for any value holds for theirs.
    private func abstracted(_ left: Expression, _ right: Expression) -> (Expression, Expression)? {
        guard left.contains(Self.isLarge) else { return nil }
        var names: [Expression: Expression] = [:]
        func collect(_ expression: Expression) {
            if Self.isLarge(expression) {
                names[expression] = .symbol("large \(names.count)")
            } else {
                expression.children.forEach(collect)
            }
        }
        collect(left)
        guard !names.isEmpty, names.keys.allSatisfy({ name in right.contains { $0 == name } }) else { return nil }
        func replaced(_ expression: Expression) -> Expression { names[expression] ?? expression.mapChildren(replaced) }
        return (replaced(left), replaced(right))
    }

    private static func isLarge(_ expression: Expression) -> Bool {
        guard case .call(let function, let parts) = expression, function == .binomial || function == .factorial else {
            return false
        }
        return parts.contains { ($0.literal?.intValue ?? 0) > 200 }
    }

    // MARK: The finite field

    // Decides either way for expressions in the ring; nil when one is outside.
    private func inField(_ left: Expression, _ right: Expression) -> Comparison? {
        let isConstant = !left.hasSymbols && !right.hasSymbols
        for point: UInt64 in isConstant ? [1] : [1, 2] {
            guard let a = fieldValue(left, point), let b = fieldValue(right, point) else { return nil }
            if a != b { return .different("exact arithmetic modulo a prime") }
        }
        // A response could aim at the prime; real numbers would show it.
        if case .different = outcome(left, right, BallDomain.realPoints[1]) {
            return .different("numeric values that differ")
        }
        return .equal("exact arithmetic modulo a prime")
    }

    private func fieldValue(_ expression: Expression, _ point: UInt64) -> FieldElement? {
        var evaluator = Evaluator(FieldDomain(point: point), budget)
        return try? evaluator.value(expression)
    }

    // MARK: Balls

    private enum Outcome {
        case agree(bits: Double, isClean: Bool)
        case different
        case uncleanDifferent
        case failed(EvaluationFailure)
    }

    private func inBalls(_ left: Expression, _ right: Expression) -> Comparison {
        let rule = "numeric values to more bits than stand in them"
        let isConstant = !left.hasSymbols && !right.hasSymbols
        let isWhole = left.contains(Self.isOfWholeNumbers) || right.contains(Self.isOfWholeNumbers)
        let hasKinks = !isConstant && (left.contains(Self.hasKink) || right.contains(Self.hasKink))
        let isComplex = left.contains(Self.isOfComplexNumbers) || right.contains(Self.isOfComplexNumbers)
        let points =
            isConstant
            ? [BallDomain.realPoints[0]]
            : isComplex
                ? BallDomain.complexPoints
                : isWhole ? BallDomain.wholePoints : BallDomain.realPoints + (hasKinks ? BallDomain.farPoints : [])
        var clean = 0
        var unclean = 0
        var uncleanDifferent = 0
        var failure: EvaluationFailure?
        var needed: Double?
        for point in points {
            switch outcome(left, right, point) {
            case .different: return .different(rule)
            case .agree(let bits, let isClean):
                let enough = needed ?? Separation(scalars: self).bits(left, right)
                needed = enough
                if bits < enough {
                    if reduced(left) == reduced(right) { return .equal("the same expression of exact numbers") }
                    return .undecided("numbers that agree to \(Int(clamping: bits)) bits, too few to be sure")
                }
                if isClean { clean += 1 } else { unclean += 1 }
            case .uncleanDifferent: uncleanDifferent += 1
            case .failed(let reason): failure = reason
            }
        }
        // Identities hold where everything is real; principal values count only when nothing ever is.
        if clean > 0, clean > 1 || isConstant || clean + unclean + uncleanDifferent >= points.count - 1 {
            return .equal(rule)
        }
        if clean == 0, uncleanDifferent == 0, unclean > 0 { return .equal(rule) }
        if uncleanDifferent > 0 { return .different(rule) }
        switch failure {
        case .undefined?, nil: return .different("a value that is not defined")
        case .unsupported? where isConstant && Self.isNumber(left) && Self.isNumber(right):
            return .undecided("numbers too large to compute")
        case .unsupported?: return .different("no common form")
        case .undetermined?, .budget?: return structural(left, right)
        }
    }

    // Arithmetic on numbers alone, which has a value whether or not it can be computed.
    private static func isNumber(_ expression: Expression) -> Bool {
        !expression.contains { part in
            switch part {
            case .number, .decimal, .sum, .product, .power, .call: false
            case .constant(let constant): constant == .infinity
            default: true
            }
        }
    }

    // Parts with an exact rational value as that value.
    private func reduced(_ expression: Expression) -> Expression {
        rational(expression).map(Expression.number) ?? expression.mapChildren(reduced)
    }

    private static func isOfWholeNumbers(_ expression: Expression) -> Bool {
        // (-1)^n has whole exponents alone.
        if case .power(let base, let exponent) = expression, base.literal?.isNegative == true {
            return !exponent.symbols.isEmpty
        }
        guard case .call(let function, let arguments) = expression else { return false }
        switch function {
        case .factorial, .doubleFactorial, .permutations, .gcd, .lcm, .mod, .floor, .ceil, .sum, .product:
            return arguments.contains { $0.hasSymbols }
        case .binomial: return arguments.count == 2 && arguments[1].hasSymbols
        default: return false
        }
    }

    // Conjugates and parts say that a variable is complex; so does the letter in |z|.
    private static func isOfComplexNumbers(_ expression: Expression) -> Bool {
        guard case .call(let function, let arguments) = expression else { return false }
        switch function {
        case .conjugate, .realPart, .imaginaryPart, .argument: return arguments.contains { $0.hasSymbols }
        case .abs: return arguments.contains { $0.symbols.contains("z") }
        default: return false
        }
    }

    // |x + 8| is x + 8 wherever the usual points lie.
    private static func hasKink(_ expression: Expression) -> Bool {
        switch expression {
        case .call(let function, let arguments):
            switch function {
            case .abs, .norm, .sign, .max, .min, .sqrt, .root: arguments.contains { $0.hasSymbols }
            default: false
            }
        case .power(let base, .number(let exponent)): !exponent.isInteger && base.hasSymbols
        default: false
        }
    }

    private func outcome(_ left: Expression, _ right: Expression, _ point: BallDomain.Point) -> Outcome {
        var first = Evaluator(BallDomain(point: point, bareLog: bareLog), budget)
        var second = Evaluator(BallDomain(point: point, bareLog: bareLog), budget)
        do {
            let a = try first.value(left)
            let b = try second.value(right)
            let isClean = first.domain.isClean && second.domain.isClean
            switch Self.agreement(a, b) {
            case .agree(let bits): return .agree(bits: bits, isClean: isClean)
            case .apart: return isClean || point.isWhole ? .different : .uncleanDifferent
            case .unknown: return .failed(.undetermined)
            }
        } catch {
            return .failed(error)
        }
    }

    /// How two balls stand to each other.
    private enum Agreement {
        case apart
        /// They overlap, and are this many bits smaller than what they surround.
        case agree(bits: Double)
        /// Precision does not tell.
        case unknown
    }

    private static func agreement(_ left: ComplexBall, _ right: ComplexBall) -> Agreement {
        let difference = left - right
        guard difference.containsZero else { return .apart }
        if difference.radius == -.infinity { return .agree(bits: .infinity) }
        let isZeroBoth = left.containsZero && right.containsZero
        let bits = (isZeroBoth ? 0 : max(left.upperLog, right.upperLog)) - difference.radius
        return bits > 100 ? .agree(bits: bits) : .unknown
    }

    // Numbers too large for any format: powers of one base compare by their exponents.
    private func structural(_ left: Expression, _ right: Expression) -> Comparison {
        if budget.isExhausted { return .undecided("step budget") }
        if case .power(let base, let first) = left, case .power(base, let second) = right, let value = rational(base),
            Rational.one < value.magnitude
        {
            return compare(first, second)
        }
        return .undecided("numbers too large to compare")
    }
}
