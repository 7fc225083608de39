/// A real number known up to a radius: a midpoint and the binary logarithm of a bound on the error.
struct Ball: Sendable {
    var middle: BigFloat
    /// log2 of the radius; -infinity when exact.
    var radius: Double

    static let zero = Ball(exact: .zero)
    static let one = Ball(exact: .one)
    static let pi = Ball(rounded: .pi)

    init(_ middle: BigFloat, radius: Double) {
        self.middle = middle
        self.radius = radius
    }

    init(exact middle: BigFloat) { self.init(middle, radius: -.infinity) }

    init(rounded middle: BigFloat) { self.init(middle, radius: Ball.rounding(middle)) }

    init(_ value: Rational) {
        let middle = BigFloat(value)
        if case .small(_, 1) = value { self.init(exact: middle) } else { self.init(rounded: middle) }
    }

    var isExactZero: Bool { middle.isZero && radius == -.infinity }

    /// log2 bound on the magnitude of everything in the ball.
    var upperLog: Double { Ball.addLog(middle.isZero ? -.infinity : Double(middle.exponent), radius) }

    /// Whether the ball may hold zero.
    var containsZero: Bool { middle.isZero || radius >= Double(middle.exponent - 1) }

    /// The sign: -1, 0 (exactly zero), 1; nil when undecided.
    var sign: Int? {
        if isExactZero { return 0 }
        return containsZero ? nil : middle.isNegative ? -1 : 1
    }

    /// An upper bound of log2(2^left + 2^right).
    static func addLog(_ left: Double, _ right: Double) -> Double {
        let large = max(left, right)
        let distance = large - min(left, right)
        guard large.isFinite, distance < 64 else { return large.isFinite ? large + 1e-15 * abs(large) : large }
        // ln(1 + x) <= x, with 2^-distance bounded from above by its floor.
        return large + 1.4427 * Double(sign: .plus, exponent: -Int(distance), significand: 1)
    }

    static func rounding(_ middle: BigFloat, bits: Int = 250) -> Double {
        middle.isZero ? -.infinity : Double(middle.exponent - bits)
    }

    static func checked(_ middle: BigFloat, _ radius: Double) throws(EvaluationFailure) -> Ball {
        guard middle.exponent.magnitude < 1 << 50 else { throw .budget }
        return Ball(middle, radius: radius)
    }

    static prefix func - (ball: Ball) -> Ball { Ball(-ball.middle, radius: ball.radius) }

    static func + (left: Ball, right: Ball) -> Ball {
        if left.isExactZero { return right }
        if right.isExactZero { return left }
        let middle = left.middle + right.middle
        let top = max(left.middle.exponent, right.middle.exponent)
        return Ball(middle, radius: addLog(addLog(left.radius, right.radius), Double(top - 250)))
    }

    static func - (left: Ball, right: Ball) -> Ball { left + -right }

    static func * (left: Ball, right: Ball) throws(EvaluationFailure) -> Ball {
        if left.isExactZero || right.isExactZero { return .zero }
        let middle = left.middle * right.middle
        let leftLog = left.middle.isZero ? -.infinity : Double(left.middle.exponent)
        let rightLog = right.middle.isZero ? -.infinity : Double(right.middle.exponent)
        var radius = rounding(middle)
        if left.radius > -.infinity { radius = addLog(radius, left.radius + addLog(rightLog, right.radius)) }
        if right.radius > -.infinity { radius = addLog(radius, right.radius + leftLog) }
        return try checked(middle, radius)
    }

    static func / (left: Ball, right: Ball) throws(EvaluationFailure) -> Ball {
        if right.isExactZero { throw .undefined }
        guard right.radius < Double(right.middle.exponent - 3), !right.middle.isZero else { throw .undetermined }
        if left.isExactZero { return .zero }
        let middle = left.middle / right.middle
        // |right| >= 2^(exponent - 2) all over the ball.
        let floor = Double(right.middle.exponent - 2)
        let quotient = middle.isZero ? -.infinity : Double(middle.exponent)
        let propagated = addLog(left.radius, right.radius == -.infinity ? -.infinity : quotient + right.radius) - floor
        return try checked(middle, addLog(propagated, rounding(middle)))
    }

    /// The root of a ball whose midpoint is not negative.
    var squareRoot: Ball {
        if isExactZero { return self }
        if containsZero { return Ball(.zero, radius: upperLog / 2) }
        let middle = self.middle.squareRoot
        // d sqrt = dx / (2 sqrt) and the ball stays above half its midpoint's root.
        return Ball(middle, radius: Ball.addLog(radius - Double(middle.exponent - 2), Ball.rounding(middle)))
    }

    var exponential: Ball {
        get throws(EvaluationFailure) {
            guard radius < -1, let middle = middle.exponential else { throw .budget }
            if middle.isZero { throw .budget }
            let lost = max(0, self.middle.exponent)
            return Ball(
                middle,
                radius: Ball.addLog(Double(middle.exponent) + radius + 1, Ball.rounding(middle, bits: 236 - lost)))
        }
    }

    /// Logarithm of a ball that is surely positive.
    var logarithm: Ball {
        get throws(EvaluationFailure) {
            guard radius < Double(middle.exponent - 3) else { throw .undetermined }
            let value = middle.logarithm
            let propagated = radius - Double(middle.exponent - 2)
            return Ball(value, radius: Ball.addLog(propagated, max(Ball.rounding(value, bits: 236), -300)))
        }
    }

    var sineAndCosine: (sine: Ball, cosine: Ball) {
        get throws(EvaluationFailure) {
            guard let (sine, cosine) = middle.sineAndCosine else { throw .budget }
            let error = Ball.addLog(radius, Double(max(0, middle.exponent) - 236))
            if isExactZero { return (.zero, .one) }
            return (Ball(sine, radius: error), Ball(cosine, radius: error))
        }
    }

    /// The angle of (`x`, self). Undetermined when the negative real axis may be crossed.
    func angle(x: Ball) throws(EvaluationFailure) -> Ball {
        if isExactZero {
            guard let sign = x.sign else { throw .undetermined }
            if sign == 0 { throw .undefined }
            return sign > 0 ? .zero : .pi
        }
        if containsZero, x.containsZero || x.middle.isNegative { throw .undetermined }
        let value = middle.angle(x: x.middle)
        let scale = Double(max(middle.exponent, x.middle.isZero ? middle.exponent : x.middle.exponent) - 2)
        let error = Ball.addLog(radius, x.radius)
        return Ball(value, radius: Ball.addLog(error - scale + 1, -240))
    }
}
