/// Clock times: `4:30 p.m.` equals `16:30`.
enum TimeOfDay {
    /// The time that a ratio's parts are, when their last carries "am" or "pm"; nil for an ordinary ratio.
    static func reading(_ parts: inout [Expression]) -> Expression? {
        guard parts.count <= 3, case .quantity(let last, let unit)? = parts.last else { return nil }
        guard let isAfternoon = meridiem(unit) else { return nil }
        parts[parts.count - 1] = last
        guard let seconds = seconds(parts), seconds < 13 * 3600 else { return nil }
        return .time(seconds % (12 * 3600) + (isAfternoon ? 12 * 3600 : 0), true)
    }

    private static func meridiem(_ unit: String) -> Bool? {
        switch unit {
        case "pm", "p m", "afternoon", "evening": true
        case "am", "a m", "morning": false
        default: nil
        }
    }

    /// Seconds since midnight of h:m or h:m:s; nil when a part is out of range.
    static func seconds(_ parts: [Expression]) -> Int? {
        let values = parts.compactMap { $0.literal?.intValue }
        guard values.count == parts.count, (2...3).contains(values.count), (0...24).contains(values[0]),
            values.dropFirst().allSatisfy({ (0..<60).contains($0) })
        else { return nil }
        return values[0] * 3600 + values[1] * 60 + (values.count > 2 ? values[2] : 0)
    }

    /// Whether a time equals a ratio of hours and minutes. Without a half of the day either fits.
    static func equals(_ time: Int, _ isDefinite: Bool, _ parts: [Expression]) -> Bool {
        guard let other = seconds(parts) else { return false }
        if time == other { return true }
        // "4:30" without a half of the day may be the afternoon's, "12:30" the night's, "0:30" and "13:30" no other's.
        return isDefinite && (3600..<13 * 3600).contains(other) && (time - other).magnitude == 12 * 3600
    }

    /// Whether two parts are written as hours and minutes, not as a ratio: minutes of two digits, not in lowest terms.
    static func isClock(_ parts: [Expression]) -> Bool {
        let values = parts.compactMap { $0.literal?.intValue }
        guard values.count == 2, parts.count == 2, (0...24).contains(values[0]), (10..<60).contains(values[1]) else {
            return false
        }
        return Rational.gcd(values[0].magnitude, values[1].magnitude) > 1
    }

    /// Whether a clock's time may be met by the parts of another: a shorter ratio or minutes past the hour are no time.
    static func mayMeet(_ clock: [Expression], _ other: [Expression]) -> Bool {
        guard other.count == 2, let seconds = seconds(clock) else { return true }
        return self.seconds(other).map { $0 >= seconds } ?? false
    }
}
