#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import Numbers

extension ScalarEquality {
    /// Whether a constant is within the tolerance of the gold's value; false for what has no value.
    func isNear(_ prediction: Expression, to gold: Expression, _ tolerance: MathTolerance) -> Bool {
        if let wanted = rational(gold), let given = rational(prediction) {
            guard let limit = tolerance.distance(around: wanted.magnitude) else { return false }
            return !(limit < (given - wanted).magnitude)
        }
        guard let wanted = ball(gold), let given = ball(prediction), let magnitude = try? wanted.magnitude,
            let limit = try? tolerance.distance(around: magnitude), let distance = try? (given - wanted).magnitude
        else { return false }
        return (limit - distance).sign == 1
    }
}

extension MathTolerance {
    /// The largest distance from a gold of this magnitude; nil when that is out of range.
    fileprivate func distance(around magnitude: Rational) -> Rational? {
        switch kind {
        case .relative: return limit * magnitude
        case .absolute: return limit
        case .digits:
            if magnitude.isZero { return .zero }
            guard var power = Self.power(of: Ball(magnitude)) else { return nil }
            if !(magnitude < .powerOfTen(power + 1)) { power += 1 }
            if magnitude < .powerOfTen(power) { power -= 1 }
            return halfUnit(power)
        }
    }

    fileprivate func distance(around magnitude: Ball) throws(EvaluationFailure) -> Ball? {
        switch kind {
        case .relative: return try Ball(limit) * magnitude
        case .absolute: return Ball(limit)
        case .digits: return Self.power(of: magnitude).flatMap(halfUnit).map { Ball($0) }
        }
    }

    private func halfUnit(_ power: Int) -> Rational? {
        limit.intValue.map { .powerOfTen(power + 1 - $0) * .small(1, 2) }
    }

    // The power of ten of the leading digit, or one beside it next to a power of ten.
    private static func power(of magnitude: Ball) -> Int? {
        guard !magnitude.middle.isZero, magnitude.middle.exponent.magnitude < 20_000 else { return nil }
        let bits = Double(magnitude.middle.exponent) + log2(magnitude.middle.magnitude.leading)
        return Int(rounding: bits * 0.301_029_995_663_981_2, .down)
    }
}
