import BigInt
import Numbers

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Functions of whole numbers, exactly.
enum IntegerFunctions {
    /// Nil when the arguments are outside the function's domain or the value would be too long.
    static func apply(
        _ function: Function, _ values: [Rational], _ budget: StepBudget
    ) throws(EvaluationFailure) -> Rational? {
        switch function {
        case .floor: return values.first.map { Rational($0.floor) }
        case .ceil: return values.first.map { Rational(-(-$0).floor) }
        case .mod:
            guard values.count == 2, let quotient = values[0] / values[1] else { return nil }
            return values[0] - Rational(quotient.floor) * values[1]
        case .gcd, .lcm: return commonDivisor(values, wantsMultiple: function == .lcm)
        default: break
        }
        let numbers = values.compactMap(\.intValue)
        guard numbers.count == values.count, let n = numbers.first, n >= 0, n < 1 << 40 else { return nil }
        switch function {
        case .factorial: return try product(max(1, n), from: 2, through: n, step: 1, budget)
        case .doubleFactorial: return try product(max(1, n), from: n % 2 == 0 ? 2 : 1, through: n, step: 2, budget)
        case .permutations where numbers.count == 2:
            guard (0...n).contains(numbers[1]) else { return .zero }
            return try product(numbers[1], from: n - numbers[1] + 1, through: n, step: 1, budget)
        case .binomial where numbers.count == 2:
            guard (0...n).contains(numbers[1]) else { return .zero }
            let k = min(numbers[1], n - numbers[1])
            guard let top = try product(k, from: n - k + 1, through: n, step: 1, budget),
                let bottom = try product(k, from: 2, through: k, step: 1, budget)
            else { return nil }
            return Rational(top.numerator / bottom.numerator)
        default: return nil
        }
    }

    // Nil when there are too many factors for an exact product.
    private static func product(
        _ count: Int, from low: Int, through high: Int, step: Int, _ budget: StepBudget
    ) throws(EvaluationFailure) -> Rational? {
        guard count <= 2000 else { return nil }
        try budget.spend(4 * count + count * count / 16)
        var (big, word) = (BigInt(1), 1)
        for factor in stride(from: low, through: high, by: step) {
            let (next, overflow) = word.multipliedReportingOverflow(by: factor)
            if overflow {
                big *= BigInt(word)
                word = factor
            } else {
                word = next
            }
        }
        return Rational(big * BigInt(word))
    }

    private static func commonDivisor(_ values: [Rational], wantsMultiple: Bool) -> Rational? {
        guard values.allSatisfy({ $0.isInteger && $0.bitCount <= RationalDomain.maxBits }),
            var result = values.first?.numerator
        else { return nil }
        for value in values.dropFirst() {
            let divisor = result.greatestCommonDivisor(with: value.numerator)
            if wantsMultiple {
                if divisor.isZero { return .zero }
                result = result / divisor * value.numerator
            } else {
                result = divisor
            }
        }
        return Rational(BigInt(result.magnitude))
    }

    /// The exact root of a number that is not negative; nil when there is none.
    static func root(_ value: BigInt, _ index: Int) -> BigInt? {
        if value.isZero || value == 1 || index == 1 { return value }
        guard index > 1, index < 256 else { return nil }
        // A double holds it: the nearest whole number to its root is the only one that can be.
        if let word = Int(exactly: value), (0..<1 << 50).contains(word) {
            let root = Rational(Int(clamping: exp2(log2(Double(word)) / Double(index))))
            return root.power(index, maxBits: 1 << 12) == Rational(word) ? root.numerator : nil
        }
        // Newton's iteration from above, the first bits from a double: r <- ((n-1) r + v / r^(n-1)) / n.
        let bits = value.magnitude.bitWidth
        let spare = max(0, bits - 60)
        let rootLog = (log2(Double(value >> spare)) + Double(spare)) / Double(index)
        let shift = max(0, Int(clamping: rootLog, .down) - 50)
        var root = (BigInt(Int(clamping: exp2(rootLog - Double(shift)) * (1 + 1e-9), .down)) + 1) << shift
        while true {
            let next = (root * BigInt(index - 1) + value / root.power(index - 1)) / BigInt(index)
            if next >= root { break }
            root = next
        }
        return root.power(index) == value ? root : nil
    }

    /// The value of digits, behind a sign or not, in a base from 2 to 36; nil for others, and for what is no digit of it.
    static func value(_ digits: String, base: Int) -> Rational? {
        guard (2...36).contains(base) else { return nil }
        // The library's own reader ends the process at base 36.
        if base < 36 { return BigInt(digits, radix: base).map { Rational($0) } }
        let isNegative = digits.hasPrefix("-")
        let places = isNegative ? digits.dropFirst() : digits[...]
        var value = BigInt(0)
        for place in places {
            guard let digit = Int(String(place), radix: base) else { return nil }
            value = value * BigInt(base) + BigInt(digit)
        }
        return places.isEmpty ? nil : Rational(isNegative ? -value : value)
    }
}
