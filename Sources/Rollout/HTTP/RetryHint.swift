/// How long servers ask to wait, in the spellings that they use.
enum RetryHint {
    /// Seconds in "2", "1.5s", "120ms", "1m30s", "6 seconds", "20s."; nil for what is no span of time.
    static func seconds(_ text: String) -> Double? {
        var total = 0.0
        var found = false
        var rest = Substring(text).drop { $0 == " " || $0 == "\"" }
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
            // "1 minute and 30 seconds".
            let next = rest.drop { $0 == " " }
            if next.hasPrefix("and ") { rest = next.dropFirst(4) }
        }
        return found ? total : nil
    }

    private static func scale(of unit: Substring) -> Double? {
        switch unit.lowercased() {
        case "", "s", "sec", "secs", "second", "seconds": 1
        case "ms", "millisecond", "milliseconds", "msec": 0.001
        case "us", "microseconds": 1e-6
        case "m", "min", "mins", "minute", "minutes": 60
        case "h", "hr", "hrs", "hour", "hours": 3600
        case "d", "day", "days": 86_400
        default: nil
        }
    }

    /// A number of milliseconds in seconds.
    private static func milliseconds(_ text: String) -> Double? {
        guard let value = Double(text), value >= 0, value.isFinite else { return nil }
        return value / 1000
    }

    /// Seconds from `now` to what a header names: a span of time, or a moment as a date or as seconds or milliseconds since 1970.
    static func seconds(until text: String, now: Double) -> Double? {
        if let moment = Moment.seconds(text) { return max(0, moment - now) }
        guard let span = seconds(text) else { return nil }
        if span > 1e11 { return max(0, span / 1000 - now) }
        return span > 1e8 ? max(0, span - now) : span
    }

    /// Seconds that the header lines of an answer ask for; nil where they ask for nothing. `now` is seconds since 1970.
    ///
    /// A wait that is named counts before the resets of limits. Of those it is the reset of a limit that has nothing left, the
    /// last of several; where none says so, the soonest.
    static func seconds(_ headers: [(name: String, value: String)], now: Double) -> Double? {
        var values: [String: String] = [:]
        for header in headers.prefix(256) where values[header.name.lowercased()] == nil {
            values[header.name.lowercased()] = header.value
        }
        // A moment is one of the server's clock.
        let now = values["date"].flatMap(Moment.seconds) ?? now
        for name in ["retry-after-ms", "x-ms-retry-after-ms", "x-retry-after-ms"] {
            if let wait = values[name].flatMap(milliseconds), wait > 0 { return wait }
        }
        for name in ["retry-after", "x-retry-after", "x-ratelimit-reset-after"] {
            if let wait = values[name].flatMap({ seconds(until: $0, now: now) }), wait > 0 { return wait }
        }
        return reset(of: values, now: now)
    }

    private static func reset(of values: [String: String], now: Double) -> Double? {
        var (spent, unknown, low): ([Double], [Double], [Double]) = ([], [], [])
        func add(_ wait: Double, left: Double?, of limit: Double?) {
            guard let left else { return unknown.append(wait) }
            if left <= 0 { return spent.append(wait) }
            // A limit with much left refused nothing, but for a request that is larger than that.
            if let limit, left < limit / 4 { low.append(wait) }
        }
        for (name, text) in values where name.contains("reset") {
            guard let wait = seconds(until: text, now: now) else { continue }
            func number(_ word: String) -> Double? {
                values[name.replacing("reset", with: word)].flatMap { Double($0) }
            }
            add(wait, left: number("remaining"), of: number("limit"))
        }
        for policy in policies(values["ratelimit"] ?? "") {
            guard let wait = policy["t"] ?? policy["reset"] else { continue }
            add(wait, left: policy["r"] ?? policy["remaining"], of: policy["limit"])
        }
        return (spent.max() ?? unknown.min() ?? low.min()).flatMap { $0 > 0 ? $0 : nil }
    }

    /// The numbers of `RateLimit: "default";r=0;t=30, …`, in older drafts `limit=10, remaining=0, reset=30`.
    private static func policies(_ text: String) -> [[String: Double]] {
        let parts = text.contains(";") ? text.split(separator: ",") : [Substring(text)]
        return parts.map { part in
            var numbers: [String: Double] = [:]
            for member in part.split(whereSeparator: { ";, ".contains($0) }) {
                let pair = member.split(separator: "=", maxSplits: 1)
                if pair.count == 2, let number = Double(pair[1]) { numbers[String(pair[0])] = number }
            }
            return numbers
        }
    }
}
