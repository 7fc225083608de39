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
        var digits = end - first
        if end < bytes.count, bytes[end] == UInt8(ascii: ".") {
            isInteger = false
            end += 1
            let point = end
            takeDigits()
            if end == point { return nil }
            exponent = point - end
            digits += end - point
        }
        if digits > 19 || bytes[first] == UInt8(ascii: "0") {
            countDigits(from: first)
        } else {
            significantDigits = digits
        }
        if end < bytes.count, bytes[end] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            end += 1
            if !takeExponent() { return nil }
        }
    }

    // Wraps around beyond 19 digits, where `countDigits` starts anew.
    @inline(__always)
    private mutating func takeDigits() {
        // Eight at once: one after the other each would wait for the product before it.
        while end + 8 <= bytes.count {
            let word = UInt64(
                littleEndian: UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: end, as: UInt64.self))
            var digits = word ^ 0x3030_3030_3030_3030
            guard (digits | (digits &+ 0x0606_0606_0606_0606)) & 0xF0F0_F0F0_F0F0_F0F0 == 0 else { break }
            digits = ((digits &* 2561) >> 8) & 0x00FF_00FF_00FF_00FF
            digits = ((digits &* 6_553_601) >> 16) & 0x0000_FFFF_0000_FFFF
            mantissa = mantissa &* 100_000_000 &+ (digits &* 42_949_672_960_001) >> 32
            end += 8
        }
        while end < bytes.count {
            let digit = bytes[end] &- UInt8(ascii: "0")
            if digit >= 10 { return }
            mantissa = mantissa &* 10 &+ UInt64(digit)
            end += 1
        }
    }

    // The first 19 significant digits of a number with leading zeros or with many digits.
    private mutating func countDigits(from first: Int) {
        mantissa = 0
        for index in first..<end {
            let digit = bytes[index] &- UInt8(ascii: "0")
            // The point.
            if digit >= 10 { continue }
            if significantDigits < 19 { mantissa = mantissa &* 10 &+ UInt64(digit) }
            if mantissa != 0 { significantDigits += 1 }
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
    /// Exact for up to 15 digits and small exponents (Clinger 1990); a product with a power of five, or in the rare case
    /// that this cannot decide the rounding a wide division, for decimals up to 19 digits; strtod beyond.
    var double: Double {
        let value: Double
        if significantDigits <= 15, abs(exponent) <= 22 {
            let power = Self.powersOfTen[abs(exponent)]
            value = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
        } else if significantDigits <= 19, (-19..<0).contains(exponent) {
            value = product ?? quotient
        } else {
            return slowDouble
        }
        return isNegative ? -value : value
    }

    /// mantissa / 10^-exponent, correctly rounded: one exact 128-bit division, whose remainder decides ties.
    private var quotient: Double {
        let divisor = Self.integerPowersOfTen[-exponent]
        let shift = divisor.leadingZeroBitCount - mantissa.leadingZeroBitCount
        let normalised = mantissa << UInt64(mantissa.leadingZeroBitCount)
        let (quotient, remainder) = (divisor << UInt64(divisor.leadingZeroBitCount)).dividingFullWidth(
            (normalised >> 1, normalised << 63))
        // The quotient has 63 or 64 bits, so its last bit lies below the rounding and can stand for the remainder.
        return Double(sign: .plus, exponent: shift - 63, significand: Double(quotient | (remainder == 0 ? 0 : 1)))
    }

    /// mantissa * 10^exponent from the upper half of the mantissa times 5^exponent (Lemire, "Number parsing at a gigabyte
    /// per second", 2021); nil where the discarded bits could change the rounding. Servers print float32 log-probs with
    /// 16 and 17 digits, so this is the common case there.
    private var product: Double? {
        guard mantissa != 0 else { return 0 }
        let zeros = mantissa.leadingZeroBitCount
        let power = Self.powersOfFive[exponent + 19]
        var (upper, lower) = (mantissa << UInt64(zeros)).multipliedFullWidth(by: power.upper)
        if upper & 0x1FF == 0x1FF {
            let more = (mantissa << UInt64(zeros)).multipliedFullWidth(by: power.lower).high
            let (sum, overflow) = lower.addingReportingOverflow(more)
            lower = sum
            if overflow { upper += 1 }
        }
        // Between two doubles, or next to it: the division decides.
        if lower <= 1 || lower == .max { return nil }
        let top = upper >> 63
        var significand = upper >> (top + 9)
        var binary = (217_706 * exponent) >> 16 + 63 + Int(top) - zeros + 1023
        significand = (significand + significand & 1) >> 1
        if significand >= 1 << 53 {
            significand = 1 << 52
            binary += 1
        }
        return Double(bitPattern: UInt64(binary) << 52 | significand & (1 << 52 - 1))
    }

    // Upper and lower half of 5^-19 ... 5^-1, scaled to 128 bits.
    private static let powersOfFive: [(upper: UInt64, lower: UInt64)] = [
        (0xEC1E4A7DB69561A5, 0x2B31E9E3D06C32E6),
        (0x9392EE8E921D5D07, 0x3AFF322E62439FD0),
        (0xB877AA3236A4B449, 0x09BEFEB9FAD487C3),
        (0xE69594BEC44DE15B, 0x4C2EBE687989A9B4),
        (0x901D7CF73AB0ACD9, 0x0F9D37014BF60A11),
        (0xB424DC35095CD80F, 0x538484C19EF38C95),
        (0xE12E13424BB40E13, 0x2865A5F206B06FBA),
        (0x8CBCCC096F5088CB, 0xF93F87B7442E45D4),
        (0xAFEBFF0BCB24AAFE, 0xF78F69A51539D749),
        (0xDBE6FECEBDEDD5BE, 0xB573440E5A884D1C),
        (0x89705F4136B4A597, 0x31680A88F8953031),
        (0xABCC77118461CEFC, 0xFDC20D2B36BA7C3E),
        (0xD6BF94D5E57A42BC, 0x3D32907604691B4D),
        (0x8637BD05AF6C69B5, 0xA63F9A49C2C1B110),
        (0xA7C5AC471B478423, 0x0FCF80DC33721D54),
        (0xD1B71758E219652B, 0xD3C36113404EA4A9),
        (0x83126E978D4FDF3B, 0x645A1CAC083126EA),
        (0xA3D70A3D70A3D70A, 0x3D70A3D70A3D70A4),
        (0xCCCCCCCCCCCCCCCC, 0xCCCCCCCCCCCCCCCD),
    ]

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
