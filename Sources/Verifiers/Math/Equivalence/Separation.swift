import BigInt

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How far two unequal numbers written down this way may agree: more bits than the parts of both hold between them decide.
///
/// A number made by arithmetic, roots and functions from literals of some bits differs from another such number by no
/// less than about the product of all those literals' sizes (as in the root separation bounds of Burnikel et al. 2001),
/// so agreement counts only when it reaches beyond that: \sqrt{10^{100}+1} meets 10^{50} for 330 bits.
struct Separation {
    let scalars: ScalarEquality

    /// Bits of agreement beyond those that stand in the expressions.
    private static let margin = 64.0

    /// Bits to which equal values have to agree.
    func bits(_ left: Expression, _ right: Expression) -> Double { Self.margin + size(left) + size(right) }

    /// Bits of what stands in an expression.
    private func size(_ expression: Expression) -> Double {
        switch expression {
        case .number(let value), .decimal(let value, _): return Double(value.bits)
        case .based(let digits, _): return 6 * Double(digits.utf8.count)
        case .power(let base, let exponent): return size(base) * max(1, magnitude(exponent)) + logarithmic(exponent)
        case .call(.exp, let parts), .call(.sinh, let parts), .call(.cosh, let parts), .call(.tanh, let parts),
            .call(.coth, let parts):
            return parts.reduce(0) { $0 + 1.5 * magnitude($1) + size($1) }
        case .call(.factorial, let parts), .call(.doubleFactorial, let parts), .call(.binomial, let parts),
            .call(.permutations, let parts), .call(.sum, let parts), .call(.product, let parts):
            // Its own length, where a literal would have stood.
            return parts.reduce(logarithmic(expression)) { $0 + size($1) }
        default: return expression.children.reduce(1) { $0 + size($1) }
        }
    }

    // The absolute value, at least as a bound; of variables that of the usual points.
    private func magnitude(_ expression: Expression) -> Double {
        if let value = scalars.rational(expression) { return value.bound }
        guard let ball = scalars.ball(expression) else { return 1 }
        return ball.upperLog < 1000 ? exp2(ball.upperLog) : .infinity
    }

    // The bits of a value's magnitude, large or small.
    private func logarithmic(_ expression: Expression) -> Double {
        guard let ball = scalars.ball(expression) else { return 1 }
        return ball.upperLog.isFinite ? abs(ball.upperLog) : 1
    }
}

extension Rational {
    /// Bits of numerator and denominator, those of small numbers counted too.
    fileprivate var bits: Int {
        switch self {
        case .small(let top, let bottom): 128 - top.magnitude.leadingZeroBitCount - bottom.leadingZeroBitCount
        case .big: bitCount
        }
    }

    /// No less than the absolute value.
    fileprivate var bound: Double {
        switch self {
        case .small(let top, let bottom): abs(Double(top)) / Double(bottom)
        case .big(let top, let bottom): exp2(Double(top.magnitude.bitWidth - bottom.magnitude.bitWidth + 1))
        }
    }
}
