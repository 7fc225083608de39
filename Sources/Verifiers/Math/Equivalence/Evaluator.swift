internal import Numbers

/// One recursion for every domain. Functions of integers are evaluated exactly and embedded.
struct Evaluator<Domain: EvaluationDomain> {
    var domain: Domain
    let budget: StepBudget
    /// Values of the index variables of enclosing sums.
    private var bindings: [String: Rational] = [:]

    init(_ domain: Domain, _ budget: StepBudget) {
        self.domain = domain
        self.budget = budget
    }

    mutating func value(_ expression: Expression) throws(EvaluationFailure) -> Domain.Value {
        try budget.spend(Domain.operationCost)
        switch expression {
        case .number(let value), .decimal(let value, _): return try domain.rational(value)
        case .constant(let constant): return try domain.constant(constant)
        case .symbol(let name):
            if let bound = bindings[name] { return try domain.rational(bound) }
            return try domain.symbol(name)
        case .sum(let terms):
            var sum = try value(terms[0])
            for term in terms.dropFirst() { sum = try add(sum, try value(term)) }
            return sum
        case .product(let factors):
            var product = try value(factors[0])
            for factor in factors.dropFirst() { product = try multiply(product, try value(factor)) }
            return product
        case .power(let base, let exponent): return try power(base, exponent)
        case .percent(let inner):
            return try multiply(try value(inner), try domain.rational(.small(1, 100)))
        case .call(let function, let arguments): return try call(function, arguments)
        case .based(let digits, let base):
            guard let value = IntegerFunctions.value(digits, base: base) else { throw .unsupported }
            return try domain.rational(value)
        default: throw .unsupported
        }
    }

    private func add(_ left: Domain.Value, _ right: Domain.Value) throws(EvaluationFailure) -> Domain.Value {
        let sum = try domain.add(left, right)
        try budget.spend(domain.extraCost(sum))
        return sum
    }

    private func multiply(_ left: Domain.Value, _ right: Domain.Value) throws(EvaluationFailure) -> Domain.Value {
        let product = try domain.multiply(left, right)
        try budget.spend(domain.extraCost(product))
        return product
    }

    private mutating func power(
        _ base: Expression, _ exponent: Expression
    ) throws(EvaluationFailure) -> Domain.Value {
        if exponent == .zero { return try domain.rational(.one) }
        let value = try value(base)
        try budget.spend(Domain.functionCost)
        let known: Rational
        do {
            known = try exact(exponent)
        } catch .unsupported where Domain.hasInexactPowers {
            return try domain.power(value, inexact: try self.value(exponent), of: base)
        }
        if known.isInteger || base.literal != nil {
            let power = try domain.power(value, known, of: base)
            try budget.spend(domain.extraCost(power))
            return power
        }
        // Roots of numbers are known by the number, however it was written.
        let radicand = !base.hasSymbols ? try? exact(base) : nil
        return try domain.power(value, known, of: radicand.map(Expression.number) ?? base)
    }

    private mutating func call(
        _ function: Function, _ arguments: [Expression]
    ) throws(EvaluationFailure) -> Domain.Value {
        switch function {
        case .sum, .product: return try series(function, arguments)
        case .integral:
            if let closed = Calculus.integral(arguments) { return try value(closed) }
            return try value(try Polynomial.integral(arguments))
        case .derivative:
            try budget.spend(20 * Domain.operationCost)
            guard let derived = Derivative.value(arguments) else { throw .unsupported }
            return try value(derived)
        case .limit:
            try budget.spend(100 * (arguments.last?.nodes ?? 0))
            guard let closed = PowerSeries.limit(arguments) else { throw .unsupported }
            return try value(closed)
        case .determinant: return try determinant(arguments)
        case .factorial, .doubleFactorial, .permutations, .gcd, .lcm, .mod, .floor, .ceil:
            if let value = try integerFunction(function, arguments) { return value }
        case .binomial:
            if let value = try integerFunction(function, arguments) { return value }
            return try fallingBinomial(arguments)
        case .exp where arguments.count == 1:
            return try power(.constant(.euler), arguments[0])
        case .cis where arguments.count == 1:
            return try power(.constant(.euler), .product([.constant(.imaginary), arguments[0]]))
        case .sqrt where arguments.count == 1: return try power(arguments[0], .number(.small(1, 2)))
        case .root where arguments.count == 2: return try power(arguments[0], .quotient(.one, arguments[1]))
        default: break
        }
        var values: [Domain.Value] = []
        for argument in arguments { values.append(try value(argument)) }
        try budget.spend(Domain.functionCost)
        return try domain.call(function, values)
    }

    /// The exact rational value at this choice of variables.
    private func exact(_ expression: Expression) throws(EvaluationFailure) -> Rational {
        var evaluator = Evaluator<RationalDomain>(RationalDomain(outer: domain.exact), budget)
        evaluator.bindings = bindings
        return try evaluator.value(expression)
    }

    // Nil when an argument has no exact value.
    private mutating func integerFunction(
        _ function: Function, _ arguments: [Expression]
    ) throws(EvaluationFailure) -> Domain.Value? {
        var values: [Rational] = []
        do {
            for argument in arguments { values.append(try exact(argument)) }
        } catch .unsupported {
            return nil
        }
        guard let value = try IntegerFunctions.apply(function, values, budget) else { return nil }
        return try domain.rational(value)
    }

    // C(n, k) of any n and a small whole k: n (n-1) … (n-k+1) / k!.
    private mutating func fallingBinomial(_ arguments: [Expression]) throws(EvaluationFailure) -> Domain.Value {
        guard arguments.count == 2, let k = try exact(arguments[1]).intValue, (0...1000).contains(k) else {
            throw .unsupported
        }
        let top = try value(arguments[0])
        var product = try domain.rational(.one)
        for step in 0..<k {
            try budget.spend(Domain.operationCost)
            let factor = try add(top, try domain.rational(Rational(-step)))
            guard let share = Rational.one / Rational(step + 1) else { throw .undefined }
            product = try multiply(try multiply(product, factor), try domain.rational(share))
        }
        return product
    }

    private mutating func series(
        _ function: Function, _ arguments: [Expression]
    ) throws(EvaluationFailure) -> Domain.Value {
        if function == .sum, arguments.count == 4, arguments[2] == .constant(.infinity),
            case .symbol(let name) = arguments[0],
            let low = arguments[1].literal?.intValue, let closed = Calculus.infiniteSum(name, from: low, arguments[3])
        {
            return try value(closed)
        }
        guard arguments.count == 4, case .symbol(let name) = arguments[0],
            let low = try exact(arguments[1]).intValue, let high = try exact(arguments[2]).intValue
        else { throw .unsupported }
        let isSum = function == .sum
        var total = try domain.rational(isSum ? .zero : .one)
        if high < low { return total }
        guard let steps = high.subtracting(low), steps < 1 << 14 else { throw .unsupported }
        let saved = bindings[name]
        defer { bindings[name] = saved }
        for index in low...high {
            try budget.spend(1)
            bindings[name] = Rational(index)
            let term = try value(arguments[3])
            total = isSum ? try add(total, term) : try multiply(total, term)
        }
        return total
    }

    // By cofactors: exact in every ring, and large matrices run out of budget instead of time.
    private mutating func determinant(_ arguments: [Expression]) throws(EvaluationFailure) -> Domain.Value {
        guard case .matrix(let columns, let cells)? = arguments.first, cells.count == columns * columns else {
            throw .unsupported
        }
        var values: [Domain.Value] = []
        for cell in cells { values.append(try value(cell)) }
        return try minor(values, columns, row: 0, columns: Array(0..<columns))
    }

    private mutating func minor(
        _ values: [Domain.Value], _ width: Int, row: Int, columns: [Int]
    ) throws(EvaluationFailure) -> Domain.Value {
        try budget.spend(columns.count * Domain.operationCost * 4)
        if columns.count == 1 { return values[row * width + columns[0]] }
        var total = try domain.rational(.zero)
        for (index, column) in columns.enumerated() {
            let rest = columns.filter { $0 != column }
            let sign = try domain.rational(Rational(index % 2 == 0 ? 1 : -1))
            let cofactor = try minor(values, width, row: row + 1, columns: rest)
            let term = try multiply(try multiply(sign, values[row * width + column]), cofactor)
            total = try add(total, term)
        }
        return total
    }
}
