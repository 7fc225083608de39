/// Units and currencies in one spelling each.
enum UnitTable {
    /// The normal spelling of a unit word; nil for words that are not known units.
    static func normal(_ word: String) -> String? {
        let lower = word.lowercased()
        return symbols[word] ?? names[lower] ?? (lower.hasSuffix("s") ? names[String(lower.dropLast())] : nil)
    }

    /// Currency codes and names that may stand before an amount.
    static let currencies: [String: String] = [
        "usd": "usd", "us": "usd", "eur": "eur", "gbp": "gbp", "rs": "inr", "inr": "inr", "cny": "cny", "rmb": "cny",
        "jpy": "jpy", "aud": "aud", "cad": "cad", "hkd": "hkd", "chf": "chf", "sek": "sek", "nok": "nok", "dkk": "dkk",
        "krw": "krw", "sgd": "sgd", "nzd": "nzd", "mxn": "mxn", "brl": "brl", "zar": "zar", "pln": "pln", "czk": "czk",
        "try": "try", "rub": "rub", "php": "php", "re": "inr",
    ]

    /// What a letter before a dollar sign makes it.
    static let dollars: [String: String] = [
        "US": "usd", "A": "aud", "AU": "aud", "C": "cad", "CA": "cad", "HK": "hkd", "NZ": "nzd", "S": "sgd",
    ]

    // Case matters for symbols.
    private static let symbols: [String: String] = [
        "mm": "mm", "cm": "cm", "dm": "dm", "km": "km", "nm": "nm", "kg": "kg", "mg": "mg", "ml": "ml", "mL": "ml",
        "kW": "kw", "MW": "mw", "Hz": "hz", "kHz": "khz", "MHz": "mhz", "Pa": "pa", "kPa": "kpa", "kJ": "kj",
        "kN": "kn",
        "mol": "mol", "ft": "ft", "mi": "mi", "yd": "yd", "lb": "lb", "lbs": "lb", "oz": "oz", "hr": "h", "hrs": "h",
        "min": "min", "mins": "min", "sec": "s", "secs": "s", "ms": "ms", "mph": "mi/h", "kmh": "km/h", "kph": "km/h",
        "rpm": "rpm", "ha": "ha", "atm": "atm", "eV": "ev", "keV": "kev", "MeV": "mev", "PM": "pm", "AM": "am",
        "pm": "pm", "am": "am", "GB": "gb", "MB": "mb",
        "kB": "kb",
        "M": "molar", "μm": "um", "µm": "um", "mA": "ma", "kV": "kv", "MPa": "mpa", "MJ": "mj", "Ω": "ohm",
        "kΩ": "kohm",
        "m": "m", "g": "g", "s": "s", "h": "h", "L": "l", "N": "n", "J": "j", "W": "w", "V": "v", "A": "a", "K": "k",
        "C": "c",
        "T": "tesla", "F": "farad", "H": "henry",
        "sq": "sq", "cu": "cu", "pts": "point", "USD": "usd", "EUR": "eur", "GBP": "gbp", "CNY": "cny", "RMB": "cny",
    ]

    private static let names: [String: String] = {
        var table: [String: String] = [:]
        let families: [(String, String)] = [
            ("m", "meter metre"), ("cm", "centimeter centimetre"), ("mm", "millimeter millimetre"),
            ("dm", "decimeter decimetre"), ("km", "kilometer kilometre"), ("g", "gram gramme"), ("kg", "kilogram"),
            ("mg", "milligram"), ("t", "ton tonne"), ("l", "liter litre"), ("ml", "milliliter millilitre"),
            ("in", "inch inches"), ("ft", "foot feet"), ("yd", "yard"), ("mi", "mile"), ("s", "second"),
            ("min", "minute"), ("h", "hour"), ("day", "day"), ("week", "week"), ("month", "month"), ("year", "year yr"),
            ("deg", "degree deg"), ("rad", "radian rad"), ("pound", "pound"), ("oz", "ounce"), ("gal", "gallon"),
            ("usd", "dollar buck"), ("cent", "cent penny pennies"), ("eur", "euro"), ("inr", "rupee"),
            ("cny", "yuan"), ("jpy", "yen"), ("rub", "ruble rouble"), ("j", "joule"), ("n", "newton"), ("w", "watt"),
            ("ohm", "ohm"), ("c", "coulomb"), ("tesla", "tesla"), ("kj", "kilojoule"), ("kw", "kilowatt"),
            ("molar", "molar"), ("degc", "celsius"), ("degf", "fahrenheit"), ("ms", "millisecond"),
            ("v", "volt"), ("a", "ampere amp"), ("k", "kelvin"), ("hz", "hertz"), ("pa", "pascal"), ("unit", "unit"),
            ("percent", "percent percentage pct"), ("person", "person people"), ("square", "square"),
            ("cubic", "cubic"),
            ("acre", "acre"), ("cup", "cup"), ("pint", "pint"), ("quart", "quart"), ("way", "way"), ("time", "time"),
            ("point", "point"), ("student", "student"), ("apple", "apple"), ("coin", "coin"), ("page", "page"),
            ("mol", "mole"), ("dozen", "dozen"), ("digit", "digit"), ("item", "item"), ("pair", "pair"),
        ]
        for (unit, words) in families {
            for word in words.split(separator: " ") { table[String(word)] = unit }
        }
        return table
    }()
}
