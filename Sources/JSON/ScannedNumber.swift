#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A number's parts, found in one pass over its bytes.
struct ScannedNumber {
    /// Offset of the first byte after the number.
    private(set) var end: Int
    private let start: Int
    private let bytes: UnsafeBufferPointer<UInt8>
    private var isNegative = false
    private var isInteger = true
    /// The first 19 significant digits; the value is `mantissa` * 10^`exponent` when there are no more.
    private var mantissa: UInt64 = 0
    private var significantDigits = 0
    private var exponent = 0

    /// The number that starts at `start`; nil when the bytes there have not the grammar of RFC 8259, section 6.
    init?(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int = 0) {
        self.bytes = bytes
        self.start = start
        end = start
        if end < bytes.count, bytes[end] == UInt8(ascii: "-") {
            isNegative = true
            end += 1
        }
        let first = end
        takeDigits()
        if end == first || (end > first + 1 && bytes[first] == UInt8(ascii: "0")) { return nil }
        if end < bytes.count, bytes[end] == UInt8(ascii: ".") {
            isInteger = false
            end += 1
            let point = end
            takeDigits()
            if end == point { return nil }
            exponent = point - end
        }
        if end < bytes.count, bytes[end] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            end += 1
            if !takeExponent() { return nil }
        }
    }

    private mutating func takeDigits() {
        while end < bytes.count {
            let digit = bytes[end] &- UInt8(ascii: "0")
            if digit >= 10 { return }
            if significantDigits < 19 { mantissa = mantissa &* 10 &+ UInt64(digit) }
            if mantissa != 0 { significantDigits += 1 }
            end += 1
        }
    }

    private mutating func takeExponent() -> Bool {
        var isNegative = false
        if end < bytes.count, bytes[end] == UInt8(ascii: "+") || bytes[end] == UInt8(ascii: "-") {
            isNegative = bytes[end] == UInt8(ascii: "-")
            end += 1
        }
        let first = end
        var written = 0
        while end < bytes.count, bytes[end] &- UInt8(ascii: "0") < 10 {
            if written < 1_000_000 { written = written * 10 + Int(bytes[end] - UInt8(ascii: "0")) }
            end += 1
        }
        exponent += isNegative ? -written : written
        return end > first
    }

    /// The number's bytes.
    var text: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: bytes[start..<end]) }

    /// The value if it is written as an integer that fits Int.
    var int: Int? {
        guard isInteger, significantDigits <= 19 else { return nil }
        if isNegative, mantissa == Int.min.magnitude { return .min }
        guard let value = Int(exactly: mantissa) else { return nil }
        return isNegative ? -value : value
    }

    /// The nearest Double; infinite when the magnitude is beyond it.
    ///
    /// Exact for up to 15 digits and small exponents (Clinger 1990), one wide division for decimals up to 19 digits,
    /// strtod beyond.
    var double: Double {
        let value: Double
        if significantDigits <= 15, abs(exponent) <= 22 {
            let power = Self.powersOfTen[abs(exponent)]
            value = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
        } else if significantDigits <= 19, (-19..<0).contains(exponent) {
            value = quotient
        } else {
            return slowDouble
        }
        return isNegative ? -value : value
    }

    /// mantissa / 10^-exponent, correctly rounded: one exact 128-bit division, whose remainder decides ties. Servers print
    /// float32 log-probs with 16 and 17 digits, so this is the common case there.
    private var quotient: Double {
        let divisor = Self.integerPowersOfTen[-exponent]
        let shift = divisor.leadingZeroBitCount - mantissa.leadingZeroBitCount
        let normalised = mantissa << UInt64(mantissa.leadingZeroBitCount)
        let (quotient, remainder) = (divisor << UInt64(divisor.leadingZeroBitCount)).dividingFullWidth(
            (normalised >> 1, normalised << 63))
        // The quotient has 63 or 64 bits, so its last bit lies below the rounding and can stand for the remainder.
        return Double(sign: .plus, exponent: shift - 63, significand: Double(quotient | (remainder == 0 ? 0 : 1)))
    }

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    private static let integerPowersOfTen: [UInt64] = (0...19).map { power in
        (0..<power).reduce(1) { product, _ in product * 10 }
    }

    private var slowDouble: Double {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: end - start + 1) { copy in
            for (offset, byte) in bytes[start..<end].enumerated() { copy[offset] = CChar(bitPattern: byte) }
            copy[end - start] = 0
            return copy.baseAddress.map { strtod($0, nil) } ?? .nan
        }
    }
}
