import Experience
import JSON

extension Verdict {
    /// The verdict that a plug-in's reply states: `score` (a number or a boolean), and if it likes `outcome`, `reason`,
    /// `extracted`, `explanation`, `components`; or `error`, its own failure.
    ///
    /// Without an outcome a score of at least `correctAt` is correct. A reply without a usable score is our failure, not
    /// the completion's: `verifierError`.
    init(reply: JSONValue, correctAt: Double) {
        let verdict = Self.stated(reply, correctAt: correctAt)
        self = verdict
        guard isScored else { return }
        for member in reply["components"]?.objectValue ?? [] { components[member.key] = member.value.doubleValue }
        details = reply["details"]
    }

    private var isScored: Bool { outcome.isScored }

    private static func stated(_ reply: JSONValue, correctAt: Double) -> Verdict {
        let reason = reply["reason"]?.stringValue
        let extracted = reply["extracted"]?.stringValue
        let explanation = reply["explanation"]?.stringValue
        if let error = reply["error"], !error.isNull {
            return .verifierError(reason: "raised", explanation: error.stringValue ?? error.text)
        }
        var outcome: Outcome?
        if let given = reply["outcome"], !given.isNull {
            guard let known = given.stringValue.flatMap(Outcome.init(rawValue:)) else {
                return .verifierError(reason: "badReply", explanation: "unknown outcome \(given.text)")
            }
            outcome = known
        }
        if outcome == .timeout { return .timeout(reason: reason ?? "timeout", explanation: explanation) }
        if outcome == .verifierError { return .verifierError(reason: reason ?? "raised", explanation: explanation) }
        let score: Double
        switch reply["score"] {
        case .number(let number)? where number.doubleValue.isFinite: score = number.doubleValue
        case .bool(let flag)?: score = flag ? 1 : 0
        case .null?: return .verifierError(reason: "noScore", explanation: explanation ?? "the plug-in gave no score")
        case let other:
            return .verifierError(
                reason: "badReply", explanation: "expected a finite number as 'score', not \(other?.text ?? "nothing")")
        }
        switch outcome ?? (score >= correctAt ? .correct : .incorrect) {
        case .correct:
            return .correct(score: score, reason: reason ?? "scored", extracted: extracted, explanation: explanation)
        case .noAnswer: return .noAnswer(score: score, reason: reason ?? "noAnswer", explanation: explanation)
        default:
            return .incorrect(score: score, reason: reason ?? "scored", extracted: extracted, explanation: explanation)
        }
    }
}
