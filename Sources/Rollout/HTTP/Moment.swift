/// Moments as servers write them into headers.
enum Moment {
    /// Seconds since 1970 of an ISO 8601 moment ("2025-01-31T10:00:00.5Z", with an offset or a blank for the T) or of an HTTP
    /// date in its three forms (RFC 9110, section 5.6.7); nil for any other text. Without a zone it is UTC.
    static func seconds(_ text: String) -> Double? {
        let text = text.filter { $0 != "\"" }.split(separator: " ").joined(separator: " ")
        return text.first?.isNumber == true ? iso(text) : http(text)
    }

    private static func iso(_ text: String) -> Double? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 19, [UInt8(ascii: "T"), UInt8(ascii: " "), UInt8(ascii: "t")].contains(bytes[10]),
            bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-")
        else { return nil }
        func number(_ range: Range<Int>) -> Int? { Int(String(decoding: bytes[range], as: UTF8.self)) }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let clock = clock(text.utf8.dropFirst(11).prefix(8)), let days = days(year, month, day)
        else { return nil }
        var rest = text.dropFirst(19)
        var fraction = 0.0
        if rest.first == "." {
            let digits = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
            fraction = Double("0.\(digits)") ?? 0
            rest = rest.dropFirst(digits.count + 1)
        }
        guard let offset = offset(rest.drop { $0 == " " }) else { return nil }
        return Double(days) * 86_400 + clock - offset + fraction
    }

    /// Seconds of "Z", "+08:00", "-0530", or of nothing.
    private static func offset(_ text: Substring) -> Double? {
        guard let sign = text.first, sign == "+" || sign == "-" else {
            return ["", "z", "utc", "gmt"].contains(text.lowercased()) ? 0 : nil
        }
        let digits = text.dropFirst().filter { $0 != ":" }
        guard digits.count == 4 || digits.count == 2, let number = Int(digits) else { return nil }
        let (hours, minutes) = digits.count == 4 ? (number / 100, number % 100) : (number, 0)
        return Double(hours * 3600 + minutes * 60) * (sign == "-" ? -1 : 1)
    }

    /// "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994".
    private static func http(_ text: String) -> Double? {
        let words = text.split { " ,-".contains($0) }
        let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        let month = words.dropFirst().lazy.compactMap { months.firstIndex(of: $0.prefix(3).lowercased()) }.first
        let numbers = words.compactMap { Int($0) }
        guard let month, numbers.count == 2, let time = words.first(where: { $0.contains(":") }),
            let clock = clock(time.utf8)
        else { return nil }
        let year = numbers[1] < 70 ? numbers[1] + 2000 : numbers[1] < 100 ? numbers[1] + 1900 : numbers[1]
        return days(year, month + 1, numbers[0]).map { Double($0) * 86_400 + clock }
    }

    /// Seconds of "08:49:37".
    private static func clock(_ text: some Sequence<UInt8>) -> Double? {
        let parts = String(decoding: Array(text), as: UTF8.self).split(separator: ":").compactMap { Int($0) }
        guard parts.count == 3, (0...24).contains(parts[0]), (0...59).contains(parts[1]), (0...60).contains(parts[2])
        else { return nil }
        return Double(parts[0] * 3600 + parts[1] * 60 + parts[2])
    }

    /// Days since 1970 in the Gregorian calendar, by eras of 400 years that begin in March.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int? {
        guard (1970...9999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
        let shifted = month > 2 ? year : year - 1
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
