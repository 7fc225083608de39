/// Grades free-form answers: pure, synchronous, the same verdict on every run and thread.
public enum MathGrader {
    /// Grades `prediction`, a whole response, against `gold`, an answer or a solution that ends in one.
    public static func grade(gold: String, prediction: String, options: MathOptions = MathOptions()) -> MathGrade {
        var grading = Grading(options: options, trace: nil)
        return grading.grade(gold, prediction)
    }

    /// The same grading with every step noted, for a person.
    public static func explain(
        gold: String, prediction: String, options: MathOptions = MathOptions()
    ) -> (grade: MathGrade, trace: MathTrace) {
        var grading = Grading(options: options, trace: MathTrace())
        let grade = grading.grade(gold, prediction)
        grading.trace?.note("verdict", "\(grade.reason.rawValue): \(grade.rule)")
        return (grade, grading.trace ?? MathTrace())
    }
}

/// One grading under way.
struct Grading {
    let options: MathOptions
    var trace: MathTrace?
    private let budget: StepBudget

    /// Longest answer that is parsed; longer ones only compare byte by byte or as plain numbers.
    static let maxAnswer = 8192
    /// Longest plain number that is compared by value.
    static let maxNumber = 4096

    init(options: MathOptions, trace: MathTrace?) {
        self.options = options
        self.trace = trace
        budget = StepBudget(options.maxSteps)
    }

    mutating func grade(_ gold: String, _ prediction: String) -> MathGrade {
        var (gold, prediction) = (gold, prediction)
        return gold.withUTF8 { goldBytes in
            prediction.withUTF8 { bytes in grade(goldBytes, bytes) }
        }
    }

    private mutating func grade(_ goldBytes: Bytes, _ bytes: Bytes) -> MathGrade {
        let goldCandidates = AnswerExtractor(goldBytes)?.goldCandidates() ?? []
        guard let goldCandidate = goldCandidates.first else {
            return MathGrade(reason: .unparsedGold, rule: "the gold is empty", isGoldAtFault: true)
        }
        trace?.note("gold", "\(Answer.text(goldBytes, goldCandidate)) (found by rule '\(goldCandidate.rule)')")
        let joins = goldCandidate.ranges.count > 1 || GoldShape.hasSeveralParts(goldBytes, goldCandidate)
        let candidates =
            AnswerExtractor(bytes)?.candidates(
                requireBoxed: options.requireBoxed, severalWanted: joins && options.adjacentBoxes == .join) ?? []
        guard let first = candidates.first else {
            return MathGrade(reason: .noAnswer, rule: "no answer in the response")
        }
        for candidate in candidates {
            trace?.note("candidate", "\(Answer.text(bytes, candidate)) (found by rule '\(candidate.rule)')")
        }
        if let quick = plain(goldBytes, goldCandidate, bytes, candidates) { return quick }
        var gold = Answer(goldBytes, goldCandidate)
        // A gold of several sentences: its formula, if one stands between delimiters.
        if !gold.isReadable, gold.folded.count > 64 || gold.isTooLong,
            let formula = goldCandidates.filter({ $0.rule == .math }).map({ Answer(goldBytes, $0) }).first(
                where: \.isReadable)
        {
            gold = formula
        }
        trace?.note("gold reads as", gold.description)
        return decide(gold, bytes, candidates, Answer.text(bytes, first))
    }

    // MARK: Without parsing

    // The same bytes, or two plain numbers: most answers end here.
    private func plain(
        _ goldBytes: Bytes, _ gold: AnswerCandidate, _ bytes: Bytes, _ candidates: [AnswerCandidate]
    ) -> MathGrade? {
        guard gold.ranges.count == 1, let first = candidates.first, first.ranges.count == 1 else { return nil }
        let goldRange = goldBytes.trimmed(gold.ranges[0])
        let range = bytes.trimmed(first.ranges[0])
        if options.unsimplified == .accept, goldBytes[goldRange].elementsEqual(bytes[range]) {
            return MathGrade(reason: .equal, extracted: Answer.text(bytes, first), rule: "the same text")
        }
        guard goldRange.count <= Self.maxNumber, let goldNumber = NumberLiteral.plain(goldBytes, goldRange),
            !goldNumber.isGrouped
        else { return nil }
        for candidate in candidates {
            let range = bytes.trimmed(candidate.ranges[0])
            guard range.count <= Self.maxNumber, let number = NumberLiteral.plain(bytes, range) else {
                // What comes first and may be a formula decides; whole sentences are no formulas.
                if candidate.rule == .phrase || candidate.rule == .whole { return nil }
                break
            }
            if number.value == goldNumber.value {
                let isSimple = options.unsimplified == .accept || bytes[range].allSatisfy { $0 != UInt8(ascii: "/") }
                guard isSimple else { return nil }
                return MathGrade(reason: .equal, extracted: Answer.text(bytes, candidate), rule: "exact numbers")
            }
            // Decimals may round: the full comparison knows how.
            if number.decimals != nil || goldNumber.decimals != nil || number.isGrouped { return nil }
            return MathGrade(reason: .different, extracted: Answer.text(bytes, candidate), rule: "exact numbers")
        }
        return nil
    }

    // MARK: With parsing

    private mutating func decide(
        _ gold: Answer, _ bytes: Bytes, _ candidates: [AnswerCandidate], _ extracted: String
    ) -> MathGrade {
        if let letters = gold.letters(allowsText: true), let grade = choice(letters, bytes, candidates) { return grade }
        var unread: Answer?
        for candidate in candidates {
            let answer = Answer(bytes, candidate)
            let text = Answer.text(bytes, candidate)
            if gold.sameText(as: answer, options) {
                return MathGrade(reason: .equal, extracted: text, rule: "the same words")
            }
            // Words around a formula: a narrower candidate may be the formula alone.
            guard answer.isReadable || gold.isProse, candidate.rule != .number || answer.isReadable else {
                unread = unread ?? answer
                continue
            }
            trace?.note("prediction reads as", answer.description)
            if options.textCase == .kept, gold.isProse, answer.isProse {
                return MathGrade(reason: .different, extracted: text, rule: "different words")
            }
            return grade(gold, answer, text)
        }
        if let fault = fault(of: gold, text: extracted) { return fault }
        let reason: MathReason = unread?.isTooLong == true ? .budget : gold.isProse ? .different : .unparsedPrediction
        return MathGrade(reason: reason, extracted: extracted, rule: "the prediction is no formula")
    }

    private mutating func choice(
        _ letters: [UInt8], _ bytes: Bytes, _ candidates: [AnswerCandidate]
    ) -> MathGrade? {
        for candidate in candidates {
            let answer = Answer(bytes, candidate)
            if let other = answer.letters(allowsText: true) {
                let isSame = LetterAnswer.same(letters, other)
                return MathGrade(
                    reason: isSame ? .equal : .different, extracted: Answer.text(bytes, candidate), rule: "choices")
            }
            if candidate.rule == .phrase, let letter = LetterAnswer.standing(in: bytes, candidate.ranges[0]) {
                let isSame = LetterAnswer.same(letters, [letter])
                return MathGrade(
                    reason: isSame ? .equal : .different, extracted: String(UnicodeScalar(letter)),
                    rule: "the choice named after a phrase")
            }
        }
        return nil
    }

    private mutating func grade(_ gold: Answer, _ prediction: Answer, _ text: String) -> MathGrade {
        var last = Comparison.different("different kinds of answer")
        for (left, right) in Answer.readings(gold, prediction) {
            for bareLog in bases(left, right) {
                let verdict = AnswerEquality(options: options, budget: budget, bareLog: bareLog)
                    .compare(gold: left, prediction: right)
                if verdict.isEqual {
                    if options.unsimplified == .reject, !Simplicity.isSimple(prediction, right, like: left) {
                        return MathGrade(reason: .different, extracted: text, rule: "not simplified")
                    }
                    return MathGrade(reason: .equal, extracted: text, rule: verdict.rule)
                }
                last = last.isExhausted ? last : verdict
            }
        }
        if let fault = fault(of: gold, text: text) { return fault }
        return MathGrade(reason: last.isExhausted ? .budget : .different, extracted: text, rule: last.rule)
    }

    private func fault(of gold: Answer, text: String) -> MathGrade? {
        guard gold.isAtFault else { return nil }
        let rule = gold.isTooLong ? "the gold is longer or deeper than the limits" : "the gold is no formula"
        return MathGrade(
            reason: gold.isTooLong ? .budget : .unparsedGold, extracted: text, rule: rule, isGoldAtFault: true)
    }

    // The bases a bare \log may have; the same on both sides.
    private func bases(_ left: Expression, _ right: Expression) -> [BallDomain.BareLog] {
        switch options.bareLog {
        case .natural: return [.natural]
        case .decimal: return [.decimal]
        case .either: break
        }
        let hasBareLog: (Expression) -> Bool = {
            if case .call(.log, let arguments) = $0 { arguments.count == 1 } else { false }
        }
        return left.contains(hasBareLog) || right.contains(hasBareLog) ? [.natural, .decimal] : [.natural]
    }
}
