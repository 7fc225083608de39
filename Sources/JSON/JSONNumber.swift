#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A JSON number kept as written, so that no digit is lost: big integers and long decimals survive.
public struct JSONNumber: Sendable, Hashable {
    /// The number's text, in JSON grammar.
    public let text: String

    /// A number from text that already has JSON grammar.
    init(unchecked text: String) { self.text = text }

    /// An integer.
    public init(_ value: Int) { text = String(value) }

    /// A finite double, written so that it reads back equal; nil for NaN and infinities.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        text = value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : "\(value)"
    }

    /// The nearest Double; infinite when the magnitude is beyond it.
    public var doubleValue: Double {
        var copy = text
        return copy.withUTF8 { Self.double($0) } ?? .nan
    }

    /// The value if it is written as an integer that fits Int.
    public var intValue: Int? {
        var copy = text
        return copy.withUTF8 { Self.int($0) }
    }

    static func int(_ raw: UnsafeBufferPointer<UInt8>) -> Int? {
        var value = 0
        let isNegative = raw.first == UInt8(ascii: "-")
        if raw.count == (isNegative ? 1 : 0) { return nil }
        for byte in raw.dropFirst(isNegative ? 1 : 0) {
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflow2) = product.subtractingReportingOverflow(Int(digit))
            if overflow || overflow2 { return nil }
            value = sum
        }
        if isNegative { return value }
        return value == .min ? nil : -value
    }

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// Correctly rounded: exact for up to 15 digits and small exponents (Clinger 1990), strtod beyond.
    static func double(_ raw: UnsafeBufferPointer<UInt8>) -> Double? {
        var mantissa: UInt64 = 0
        var digits = 0
        var exponent = 0
        var index = 0
        let isNegative = raw.first == UInt8(ascii: "-")
        if isNegative { index = 1 }
        var seenPoint = false
        while index < raw.count {
            let byte = raw[index]
            let digit = byte &- UInt8(ascii: "0")
            if digit < 10 {
                if digits < 19 { mantissa = mantissa &* 10 &+ UInt64(digit) }
                if mantissa != 0 { digits += 1 }
                if seenPoint { exponent -= 1 }
            } else if byte == UInt8(ascii: "."), !seenPoint {
                seenPoint = true
            } else {
                break
            }
            index += 1
        }
        if index < raw.count {
            guard raw[index] | 0x20 == UInt8(ascii: "e") else { return nil }
            index += 1
            if index < raw.count, raw[index] == UInt8(ascii: "+") { index += 1 }
            guard let written = int(UnsafeBufferPointer(rebasing: raw[index...])), abs(written) < 1_000_000 else {
                return slowDouble(raw)
            }
            exponent += written
        }
        guard digits <= 15, abs(exponent) <= 22 else { return slowDouble(raw) }
        let value = exponent < 0 ? Double(mantissa) / powersOfTen[-exponent] : Double(mantissa) * powersOfTen[exponent]
        return isNegative ? -value : value
    }

    private static func slowDouble(_ raw: UnsafeBufferPointer<UInt8>) -> Double? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: raw.count + 1) { copy in
            for (offset, byte) in raw.enumerated() { copy[offset] = CChar(bitPattern: byte) }
            copy[raw.count] = 0
            guard let start = copy.baseAddress else { return nil }
            var end: UnsafeMutablePointer<CChar>?
            let value = strtod(start, &end)
            return end == start + raw.count ? value : nil
        }
    }
}
