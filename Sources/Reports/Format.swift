import Experience
import Foundation
import Numbers
import Optim

/// How figures are written for people, the same in every renderer.
enum Format {
    /// What stands where there is no figure.
    static let none = "–"

    /// A share as per cent.
    static func percent(_ share: Double?, decimals: Int = 1) -> String {
        share.map { String(format: "%.\(decimals)f %%", $0 * 100) } ?? none
    }

    /// An interval of shares, "21.0 – 24.4 %".
    static func percent(_ interval: Interval?) -> String {
        interval.map { String(format: "%.1f – %.1f %%", $0.lower * 100, $0.upper * 100) } ?? none
    }

    /// A count with thousands separated by commas.
    static func count(_ count: Int) -> String {
        var digits = String(count.magnitude)
        var parts: [String] = []
        while digits.count > 3 {
            parts.insert(String(digits.suffix(3)), at: 0)
            digits = String(digits.dropLast(3))
        }
        return (count < 0 ? "-" : "") + ([digits] + parts).joined(separator: ",")
    }

    /// A count with the word for what is counted, whose plural ends in s.
    static func counted(_ count: Int, _ one: String) -> String { "\(Self.count(count)) \(one)\(count == 1 ? "" : "s")" }

    /// A number with three significant digits, above a thousand all of its whole part, above 10^15 with an exponent; a dash
    /// for what is not finite.
    static func number(_ value: Double?) -> String {
        guard let value, value.isFinite else { return none }
        if value == 0 { return "0" }
        if abs(value) >= 1e15 { return String(format: "%.2e", value) }
        if abs(value) >= 1000 { return count(Int(clamping: value)) }
        let decimals = 2 - Int(clamping: log10(abs(value)), to: -4...2, .down)
        return String(format: "%.\(min(max(decimals, 0), 6))f", value)
    }

    /// A length of time: "840 ms", "12.3 s", "2 h 5 min".
    static func duration(_ seconds: Double) -> String {
        if seconds < 1 { return number(seconds * 1000) + " ms" }
        if seconds < 60 { return number(seconds) + " s" }
        let minutes = Int(clamping: seconds / 60)
        return minutes < 60 ? "\(minutes) min" : "\(minutes / 60) h \(minutes % 60) min"
    }

    /// A count with its share, "12 (0.9 %)"; a dash where nothing could be counted.
    static func rate(_ rate: Rate) -> String {
        guard let share = rate.share else { return none }
        return rate.count == 0 ? "0" : "\(count(rate.count)) (\(percent(share)))"
    }
}

extension Format {
    /// A moment, UTC, to the minute.
    static func time(_ milliseconds: Int64) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "yyyy-MM-dd HH:mm 'UTC'"
        return formatter.string(from: Date(timeIntervalSince1970: Double(milliseconds) / 1000))
    }
}

extension Undefined {
    /// The reason for a person.
    var words: String {
        switch self {
        case .missingInput: "undefined: the verifier extracts no answers"
        case .tooFewSamples: "undefined: too few samples"
        case .noData: "undefined: nothing was judged"
        default: "undefined: \(rawValue)"
        }
    }
}

extension EntropySummary {
    /// The figure's bounds where it has them, else what it is.
    var words: String {
        guard let lower, let upper else { return kind.words }
        return "within \(Format.number(lower)) – \(Format.number(upper)), from the top candidates"
    }
}

extension EntropySummary.Kind {
    /// What the figure is, for a person.
    var words: String {
        switch self {
        case .exact: "exact"
        case .interval: "midpoint of bounds from the top candidates"
        case .sampled: "estimate from sampled tokens"
        case .mixed: "completions of different kinds"
        }
    }
}

extension EntropySection.Source {
    /// What the figures are, for a person.
    var words: String {
        switch self {
        case .interval: "Interval from the top candidates and the vocabulary’s size; midpoints shown."
        case .lowerBound: "Lower bound from the top candidates: the vocabulary’s size is not configured."
        case .sampled: "Estimate: −log-probability of the sampled token, noisy token by token, unbiased in the mean."
        }
    }
}

extension Format {
    /// A share or a distance of shares in percentage points.
    static func points(_ share: Double) -> String { String(format: "%.1f", share * 100) }

    /// A difference of shares in percentage points, with its sign.
    static func signedPoints(_ difference: Double) -> String { String(format: "%+.1f", difference * 100) }

    /// A p-value with two significant digits.
    static func pValue(_ p: Double) -> String {
        p < 1e-4 ? String(format: "%.1e", p) : String(format: "%.2g", p)
    }
}

extension SeedSection {
    /// What it comes to, in one sentence.
    var sentence: String {
        let alone = passAt1.within.map { ", \(Format.points($0)) by sampling alone" } ?? ""
        return "\(runs.count) seeds on \(passAt1.problems.counted("problem", "problems")): pass@1 "
            + "\(Format.percent(passAt1.mean)) (95 % \(Format.percent(passAt1.interval)) over seeds); they lie "
            + "\(Format.points(passAt1.between)) points apart (standard deviation\(alone))"
    }
}
