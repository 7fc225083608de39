/// Compares values with their percent signs, units and decimals, under the options' policies.
struct LeafEquality {
    var options: MathOptions
    let scalars: ScalarEquality

    /// A value taken apart from what is written around it.
    private struct Measure {
        var value: Expression
        var unit: String?
        var isPercent = false
        /// Whether a power of ten follows its digits.
        var isScientific = false

        /// Whether it is of a unit that measures rather than counts.
        var isMeasure: Bool { unit.map { UnitValue($0) != nil } ?? false }
    }

    func compare(gold: Expression, prediction: Expression) -> Comparison {
        if gold == prediction { return .equal("the same expression") }
        var (g, p) = (measure(gold), measure(prediction))
        if let verdict = residues(gold, prediction) { return verdict }
        switch options.units {
        case .ignored: break
        case .required:
            if !Self.isSame(g.unit, p.unit) {
                guard let verdict = converted(g, p) else { return .different("units") }
                return verdict
            }
        case .convert:
            if let first = g.unit, let second = p.unit, !Self.isSame(first, second) {
                return converted(g, p) ?? .different("different units")
            }
            // "5 m^2" beside "5m^2" in a variable m.
            if p.unit == nil, let factor = Self.factor(g.unit, in: p.value) {
                g.value = .product([g.value, factor])
            }
            if g.unit == nil, let factor = Self.factor(p.unit, in: g.value) {
                p.value = .product([p.value, factor])
            }
        }
        if g.isPercent == p.isPercent {
            return rounded(
                g.value, p.value, isMeasure: options.tolerance != nil && (g.isMeasure || p.isMeasure),
                isScientific: g.isScientific)
        }
        let (percent, plain) = g.isPercent ? (g.value, p.value) : (p.value, g.value)
        if options.percent == .either {
            // A sign the gold lacks suits a share, not a change: 50% is 50, -7% is not -7.
            let isShare = g.isPercent || scalars.rational(percent)?.isNegative != true
            let direct = g.isPercent ? rounded(percent, plain) : rounded(plain, percent)
            if direct.isEqual, isShare { return direct }
            // 100% is 1, but 1000% is not offered as 10.
            if let whole = scalars.rational(plain), whole.isInteger, .one < whole { return .different("percent") }
        }
        let share =
            scalars.rational(percent).map { Expression.number($0 * .small(1, 100)) }
            ?? .product([percent, .number(.small(1, 100))])
        let isNear = (Self.isDouble(plain) || Self.isDouble(percent)) && isDoubleNear(share, plain)
        return isNear || scalars.compare(share, plain).isEqual
            || (g.isPercent ? isTolerated(share, plain) : isTolerated(plain, share))
            ? .equal("percent as a fraction") : .different("percent")
    }

    // In the gold's unit, or in the answer's where that is the rounded one: 5 m are 500 cm. Nil for another dimension.
    private func converted(_ gold: Measure, _ prediction: Measure) -> Comparison? {
        guard let first = gold.unit.flatMap({ UnitValue($0) }), let second = prediction.unit.flatMap({ UnitValue($0) }),
            let there = second.conversion(to: first), let back = first.conversion(to: second)
        else { return nil }
        let verdict = rounded(
            gold.value, there.applied(to: prediction.value, scalars), isMeasure: true, isScientific: gold.isScientific)
        // The tolerance is in the gold's unit.
        var strict = self
        strict.options.tolerance = nil
        let isSame = verdict.isEqual || strict.rounded(back.applied(to: gold.value, scalars), prediction.value).isEqual
        return isSame ? .equal("the same quantity in other units") : verdict
    }

    // Pounds are money or weight, as the other side has it.
    private static func isSame(_ left: String?, _ right: String?) -> Bool {
        if left == right { return true }
        return Set([left, right]) == ["pound", "lb"] || Set([left, right]) == ["pound", "gbp"]
    }

    private static func modulus(_ unit: String) -> Rational? {
        unit.hasPrefix("mod ") ? Int(unit.dropFirst(4)).map { Rational($0) } : nil
    }

    /// A value known up to multiples of a modulus, whichever sign says so: `3 \pmod 7`, `3 \mod 7`.
    private func residue(_ expression: Expression) -> (value: Expression, modulus: Rational)? {
        switch expression {
        case .quantity(let value, let unit): return Self.modulus(unit).map { (value, $0) }
        case .call(.mod, let parts) where parts.count == 2:
            return scalars.rational(parts[1]).map { (parts[0], $0) }
        default: return nil
        }
    }

    // Nil unless both state a modulus.
    private func residues(_ gold: Expression, _ prediction: Expression) -> Comparison? {
        guard let left = residue(gold), let right = residue(prediction) else { return nil }
        guard left.modulus == right.modulus else { return .different("different moduli") }
        guard let a = scalars.rational(left.value), let b = scalars.rational(right.value),
            let turns = (a - b) / left.modulus
        else { return scalars.compare(left.value, right.value) }
        return turns.isInteger ? .equal("congruent") : .different("residues")
    }

    // A unit as the variables that the other side has in its place: 3 mg is 3·m·g, 5 m/s is 5·m/s.
    private static func factor(_ unit: String?, in value: Expression) -> Expression? {
        let names = value.symbols
        guard let unit, unit.utf8.count <= 16, !names.isEmpty else { return nil }
        var factors: [Expression] = []
        var sign = 1
        for part in unit.split(whereSeparator: { $0 == " " || $0 == "/" }) {
            if part.startIndex > unit.startIndex, unit[unit.index(before: part.startIndex)] == "/" { sign = -1 }
            let pieces = part.split(separator: "^")
            guard let power = pieces.count == 2 ? Int(pieces[1]) : 1, let letters = pieces.first else { return nil }
            let spellings = UnitTable.spellings(of: String(letters))
            guard let letters = spellings.first(where: { $0.allSatisfy { names.contains(String($0)) } }) else {
                return nil
            }
            for (index, letter) in letters.enumerated() {
                let exponent = index + 1 == letters.count ? sign * max(-9, min(9, power)) : sign
                factors.append(.power(.symbol(String(letter)), .number(Rational(exponent))))
            }
        }
        return factors.isEmpty ? nil : .product(factors)
    }

    private func measure(_ expression: Expression) -> Measure {
        switch expression {
        case .quantity(let inner, let unit):
            var measure = measure(inner)
            measure.unit = unit
            return measure
        case .percent(let inner):
            var measure = measure(inner)
            measure.isPercent = true
            return measure
        case .product(let factors) where factors.last == .constant(.degree):
            let rest = Array(factors.dropLast())
            return Measure(value: rest.count == 1 ? rest[0] : .product(rest), unit: "deg")
        default:
            let scientific = scientific(expression)
            return Measure(value: scientific ?? expression, isScientific: scientific != nil)
        }
    }

    // 6.67 \times 10^{-11} is a rounded decimal as 6.67 is, by the places of its first factor.
    private func scientific(_ expression: Expression) -> Expression? {
        guard case .product(var factors) = expression else { return nil }
        let isNegative = factors.first == .minusOne
        if isNegative { factors.removeFirst() }
        guard factors.count == 2, case .decimal(let mantissa, let places) = factors[0],
            places >= Self.roundedPlaces || hasSixDigits(mantissa, places),
            case .power(.number(.small(10, 1)), let exponent) = factors[1],
            let power = scalars.rational(exponent)?.intValue, (-100...100).contains(power)
        else { return nil }
        let value = mantissa * Rational.powerOfTen(power)
        return .decimal(isNegative ? -value : value, places - power)
    }

    // A gold of fewer decimals is taken for exact.
    private static let roundedPlaces = 2

    // MARK: Rounding

    private func rounded(
        _ gold: Expression, _ prediction: Expression, isMeasure: Bool = false, isScientific: Bool = false
    ) -> Comparison {
        let exact = scalars.compare(gold, prediction)
        if exact.isEqual { return exact }
        if isTolerated(gold, prediction, isMeasure: isMeasure) { return .equal("within the tolerance") }
        if options.rounding == .exact { return exact }
        if Self.isDouble(gold) || Self.isDouble(prediction), isDoubleNear(gold, prediction) {
            return .equal("the same double")
        }
        if case .decimal(let value, let places) = gold, isScientific || places >= Self.roundedPlaces {
            // 12.8 is no better than 12.75: a shorter decimal never rounds to a longer one.
            if case .decimal(_, let shown) = prediction, shown < places { return exact }
            return isWithin(prediction, value, places) ? .equal("rounds to the gold's decimals") : exact
        }
        if case .decimal(let value, let places) = prediction, hasSixDigits(value, places),
            scalars.rational(gold)?.isInteger != true
        {
            return isWithin(gold, value, places) ? .equal("rounded to six digits or more") : exact
        }
        return exact
    }

    // Whole numbers without a unit count: one more is another answer, unless the row says how near is near enough.
    private func isTolerated(_ gold: Expression, _ prediction: Expression, isMeasure: Bool = false) -> Bool {
        guard let tolerance = options.tolerance else { return false }
        if !isMeasure, !tolerance.holdsForCounts, isWhole(gold), isWhole(prediction) { return false }
        return scalars.isNear(prediction, to: gold, tolerance)
    }

    private func isWhole(_ expression: Expression) -> Bool { scalars.rational(expression)?.isInteger == true }

    // A program prints 15 digits and more of a double, whose last bits are noise.
    private static func isDouble(_ expression: Expression) -> Bool {
        expression.contains {
            guard case .decimal(let value, let places) = $0, (1...25).contains(places) else { return false }
            return !(value.magnitude < Rational.powerOfTen(14 - places))
                && value.magnitude < Rational.powerOfTen(18 - places)
        }
    }

    private func isDoubleNear(_ left: Expression, _ right: Expression) -> Bool {
        // Noise leaves no other whole number behind.
        if let a = scalars.rational(left), let b = scalars.rational(right), a.isInteger, b.isInteger { return a == b }
        guard let a = scalars.ball(left), let b = scalars.ball(right) else { return false }
        // Four units in a double's last place.
        return (a - b).upperLog < max(a.upperLog, b.upperLog) - 50
    }

    // Six significant digits or more, by size alone: a decimal may be thousands of digits long.
    private func hasSixDigits(_ value: Rational, _ places: Int) -> Bool {
        !(value.magnitude < Rational.powerOfTen(5 - places))
    }

    // Whether a constant lies within half a unit of the last place.
    private func isWithin(_ constant: Expression, _ value: Rational, _ places: Int) -> Bool {
        if let exact = scalars.rational(constant) { return Rational.agree(exact, value, places: places) }
        let half = Rational.powerOfTen(-places) * .small(1, 2)
        guard let ball = scalars.ball(constant), ball.isReal else { return false }
        let distance = ball.real - Ball(value)
        let magnitude = distance.middle.isNegative ? -distance : distance
        return (Ball(half) - magnitude).sign == 1
    }
}
