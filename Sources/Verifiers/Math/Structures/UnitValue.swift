import BigInt

/// A unit as powers of base units and a factor: km/h is m¹ s⁻¹ times 5/18. Units of one dimension convert, others differ.
struct UnitValue: Hashable {
    /// Base unit and its power, powers of zero left out.
    private(set) var powers: [String: Int] = [:]
    /// What one of it is in base units.
    private(set) var factor = Rational.one

    /// Of a unit in normal spelling, for example `m/s`, `kg m^2 s^-2`; nil when a part of it is no unit of measure.
    init?(_ unit: String) {
        guard unit.utf8.count <= 64 else { return nil }
        var sign = 1
        var name = ""
        func take(into value: inout UnitValue, _ name: String, _ sign: Int) -> Bool {
            let parts = name.split(separator: "^", omittingEmptySubsequences: false)
            guard parts.count <= 2, let base = parts.first.flatMap({ UnitValue.known[String($0)] }) else {
                return false
            }
            guard let power = parts.count == 2 ? Int(parts[1]) : 1, (1...9).contains(power.magnitude) else {
                return false
            }
            return value.multiply(base, sign * power)
        }
        for character in unit {
            if character == " " || character == "/" || character == "*" {
                if !name.isEmpty, !take(into: &self, name, sign) { return nil }
                name = ""
                if character == "/" { sign = -1 }
            } else {
                name.append(character)
            }
        }
        guard !name.isEmpty, take(into: &self, name, sign) else { return nil }
    }

    private init(_ powers: [String: Int], _ factor: Rational) {
        self.powers = powers
        self.factor = factor
    }

    private mutating func multiply(_ other: UnitValue, _ power: Int) -> Bool {
        for (base, count) in other.powers {
            powers[base, default: 0] += count * power
            if powers[base] == 0 { powers[base] = nil }
        }
        guard let scale = other.factor.power(power, maxBits: 512) else { return false }
        factor = factor * scale
        return true
    }

    /// How many of `other` one of this is; nil when they measure different things.
    func inUnits(of other: UnitValue) -> Rational? { powers == other.powers ? factor / other.factor : nil }

    // Metre, kilogram, second, ampere, kelvin, mole; SI brochure (9th edition) and the international yard and pound.
    private static let known: [String: UnitValue] = {
        var table: [String: UnitValue] = [:]
        func add(_ name: String, _ powers: [String: Int], _ top: Int, _ bottom: Int = 1) {
            table[name] = UnitValue(powers, .small(top, bottom))
        }
        let length = ["m": 1]
        for (name, top, bottom) in [
            ("m", 1, 1), ("km", 1000, 1), ("dm", 1, 10), ("cm", 1, 100), ("mm", 1, 1000), ("nm", 1, 1_000_000_000),
            ("um", 1, 1_000_000), ("in", 254, 10_000), ("ft", 3048, 10_000), ("yd", 9144, 10_000),
            ("mi", 1_609_344, 1000),
        ] { add(name, length, top, bottom) }
        for (name, top, bottom) in [("kg", 1, 1), ("g", 1, 1000), ("mg", 1, 1_000_000), ("t", 1000, 1)] {
            add(name, ["kg": 1], top, bottom)
        }
        for (name, top, bottom) in [
            ("s", 1, 1), ("ms", 1, 1000), ("us", 1, 1_000_000), ("ns", 1, 1_000_000_000), ("min", 60, 1),
            ("h", 3600, 1),
            ("day", 86_400, 1), ("week", 604_800, 1),
        ] { add(name, ["s": 1], top, bottom) }
        add("l", ["m": 3], 1, 1000)
        add("ml", ["m": 3], 1, 1_000_000)
        add("a", ["a": 1], 1)
        add("ma", ["a": 1], 1, 1000)
        add("k", ["k": 1], 1)
        add("mol", ["mol": 1], 1)
        add("molar", ["mol": 1, "m": -3], 1000)
        let force = ["kg": 1, "m": 1, "s": -2]
        add("n", force, 1)
        add("kn", force, 1000)
        let energy = ["kg": 1, "m": 2, "s": -2]
        add("j", energy, 1)
        add("kj", energy, 1000)
        add("mj", energy, 1_000_000)
        let power = ["kg": 1, "m": 2, "s": -3]
        add("w", power, 1)
        add("kw", power, 1000)
        add("mw", power, 1_000_000)
        let pressure = ["kg": 1, "m": -1, "s": -2]
        add("pa", pressure, 1)
        add("kpa", pressure, 1000)
        add("mpa", pressure, 1_000_000)
        add("atm", pressure, 101_325)
        add("c", ["a": 1, "s": 1], 1)
        add("v", ["kg": 1, "m": 2, "s": -3, "a": -1], 1)
        add("kv", ["kg": 1, "m": 2, "s": -3, "a": -1], 1000)
        add("ohm", ["kg": 1, "m": 2, "s": -3, "a": -2], 1)
        add("kohm", ["kg": 1, "m": 2, "s": -3, "a": -2], 1000)
        add("hz", ["s": -1], 1)
        add("khz", ["s": -1], 1000)
        add("mhz", ["s": -1], 1_000_000)
        add("ev", ["ev": 1], 1)
        add("kev", ["ev": 1], 1000)
        add("mev", ["ev": 1], 1_000_000)
        add("usd", ["usd": 1], 1)
        add("cent", ["usd": 1], 1, 100)
        return table
    }()
}
