extension Grading {
    /// Grades by the letter that an answer chooses; nil where it chooses none.
    func grade(
        _ choice: LetterAnswer, _ extractor: AnswerExtractor, _ candidates: [AnswerCandidate], of gold: Answer? = nil
    ) -> MathGrade? {
        let bytes = extractor.bytes
        for candidate in candidates {
            if extractor.isUnsettled(candidate) { return nil }
            let answer = Answer(bytes, candidate)
            if let other = answer.choice {
                let isSame = choice.isAnswered(by: other)
                if isSame, let gold, haveOtherValues(gold, answer) {
                    return MathGrade(
                        reason: .different, extracted: Answer.text(bytes, candidate),
                        rule: "the choice with another value")
                }
                return MathGrade(
                    reason: isSame ? .equal : .different, extracted: Answer.text(bytes, candidate), rule: "choices")
            }
            guard candidate.rule == .phrase, let position = LetterAnswer.standing(in: bytes, candidate.ranges[0]) else {
                continue
            }
            let settlement = Settlement(bytes: bytes, context: candidate.ranges[0], isAnnounced: true)
            let isSettled = settlement.standing(of: position..<(position + 1)) == .settled
            let isSame = isSettled && choice.isAnswered(by: LetterAnswer(bytes[position]))
            return MathGrade(
                reason: isSame ? .equal : .different, extracted: String(UnicodeScalar(bytes[position])),
                rule: isSettled
                    ? "the choice named after a phrase" : "the words around the answer deny it or offer another")
        }
        return nil
    }

    // "(C) 15" is not "(C) 16".
    private func haveOtherValues(_ gold: Answer, _ answer: Answer) -> Bool {
        guard let left = LetterAnswer.value(in: gold.folded), let right = LetterAnswer.value(in: answer.folded) else {
            return false
        }
        let (first, second) = (Answer(folded: left), Answer(folded: right))
        return first.isReadable && second.isReadable && grade(first, second, "").reason == .different
    }
}
