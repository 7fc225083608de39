/// How long servers ask to wait, in the spellings that they use.
enum RetryHint {
    /// Seconds in "2", "1.5s", "120ms", "1m30s", "6 seconds", "20s."; nil for what is no span of time.
    static func seconds(_ text: String) -> Double? {
        var total = 0.0
        var found = false
        var rest = Substring(text).drop { $0 == " " }
        while let first = rest.first, first.isASCII, first.isNumber {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            let trimmed = digits.last == "." ? digits.dropLast() : digits
            guard let value = Double(trimmed), value.isFinite, value >= 0 else { return nil }
            rest = rest[digits.endIndex...].drop { $0 == " " }
            let unit = rest.prefix { $0.isASCII && $0.isLetter }
            guard let scale = scale(of: unit) else { return found ? total : value }
            rest = rest[unit.endIndex...]
            total += value * scale
            found = true
        }
        return found ? total : nil
    }

    /// Seconds in a number of milliseconds.
    static func milliseconds(_ text: String) -> Double? {
        guard let value = Double(text), value >= 0, value.isFinite else { return nil }
        return value / 1000
    }

    private static func scale(of unit: Substring) -> Double? {
        switch unit {
        case "", "s", "sec", "secs", "second", "seconds": 1
        case "ms", "millisecond", "milliseconds": 0.001
        case "m", "min", "minute", "minutes": 60
        case "h", "hour", "hours": 3600
        case "d", "day", "days": 86_400
        default: nil
        }
    }

    /// Seconds that the header lines of an answer ask for, `value` giving a header's text; the first that is one counts.
    /// `now` is seconds since 1970, for the headers that name a moment.
    static func seconds(now: Double, _ value: (StaticString) -> String?) -> Double? {
        for name: StaticString in [
            "x-ratelimit-reset-after", "x-ratelimit-reset-requests", "x-ratelimit-reset-tokens", "ratelimit-reset",
            "x-ratelimit-reset",
        ] {
            guard let text = value(name), let seconds = seconds(text) else { continue }
            // A moment since 1970, in seconds or milliseconds, or a span.
            if seconds > 1e11 { return max(0, seconds / 1000 - now) }
            if seconds > 1e8 { return max(0, seconds - now) }
            return seconds
        }
        return nil
    }
}
