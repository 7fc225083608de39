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
        /// Units of one dimension are converted, others differ; ignored when one side has none.
        case convert
        /// Like `convert`, but both sides must have one, or neither.
        case required
        /// Never compared.
        case ignored
    }
    /// What several golds, a JSON list of texts, are.
    public enum Answers: String, Sendable, CaseIterable {
        /// Accepted answers: any one suffices.
        case any
        /// Parts of one answer: all are wanted.
        case all
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
    /// Whether a row's own fields count.
    public enum RowFields: String, Sendable, CaseIterable {
        /// `tolerance`, `answer_type` and OlympiadBench's `error` come before the run's options.
        case read
        /// They are data like any other.
        case ignored
    }

    /// Default `auto`.
    public var type = AnswerType.auto
    /// Default `any`.
    public var answers = Answers.any
    /// How far an answer may be from the gold, besides rounding. Default nil: not at all.
    public var tolerance: MathTolerance?
    /// Default `digits`.
    public var rounding = Rounding.digits
    /// Default `either`.
    public var percent = Percent.either
    /// Default `convert`.
    public var units = Units.convert
    /// Default `exact`.
    public var last = LastBox.exact
    /// Default `strip`.
    public var assignments = Assignments.strip
    /// Default `any`.
    public var listOrder = ListOrder.any
    /// Default `inequalities`.
    public var intervals = Intervals.inequalities
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
    /// Default `read`.
    public var rowFields = RowFields.read

    /// The defaults.
    public init() {}
}
