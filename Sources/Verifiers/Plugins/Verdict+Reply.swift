import Experience
package import JSON

extension Verdict {
    /// The verdict that a plug-in's reply states: `score` (a number or a boolean), and if it likes `outcome`, `reason`,
    /// `extracted`, `explanation`, `components`; or `error`, its own failure.
    ///
    /// Without an outcome a score of at least `correctAt` is correct. A reply without a usable score is our failure, not
    /// the completion's: `verifierError`.
    package init(reply: JSONValue, correctAt: Double) {
        let verdict = Self.stated(reply, correctAt: correctAt)
        self = verdict
        guard outcome.isScored else { return }
        if let given = reply["components"], !given.isNull {
            guard let members = given.objectValue else {
                self = .badReply("expected an object of numbers as 'components', not \(given.text.prefix(100))")
                return
            }
            for member in members {
                switch member.value {
                case .number(let number) where number.doubleValue.isFinite: components[member.key] = number.doubleValue
                case .bool(let flag): components[member.key] = flag ? 1 : 0
                case .null: components[member.key] = .some(nil)
                case let other:
                    self = .badReply(
                        "expected a finite number or null as component '\(member.key)', not \(other.text.prefix(100))")
                    return
                }
            }
        }
        details = reply["details"]
    }

    private static func badReply(_ explanation: String) -> Verdict {
        .verifierError(reason: "badReply", explanation: explanation)
    }

    /// A text, or the JSON of what should have been one; nil for null.
    private static func text(_ reply: JSONValue, _ key: String) -> String? {
        guard let given = reply[key], !given.isNull else { return nil }
        return given.stringValue ?? given.text
    }

    private static func stated(_ reply: JSONValue, correctAt: Double) -> Verdict {
        let reason = text(reply, "reason")
        let extracted = text(reply, "extracted")
        let explanation = text(reply, "explanation")
        if let error = reply["error"], !error.isNull {
            return .verifierError(reason: "raised", explanation: error.stringValue ?? error.text)
        }
        var outcome: Outcome?
        if let given = reply["outcome"], !given.isNull {
            guard let known = given.stringValue.flatMap(Outcome.init(rawValue:)) else {
                return .badReply("unknown outcome \(given.text.prefix(100))")
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
            return .badReply("expected a finite number as 'score', not \(other?.text.prefix(100) ?? "nothing")")
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
