import BigInt

/// An element of the field with p² elements, p = 2^61 - 1, written `real + imaginary·i` with i² = -1.
///
/// Evaluating an expression at random elements decides identities of the ring that rationals, square roots of
/// rationals, i and variables generate: equal expressions agree always, different ones collide with a chance of about
/// degree / 2^61 (Schwartz 1980, Zippel 1979).
struct FieldElement: Hashable, Sendable {
    var real: UInt64
    var imaginary: UInt64

    static let prime: UInt64 = (1 << 61) - 1
    static let zero = FieldElement(0)
    static let one = FieldElement(1)
    static let i = FieldElement(real: 0, imaginary: 1)

    init(real: UInt64, imaginary: UInt64) {
        self.real = real
        self.imaginary = imaginary
    }

    /// An integer's residue.
    init(_ value: UInt64) { self.init(real: value % Self.prime, imaginary: 0) }

    /// A rational's residue; nil when the prime divides its denominator.
    init?(_ value: Rational) {
        guard case .small(let top, let bottom) = value else {
            let modulus = BigUInt(Self.prime)
            var top = UInt64(value.numerator.magnitude % modulus)
            let bottom = UInt64(value.denominator.magnitude % modulus)
            if value.isNegative, top != 0 { top = Self.prime - top }
            guard let inverse = FieldElement(bottom).inverse else { return nil }
            self = FieldElement(top) * inverse
            return
        }
        let magnitude = FieldElement(UInt64(top.magnitude))
        let signed = top < 0 ? FieldElement.zero - magnitude : magnitude
        if bottom == 1 {
            self = signed
            return
        }
        guard let inverse = FieldElement(UInt64(bottom)).inverse else { return nil }
        self = signed * inverse
    }

    var isZero: Bool { real == 0 && imaginary == 0 }

    private static func add(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let sum = left + right
        return sum >= prime ? sum - prime : sum
    }

    private static func subtract(_ left: UInt64, _ right: UInt64) -> UInt64 {
        left >= right ? left - right : left + prime - right
    }

    // 2^61 is 1 modulo the prime: fold the upper bits onto the lower.
    private static func multiply(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let (high, low) = left.multipliedFullWidth(by: right)
        return add((high << 3) | (low >> 61), low & prime)
    }

    static func + (left: FieldElement, right: FieldElement) -> FieldElement {
        FieldElement(real: add(left.real, right.real), imaginary: add(left.imaginary, right.imaginary))
    }

    static func - (left: FieldElement, right: FieldElement) -> FieldElement {
        FieldElement(real: subtract(left.real, right.real), imaginary: subtract(left.imaginary, right.imaginary))
    }

    static func * (left: FieldElement, right: FieldElement) -> FieldElement {
        if left.imaginary == 0, right.imaginary == 0 {
            return FieldElement(real: multiply(left.real, right.real), imaginary: 0)
        }
        return FieldElement(
            real: subtract(multiply(left.real, right.real), multiply(left.imaginary, right.imaginary)),
            imaginary: add(multiply(left.real, right.imaginary), multiply(left.imaginary, right.real)))
    }

    /// One over the element; nil for zero.
    var inverse: FieldElement? {
        guard !isZero else { return nil }
        let norm = Self.add(Self.multiply(real, real), Self.multiply(imaginary, imaginary))
        let scale = FieldElement(norm).power(UInt128(Self.prime - 2))
        return FieldElement(real: real, imaginary: Self.subtract(0, imaginary)) * scale
    }

    /// A power by squaring.
    func power(_ exponent: UInt128) -> FieldElement {
        var (result, square, rest) = (FieldElement.one, self, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result = result * square }
            rest >>= 1
            if rest > 0 { square = square * square }
        }
        return result
    }

    /// A fixed square root of a residue of the prime field, the same for every call.
    static func squareRoot(ofPrime value: UInt64) -> FieldElement {
        let residue = FieldElement(value)
        let root = residue.power(UInt128(prime + 1) / 4)
        if root * root == residue { return root }
        // The negative is a square then: p is 3 modulo 4.
        return (FieldElement.zero - residue).power(UInt128(prime + 1) / 4) * .i
    }
}
