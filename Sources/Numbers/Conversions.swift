// Swift's own `Int(_: Double)` ends the process for NaN, infinities and what lies out of range. These do not.

extension FixedWidthInteger {
    /// The whole number nearest to `value`, ties to even; nil for NaN and for what lies outside this type.
    @inlinable
    public init?(rounding value: Double, _ rule: FloatingPointRoundingRule = .toNearestOrEven) {
        self.init(exactly: value.rounded(rule))
    }

    /// The whole number nearest to `value`, ties to even, drawn to the nearest of `bounds`; their lower one for NaN.
    @inlinable
    public init(
        clamping value: Double, to bounds: ClosedRange<Self>, _ rule: FloatingPointRoundingRule = .toNearestOrEven
    ) {
        let rounded = value.rounded(rule)
        if let exact = Self(exactly: rounded) {
            self = Swift.min(Swift.max(exact, bounds.lowerBound), bounds.upperBound)
        } else {
            // Infinities and numbers too large for the type; NaN is not above zero.
            self = rounded > 0 ? bounds.upperBound : bounds.lowerBound
        }
    }

    /// The whole number nearest to `value`, ties to even, drawn to the nearest that this type has; its least for NaN.
    @inlinable
    public init(clamping value: Double, _ rule: FloatingPointRoundingRule = .toNearestOrEven) {
        self.init(clamping: value, to: Self.min...Self.max, rule)
    }
}
