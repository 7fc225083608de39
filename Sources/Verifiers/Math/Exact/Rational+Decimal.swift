extension Rational {
    /// The exact value of decimal digits with or without sign, point and exponent, `1e-3`; nil for anything else, and beyond
    /// 400 digits or powers of ten.
    init?(decimal text: String) {
        let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
        guard let digits = parts.first, digits.utf8.count <= 400, let mantissa = Self.plain(digits) else { return nil }
        guard parts.count == 2 else {
            self = mantissa
            return
        }
        guard let power = Int(parts[1]), (-400...400).contains(power) else { return nil }
        self = mantissa * .powerOfTen(power)
    }

    private static func plain(_ digits: Substring) -> Rational? {
        guard digits.utf8.allSatisfy({ Ascii.isDigit($0) || "+-.".utf8.contains($0) }) else { return nil }
        return Array(digits.utf8).withUnsafeBufferPointer { bytes in
            // A point at the end closes a sentence there, not here.
            bytes.last == Ascii.point ? nil : NumberLiteral.plain(bytes, 0..<bytes.count)?.value
        }
    }
}
