/// A complex number as two balls; the imaginary part of anything real is exactly zero.
struct ComplexBall: Sendable {
    var real: Ball
    var imaginary: Ball

    static let zero = ComplexBall(.zero)
    static let one = ComplexBall(.one)
    static let i = ComplexBall(.zero, .one)

    init(_ real: Ball, _ imaginary: Ball = .zero) {
        self.real = real
        self.imaginary = imaginary
    }

    init(_ value: Rational) { self.init(Ball(value)) }

    var isReal: Bool { imaginary.isExactZero }
    var isExactZero: Bool { real.isExactZero && imaginary.isExactZero }
    var containsZero: Bool { real.containsZero && imaginary.containsZero }

    /// log2 bound on the magnitude.
    var upperLog: Double { Ball.addLog(real.upperLog, imaginary.upperLog) }
    /// log2 of the larger radius.
    var radius: Double { max(real.radius, imaginary.radius) }

    static prefix func - (value: ComplexBall) -> ComplexBall { ComplexBall(-value.real, -value.imaginary) }

    static func + (left: ComplexBall, right: ComplexBall) -> ComplexBall {
        ComplexBall(left.real + right.real, left.imaginary + right.imaginary)
    }

    static func - (left: ComplexBall, right: ComplexBall) -> ComplexBall { left + -right }

    static func * (left: ComplexBall, right: ComplexBall) throws(EvaluationFailure) -> ComplexBall {
        if left.isReal, right.isReal { return ComplexBall(try left.real * right.real) }
        let real = try left.real * right.real - left.imaginary * right.imaginary
        return ComplexBall(real, try left.real * right.imaginary + left.imaginary * right.real)
    }

    static func / (left: ComplexBall, right: ComplexBall) throws(EvaluationFailure) -> ComplexBall {
        if right.isReal {
            let imaginary = left.isReal ? Ball.zero : try left.imaginary / right.real
            return ComplexBall(try left.real / right.real, imaginary)
        }
        let norm = ComplexBall(try right.real * right.real + right.imaginary * right.imaginary)
        return try left * ComplexBall(right.real, -right.imaginary) / norm
    }

    /// An integer power by squaring.
    func power(_ exponent: Int) throws(EvaluationFailure) -> ComplexBall {
        guard exponent.magnitude < 1 << 40 else { throw .budget }
        if exponent < 0 { return try ComplexBall.one / power(-exponent) }
        var (result, square, rest) = (ComplexBall.one, self, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result = try result * square }
            rest >>= 1
            if rest > 0 { square = try square * square }
        }
        return result
    }

    var magnitude: Ball {
        get throws(EvaluationFailure) {
            if isReal {
                if real.containsZero, !real.isExactZero { return Ball(real.middle.magnitude, radius: real.radius) }
                return real.middle.isNegative ? -real : real
            }
            return try (real * real + imaginary * imaginary).squareRoot
        }
    }

    var exponential: ComplexBall {
        get throws(EvaluationFailure) {
            let scale = try real.exponential
            if isReal { return ComplexBall(scale) }
            let (sine, cosine) = try imaginary.sineAndCosine
            return ComplexBall(try scale * cosine, try scale * sine)
        }
    }

    /// Principal logarithm.
    var logarithm: ComplexBall {
        get throws(EvaluationFailure) {
            if isExactZero { throw .undefined }
            if isReal, real.sign == 1 { return ComplexBall(try real.logarithm) }
            return ComplexBall(try magnitude.logarithm, try imaginary.angle(x: real))
        }
    }

    /// Principal square root.
    var squareRoot: ComplexBall {
        get throws(EvaluationFailure) {
            if isExactZero { return self }
            if isReal {
                if real.containsZero {
                    let root = Ball(.zero, radius: real.upperLog / 2)
                    return ComplexBall(root, root)
                }
                return real.middle.isNegative
                    ? ComplexBall(.zero, (-real).squareRoot) : ComplexBall(real.squareRoot)
            }
            let half = ComplexBall(Rational.small(1, 2))
            return try (logarithm * half).exponential
        }
    }

    var sineAndCosine: (sine: ComplexBall, cosine: ComplexBall) {
        get throws(EvaluationFailure) {
            let (sine, cosine) = try real.sineAndCosine
            if isReal { return (ComplexBall(sine), ComplexBall(cosine)) }
            let up = try imaginary.exponential
            let down = try Ball.one / up
            let half = Ball(Rational.small(1, 2))
            let (cosh, sinh) = (try (up + down) * half, try (up - down) * half)
            return (
                ComplexBall(try sine * cosh, try cosine * sinh), ComplexBall(try cosine * cosh, -(try sine * sinh))
            )
        }
    }
}
