extension Grading {
    /// Grades what a stated type says is no formula, and refuses a gold of another type; nil when formulas are to be compared.
    func grade(
        _ gold: Answer, by type: MathOptions.AnswerType, _ extractor: AnswerExtractor, _ candidates: [AnswerCandidate]
    ) -> MathGrade? {
        switch type {
        case .auto, .expression: return nil
        case .choice:
            guard var choice = gold.choice else { return mistyped(type) }
            choice.isRunTogether = false
            return grade(choice, extractor, candidates)
                ?? none(extractor, candidates, "the answer settles on no choice")
        case .truth:
            guard let truth = Self.truth(gold) else { return mistyped(type) }
            return first(extractor, candidates, "the answer is neither yes nor no") { answer in
                Self.truth(answer).map { $0 == truth ? .equal("the same judgement") : .different("the opposite") }
            }
        case .text:
            return first(extractor, candidates, "the answer is in no words") { answer in
                let left = words(gold)
                guard !answer.isTooLong, !left.isEmpty else { return nil }
                return left == words(answer) ? .equal("the same words") : .different("different words")
            }
        case .number, .equation, .interval, .set, .list, .tuple:
            return gold.isTooLong || !type.readings(gold).isEmpty ? nil : mistyped(type)
        }
    }

    private func mistyped(_ type: MathOptions.AnswerType) -> MathGrade {
        .unread(GoldFault(.unreadable, "the gold is not of its type, \(type.rawValue)"))
    }

    private func none(
        _ extractor: AnswerExtractor, _ candidates: [AnswerCandidate], _ rule: String
    ) -> MathGrade {
        MathGrade(
            reason: .different, extracted: candidates.first.map { Answer.text(extractor.bytes, $0) }, rule: rule)
    }

    // The first settled candidate that the comparison can read.
    private func first(
        _ extractor: AnswerExtractor, _ candidates: [AnswerCandidate], _ otherwise: String,
        _ compare: (Answer) -> Comparison?
    ) -> MathGrade {
        for candidate in candidates where !extractor.isUnsettled(candidate) {
            guard let verdict = compare(Answer(extractor.bytes, candidate)) else { continue }
            return MathGrade(
                reason: verdict.isEqual ? .equal : .different, extracted: Answer.text(extractor.bytes, candidate),
                rule: verdict.rule)
        }
        return none(extractor, candidates, otherwise)
    }

    private func words(_ answer: Answer) -> [UInt8] {
        TextAnswer.normal(answer.folded, keepsCase: options.textCase == .kept)
    }

    // "Yes, …", "False", and the letters T and F.
    private static func truth(_ answer: Answer) -> Bool? {
        if let judgement = Judgement(answer.folded) { return judgement.isAffirmed }
        switch answer.choice?.letters ?? [] {
        case [UInt8(ascii: "T")], [UInt8(ascii: "t")]: return true
        case [UInt8(ascii: "F")], [UInt8(ascii: "f")]: return false
        default: return nil
        }
    }
}
