/// A unit as powers of base units and a factor: km/h is m¹ s⁻¹ times 5/18. Units of one dimension convert, others differ.
struct UnitValue: Hashable {
    /// Base unit and its power, powers of zero left out.
    private(set) var powers: [String: Int] = [:]
    /// What one of it is in base units, but for `pi`.
    private(set) var factor = Rational.one
    /// Power of π in the factor: a degree is π/180.
    private(set) var pi = 0
    /// What its zero is in base units: 0 °C is 273.15 K. Zero inside a compound, where a degree is a difference.
    private(set) var offset = Rational.zero

    /// Of a unit in normal spelling, for example `m/s`, `kg m^2 s^-2`; nil when a part of it is no unit of measure.
    init?(_ unit: String) {
        guard unit.utf8.count <= 96 else { return nil }
        if let whole = UnitTable.measure(unit) {
            self = whole
            return
        }
        guard multiply(unit, by: UnitTable.measure) else { return nil }
    }

    /// Of a unit of the table, by its base units.
    init?(base: String, _ factor: String, pi: Int, offset: String) {
        guard let factor = Self.ratio(factor), let offset = Self.ratio(offset),
            multiply(base, by: { UnitValue([$0: 1], .one) })
        else { return nil }
        (self.factor, self.pi, self.offset) = (factor, pi, offset)
    }

    init(_ powers: [String: Int], _ factor: Rational) {
        self.powers = powers
        self.factor = factor
    }

    /// A multiple of it.
    func times(_ scale: Rational) -> UnitValue {
        var value = self
        value.factor = factor * scale
        return value
    }

    private static func ratio(_ text: String) -> Rational? {
        let parts = text.split(separator: "/").map { Rational(decimal: String($0)) }
        guard let top = parts.first ?? nil else { return nil }
        return parts.count == 1 ? top : parts[1].flatMap { top / $0 }
    }

    // Names with powers; after a slash all divide.
    private mutating func multiply(_ unit: String, by known: (String) -> UnitValue?) -> Bool {
        var sign = 1
        var name = ""
        func take(into value: inout UnitValue, _ name: String, _ sign: Int) -> Bool {
            let parts = name.split(separator: "^", omittingEmptySubsequences: false)
            guard parts.count <= 2, let base = parts.first.flatMap({ known(String($0)) }),
                let power = parts.count == 2 ? Int(parts[1]) : 1, (1...9).contains(power.magnitude)
            else { return false }
            return value.multiply(base, sign * power)
        }
        for character in unit {
            if character == " " || character == "/" || character == "*" {
                if !name.isEmpty, !take(into: &self, name, sign) { return false }
                name = ""
                if character == "/" { sign = -1 }
            } else {
                name.append(character)
            }
        }
        return !name.isEmpty && take(into: &self, name, sign)
    }

    private mutating func multiply(_ other: UnitValue, _ power: Int) -> Bool {
        for (base, count) in other.powers {
            powers[base, default: 0] += count * power
            if powers[base] == 0 { powers[base] = nil }
        }
        guard let scale = other.factor.power(power, maxBits: 1024) else { return false }
        factor = factor * scale
        pi += other.pi * power
        return true
    }

    /// How many of `other` one of this is; nil when they measure different things, or count from different zeros.
    func inUnits(of other: UnitValue) -> Rational? {
        powers == other.powers && pi == other.pi && offset == other.offset ? factor / other.factor : nil
    }

    /// How values in this unit become values in another; nil when they measure different things.
    func conversion(to other: UnitValue) -> UnitConversion? {
        guard powers == other.powers, let scale = factor / other.factor,
            let shift = (offset - other.offset) / other.factor
        else { return nil }
        return UnitConversion(scale: scale, pi: pi - other.pi, shift: shift)
    }
}

/// A change of unit: times a scale and a power of π, plus a shift.
struct UnitConversion {
    let scale: Rational
    let pi: Int
    let shift: Rational
}
