/// The standard normal distribution.
enum Normal {
    static func cumulative(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

    /// The x with cumulative(x) = p, for p in (0, 1), by bisection to the last bit of a double's precision.
    static func quantile(_ p: Double) -> Double {
        // The lower half is solved, where the complementary error function is relatively exact.
        if p > 0.5 { return -quantile(1 - p) }
        return bisect(-40, 0) { cumulative($0) < p }
    }
}

/// The beta distribution.
enum Beta {
    /// The x with I_x(a, b) = p.
    static func quantile(_ p: Double, a: Double, b: Double) -> Double {
        bisect(0, 1) { cumulative($0, a: a, b: b) < p }
    }

    /// Regularised incomplete beta function I_x(a, b) by its continued fraction (Lentz's method).
    static func cumulative(_ x: Double, a: Double, b: Double) -> Double {
        if x <= 0 { return 0 }
        if x >= 1 { return 1 }
        // The fraction converges fast below the mean; above it the complement is computed.
        if x > (a + 1) / (a + b + 2) { return 1 - cumulative(1 - x, a: b, b: a) }
        let front = exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log(1 - x)) / a
        func guarded(_ value: Double) -> Double { abs(value) < 1e-300 ? 1e-300 : value }
        var c = 1.0
        var d = 1 / guarded(1 - (a + b) * x / (a + 1))
        var fraction = d
        for step in 1...10_000 {
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / guarded(1 + even * d)
            c = guarded(1 + even / c)
            fraction *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / guarded(1 + odd * d)
            c = guarded(1 + odd / c)
            fraction *= d * c
            if abs(d * c - 1) < 1e-16 { break }
        }
        return front * fraction
    }
}

/// The point of [lower, upper] where `isBelow` turns from true to false.
func bisect(_ lower: Double, _ upper: Double, isBelow: (Double) -> Bool) -> Double {
    var (lower, upper) = (lower, upper)
    for _ in 0..<200 {
        let middle = (lower + upper) / 2
        if middle <= lower || middle >= upper { break }
        if isBelow(middle) { lower = middle } else { upper = middle }
    }
    return (lower + upper) / 2
}

/// Student's t distribution.
enum Student {
    /// The t that |T| exceeds with probability 1 - `level`, for `freedom` > 0 degrees of freedom.
    static func critical(level: Double, freedom: Double) -> Double {
        if freedom > 1e7 { return Normal.quantile(1 - (1 - level) / 2) }
        // F = T^2 has the beta distribution of freedom 1/2 in F / (F + freedom).
        let share = Beta.quantile(level, a: 0.5, b: freedom / 2)
        return (freedom * share / (1 - share)).squareRoot()
    }
}
