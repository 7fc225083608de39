import BigInt
import Verifiers

extension Rational {
    /// As the policy reads it: an integer or a decimal fraction with an end as it is, anything else as a fraction in lowest
    /// terms with its first decimal places, `1/3 ≈ 0.333`.
    func shown(digits: Int) -> String {
        if case .small(let top, 1) = self { return String(top) }
        if isInteger { return String(numerator) }
        if let places = decimalPlaces, places <= max(digits, 30) { return decimal(places: places) }
        return "\(numerator)/\(denominator) ≈ \(rounded(places: digits).decimal(places: digits))"
    }

    /// Rounded to decimal places, halves away from zero.
    func rounded(places: Int) -> Rational {
        let unit = Rational.powerOfTen(places)
        let scaled = (magnitude * unit + Rational(1, 2)).floor
        let value = Rational(scaled, unit.numerator)
        return isNegative ? -value : value
    }

    /// Places of its decimal fraction; nil where that has no end.
    private var decimalPlaces: Int? {
        var rest = denominator.magnitude
        var (twos, fives) = (0, 0)
        while rest.isMultiple(of: 2) { (rest, twos) = (rest >> 1, twos + 1) }
        while rest.isMultiple(of: 5) { (rest, fives) = (rest / 5, fives + 1) }
        return rest == 1 ? max(twos, fives) : nil
    }

    /// The decimal fraction of a value that has at most `places`.
    private func decimal(places: Int) -> String {
        let scaled = (magnitude * Rational.powerOfTen(places)).floor
        var digits = String(scaled)
        if digits.utf8.count <= places {
            digits = String(repeating: "0", count: places + 1 - digits.utf8.count) + digits
        }
        let point = digits.index(digits.endIndex, offsetBy: -places)
        return (isNegative ? "-" : "") + digits[..<point] + (places > 0 ? "." : "") + digits[point...]
    }
}
