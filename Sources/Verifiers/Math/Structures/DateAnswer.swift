/// A calendar date: `July 4, 1776`, `4 July 1776`, `1776-07-04`, `7/4/1776`, `1776年7月4日`.
struct DateAnswer {
    private var year: Int?
    private var month = 0
    private var day = 0
    private var weekday: Int?

    /// Reads folded text that is nothing but a date; nil for everything else.
    init?(_ folded: [UInt8]) {
        guard folded.count <= 128, let parts = Self.parts(folded) else { return nil }
        var numbers: [Int] = []
        var marks: [UInt8] = []
        for part in parts {
            switch part {
            case .number(let value): numbers.append(value)
            case .mark(let mark): marks.append(mark)
            case .word(let word):
                if let number = Self.months[word] {
                    guard month == 0 else { return nil }
                    month = number
                } else if let number = Self.weekdays[word] {
                    weekday = number
                } else if !Self.fillers.contains(word) {
                    return nil
                }
            }
        }
        guard month == 0 ? readNumbers(numbers, marks) : marks.isEmpty && readAround(numbers) else { return nil }
        guard (1...12).contains(month), (1...31).contains(day) else { return nil }
        if let year, !(1...9999).contains(year) { return nil }
    }

    /// Whether an answer names the same day; a year or weekday that the gold leaves out may be added.
    func isAnswered(by other: DateAnswer) -> Bool {
        if let weekday, let second = other.weekday, weekday != second { return false }
        return month == other.month && day == other.day && (year == nil || year == other.year)
    }

    // Day and year beside the name of a month.
    private mutating func readAround(_ numbers: [Int]) -> Bool {
        guard let first = numbers.first, numbers.count <= 2 else { return false }
        day = first
        year = numbers.count == 2 ? numbers[1] : nil
        if first > 31, let second = year { (day, year) = (second, first) }
        return true
    }

    // 1776-07-04, 7/4/1776 with the month first unless it cannot be one.
    private mutating func readNumbers(_ numbers: [Int], _ marks: [UInt8]) -> Bool {
        guard numbers.count == 3, marks.count == 2, marks[0] == marks[1] else { return false }
        if numbers[0] >= 1000 {
            (year, month, day) = (numbers[0], numbers[1], numbers[2])
        } else if numbers[2] >= 1000 {
            (month, day, year) =
                numbers[0] > 12 ? (numbers[1], numbers[0], numbers[2]) : (numbers[0], numbers[1], numbers[2])
        } else {
            return false
        }
        return true
    }

    // MARK: Words and numbers

    private enum Part {
        case number(Int)
        case word(String)
        case mark(UInt8)
    }

    private static func parts(_ folded: [UInt8]) -> [Part]? {
        var parts: [Part] = []
        var index = 0
        while index < folded.count {
            let start = index
            let byte = folded[index]
            if Ascii.isDigit(byte) {
                while index < folded.count, Ascii.isDigit(folded[index]) { index += 1 }
                guard index - start <= 4, let value = Int(String(decoding: folded[start..<index], as: UTF8.self)) else {
                    return nil
                }
                parts.append(.number(value))
            } else if Ascii.isLetter(byte) || byte >= 0x80 {
                while index < folded.count, Ascii.isLetter(folded[index]) || folded[index] >= 0x80 { index += 1 }
                parts.append(.word(String(decoding: folded[start..<index], as: UTF8.self).lowercased()))
            } else if byte == Ascii.backslash {
                index += 1
                while index < folded.count, Ascii.isLetter(folded[index]) { index += 1 }
                let name = folded[(start + 1)..<index]
                guard name.isEmpty || Markup.contains(name) else { return nil }
                if name.isEmpty { index += 1 }
            } else {
                if byte == Ascii.minus || byte == UInt8(ascii: "/") { parts.append(.mark(byte)) }
                guard " \n{}.,-/~$".utf8.contains(byte) else { return nil }
                index += 1
            }
        }
        return separated(parts)
    }

    // 年 and 月 are marks of one kind.
    private static func separated(_ parts: [Part]) -> [Part] {
        parts.compactMap { part in
            guard case .word(let word) = part else { return part }
            if word == "年" || word == "月" || word == "년" || word == "월" { return .mark(UInt8(ascii: "-")) }
            return word == "日" || word == "일" || word == "号" ? nil : part
        }
    }

    private static let fillers: Set<String> = [
        "of", "the", "on", "st", "nd", "rd", "th", "de", "del", "le", "er", "den", "am",
    ]

    private static let weekdays = table([
        "monday mon", "tuesday tue tues", "wednesday wed", "thursday thu thurs", "friday fri", "saturday sat",
        "sunday sun",
    ])

    private static let months = table([
        "january jan januar janvier enero janeiro", "february feb februar février febrero fevereiro",
        "march mar märz mars marzo março", "april apr avril abril", "may mai mayo maio",
        "june jun juni juin junio junho",
        "july jul juli juillet julio julho", "august aug août agosto",
        "september sep sept septembre septiembre setembro",
        "october oct oktober octobre octubre outubro", "november nov novembre noviembre novembro",
        "december dec dezember décembre diciembre dezembro",
    ])

    private static func table(_ rows: [String]) -> [String: Int] {
        var table: [String: Int] = [:]
        for (index, row) in rows.enumerated() {
            for word in row.split(separator: " ") { table[String(word)] = index + 1 }
        }
        return table
    }
}
