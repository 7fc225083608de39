import Foundation
import Optim

/// How figures are written for people, the same in every renderer.
enum Format {
    /// What stands where there is no figure.
    static let none = "–"

    /// A share as per cent with one decimal.
    static func percent(_ share: Double?) -> String {
        share.map { String(format: "%.1f %%", $0 * 100) } ?? none
    }

    /// An interval of shares, "21.0 – 24.4 %".
    static func percent(_ interval: Interval?) -> String {
        interval.map { String(format: "%.1f – %.1f %%", $0.lower * 100, $0.upper * 100) } ?? none
    }

    /// A count with thousands separated by commas.
    static func count(_ count: Int) -> String {
        var digits = String(abs(count))
        var parts: [String] = []
        while digits.count > 3 {
            parts.insert(String(digits.suffix(3)), at: 0)
            digits = String(digits.dropLast(3))
        }
        return (count < 0 ? "-" : "") + ([digits] + parts).joined(separator: ",")
    }

    /// A number with three significant digits.
    static func number(_ value: Double?) -> String {
        guard let value else { return none }
        if value == 0 { return "0" }
        if abs(value) >= 1000 { return count(Int(value.rounded())) }
        let decimals = max(0, 2 - Int(log10(abs(value)).rounded(.down)))
        return String(format: "%.\(min(decimals, 6))f", value)
    }

    /// A count with its share, "12 (0.9 %)"; a dash where nothing could be counted.
    static func rate(_ rate: Rate) -> String {
        guard let share = rate.share else { return none }
        return rate.count == 0 ? "0" : "\(count(rate.count)) (\(percent(share)))"
    }
}
