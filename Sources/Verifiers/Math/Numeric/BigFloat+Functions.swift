#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension BigFloat {
    static let pi = BigFloat(
        exponent: 2, high: 0xc90f_daa2_2168_c234_c4c6_628b_80dc_1cd1, low: 0x2902_4e08_8a67_cc74_020b_bea6_3b13_9b22)
    static let e = BigFloat(
        exponent: 2, high: 0xadf8_5458_a2bb_4a9a_afdc_5620_273d_3cf1, low: 0xd8b9_c583_ce2d_3695_a9e1_3641_1464_33fb)
    static let ln2 = BigFloat(
        exponent: 0, high: 0xb172_17f7_d1cf_79ab_c9e3_b398_03f2_f6af, low: 0x40f3_4326_7298_b62d_8a0d_175b_8baa_fa2b)

    /// e to the value; nil beyond an exponent of 2^40.
    var exponential: BigFloat? {
        if isZero { return .one }
        guard exponent <= 40 else { return nil }
        guard let halvings = (self / BigFloat.ln2).roundedInt else { return nil }
        let reduced = (self - BigFloat(halvings) * BigFloat.ln2).scaled(by: -8)
        var term = BigFloat.one
        var sum = BigFloat.one
        var index: UInt64 = 1
        while !term.isZero, term.exponent > -272 {
            term = (term * reduced).divided(by: index)
            sum = sum + term
            index += 1
        }
        for _ in 0..<8 { sum = sum * sum }
        return sum.scaled(by: halvings)
    }

    /// Sine and cosine; nil beyond 2^60, where a turn is no longer resolved.
    var sineAndCosine: (sine: BigFloat, cosine: BigFloat)? {
        if isZero { return (.zero, .one) }
        let halfPi = BigFloat.pi.scaled(by: -1)
        guard exponent <= 60, let quarter = (self / halfPi).roundedInt else { return nil }
        let reduced = (self - BigFloat(quarter) * halfPi).scaled(by: -5)
        let square = -(reduced * reduced)
        var term = reduced
        var sine = reduced
        var index: UInt64 = 2
        while !term.isZero, term.exponent > reduced.exponent - 272 {
            term = (term * square).divided(by: index * (index + 1))
            sine = sine + term
            index += 2
        }
        var cosine = (BigFloat.one - sine * sine).squareRoot
        for _ in 0..<5 {
            (sine, cosine) = ((sine * cosine).scaled(by: 1), BigFloat.one - (sine * sine).scaled(by: 1))
        }
        switch ((quarter % 4) + 4) % 4 {
        case 0: return (sine, cosine)
        case 1: return (cosine, -sine)
        case 2: return (-sine, -cosine)
        default: return (-cosine, sine)
        }
    }

    /// Natural logarithm of a positive value.
    var logarithm: BigFloat {
        // The mantissa near one, so that nothing cancels for arguments near one.
        let power = leading.magnitude < 0.7071 ? exponent - 1 : exponent
        let mantissa = scaled(by: -power)
        let guess = BigFloat(log(mantissa.double))
        let ratio = mantissa * ((-guess).exponential ?? .one)
        let u = (ratio - .one) / (ratio + .one)
        let square = u * u
        let series = u + u * square * (BigFloat.one.divided(by: 3) + square.divided(by: 5))
        return guess + series.scaled(by: 1) + BigFloat(power) * BigFloat.ln2
    }

    /// The angle of the point (`x`, self), in (-pi, pi].
    func angle(x: BigFloat) -> BigFloat {
        if isZero { return x.isNegative ? BigFloat.pi : .zero }
        let halfPi = BigFloat.pi.scaled(by: -1)
        if x.isZero { return isNegative ? -halfPi : halfPi }
        if x.isBelowInMagnitude(self) {
            let complement = (x / self).arctangent
            return (isNegative ? -halfPi : halfPi) - complement
        }
        let angle = (self / x).arctangent
        guard x.isNegative else { return angle }
        return isNegative ? angle - BigFloat.pi : angle + BigFloat.pi
    }

    // For magnitudes up to one.
    private var arctangent: BigFloat {
        let guess = BigFloat(atan(double))
        guard let (sine, cosine) = guess.sineAndCosine else { return guess }
        let delta = (self * cosine - sine) / (cosine + self * sine)
        let square = delta * delta
        return guess + delta + delta * square * (square.divided(by: 5) - BigFloat.one.divided(by: 3))
    }
}
