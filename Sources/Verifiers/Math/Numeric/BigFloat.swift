import BigInt

/// A binary floating-point number with a 256-bit mantissa and a wide exponent: `±0.mantissa · 2^exponent`.
///
/// Operations err by less than 2^-250 of their result (functions by 2^-236); `Ball` keeps the account.
struct BigFloat: Sendable {
    var isNegative = false
    var exponent = 0
    /// Mantissa, upper half; its top bit is set unless the number is zero.
    var high: UInt128 = 0
    /// Mantissa, lower half.
    var low: UInt128 = 0

    static let zero = BigFloat()
    static let one = BigFloat(1)

    var isZero: Bool { high == 0 }

    init() {}

    init(isNegative: Bool = false, exponent: Int, high: UInt128, low: UInt128) {
        self.isNegative = isNegative
        self.exponent = exponent
        self.high = high
        self.low = low
        normalize()
    }

    init(_ value: Int) {
        guard value != 0 else { return }
        isNegative = value < 0
        high = UInt128(value.magnitude) << 64
        exponent = 64
        normalize()
    }

    init(_ value: Double) {
        guard value != 0, value.isFinite else { return }
        isNegative = value < 0
        let significand = value.magnitude.significand
        high = UInt128(UInt64(significand * 0x1p52)) << 64
        exponent = value.exponent + 12
        normalize()
    }

    init(_ value: BigInt) {
        guard !value.isZero else { return }
        isNegative = value.sign == .minus
        let bits = value.magnitude.bitWidth
        let top = bits > 256 ? value.magnitude >> (bits - 256) : value.magnitude << (256 - bits)
        let words = top.words.map { UInt128($0) } + [0, 0, 0, 0]
        high = words[3] << 64 | words[2]
        low = words[1] << 64 | words[0]
        exponent = bits
        normalize()
    }

    init(_ value: Rational) {
        switch value {
        case .small(let top, 1): self.init(top)
        case .small(let top, let bottom): self = BigFloat(top) / BigFloat(bottom)
        case .big(let top, let bottom): self = bottom == 1 ? BigFloat(top) : BigFloat(top) / BigFloat(bottom)
        }
    }

    /// The mantissa as a double in [0.5, 1), signed.
    var leading: Double {
        let value = Double(UInt64(truncatingIfNeeded: high >> 64)) * 0x1p-64
        return isNegative ? -value : value
    }

    /// The value as a double; infinite or zero outside a double's range.
    var double: Double {
        if isZero { return 0 }
        if exponent > 1024 { return isNegative ? -.infinity : .infinity }
        return exponent < -1070 ? 0 : leading * Double(sign: .plus, exponent: exponent, significand: 1)
    }

    /// The value rounded to the nearest integer; nil beyond 2^62.
    var roundedInt: Int? {
        if exponent < 0 { return 0 }
        guard exponent <= 62 else { return nil }
        let shifted = exponent == 0 ? UInt128(0) : high >> (128 - UInt128(exponent))
        let fraction = exponent == 0 ? high : high << UInt128(exponent)
        let rounded = Int(shifted) + (fraction >> 127 == 1 ? 1 : 0)
        return isNegative ? -rounded : rounded
    }

    private mutating func normalize() {
        if high == 0 {
            if low == 0 {
                self = BigFloat.zero
                return
            }
            (high, low) = (low, 0)
            exponent -= 128
        }
        let shift = high.leadingZeroBitCount
        guard shift > 0 else { return }
        high = high << UInt128(shift) | low >> UInt128(128 - shift)
        low <<= UInt128(shift)
        exponent -= shift
    }

    var magnitude: BigFloat {
        var result = self
        result.isNegative = false
        return result
    }

    /// The value times a power of two.
    func scaled(by power: Int) -> BigFloat {
        var result = self
        if !isZero { result.exponent += power }
        return result
    }

    static prefix func - (value: BigFloat) -> BigFloat {
        var result = value
        if !value.isZero { result.isNegative.toggle() }
        return result
    }

    static func + (left: BigFloat, right: BigFloat) -> BigFloat {
        if left.isZero { return right }
        if right.isZero { return left }
        let (big, small) = left.isBelowInMagnitude(right) ? (right, left) : (left, right)
        let distance = big.exponent - small.exponent
        guard distance < 256 else { return big }
        var (high, low) = (small.high, small.low)
        if distance >= 128 {
            (high, low) = (0, high >> UInt128(distance - 128))
        } else if distance > 0 {
            low = low >> UInt128(distance) | high << UInt128(128 - distance)
            high >>= UInt128(distance)
        }
        if big.isNegative != small.isNegative {
            let (difference, borrow) = big.low.subtractingReportingOverflow(low)
            return BigFloat(
                isNegative: big.isNegative, exponent: big.exponent, high: big.high - high - (borrow ? 1 : 0),
                low: difference)
        }
        let (sumLow, carry) = big.low.addingReportingOverflow(low)
        let (partial, first) = big.high.addingReportingOverflow(high)
        let (sumHigh, second) = partial.addingReportingOverflow(carry ? 1 : 0)
        guard first || second else {
            return BigFloat(isNegative: big.isNegative, exponent: big.exponent, high: sumHigh, low: sumLow)
        }
        return BigFloat(
            isNegative: big.isNegative, exponent: big.exponent + 1, high: sumHigh >> 1 | 1 << 127,
            low: sumLow >> 1 | sumHigh << 127)
    }

    static func - (left: BigFloat, right: BigFloat) -> BigFloat { left + -right }

    static func * (left: BigFloat, right: BigFloat) -> BigFloat {
        if left.isZero || right.isZero { return .zero }
        let top = left.high.multipliedFullWidth(by: right.high)
        var (high, low) = (top.high, top.low)
        func add(_ cross: UInt128) {
            let (sum, carry) = low.addingReportingOverflow(cross)
            low = sum
            if carry { high += 1 }
        }
        if left.low != 0 { add(left.low.multipliedFullWidth(by: right.high).high) }
        if right.low != 0 { add(left.high.multipliedFullWidth(by: right.low).high) }
        return BigFloat(
            isNegative: left.isNegative != right.isNegative, exponent: left.exponent + right.exponent, high: high,
            low: low)
    }

    /// The quotient; `right` must not be zero.
    static func / (left: BigFloat, right: BigFloat) -> BigFloat { left * right.reciprocal }

    private var reciprocal: BigFloat {
        let mantissa = scaled(by: -exponent)
        var inverse = BigFloat(1 / mantissa.leading)
        for _ in 0..<3 { inverse = inverse + inverse * (BigFloat.one - mantissa * inverse) }
        return inverse.scaled(by: -exponent)
    }

    /// The quotient by a small positive integer, faster than a general division.
    func divided(by divisor: UInt64) -> BigFloat {
        var remainder: UInt64 = 0
        func step(_ word: UInt64) -> UInt128 {
            let (quotient, rest) = divisor.dividingFullWidth((remainder, word))
            remainder = rest
            return UInt128(quotient)
        }
        let first = step(UInt64(truncatingIfNeeded: high >> 64))
        let second = step(UInt64(truncatingIfNeeded: high))
        let third = step(UInt64(truncatingIfNeeded: low >> 64))
        let fourth = step(UInt64(truncatingIfNeeded: low))
        return BigFloat(
            isNegative: isNegative, exponent: exponent, high: first << 64 | second, low: third << 64 | fourth)
    }

    /// The square root of a value that is not negative.
    var squareRoot: BigFloat {
        if isZero { return .zero }
        let half = exponent >> 1
        let mantissa = scaled(by: -2 * half)
        var inverse = BigFloat(1 / mantissa.double.squareRoot())
        for _ in 0..<3 {
            inverse = inverse + (inverse * (BigFloat.one - mantissa * inverse * inverse)).scaled(by: -1)
        }
        return (mantissa * inverse).scaled(by: half)
    }

    /// Whether the magnitude is below the other's.
    func isBelowInMagnitude(_ other: BigFloat) -> Bool {
        if isZero || other.isZero { return isZero && !other.isZero }
        if exponent != other.exponent { return exponent < other.exponent }
        return high != other.high ? high < other.high : low < other.low
    }
}
