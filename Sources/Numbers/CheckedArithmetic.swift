// Arithmetic on numbers from outside: nil where Swift's own operators end the process.

extension FixedWidthInteger {
    /// `self + other`; nil when this type cannot hold it.
    @inlinable
    public func adding(_ other: Self) -> Self? {
        let (value, overflow) = addingReportingOverflow(other)
        return overflow ? nil : value
    }

    /// `self - other`; nil when this type cannot hold it.
    @inlinable
    public func subtracting(_ other: Self) -> Self? {
        let (value, overflow) = subtractingReportingOverflow(other)
        return overflow ? nil : value
    }

    /// `self × other`; nil when this type cannot hold it.
    @inlinable
    public func multiplied(by other: Self) -> Self? {
        let (value, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? nil : value
    }

    /// `self ÷ other`, rounded towards zero; nil for a zero divisor and when this type cannot hold it (`Int.min ÷ -1`).
    @inlinable
    public func divided(by other: Self) -> Self? {
        let (value, overflow) = dividedReportingOverflow(by: other)
        return overflow ? nil : value
    }

    /// `-self`; nil when this type cannot hold it.
    @inlinable
    public func negated() -> Self? { Self.zero.subtracting(self) }

    /// `self + other`, drawn to the nearest that this type has.
    @inlinable
    public func addingSaturated(_ other: Self) -> Self { adding(other) ?? (other > 0 ? .max : .min) }

    /// `self × other`, drawn to the nearest that this type has.
    @inlinable
    public func multipliedSaturated(by other: Self) -> Self {
        multiplied(by: other) ?? ((self < 0) == (other < 0) ? .max : .min)
    }
}
