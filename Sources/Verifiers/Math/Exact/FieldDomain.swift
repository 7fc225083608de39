import BigInt

/// Evaluation in the field with p² elements at a pseudo-random point. Variables are residues of whole numbers, so that
/// they may stand in exponents too; pi and e are further independent elements.
struct FieldDomain: EvaluationDomain {
    static let hasInexactPowers = false
    static let operationCost = 2
    static let functionCost = 40

    /// Which point: different points give every variable an unrelated value.
    let point: UInt64

    /// The order of the field's multiplicative group.
    private static let order = BigInt(FieldElement.prime) * BigInt(FieldElement.prime) - 1

    func rational(_ value: Rational) throws(EvaluationFailure) -> FieldElement {
        guard let element = FieldElement(value) else { throw .unsupported }
        return element
    }

    func constant(_ constant: Constant) throws(EvaluationFailure) -> FieldElement {
        switch constant {
        case .pi: FieldElement(SplitMix.hash("pi constant", point))
        case .euler: FieldElement(SplitMix.hash("e constant", point))
        case .imaginary: .i
        case .infinity, .degree: throw .unsupported
        }
    }

    func symbol(_ name: String) throws(EvaluationFailure) -> FieldElement { FieldElement(integer(name)) }

    func exact(_ name: String) -> Rational? { Rational(Int(integer(name))) }

    private func integer(_ name: String) -> UInt64 { SplitMix.hash(name, point) % (FieldElement.prime - 2) + 1 }

    func extraCost(_ value: FieldElement) -> Int { 0 }

    func add(_ left: FieldElement, _ right: FieldElement) -> FieldElement { left + right }

    func multiply(_ left: FieldElement, _ right: FieldElement) throws(EvaluationFailure) -> FieldElement {
        left * right
    }

    func power(
        _ base: FieldElement, _ exponent: Rational, of expression: Expression
    ) throws(EvaluationFailure) -> FieldElement {
        guard exponent.isInteger else {
            guard case .small(let top, 2) = exponent, let radicand = expression.literal else { throw .unsupported }
            return try power(try squareRoot(radicand), Rational(top), of: expression)
        }
        if base.isZero {
            if exponent.isNegative { throw .undefined }
            return exponent.isZero ? .one : .zero
        }
        if exponent.isNegative {
            guard let inverse = base.inverse else { throw .undefined }
            return try power(inverse, -exponent, of: expression)
        }
        if let small = exponent.intValue { return base.power(UInt128(small)) }
        return base.power(UInt128(exponent.numerator % Self.order))
    }

    func power(
        _ base: FieldElement, inexact exponent: FieldElement, of expression: Expression
    ) throws(EvaluationFailure) -> FieldElement { throw .unsupported }

    func call(_ function: Function, _ arguments: [FieldElement]) throws(EvaluationFailure) -> FieldElement {
        throw .unsupported
    }

    /// The root of a rational as the product of fixed roots of its primes: a homomorphism on sums of square roots.
    func squareRoot(_ value: Rational) throws(EvaluationFailure) -> FieldElement {
        guard case .small(let top, let bottom) = value.magnitude else { throw .unsupported }
        let (product, overflow) = top.multipliedReportingOverflow(by: bottom)
        guard !overflow else { throw .unsupported }
        var (rest, divisor, root) = (UInt64(product), UInt64(2), FieldElement.one)
        while divisor * divisor <= rest {
            // Larger factors than this are left to balls.
            if divisor > 4096 { throw .unsupported }
            while rest % (divisor * divisor) == 0 {
                rest /= divisor * divisor
                root = root * FieldElement(divisor)
            }
            if rest % divisor == 0 {
                rest /= divisor
                root = root * FieldElement.squareRoot(ofPrime: divisor)
            }
            divisor += divisor == 2 ? 1 : 2
        }
        if rest > 1 { root = root * FieldElement.squareRoot(ofPrime: rest) }
        if product == 0 { return .zero }
        guard let inverse = FieldElement(UInt64(bottom)).inverse else { throw .unsupported }
        return value.isNegative ? root * inverse * .i : root * inverse
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014) over a name's bytes.
enum SplitMix {
    static func hash(_ name: String, _ seed: UInt64) -> UInt64 {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0xD1B5_4A32_D192_ED03
        for byte in name.utf8 { state = mix(state ^ UInt64(byte)) }
        return mix(state)
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
