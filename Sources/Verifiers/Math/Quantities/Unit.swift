import Experience

/// A unit of measure: how it is written and what one of it is.
///
/// SI and the units accepted with it by the brochure (9th edition), the international yard and pound, US volumes, the
/// thermochemical calorie, the IT British thermal unit; years are twelve months and no number of days.
struct Unit {
    /// Its one spelling here.
    let spelling: String
    /// Symbols as people write them, case kept.
    let symbols: [String]
    /// Names in lower case, singular.
    let names: [String]
    /// What one of it is.
    let value: UnitValue
    /// Prefixes that it is used with.
    let prefixes: [Prefix]

    /// A decimal prefix.
    struct Prefix {
        let symbol: String
        let name: String
        let power: Int
    }

    private static let prefixes: [String: Prefix] = {
        let all = [
            ("p", "pico", -12), ("n", "nano", -9), ("μ", "micro", -6), ("m", "milli", -3), ("c", "centi", -2),
            ("d", "deci", -1), ("h", "hecto", 2), ("k", "kilo", 3), ("M", "mega", 6), ("G", "giga", 9),
            ("T", "tera", 12),
        ]
        var table: [String: Prefix] = [:]
        for (symbol, name, power) in all { table[symbol] = Prefix(symbol: symbol, name: name, power: power) }
        return table
    }()

    private init?(_ row: Row) {
        guard let value = UnitValue(base: row.base, row.factor, pi: row.pi, offset: row.offset) else { return nil }
        self.value = value
        spelling = row.spelling
        symbols = row.symbols.words
        names = row.names.words
        prefixes = row.prefixes.compactMap { Self.prefixes[String($0)] }
    }

    /// Every unit.
    static let all: [Unit] = rows.compactMap(Unit.init)

    private struct Row {
        var spelling: String
        var symbols: String
        var names: String
        var base: String
        var factor: String
        var prefixes: String
        var pi = 0
        var offset = "0"

        init(
            _ spelling: String, _ symbols: String, _ names: String, _ base: String, _ factor: String = "1",
            _ prefixes: String = "", pi: Int = 0, offset: String = "0"
        ) {
            (self.spelling, self.symbols, self.names, self.base) = (spelling, symbols, names, base)
            (self.factor, self.prefixes, self.pi, self.offset) = (factor, prefixes, pi, offset)
        }
    }

    private static let force = "kg m s^-2"
    private static let energy = "kg m^2 s^-2"
    private static let pressure = "kg m^-1 s^-2"

    private static let rows: [Row] = [
        // Length, area, volume
        Row("m", "m", "meter metre", "m", "1", "kdcmμn"), Row("in", "", "inch inches", "m", "0.0254"),
        Row("ft", "ft", "foot feet", "m", "0.3048"), Row("yd", "yd", "yard", "m", "0.9144"),
        Row("mi", "mi", "mile", "m", "1609.344"), Row("nmi", "nmi", "", "m", "1852"),
        Row("angstrom", "\\AA", "angstrom", "m", "1e-10"), Row("au", "AU", "", "m", "149597870700"),
        Row("ly", "ly", "lightyear", "m", "9460730472580800"),
        Row("pc", "pc", "parsec", "m", "96939420213600000", "kMG", pi: -1), Row("ha", "ha", "hectare", "m^2", "10000"),
        Row("acre", "", "acre", "m^2", "4046.8564224"), Row("L", "L l", "liter litre", "m^3", "0.001", "mcdμ"),
        Row("cc", "cc", "", "m^3", "1e-6"), Row("gal", "gal", "gallon", "m^3", "0.003785411784"),
        Row("quart", "qt", "quart", "m^3", "0.000946352946"), Row("pint", "", "pint", "m^3", "0.000473176473"),
        Row("cup", "", "cup", "m^3", "0.0002365882365"), Row("floz", "", "", "m^3", "0.0000295735295625"),
        // Mass
        Row("g", "g", "gram gramme", "kg", "0.001", "kmMμn"), Row("t", "", "ton tonne", "kg", "1000", "kM"),
        Row("lb", "lb lbs", "", "kg", "0.45359237"), Row("pound", "", "pound", "kg", "0.45359237"),
        Row("oz", "oz", "ounce", "kg", "0.028349523125"), Row("stone", "", "stone", "kg", "6.35029318"),
        // Time
        Row("s", "s sec secs", "second", "s", "1", "mμnp"), Row("min", "min mins", "minute", "s", "60"),
        Row("h", "h hr hrs", "hour", "s", "3600"), Row("day", "", "day", "s", "86400"),
        Row("week", "", "week", "s", "604800"), Row("month", "", "month", "month"),
        Row("year", "yr yrs", "year yr", "month", "12"), Row("decade", "", "decade", "month", "120"),
        Row("century", "", "century centuries", "month", "1200"), Row("Hz", "Hz", "hertz", "s^-1", "1", "kMGT"),
        // Temperature, amount, light
        Row("K", "K", "kelvin", "K", "1", "m"), Row("degC", "", "celsius", "K", "1", offset: "273.15"),
        Row("degF", "", "fahrenheit", "K", "5/9", offset: "45967/180"),
        Row("mol", "mol", "mole", "mol", "1", "kmμn"), Row("molar", "M", "molar", "mol m^-3", "1000", "mμn"),
        Row("cd", "cd", "candela", "cd"),
        // Angle
        Row("rad", "rad", "radian rad", "rad", "1", "m"), Row("deg", "", "degree deg", "rad", "1/180", pi: 1),
        Row("arcminute", "", "arcminute", "rad", "1/10800", pi: 1),
        Row("arcsecond", "", "arcsecond", "rad", "1/648000", pi: 1),
        Row("rev", "rev", "revolution", "rad", "2", pi: 1), Row("rpm", "rpm", "", "rad s^-1", "1/30", pi: 1),
        // Mechanics
        Row("N", "N", "newton", force, "1", "kMmμ"), Row("dyn", "dyn", "dyne", force, "1e-5"),
        Row("lbf", "lbf", "", force, "4.4482216152605"), Row("J", "J", "joule", energy, "1", "kMGmμ"),
        Row("eV", "eV", "electronvolt", energy, "1.602176634e-19", "kMGTm"), Row("Wh", "Wh", "", energy, "3600", "kMG"),
        Row("cal", "cal", "calorie", energy, "4.184", "k"), Row("BTU", "BTU Btu", "", energy, "1055.05585262"),
        Row("erg", "erg", "", energy, "1e-7"), Row("W", "W", "watt", "kg m^2 s^-3", "1", "kMGmμn"),
        Row("hp", "hp", "horsepower", "kg m^2 s^-3", "745.69987158227022"),
        Row("Pa", "Pa", "pascal", pressure, "1", "kMGhm"), Row("bar", "bar", "", pressure, "100000", "m"),
        Row("atm", "atm", "atmosphere", pressure, "101325"), Row("torr", "Torr torr", "", pressure, "101325/760"),
        Row("mmHg", "mmHg", "", pressure, "133.322387415"),
        Row("psi", "psi", "", pressure, "4.4482216152605/0.00064516"),
        Row("knot", "", "knot", "m s^-1", "1852/3600"),
        // Electricity
        Row("A", "A", "ampere amp", "A", "1", "kmμn"), Row("C", "C", "coulomb", "A s", "1", "mμnp"),
        Row("V", "V", "volt", "kg m^2 s^-3 A^-1", "1", "kMmμ"),
        Row("ohm", "Ω \\Omega", "ohm", "kg m^2 s^-3 A^-2", "1", "kMGm"),
        Row("siemens", "S", "siemens", "A^2 s^3 kg^-1 m^-2"),
        Row("F", "F", "farad", "A^2 s^4 kg^-1 m^-2", "1", "mμnp"),
        Row("H", "H", "henry henries", "kg m^2 s^-2 A^-2", "1", "mμn"),
        Row("Wb", "Wb", "weber", "kg m^2 s^-2 A^-1", "1", "m"),
        Row("tesla", "T", "tesla", "kg s^-2 A^-1", "1", "mμn"), Row("gauss", "", "gauss", "kg s^-2 A^-1", "0.0001"),
    ]
}
