package import BigInt

/// An exact rational number: lowest terms, positive denominator. Machine words while they fit, big integers beyond.
package enum Rational: Hashable, Sendable {
    /// Numerator and denominator that both fit a word.
    case small(Int, Int)
    /// At least one of the two does not fit.
    case big(BigInt, BigInt)

    package static let zero = Rational.small(0, 1)
    package static let one = Rational.small(1, 1)

    package init(_ value: Int) { self = .small(value, 1) }

    package init(_ value: BigInt) { self.init(lowestTerms: value, 1) }

    /// `numerator / denominator`; the denominator must not be zero.
    package init(_ numerator: BigInt, _ denominator: BigInt) {
        if let top = Int(exactly: numerator), let bottom = Int(exactly: denominator),
            let value = Rational.reduced(top, bottom)
        {
            self = value
            return
        }
        let divisor = Rational.commonDivisor(numerator, denominator)
        let sign: BigInt = denominator.sign == .minus ? -1 : 1
        let top = sign * (numerator / divisor)
        let bottom = sign * (denominator / divisor)
        if let smallTop = Int(exactly: top), let smallBottom = Int(exactly: bottom) {
            self = .small(smallTop, smallBottom)
        } else {
            self = .big(top, bottom)
        }
    }

    /// `numerator / denominator` that have no common divisor; the denominator is positive.
    package init(lowestTerms numerator: BigInt, _ denominator: BigInt) {
        if let top = Int(exactly: numerator), let bottom = Int(exactly: denominator) {
            self = .small(top, bottom)
        } else {
            self = .big(numerator, denominator)
        }
    }

    // Binary steps are slow for long numbers: one division first where the other fits a word.
    private static func commonDivisor(_ left: BigInt, _ right: BigInt) -> BigInt {
        for (long, short) in [(left, right), (right, left)] {
            guard let word = UInt(exactly: short.magnitude), word > 0 else { continue }
            return BigInt(gcd(word, UInt(long.magnitude % BigUInt(word))))
        }
        return left.greatestCommonDivisor(with: right)
    }

    // Nil when a sign change overflows.
    private static func reduced(_ top: Int, _ bottom: Int) -> Rational? {
        if bottom == 1 { return .small(top, 1) }
        let divisor = gcd(top.magnitude, bottom.magnitude)
        guard let divisor = Int(exactly: divisor), divisor != 0 else { return nil }
        if bottom > 0 { return .small(top / divisor, bottom / divisor) }
        let (negatedTop, topOverflow) = (top / divisor).multipliedReportingOverflow(by: -1)
        let (negatedBottom, bottomOverflow) = (bottom / divisor).multipliedReportingOverflow(by: -1)
        return topOverflow || bottomOverflow ? nil : .small(negatedTop, negatedBottom)
    }

    package static func gcd(_ left: UInt, _ right: UInt) -> UInt {
        var (left, right) = (left, right)
        while right != 0 { (left, right) = (right, left % right) }
        return left
    }

    package var numerator: BigInt {
        switch self {
        case .small(let top, _): BigInt(top)
        case .big(let top, _): top
        }
    }

    package var denominator: BigInt {
        switch self {
        case .small(_, let bottom): BigInt(bottom)
        case .big(_, let bottom): bottom
        }
    }

    package var isZero: Bool { self == .zero }

    package var isNegative: Bool {
        switch self {
        case .small(let top, _): top < 0
        case .big(let top, _): top.sign == .minus
        }
    }

    package var isInteger: Bool {
        switch self {
        case .small(_, let bottom): bottom == 1
        case .big(_, let bottom): bottom == 1
        }
    }

    /// The value when it is an integer that fits a word.
    package var intValue: Int? { if case .small(let top, 1) = self { top } else { nil } }

    /// Bits of numerator and denominator together: what arithmetic on it costs.
    package var bitCount: Int {
        switch self {
        case .small: 64
        case .big(let top, let bottom): top.magnitude.bitWidth + bottom.magnitude.bitWidth
        }
    }

    package var magnitude: Rational { isNegative ? -self : self }

    /// The largest integer not above the value.
    package var floor: BigInt {
        let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
        return remainder.sign == .minus && !remainder.isZero ? quotient - 1 : quotient
    }

    package static prefix func - (value: Rational) -> Rational {
        if case .small(let top, let bottom) = value, top != Int.min { return .small(-top, bottom) }
        return Rational(-value.numerator, value.denominator)
    }

    package static func + (left: Rational, right: Rational) -> Rational {
        if case .small(let a, let b) = left, case .small(let c, let d) = right {
            if b == 1, d == 1 {
                let (sum, overflow) = a.addingReportingOverflow(c)
                if !overflow { return .small(sum, 1) }
            } else {
                let (ad, first) = a.multipliedReportingOverflow(by: d)
                let (cb, second) = c.multipliedReportingOverflow(by: b)
                let (top, third) = ad.addingReportingOverflow(cb)
                let (bottom, fourth) = b.multipliedReportingOverflow(by: d)
                if !first, !second, !third, !fourth, let sum = reduced(top, bottom) { return sum }
            }
        }
        if left.isInteger, right.isInteger { return Rational(left.numerator + right.numerator) }
        return Rational(
            left.numerator * right.denominator + right.numerator * left.denominator,
            left.denominator * right.denominator)
    }

    package static func - (left: Rational, right: Rational) -> Rational { left + -right }

    /// Whether two values lie within half a unit of the decimal place `places`, ends included: without common divisors,
    /// which take long for thousands of digits.
    package static func agree(_ left: Rational, _ right: Rational, places: Int) -> Bool {
        let gap = (left.numerator * right.denominator - right.numerator * left.denominator).magnitude
        let unit = powerOfTen(places)
        return gap * 2 * unit.numerator.magnitude
            <= (left.denominator * right.denominator * unit.denominator).magnitude
    }

    package static func * (left: Rational, right: Rational) -> Rational {
        if case .small(let a, let b) = left, case .small(let c, let d) = right {
            let (top, first) = a.multipliedReportingOverflow(by: c)
            let (bottom, second) = b.multipliedReportingOverflow(by: d)
            if !first, !second, let product = reduced(top, bottom) { return product }
        }
        if left.isInteger, right.isInteger { return Rational(left.numerator * right.numerator) }
        return Rational(left.numerator * right.numerator, left.denominator * right.denominator)
    }

    /// One over the value; nil for zero.
    package var reciprocal: Rational? {
        guard !isZero else { return nil }
        if case .small(let top, let bottom) = self, let value = Rational.reduced(bottom, top) { return value }
        return Rational(denominator, numerator)
    }

    /// The quotient; nil when `right` is zero.
    package static func / (left: Rational, right: Rational) -> Rational? { right.reciprocal.map { left * $0 } }

    package static func < (left: Rational, right: Rational) -> Bool {
        if case .small(let a, let b) = left, case .small(let c, let d) = right {
            let (ad, first) = a.multipliedReportingOverflow(by: d)
            let (cb, second) = c.multipliedReportingOverflow(by: b)
            if !first, !second { return ad < cb }
        }
        return left.numerator * right.denominator < right.numerator * left.denominator
    }

    /// The power; nil when undefined (zero to a negative) or when it would have more than `maxBits` bits.
    package func power(_ exponent: Int, maxBits: Int) -> Rational? {
        if exponent < 0 { return exponent == Int.min ? nil : reciprocal?.power(-exponent, maxBits: maxBits) }
        if self == .zero || self == .one { return exponent == 0 ? .one : self }
        if self == .small(-1, 1) { return exponent % 2 == 0 ? .one : self }
        let (bits, overflow) = significantBits.multipliedReportingOverflow(by: exponent)
        guard !overflow, bits <= maxBits else { return nil }
        var (result, square, rest) = (Rational.one, self, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result = result * square }
            rest >>= 1
            if rest > 0 { square = square * square }
        }
        return result
    }

    private var significantBits: Int {
        switch self {
        case .small(let top, let bottom):
            128 - top.magnitude.leadingZeroBitCount - bottom.magnitude.leadingZeroBitCount
        case .big: bitCount
        }
    }

    /// Ten to a power; negative exponents give fractions.
    package static func powerOfTen(_ exponent: Int) -> Rational {
        if exponent >= 0, exponent < powersOfTen.count { return .small(powersOfTen[exponent], 1) }
        if exponent < 0, exponent > -powersOfTen.count { return .small(1, powersOfTen[-exponent]) }
        let power = BigInt(10).power(exponent.magnitude < 1 << 20 ? Int(exponent.magnitude) : 1 << 20)
        return exponent < 0 ? Rational(1, power) : Rational(power)
    }

    private static let powersOfTen: [Int] = (0...18).map { exponent in
        (0..<exponent).reduce(1) { power, _ in power * 10 }
    }
}
