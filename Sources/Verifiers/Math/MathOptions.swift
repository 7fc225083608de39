public import JSON

/// Policies on which graders disagree, each with the project's default.
public struct MathOptions: Sendable, Hashable {
    /// What a percent sign means when only one side has it.
    public enum Percent: String, Sendable, CaseIterable {
        /// `50%` equals 50 and 0.5, exactly.
        case either
        /// `50%` equals 0.5 only.
        case fraction
    }
    /// How a decimal compares with an exact value.
    public enum Rounding: String, Sendable, CaseIterable {
        /// A gold decimal of two or more places is met by what rounds to it; an exact gold by a decimal of six or more
        /// significant digits that rounds right. Integers are exact.
        case digits
        /// Only equal values.
        case exact
    }
    /// How units compare.
    public enum Units: String, Sendable, CaseIterable {
        /// Ignored when one side has none; different units differ.
        case optional
        /// Both sides must have the same.
        case required
        /// Never compared.
        case ignored
    }
    /// Whether `x = 5` may be answered by `5`.
    public enum Assignments: String, Sendable, CaseIterable {
        /// A variable, label or function left of the equals sign may be missing on one side.
        case strip
        /// Both sides must have it.
        case keep
    }
    /// How a list without brackets compares.
    public enum ListOrder: String, Sendable, CaseIterable {
        /// `1, 2` equals `2, 1`.
        case any
        /// In order.
        case kept
    }
    /// How an interval compares with an inequality.
    public enum Intervals: String, Sendable, CaseIterable {
        /// `[1, 2]` equals `1 \le x \le 2`.
        case inequalities
        /// Only with intervals.
        case keep
    }
    /// What several adjacent boxes are.
    public enum AdjacentBoxes: String, Sendable, CaseIterable {
        /// One answer when the gold has several parts.
        case join
        /// The last alone counts.
        case last
    }
    /// Whether `2/4` answers `1/2`.
    public enum Unsimplified: String, Sendable, CaseIterable {
        /// It does.
        case accept
        /// The prediction must be a number in lowest terms, or written like the gold.
        case reject
    }
    /// The base of a `\log` without one.
    public enum BareLog: String, Sendable, CaseIterable {
        /// e or 10, whichever makes the sides equal, the same on both.
        case either
        /// e.
        case natural
        /// 10.
        case decimal
    }
    /// How words compare.
    public enum TextCase: String, Sendable, CaseIterable {
        /// `Even` equals `even`.
        case ignored
        /// Letters must agree in case.
        case kept
    }

    /// Default `either`.
    public var percent = Percent.either
    /// Default `digits`.
    public var rounding = Rounding.digits
    /// Default `optional`.
    public var units = Units.optional
    /// Default `strip`.
    public var assignments = Assignments.strip
    /// Default `any`.
    public var listOrder = ListOrder.any
    /// Default `inequalities`.
    public var intervals = Intervals.inequalities
    /// Default `join`.
    public var adjacentBoxes = AdjacentBoxes.join
    /// Default `accept`.
    public var unsimplified = Unsimplified.accept
    /// Default `either`.
    public var bareLog = BareLog.either
    /// Default `ignored`.
    public var textCase = TextCase.ignored
    /// Only a `\boxed` answer counts. Default false.
    public var requireBoxed = false
    /// Steps one grading may take, 1000 or more: deterministic, no clock. Default 200 000, some milliseconds.
    public var maxSteps = 200_000

    /// The defaults.
    public init() {}

    /// Names with one line each, as users write them.
    public static let summaries: [(name: String, summary: String)] = [
        ("percent", "50% equals 50 and 0.5 (either, default) or 0.5 only (fraction)"),
        ("rounding", "a decimal may round the exact value (digits, default) or not (exact)"),
        ("units", "ignored when one side has none (optional, default), required, or ignored"),
        ("assignments", "x = 5 may be answered by 5 (strip, default) or not (keep)"),
        ("listOrder", "1, 2 equals 2, 1 (any, default) or not (kept)"),
        ("intervals", "[1, 2] equals 1 <= x <= 2 (inequalities, default) or not (keep)"),
        (
            "adjacentBoxes",
            "adjacent boxes are one answer when the gold has several parts (join, default) or not (last)"
        ),
        ("unsimplified", "2/4 answers 1/2 (accept, default) or not (reject)"),
        ("bareLog", "base of a log without one: either (default), natural, decimal"),
        ("textCase", "letter case of words: ignored (default) or kept"),
        ("requireBoxed", "true: only a \\boxed answer counts (default false)"),
        ("maxSteps", "steps one grading may take (default 200000)"),
    ]

    /// Reads an options object; throws `VerifierOptionsError` at a value that is not one of the option's.
    public init(_ json: JSONValue) throws {
        try Self.choose(json, "percent", &percent)
        try Self.choose(json, "rounding", &rounding)
        try Self.choose(json, "units", &units)
        try Self.choose(json, "assignments", &assignments)
        try Self.choose(json, "listOrder", &listOrder)
        try Self.choose(json, "intervals", &intervals)
        try Self.choose(json, "adjacentBoxes", &adjacentBoxes)
        try Self.choose(json, "unsimplified", &unsimplified)
        try Self.choose(json, "bareLog", &bareLog)
        try Self.choose(json, "textCase", &textCase)
        if let value = json["requireBoxed"] {
            guard let flag = value.boolValue else {
                throw VerifierOptionsError(key: "requireBoxed", "must be true or false, not \(value.text)")
            }
            requireBoxed = flag
        }
        if let value = json["maxSteps"] {
            guard let steps = value.intValue, steps >= 1000 else {
                throw VerifierOptionsError(key: "maxSteps", "must be an integer from 1000, not \(value.text)")
            }
            maxSteps = steps
        }
    }

    private static func choose<Choice: RawRepresentable & CaseIterable>(
        _ json: JSONValue, _ key: String, _ choice: inout Choice
    ) throws where Choice.RawValue == String {
        guard let value = json[key] else { return }
        guard let text = value.stringValue, let chosen = Choice(rawValue: text) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw VerifierOptionsError(key: key, "must be one of \(known), not \(value.text)")
        }
        choice = chosen
    }
}
