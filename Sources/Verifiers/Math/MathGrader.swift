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
        let goldExtractor = AnswerExtractor(goldBytes)
        guard let goldExtractor, let goldCandidate = goldExtractor.goldCandidates().first else {
            return MathGrade(reason: .unparsedGold, rule: "the gold is empty", isGoldAtFault: true)
        }
        trace?.note("gold", "\(Answer.text(goldBytes, goldCandidate)) (\(goldCandidate.rule.place))")
        let joins = goldCandidate.ranges.count > 1 || GoldShape.hasSeveralParts(goldBytes, goldCandidate)
        guard let extractor = AnswerExtractor(bytes),
            case let candidates = extractor.candidates(
                requireBoxed: options.requireBoxed, severalWanted: joins && options.adjacentBoxes == .join),
            let first = candidates.first
        else {
            return MathGrade(reason: .noAnswer, rule: "no answer in the response")
        }
        for candidate in candidates {
            trace?.note("candidate", "\(Answer.text(bytes, candidate)) (\(candidate.rule.place))")
        }
        if !extractor.isUnsettled(first), let quick = plain(goldBytes, goldCandidate, bytes, first) { return quick }
        var gold = Answer(goldBytes, goldCandidate)
        // A gold of several sentences: its formula, if one stands between delimiters.
        if !gold.isReadable, gold.folded.count > 64 || gold.isTooLong,
            let formula = goldExtractor.narrower(than: goldCandidate).filter({ $0.rule == .math }).map({
                Answer(goldBytes, $0)
            }).first(where: \.isReadable)
        {
            gold = formula
        }
        trace?.note("gold reads as", gold.description)
        return decide(gold, extractor, candidates)
    }

    // MARK: Without parsing

    // The same bytes, or two plain numbers: most answers end here.
    private func plain(
        _ goldBytes: Bytes, _ gold: AnswerCandidate, _ bytes: Bytes, _ candidate: AnswerCandidate
    ) -> MathGrade? {
        guard gold.ranges.count == 1, candidate.ranges.count == 1 else { return nil }
        let goldRange = goldBytes.trimmed(gold.ranges[0])
        let range = bytes.trimmed(candidate.ranges[0])
        if options.unsimplified == .accept, goldBytes[goldRange].elementsEqual(bytes[range]) {
            return MathGrade(reason: .equal, extracted: Answer.text(bytes, candidate), rule: "the same text")
        }
        guard goldRange.count <= Self.maxNumber, let goldNumber = NumberLiteral.plain(goldBytes, goldRange),
            !goldNumber.isGrouped, range.count <= Self.maxNumber, let number = NumberLiteral.plain(bytes, range)
        else { return nil }
        if number.value == goldNumber.value {
            let isSimple = options.unsimplified == .accept || bytes[range].allSatisfy { $0 != UInt8(ascii: "/") }
            guard isSimple else { return nil }
            return MathGrade(reason: .equal, extracted: Answer.text(bytes, candidate), rule: "exact numbers")
        }
        // Decimals may round: the full comparison knows how.
        if number.decimals != nil || goldNumber.decimals != nil || number.isGrouped { return nil }
        return MathGrade(reason: .different, extracted: Answer.text(bytes, candidate), rule: "exact numbers")
    }

    // MARK: With parsing

    private mutating func decide(
        _ gold: Answer, _ extractor: AnswerExtractor, _ candidates: [AnswerCandidate]
    ) -> MathGrade {
        let bytes = extractor.bytes
        if let date = DateAnswer(gold.folded) { return grade(date, extractor, candidates) }
        if let letters = gold.letters(allowsText: true), let grade = choice(letters, extractor, candidates) {
            return grade
        }
        var unread: Answer?
        var words: String?
        for candidate in candidates {
            if extractor.isUnsettled(candidate) { return unsettled(gold, bytes, candidate) }
            let answer = Answer(bytes, candidate)
            if gold.sameText(as: answer, options) {
                return MathGrade(reason: .equal, extracted: Answer.text(bytes, candidate), rule: "the same words")
            }
            if answer.isReadable || gold.isProse && candidate.rule != .number {
                return grade(gold, answer, Answer.text(bytes, candidate))
            }
            // Words around a formula: a narrower candidate may be the formula alone.
            unread = unread ?? answer
            words = words ?? Answer.text(bytes, candidate)
            for narrower in extractor.narrower(than: candidate) {
                trace?.note("candidate", "\(Answer.text(bytes, narrower)) (inside it)")
                if narrower.isOpen { return unsettled(gold, bytes, candidate) }
                let answer = Answer(bytes, narrower)
                if answer.isReadable { return grade(gold, answer, Answer.text(bytes, narrower)) }
            }
        }
        let extracted = words ?? ""
        if let fault = fault(of: gold, text: extracted) { return fault }
        let reason: MathReason = unread?.isTooLong == true ? .budget : gold.isProse ? .different : .unparsedPrediction
        return MathGrade(reason: reason, extracted: extracted, rule: "the prediction is no formula")
    }

    private func grade(
        _ date: DateAnswer, _ extractor: AnswerExtractor, _ candidates: [AnswerCandidate]
    ) -> MathGrade {
        let bytes = extractor.bytes
        for candidate in candidates where !extractor.isUnsettled(candidate) {
            guard let other = DateAnswer(Answer.folded(bytes, candidate)) else { continue }
            let isSame = date.isAnswered(by: other)
            return MathGrade(
                reason: isSame ? .equal : .different, extracted: Answer.text(bytes, candidate),
                rule: isSame ? "the same day" : "different days")
        }
        return MathGrade(
            reason: .different, extracted: candidates.first.map { Answer.text(bytes, $0) },
            rule: "the answer is no date")
    }

    private func unsettled(_ gold: Answer, _ bytes: Bytes, _ candidate: AnswerCandidate) -> MathGrade {
        let text = Answer.text(bytes, candidate)
        return fault(of: gold, text: text)
            ?? MathGrade(
                reason: .different, extracted: text, rule: "the words around the answer deny it or offer another")
    }

    private mutating func choice(
        _ letters: [UInt8], _ extractor: AnswerExtractor, _ candidates: [AnswerCandidate]
    ) -> MathGrade? {
        let bytes = extractor.bytes
        for candidate in candidates {
            if extractor.isUnsettled(candidate) { return nil }
            if let other = Answer(bytes, candidate).letters(allowsText: true) {
                let isSame = LetterAnswer.same(letters, other)
                return MathGrade(
                    reason: isSame ? .equal : .different, extracted: Answer.text(bytes, candidate), rule: "choices")
            }
            guard candidate.rule == .phrase, let position = LetterAnswer.standing(in: bytes, candidate.ranges[0]) else {
                continue
            }
            let settlement = Settlement(bytes: bytes, context: candidate.ranges[0], isAnnounced: true)
            let isSettled = settlement.standing(of: position..<(position + 1)) == .settled
            let isSame = isSettled && LetterAnswer.same(letters, [bytes[position]])
            return MathGrade(
                reason: isSame ? .equal : .different, extracted: String(UnicodeScalar(bytes[position])),
                rule: isSettled
                    ? "the choice named after a phrase" : "the words around the answer deny it or offer another")
        }
        return nil
    }

    private mutating func grade(_ gold: Answer, _ prediction: Answer, _ text: String) -> MathGrade {
        trace?.note("prediction reads as", prediction.description)
        if options.textCase == .kept, gold.isProse, prediction.isProse {
            return MathGrade(reason: .different, extracted: text, rule: "different words")
        }
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
