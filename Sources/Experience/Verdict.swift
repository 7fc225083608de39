public import JSON

/// What a verification ended with.
///
/// The first three are about the completion and have a score. The last two are about us: score null, retryable, outside
/// advantages and pass@k denominators, and counted on their own rows. What the completion itself causes (a program over
/// its limit, a formula that exhausts the budget) is `incorrect` with that reason: else a policy could buy its way out
/// of a penalty with a bomb.
public enum Outcome: String, Sendable, Codable, CaseIterable {
    /// The answer is right.
    case correct
    /// The answer is wrong.
    case incorrect
    /// The completion holds no answer; scores like `incorrect`, counted apart.
    case noAnswer
    /// The verifier did not answer in time.
    case timeout
    /// The verifier failed: a crash, a missing tool, a gold answer that cannot be read.
    case verifierError

    /// Whether the outcome is about the completion and carries a score.
    public var isScored: Bool { self != .timeout && self != .verifierError }
}

/// The result of verifying one completion. Made by the factory functions, so that a score is present, and finite,
/// exactly when the outcome is scored.
public struct Verdict: Sendable, Hashable {
    /// What it ended with.
    public let outcome: Outcome
    /// The reward; nil exactly for `timeout` and `verifierError`.
    public let score: Double?
    /// One machine-readable word, for example "equal", "different", "timeout", "unparsedGold".
    public var reason: String
    /// The answer found in the completion.
    public var extracted: String?
    /// A sentence or more for a person: why this verdict.
    public var explanation: String?
    /// Named parts of the score; a null component says that this part could not be judged.
    public var components: [String: Double?] = [:]
    /// Verifier-specific structure, for example per-test results.
    public var details: JSONValue?
    /// Wall time the verification took.
    public var milliseconds: Double = 0

    /// Whether it is not paid because nothing was decided within the budget. Some verifiers, and earlier verdicts of "math",
    /// say "budget".
    public var isUndecided: Bool { Self.isUndecided(outcome, reason: reason) }

    /// The same of an outcome and a reason read from elsewhere.
    public static func isUndecided(_ outcome: Outcome?, reason: String?) -> Bool {
        outcome == .incorrect && (reason == "undecided" || reason == "budget")
    }

    private init(_ outcome: Outcome, _ score: Double?, _ reason: String, _ extracted: String?, _ explanation: String?) {
        self.outcome = outcome
        self.score = score
        self.reason = reason
        self.extracted = extracted
        self.explanation = explanation
    }

    /// A right answer. A score that is not finite becomes `verifierError`.
    public static func correct(
        score: Double = 1, reason: String = "equal", extracted: String? = nil, explanation: String? = nil
    ) -> Verdict { scored(.correct, score, reason, extracted, explanation) }

    /// A wrong answer. A score that is not finite becomes `verifierError`.
    public static func incorrect(
        score: Double = 0, reason: String = "different", extracted: String? = nil, explanation: String? = nil
    ) -> Verdict { scored(.incorrect, score, reason, extracted, explanation) }

    /// No answer in the completion. A score that is not finite becomes `verifierError`.
    public static func noAnswer(score: Double = 0, reason: String = "noAnswer", explanation: String? = nil) -> Verdict {
        scored(.noAnswer, score, reason, nil, explanation)
    }

    /// The verifier did not answer in time; score null.
    public static func timeout(reason: String = "timeout", explanation: String? = nil) -> Verdict {
        Verdict(.timeout, nil, reason, nil, explanation)
    }

    /// The verifier failed; score null. `explanation` says what to do.
    public static func verifierError(reason: String, explanation: String? = nil) -> Verdict {
        Verdict(.verifierError, nil, reason, nil, explanation)
    }

    /// A verdict read back from a store or another process; nil when score and outcome contradict each other.
    public init?(outcome: Outcome, score: Double?, reason: String, extracted: String?, explanation: String? = nil) {
        guard outcome.isScored == (score != nil), score.map(Self.isScore) ?? true else { return nil }
        self.init(outcome, score, reason, extracted, explanation)
    }

    // What a store keeps: sums of scores stay finite.
    private static func isScore(_ score: Double) -> Bool { abs(score) < 1e300 }

    private static func scored(
        _ outcome: Outcome, _ score: Double, _ reason: String, _ extracted: String?, _ explanation: String?
    ) -> Verdict {
        guard isScore(score) else {
            return .verifierError(reason: "nonFiniteScore", explanation: "the verifier returned the score \(score)")
        }
        return Verdict(outcome, score, reason, extracted, explanation)
    }
}
