import Experience

/// Units and currencies in one spelling each.
enum UnitTable {
    /// The one spelling of a unit word; nil for words that are not known units.
    static func normal(_ word: String) -> String? {
        symbols[word] ?? named(word)
    }

    /// Whether a word right behind a number is a unit, and no product of variables as in 2hp.
    static func isPlain(_ word: String) -> Bool { plainSymbols.contains(word) || named(word) != nil }

    private static func named(_ word: String) -> String? {
        let lower = word.lowercased()
        return names[lower] ?? (lower.hasSuffix("s") ? names[String(lower.dropLast())] : nil)
    }

    /// The one spelling of two words that are one unit, as in "light years".
    static func normal(_ first: String, _ second: String) -> String? {
        let words = (first + " " + second).lowercased()
        return phrases[words] ?? (words.hasSuffix("s") ? phrases[String(words.dropLast())] : nil)
    }

    /// What one of a unit in normal spelling is; nil for what is counted and not measured.
    static func measure(_ unit: String) -> UnitValue? { measures[unit] }

    /// Currency codes and names that may stand before an amount.
    static let currencies: [String: String] = """
        usd us, eur, gbp, inr rs re, cny rmb, jpy, aud, cad, hkd, chf, sek, nok, dkk, krw, sgd, nzd, mxn, brl, zar,
        pln, czk, try, rub, php
        """.synonyms

    /// What a letter before a dollar sign makes it.
    static let dollars: [String: String] = [
        "US": "usd", "A": "aud", "AU": "aud", "C": "cad", "CA": "cad", "HK": "hkd", "NZ": "nzd", "S": "sgd",
    ]

    /// A word that is no unit as it is written: in lower case, but where that would be another unit. MM and Gb are no mm and GB;
    /// hz and FT can only be one thing.
    static func caseless(_ word: String) -> String {
        let lower = word.lowercased()
        guard measures[lower] != nil || bytes.contains(lower) || caselessSymbols[lower] != nil else { return lower }
        guard let symbols = caselessSymbols[lower], symbols.count == 1, let symbol = symbols.first,
            let unit = Self.symbols[symbol], word == lower || unprefixed.contains(symbol), word.utf8.count > 1
        else { return word }
        return unit
    }

    private static let bytes: Set<String> = ["gb", "mb", "kb"]
    private static let unprefixed = Set(Unit.all.flatMap(\.symbols))
    private static let caselessSymbols = Dictionary(
        grouping: symbols.keys.filter { !bytes.contains($0.lowercased()) }.sorted(), by: { $0.lowercased() })

    // MARK: The look-ups

    // Case matters for symbols: MJ and mJ.
    private static let symbols: [String: String] = {
        var table = [
            "mph": "mi/h", "kmh": "km/h", "kph": "km/h", "PM": "pm", "AM": "am", "pm": "pm", "am": "am", "GB": "gb",
            "MB": "mb", "kB": "kb", "sq": "sq", "cu": "cu", "pts": "point", "USD": "usd", "EUR": "eur", "GBP": "gbp",
            "CNY": "cny", "RMB": "cny", "KG": "kg", "Kg": "kg", "Km": "km", "KM": "km", "CM": "cm",
        ]
        for unit in Unit.all {
            for symbol in unit.symbols {
                table[symbol] = unit.spelling
                for prefix in unit.prefixes { table[prefix.symbol + symbol] = prefix.symbol + unit.spelling }
            }
        }
        for (spelling, unit) in table where spelling.hasPrefix("μ") {
            table["u" + spelling.dropFirst()] = unit
            table["µ" + spelling.dropFirst()] = unit
        }
        return table
    }()

    /// The ways a unit in normal spelling is written, case kept: mL is no ML.
    static func spellings(of unit: String) -> [String] { written[unit] ?? [unit] }

    private static let written: [String: [String]] = Dictionary(grouping: symbols.keys.sorted()) { symbols[$0] ?? $0 }

    private static let names: [String: String] = {
        var table: [String: String] = [:]
        for entry in counted {
            for word in entry.dropFirst() { table[word] = entry[0] }
        }
        for unit in Unit.all {
            for name in unit.names {
                table[name] = unit.spelling
                for prefix in unit.prefixes { table[prefix.name + name] = prefix.symbol + unit.spelling }
            }
        }
        return table
    }()

    private static let phrases: [String: String] = [
        "light year": "ly", "nautical mile": "nmi", "fluid ounce": "floz", "fl oz": "floz", "metric ton": "t",
        "metric tonne": "t", "astronomical unit": "au", "degree celsius": "degC", "degrees celsius": "degC",
        "degrees c": "degC", "degree fahrenheit": "degF", "degrees fahrenheit": "degF", "degrees f": "degF",
    ]

    private static let plainSymbols: Set<String> = Set(
        """
        mm cm dm km nm um kg mg ml mL kW MW Hz kHz MHz Pa kPa MPa kJ MJ kN mA kV mol ft mi yd lb lbs oz hr hrs min
        mins sec secs ms mph kmh kph rpm ha atm eV keV MeV kWh PM AM pm am GB MB kB sq cu pts USD EUR GBP CNY RMB m
        g s h L N J W V A K C T F H M
        """.words)

    private static let measures: [String: UnitValue] = {
        var table: [String: UnitValue] = [:]
        for unit in Unit.all {
            table[unit.spelling] = unit.value
            for prefix in unit.prefixes {
                table[prefix.symbol + unit.spelling] = unit.value.times(.powerOfTen(prefix.power))
            }
        }
        for currency in currencies.values { table[currency] = UnitValue([currency: 1], .one) }
        table["cent"] = UnitValue(["usd": 1], .small(1, 100))
        return table
    }()

    // Names alone: nothing converts to them.
    private static let counted: [[String]] = """
        usd dollar buck, cent cent penny pennies, eur euro, inr rupee, cny yuan, jpy yen, rub ruble rouble,
        unit unit, percent percent percentage pct, person person people, square square, cubic cubic, way way,
        time time, point point, student student, apple apple, coin coin, page page, dozen dozen, digit digit,
        item item, pair pair
        """.phrases.map(\.words)
}
