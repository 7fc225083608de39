/// Why a grading ended as it did.
public enum MathReason: String, Sendable, CaseIterable {
    /// The answers are equal.
    case equal
    /// They are not, or could not be shown to be.
    case different
    /// The response holds no answer.
    case noAnswer
    /// The gold answer cannot be read: nothing can be graded against it.
    case unparsedGold
    /// The response's answer cannot be read.
    case unparsedPrediction
    /// Nothing could be decided within the budget: not paid.
    case undecided
    /// The gold is too large to compare with anything.
    case budget
}

/// The outcome of grading one response against one gold answer.
public struct MathGrade: Sendable, Hashable {
    /// Why.
    public var reason: MathReason
    /// The answer found in the response, as written.
    public var extracted: String?
    /// The rule that decided, one phrase for a person.
    public var rule: String
    /// Why nothing can be graded against the gold; nil when the gold is not at fault.
    public var goldFault: GoldFault?

    /// Whether the response is right.
    public var isCorrect: Bool { reason == .equal }

    /// Whether the gold is at fault, not the response.
    public var isGoldAtFault: Bool { goldFault != nil }

    /// Nothing was graded: the gold is at fault.
    static func unread(_ fault: GoldFault, extracted: String? = nil) -> MathGrade {
        MathGrade(
            reason: fault.kind == .tooLong ? .budget : .unparsedGold, extracted: extracted, rule: fault.reason,
            goldFault: fault)
    }
}

/// What the grader did, in order, for `--explain`.
public struct MathTrace: Sendable, Hashable {
    /// One step.
    public struct Step: Sendable, Hashable {
        /// What was done, for example "extract gold".
        public var name: String
        /// What came of it.
        public var result: String
    }

    /// Steps in order.
    public var steps: [Step] = []

    mutating func note(_ name: String, _ result: @autoclosure () -> String) {
        steps.append(Step(name: name, result: result()))
    }
}
