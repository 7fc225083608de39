import Experience

extension Verdict {
    /// A problem that cannot be judged for want of something in its record.
    static func missing(_ what: String) -> Verdict {
        .verifierError(reason: "noGold", explanation: "the problem has no \(what)")
    }

    /// A graded answer: correct from `threshold` on.
    static func graded(
        _ score: Double, from threshold: Double, reason: String, extracted: String? = nil, explanation: String? = nil
    ) -> Verdict {
        score >= threshold
            ? .correct(score: score, reason: reason, extracted: extracted, explanation: explanation)
            : .incorrect(score: score, reason: reason, extracted: extracted, explanation: explanation)
    }
}
