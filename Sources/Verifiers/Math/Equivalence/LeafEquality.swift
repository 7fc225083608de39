/// Compares values with their percent signs, units and decimals, under the options' policies.
struct LeafEquality {
    let options: MathOptions
    let scalars: ScalarEquality

    /// A value taken apart from what is written around it.
    private struct Measure {
        var value: Expression
        var unit: String?
        var isPercent = false
    }

    func compare(gold: Expression, prediction: Expression) -> Comparison {
        if gold == prediction { return .equal("the same expression") }
        var (g, p) = (measure(gold), measure(prediction))
        if let first = g.unit, first == p.unit, let modulus = Self.modulus(first) {
            return congruent(g.value, p.value, modulus)
        }
        switch options.units {
        case .ignored: break
        case .required: if !Self.isSame(g.unit, p.unit) { return .different("units") }
        case .optional:
            if g.unit != nil, p.unit != nil, !Self.isSame(g.unit, p.unit) { return .different("different units") }
            // "5 m^2" beside "5m^2" in a variable m.
            if let factor = p.unit == nil ? Self.factor(g.unit, in: p.value) : nil {
                g.value = .product([g.value, factor])
            }
            if let factor = g.unit == nil ? Self.factor(p.unit, in: g.value) : nil {
                p.value = .product([p.value, factor])
            }
        }
        if g.isPercent == p.isPercent { return rounded(g.value, p.value) }
        let (percent, plain) = g.isPercent ? (g.value, p.value) : (p.value, g.value)
        if options.percent == .either {
            // A sign the gold lacks suits a share, not a change: 50% is 50, -7% is not -7.
            let isShare = g.isPercent || scalars.rational(percent)?.isNegative != true
            let direct = g.isPercent ? rounded(percent, plain) : rounded(plain, percent)
            if direct.isEqual, isShare { return direct }
            // 100% is 1, but 1000% is not offered as 10.
            if let whole = scalars.rational(plain), whole.isInteger, .one < whole { return .different("percent") }
        }
        let share = Expression.product([percent, .number(.small(1, 100))])
        return scalars.compare(share, plain).isEqual ? .equal("percent as a fraction") : .different("percent")
    }

    // Pounds are money or weight, as the other side has it.
    private static func isSame(_ left: String?, _ right: String?) -> Bool {
        if left == right { return true }
        return Set([left, right]) == ["pound", "lb"] || Set([left, right]) == ["pound", "gbp"]
    }

    private static func modulus(_ unit: String) -> Rational? {
        unit.hasPrefix("mod ") ? Int(unit.dropFirst(4)).map { Rational($0) } : nil
    }

    private func congruent(_ left: Expression, _ right: Expression, _ modulus: Rational) -> Comparison {
        guard let a = scalars.rational(left), let b = scalars.rational(right), let turns = (a - b) / modulus else {
            return scalars.compare(left, right)
        }
        return turns.isInteger ? .equal("congruent") : .different("residues")
    }

    // A unit of one letter as the variable that the other side has in its place.
    private static func factor(_ unit: String?, in value: Expression) -> Expression? {
        guard let unit, let letter = unit.first, unit.utf8.count == 1 || unit.dropFirst().first == "^",
            value.symbols.contains(String(letter))
        else { return nil }
        let power = Int(unit.dropFirst(2)) ?? 1
        return .power(.symbol(String(letter)), .number(Rational(power)))
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
        default: return Measure(value: scientific(expression) ?? expression)
        }
    }

    // 2.314815 \times 10^{-3} with six digits or more is a rounded decimal like any other.
    private func scientific(_ expression: Expression) -> Expression? {
        guard case .product(let factors) = expression, factors.count == 2,
            case .decimal(let mantissa, let places) = factors[0],
            hasSixDigits(mantissa, places), case .power(.number(.small(10, 1)), let exponent) = factors[1],
            let power = scalars.rational(exponent)?.intValue, (-100...100).contains(power)
        else { return nil }
        return .decimal(mantissa * Rational.powerOfTen(power), places - power)
    }

    // MARK: Rounding

    private func rounded(_ gold: Expression, _ prediction: Expression) -> Comparison {
        let exact = scalars.compare(gold, prediction)
        if exact.isEqual || options.rounding == .exact { return exact }
        if case .decimal(let value, let places) = gold, places >= 2 {
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

    // Six significant digits or more, by size alone: a decimal may be thousands of digits long.
    private func hasSixDigits(_ value: Rational, _ places: Int) -> Bool {
        !(value.magnitude < Rational.powerOfTen(5 - places))
    }

    // Whether a constant lies within half a unit of the last place.
    private func isWithin(_ constant: Expression, _ value: Rational, _ places: Int) -> Bool {
        let half = Rational.powerOfTen(-places) * .small(1, 2)
        if let exact = scalars.rational(constant) { return !(half < (exact - value).magnitude) }
        guard let ball = scalars.ball(constant), ball.isReal else { return false }
        let distance = ball.real - Ball(value)
        let magnitude = distance.middle.isNegative ? -distance : distance
        return (Ball(half) - magnitude).sign == 1
    }
}
