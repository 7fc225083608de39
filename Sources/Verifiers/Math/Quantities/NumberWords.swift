import Experience

/// Numbers in English words: twenty-one, one half, three hundred and five.
enum NumberWords {
    static let small: [String: Int] = {
        let names = [
            "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
            "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
        ]
        return Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    }()

    static func value(_ words: String) -> Rational? {
        let parts = words.lowercased().split(whereSeparator: { $0 == " " || $0 == "-" }).map(String.init)
            .flatMap(separated).filter { $0 != "and" }
        guard (1...24).contains(parts.count) else { return nil }
        if let share = fractions[parts[parts.count - 1]], parts.count > 1 || parts[0] == "half" {
            let count = parts.count == 1 ? 1 : whole(parts.dropLast().filter { $0 != "a" || parts.count > 2 })
            return (parts.count == 2 && parts[0] == "a" ? 1 : count).map { .small($0, share) }
        }
        return whole(parts[...].map { $0 }).map { Rational($0) }
    }

    /// An answer that is nothing but a number in words, with markup or without: `\text{two hundred and five}`, 三十五.
    static func stated(_ folded: [UInt8]) -> Rational? {
        guard (3...120).contains(folded.count), !folded.contains(where: Ascii.isDigit) else { return nil }
        if let chinese = ChineseNumerals.value(folded) { return Rational(chinese) }
        let start = PlainText.tokens(Array(folded.prefix(40)))
        if let sign = start.first, sign == "minus" || sign == "negative",
            let word = folded.first(sign.last == "s" ? "inus" : "egative")
        {
            return stated(Array(folded[(word + sign.utf8.count - 1)...])).map { -$0 }
        }
        let first = start.first ?? ""
        guard first.utf8.count > 2, NumberWords.small[first] != nil || tens.keys.contains(where: first.hasPrefix)
        else { return nil }
        let words = PlainText.tokens(folded).filter { $0 != "-" && $0 != "." }
        guard words.allSatisfy({ Ascii.isLetter($0.utf8.first ?? 0) }) else { return nil }
        if words.count > 1, let many = many[words[words.count - 1]] {
            return value(words.dropLast().joined(separator: " ")).map { $0 * Rational(many) }
        }
        // "Two and a half".
        if words.suffix(3) == ["and", "a", "half"] {
            return value(words.dropLast(3).joined(separator: " ")).map { $0 + .small(1, 2) }
        }
        return value(words.joined(separator: " "))
    }

    /// A number in words before the name of what is counted, in digits: "seven days" is 7 days; nil for everything else.
    static func counted(_ folded: [UInt8]) -> [UInt8]? {
        guard (5...80).contains(folded.count), !folded.contains(where: Ascii.isDigit),
            folded.first("ext") != nil
                || !folded.contains(Ascii.backslash)
        else { return nil }
        let first = PlainText.tokens(Array(folded.prefix(32))).first ?? ""
        guard first.utf8.count > 2, small[first] != nil || tens.keys.contains(where: first.hasPrefix) else {
            return nil
        }
        let words = PlainText.tokens(folded).filter { $0 != "-" && $0 != "." }
        guard (2...6).contains(words.count), words.allSatisfy({ Ascii.isLetter($0.utf8.first ?? 0) }) else {
            return nil
        }
        for things in 1...2 where words.count > things {
            let names = words.suffix(things)
            guard
                names.allSatisfy({
                    $0.utf8.count > 2 && value($0) == nil && fractions[$0] == nil && !notCounted.contains($0)
                })
            else { return nil }
            if let number = whole(Array(words.dropLast(things))) {
                return Array("\(number) \\text{\(names.joined(separator: " "))}".utf8)
            }
        }
        return nil
    }

    private static let notCounted: Set<String> = Set(
        """
        and or to than more less fewer times per percent half halves dozen score plus minus over squared cubed
        factorial modulo mod point hundred thousand million billion hundredths thousandths not but divided tens
        hundreds thousands with without out choose twice other another maybe perhaps
        """.words)

    private static let many: [String: Int] = ["dozen": 12, "score": 20]

    // "twentyone" has lost its hyphen.
    private static func separated(_ word: String) -> [String] {
        guard NumberWords.small[word] == nil,
            let ten = tens.keys.first(where: { word.hasPrefix($0) && word != $0 }),
            let unit = NumberWords.small[String(word.dropFirst(ten.count))], (1...9).contains(unit)
        else { return [word] }
        return [ten, String(word.dropFirst(ten.count))]
    }

    private static func whole(_ words: [String]) -> Int? {
        guard !words.isEmpty else { return nil }
        var (total, current) = (0, 0)
        var isFirst = true
        for word in words {
            if let unit = NumberWords.small[word] {
                guard
                    isFirst || current % 100 == 0 || (unit < 10 && unit > 0 && current % 10 == 0 && current % 100 > 19)
                else {
                    return nil
                }
                current += unit
            } else if let ten = tens[word] {
                guard current % 100 == 0 else { return nil }
                current += ten
            } else if word == "hundred", (1...9).contains(current) || isFirst {
                current = max(1, current) * 100
            } else if let scale = scales[word], current > 0, total == 0 || total >= scale {
                total += current * scale
                current = 0
            } else {
                return nil
            }
            isFirst = false
        }
        return total + current
    }

    private static let tens: [String: Int] = [
        "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    ]
    private static let scales: [String: Int] = ["thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000]
    private static let fractions: [String: Int] = [
        "half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fourth": 4, "fourths": 4,
        "fifth": 5,
        "fifths": 5, "sixth": 6, "sixths": 6, "seventh": 7, "sevenths": 7, "eighth": 8, "eighths": 8, "ninth": 9,
        "ninths": 9,
        "tenth": 10, "tenths": 10,
    ]
}
