import BigInt

/// Exact evaluation in the rationals. Anything irrational is unsupported here.
struct RationalDomain: EvaluationDomain {
    /// Longest number made: longer ones are compared in other domains.
    static let maxBits = 1 << 14

    static let hasInexactPowers = false
    static let operationCost = 2
    static let functionCost = 4

    /// Values of variables, if the surrounding evaluation has exact ones.
    var outer: (String) -> Rational? = { _ in nil }

    func rational(_ value: Rational) throws(EvaluationFailure) -> Rational {
        if value.bitCount > 8 * Self.maxBits { throw .unsupported }
        return value
    }

    func constant(_ constant: Constant) throws(EvaluationFailure) -> Rational { throw .unsupported }

    func symbol(_ name: String) throws(EvaluationFailure) -> Rational {
        guard let value = outer(name) else { throw .unsupported }
        return value
    }

    func exact(_ name: String) -> Rational? { outer(name) }

    // Common divisors of long numbers take time quadratic in their length.
    func extraCost(_ value: Rational) -> Int {
        let words = value.bitCount / 64
        return words <= 1 ? 0 : 8 + words * words * (value.isInteger ? 1 : 8)
    }

    func add(_ left: Rational, _ right: Rational) throws(EvaluationFailure) -> Rational {
        guard left.bitCount + right.bitCount <= 8 * Self.maxBits else { throw .unsupported }
        return left + right
    }

    func multiply(_ left: Rational, _ right: Rational) throws(EvaluationFailure) -> Rational {
        guard left.bitCount + right.bitCount <= 8 * Self.maxBits else { throw .unsupported }
        return left * right
    }

    func power(
        _ base: Rational, _ exponent: Rational, of expression: Expression
    ) throws(EvaluationFailure) -> Rational {
        guard case .small(let top, let bottom) = exponent else { throw .unsupported }
        if base.isZero, top < 0 { throw .undefined }
        let root = bottom == 1 ? base : try self.root(base, bottom)
        guard let value = root.power(top, maxBits: Self.maxBits) else { throw .unsupported }
        return value
    }

    func power(
        _ base: Rational, inexact exponent: Rational, of expression: Expression
    ) throws(EvaluationFailure) -> Rational { throw .unsupported }

    func call(_ function: Function, _ arguments: [Rational]) throws(EvaluationFailure) -> Rational {
        guard let first = arguments.first else { throw .unsupported }
        switch function {
        case .abs: return first.magnitude
        case .sign: return first.isZero ? .zero : first.isNegative ? Rational(-1) : .one
        case .max: return arguments.dropFirst().reduce(first) { $0 < $1 ? $1 : $0 }
        case .min: return arguments.dropFirst().reduce(first) { $1 < $0 ? $1 : $0 }
        case .realPart, .conjugate: return first
        case .imaginaryPart: return .zero
        default: throw .unsupported
        }
    }

    // The exact root; unsupported when it is irrational or not real.
    private func root(_ value: Rational, _ index: Int) throws(EvaluationFailure) -> Rational {
        if value.isNegative {
            guard index % 2 == 1 else { throw .unsupported }
            return -(try root(-value, index))
        }
        guard let top = IntegerFunctions.root(value.numerator, index),
            let bottom = IntegerFunctions.root(value.denominator, index)
        else { throw .unsupported }
        return Rational(top, bottom)
    }
}
