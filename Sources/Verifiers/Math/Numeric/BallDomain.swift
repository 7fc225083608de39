import BigInt

/// Evaluation in complex balls at one of a few fixed points.
struct BallDomain: EvaluationDomain {
    /// The base of a logarithm written without one.
    enum BareLog: Sendable {
        case natural, decimal
    }

    /// How the values of variables are chosen.
    struct Point: Sendable {
        var index: UInt64
        /// Magnitudes lie in `low` ... `low + width`.
        var low: Rational
        var width: Rational
        /// 1 and -1 for all variables alike, 0 for a sign by variable.
        var sign: Int
        /// Whole numbers only, where factorials and the like are about.
        var isWhole = false
        /// Values off the real axis, where conjugates and real parts are about.
        var isComplex = false
    }

    static let hasInexactPowers = true
    static let operationCost = 4
    static let functionCost = 120

    let point: Point
    let bareLog: BareLog
    /// False once a many-valued function was applied outside its real domain: principal values then stand for
    /// something the writer may not mean.
    private(set) var isClean = true

    init(point: Point, bareLog: BareLog) {
        self.point = point
        self.bareLog = bareLog
    }

    /// Points that tell identities valid for real variables: small, large, negative and mixed.
    static let realPoints: [Point] = [
        Point(index: 0, low: .small(1, 8), width: .small(3, 4), sign: 1),
        Point(index: 1, low: .small(5, 4), width: .small(3, 2), sign: 1),
        Point(index: 2, low: .small(1, 4), width: .small(9, 4), sign: -1),
        Point(index: 3, low: .small(1, 2), width: .small(13, 4), sign: 0),
        Point(index: 4, low: .small(7, 2), width: .small(11, 2), sign: 1),
    ]

    /// Further points for functions that are one formula here and another there.
    static let farPoints: [Point] = [
        (-1, 4, 4), (1, 9, 9), (-1, 9, 9), (-1, 30, 60), (1, 30, 60), (0, 5, 20), (1, 1000, 1000),
        (-1, 1000, 1000),
    ].enumerated().map { index, range in
        Point(index: UInt64(5 + index), low: Rational(range.1), width: Rational(range.2), sign: range.0)
    }

    /// Points for expressions with factorials, floors and the like of variables.
    static let wholePoints: [Point] = (0..<5).map {
        Point(index: $0, low: Rational(2), width: Rational(11), sign: 1, isWhole: true)
    }

    /// Points for conjugates, real parts and the like of variables.
    static let complexPoints: [Point] = realPoints.prefix(4).map {
        var point = $0
        point.isComplex = true
        return point
    }

    func rational(_ value: Rational) throws(EvaluationFailure) -> ComplexBall { ComplexBall(value) }

    func constant(_ constant: Constant) throws(EvaluationFailure) -> ComplexBall {
        switch constant {
        case .pi: ComplexBall(.pi)
        case .euler: ComplexBall(Ball(rounded: .e))
        case .imaginary: .i
        case .degree: ComplexBall(try Ball.pi / Ball(Rational(180)))
        case .infinity: throw .unsupported
        }
    }

    func symbol(_ name: String) throws(EvaluationFailure) -> ComplexBall {
        point.isComplex ? ComplexBall(Ball(sample(name)), Ball(sample(name + "'"))) : ComplexBall(sample(name))
    }

    func exact(_ name: String) -> Rational? { point.isComplex ? nil : sample(name) }

    private func sample(_ name: String) -> Rational {
        let hash = SplitMix.hash(name, point.index)
        if point.isWhole { return point.low + Rational(Int(hash % 11)) }
        let share = Rational.small(Int(hash >> 44), 1 << 20)
        let value = point.low + point.width * share
        let isNegative = point.sign < 0 || (point.sign == 0 && hash & 1 == 1)
        return isNegative ? -value : value
    }

    func extraCost(_ value: ComplexBall) -> Int { 0 }

    func add(_ left: ComplexBall, _ right: ComplexBall) -> ComplexBall { left + right }

    func multiply(_ left: ComplexBall, _ right: ComplexBall) throws(EvaluationFailure) -> ComplexBall {
        try left * right
    }

    // MARK: Powers

    mutating func power(
        _ base: ComplexBall, _ exponent: Rational, of expression: Expression
    ) throws(EvaluationFailure) -> ComplexBall {
        if let whole = exponent.intValue { return try base.power(whole) }
        if expression == .constant(.euler) { return try ComplexBall(exponent).exponential }
        if base.isExactZero {
            if exponent.isNegative { throw .undefined }
            return base
        }
        guard case .small(let top, let bottom) = exponent else { throw .budget }
        if bottom == 2 {
            if base.isReal, base.real.middle.isNegative { isClean = false }
            return try base.squareRoot.power(top)
        }
        // The real root of a negative number to an odd index is what school means.
        if base.isReal, base.real.sign == -1, bottom % 2 == 1 {
            let root = try ((-base).logarithm * ComplexBall(exponent)).exponential
            return top % 2 == 0 ? root : -root
        }
        return try principalPower(base, ComplexBall(exponent))
    }

    mutating func power(
        _ base: ComplexBall, inexact exponent: ComplexBall, of expression: Expression
    ) throws(EvaluationFailure) -> ComplexBall {
        if expression == .constant(.euler) { return try exponent.exponential }
        return try principalPower(base, exponent)
    }

    private mutating func principalPower(
        _ base: ComplexBall, _ exponent: ComplexBall
    ) throws(EvaluationFailure) -> ComplexBall {
        try (logarithm(base) * exponent).exponential
    }

    private mutating func logarithm(_ value: ComplexBall) throws(EvaluationFailure) -> ComplexBall {
        if !value.isReal || value.real.middle.isNegative { isClean = false }
        return try value.logarithm
    }

    // MARK: Functions

    mutating func call(_ function: Function, _ arguments: [ComplexBall]) throws(EvaluationFailure) -> ComplexBall {
        guard let x = arguments.first else { throw .unsupported }
        switch function {
        case .ln: return try logarithm(x)
        case .log: return try log(arguments)
        case .abs, .norm: return ComplexBall(try x.magnitude)
        case .max, .min: return try extreme(arguments, wantsMaximum: function == .max)
        case .realPart: return ComplexBall(x.real)
        case .imaginaryPart: return ComplexBall(x.imaginary)
        case .conjugate: return ComplexBall(x.real, -x.imaginary)
        case .argument: return ComplexBall(try x.imaginary.angle(x: x.real))
        case .sign, .floor, .ceil: return try step(function, x)
        case .sin, .cos, .tan, .cot, .sec, .csc: return try trigonometric(function, x)
        case .arcsin, .arccos, .arctan, .arccot, .arcsec, .arccsc: return try inverseTrigonometric(function, x)
        case .sinh, .cosh, .tanh, .coth: return try hyperbolic(function, x)
        case .arsinh: return try logarithm(x + (try root(try x * x + .one)))
        case .arcosh: return try logarithm(x + (try root(try x * x - .one)))
        case .artanh:
            let ratio = try (ComplexBall.one + x) / (ComplexBall.one - x)
            return try logarithm(ratio) * ComplexBall(.small(1, 2))
        default: throw .unsupported
        }
    }

    private mutating func root(_ value: ComplexBall) throws(EvaluationFailure) -> ComplexBall {
        try power(value, .small(1, 2), of: .zero)
    }

    private mutating func log(_ arguments: [ComplexBall]) throws(EvaluationFailure) -> ComplexBall {
        let value = try logarithm(arguments[0])
        if arguments.count == 2 { return try value / logarithm(arguments[1]) }
        return bareLog == .natural ? value : try value / logarithm(ComplexBall(Rational(10)))
    }

    private func extreme(
        _ arguments: [ComplexBall], wantsMaximum: Bool
    ) throws(EvaluationFailure) -> ComplexBall {
        var best = arguments[0]
        for candidate in arguments.dropFirst() {
            guard best.isReal, candidate.isReal else { throw .undefined }
            guard let sign = (candidate.real - best.real).sign else { throw .undetermined }
            if (sign > 0) == wantsMaximum { best = candidate }
        }
        return best
    }

    // Functions with jumps: only where the ball lies clear of them.
    private func step(_ function: Function, _ x: ComplexBall) throws(EvaluationFailure) -> ComplexBall {
        guard x.isReal else { throw .undefined }
        if function == .sign {
            guard let sign = x.real.sign else { throw .undetermined }
            return ComplexBall(Rational(sign))
        }
        guard let nearest = x.real.middle.roundedInt, let side = (x.real - Ball(Rational(nearest))).sign else {
            throw .undetermined
        }
        if function == .floor { return ComplexBall(Rational(side < 0 ? nearest - 1 : nearest)) }
        return ComplexBall(Rational(side > 0 ? nearest + 1 : nearest))
    }

    private func trigonometric(_ function: Function, _ x: ComplexBall) throws(EvaluationFailure) -> ComplexBall {
        let (sine, cosine) = try x.sineAndCosine
        switch function {
        case .sin: return sine
        case .cos: return cosine
        case .tan: return try sine / cosine
        case .cot: return try cosine / sine
        case .sec: return try .one / cosine
        default: return try .one / sine
        }
    }

    private mutating func inverseTrigonometric(
        _ function: Function, _ x: ComplexBall
    ) throws(EvaluationFailure) -> ComplexBall {
        guard x.isReal else { throw .unsupported }
        let halfPi = ComplexBall(try Ball.pi / Ball(Rational(2)))
        switch function {
        case .arctan: return ComplexBall(try x.real.angle(x: .one))
        case .arccot: return halfPi - ComplexBall(try x.real.angle(x: .one))
        case .arcsec: return try inverseTrigonometric(.arccos, try .one / x)
        case .arccsc: return try inverseTrigonometric(.arcsin, try .one / x)
        case .arccos: return halfPi - (try inverseTrigonometric(.arcsin, x))
        default:
            let rest = try Ball.one - x.real * x.real
            // At the ends of the domain the rest is zero up to rounding.
            if rest.containsZero { return ComplexBall(try x.real.angle(x: Ball(.zero, radius: rest.upperLog / 2))) }
            guard !rest.middle.isNegative else { throw .undefined }
            return ComplexBall(try x.real.angle(x: rest.squareRoot))
        }
    }

    private func hyperbolic(_ function: Function, _ x: ComplexBall) throws(EvaluationFailure) -> ComplexBall {
        let up = try x.exponential
        let down = try .one / up
        let half = ComplexBall(Rational.small(1, 2))
        switch function {
        case .sinh: return try (up - down) * half
        case .cosh: return try (up + down) * half
        case .tanh: return try (up - down) / (up + down)
        default: return try (up + down) / (up - down)
        }
    }
}
