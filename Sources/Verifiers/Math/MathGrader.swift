/// Grades free-form answers: pure, synchronous, the same verdict on every run and thread.
public enum MathGrader {
    /// Grades `prediction`, a whole response, against `gold`, an answer or a solution that ends in one.
    public static func grade(gold: String, prediction: String, options: MathOptions = MathOptions()) -> MathGrade {
        func grade(_ gold: String) -> MathGrade {
            var grading = Grading(options: options, trace: nil)
            return grading.grade(gold, prediction)
        }
        return AcceptedGolds(gold, options)?.grade(grade) ?? grade(gold)
    }

    /// Why nothing can be graded against `gold`; nil when answers can be, and its own text in a box is judged correct.
    public static func fault(of gold: String, options: MathOptions = MathOptions()) -> GoldFault? {
        let faults = (AcceptedGolds(gold, options)?.golds ?? [gold]).map { fault(ofOne: $0, options) }
        return faults.contains(nil) ? nil : faults.first ?? nil
    }

    private static func fault(ofOne gold: String, _ options: MathOptions) -> GoldFault? {
        var text = gold
        let (fault, own) = text.withUTF8 { bytes -> (GoldFault?, String) in
            guard let extractor = AnswerExtractor(bytes), let candidate = extractor.goldCandidates().first else {
                return (.empty, "")
            }
            let fault = options.type.isOfWords ? nil : GoldShape.answer(candidate, extractor).goldFault
            return (fault, Answer.text(bytes, candidate))
        }
        if let fault { return fault }
        let verdict = grade(gold: gold, prediction: "\\boxed{\(own)}", options: options)
        if verdict.isCorrect { return nil }
        return verdict.goldFault
            ?? GoldFault(
                .notEqualToItself, "its own text in a box is judged \(verdict.reason.rawValue): \(verdict.rule)")
    }

    /// The same grading with every step noted, for a person.
    public static func explain(
        gold: String, prediction: String, options: MathOptions = MathOptions()
    ) -> (grade: MathGrade, trace: MathTrace) {
        var trace = MathTrace()
        func graded(_ gold: String) -> MathGrade {
            var grading = Grading(options: options, trace: trace)
            let grade = grading.grade(gold, prediction)
            trace = grading.trace ?? trace
            return grade
        }
        let grade = AcceptedGolds(gold, options)?.grade(graded) ?? graded(gold)
        trace.note("verdict", "\(grade.reason.rawValue): \(grade.rule)")
        return (grade, trace)
    }
}

/// One grading under way.
struct Grading {
    let options: MathOptions
    var trace: MathTrace?
    private let budget: StepBudget

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
            return .unread(.empty)
        }
        trace?.note("gold", "\(Answer.text(goldBytes, goldCandidate)) (\(goldCandidate.rule.place))")
        // An answer copied from the gold, whatever it is.
        if options.unsimplified == .accept, options.requireBoxed == false, goldBytes.count <= Answer.maxBytes,
            goldBytes[goldBytes.trimmed(0..<goldBytes.count)].elementsEqual(bytes[bytes.trimmed(0..<bytes.count)])
        {
            return MathGrade(
                reason: .equal, extracted: Answer.text(bytes, AnswerCandidate(rule: .whole, ranges: [0..<bytes.count])),
                rule: "the same text")
        }
        let partsWanted = { max(goldCandidate.ranges.count, GoldShape.parts(goldBytes, goldCandidate)) }
        guard let extractor = AnswerExtractor(bytes),
            case let candidates = extractor.candidates(
                requireBoxed: options.requireBoxed, partsWanted: partsWanted, last: options.last),
            let first = candidates.first
        else {
            return noAnswer(bytes)
        }
        for candidate in candidates {
            trace?.note("candidate", "\(Answer.text(bytes, candidate)) (\(candidate.rule.place))")
        }
        if options.type.isOpen || options.type == .number, !extractor.isUnsettled(first),
            let quick = plain(goldBytes, goldCandidate, bytes, first)
        {
            return quick
        }
        let gold = GoldShape.answer(goldCandidate, goldExtractor)
        trace?.note("gold reads as", gold.description)
        if !options.type.isOfWords, let fault = gold.partialFault { return .unread(fault) }
        return decide(gold, extractor, candidates)
    }

    private mutating func noAnswer(_ bytes: Bytes) -> MathGrade {
        if trace != nil {
            for step in AnswerSearch(bytes, requireBoxed: options.requireBoxed).steps {
                trace?.note(step.name, step.found)
            }
        }
        let cause = AnswerSearch.cause(bytes).map { ": \($0)" } ?? ""
        return MathGrade(reason: .noAnswer, rule: "no answer in the response" + cause)
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
        // Decimals may round, and anything may be near: the full comparison knows how.
        if options.tolerance != nil || number.decimals != nil || goldNumber.decimals != nil || number.isGrouped {
            return nil
        }
        return MathGrade(reason: .different, extracted: Answer.text(bytes, candidate), rule: "exact numbers")
    }

    // MARK: With parsing

    private mutating func decide(
        _ gold: Answer, _ extractor: AnswerExtractor, _ candidates: [AnswerCandidate]
    ) -> MathGrade {
        let bytes = extractor.bytes
        if let grade = grade(gold, by: options.type, extractor, candidates) { return grade }
        if options.type == .auto {
            if let date = DateAnswer(gold.folded) { return grade(date, extractor, candidates) }
            if let choice = gold.choice, let grade = grade(choice, extractor, candidates, of: gold) { return grade }
        }
        var unread: Answer?
        var words: String?
        for candidate in candidates {
            if extractor.isUnsettled(candidate) { return unsettled(gold, bytes, candidate) }
            let answer = Answer(bytes, candidate)
            if gold.isOtherElement(than: answer) {
                return MathGrade(
                    reason: .different, extracted: Answer.text(bytes, candidate), rule: "symbols of different elements")
            }
            if gold.isAnagram(of: answer) {
                return MathGrade(
                    reason: .different, extracted: Answer.text(bytes, candidate), rule: "letters in another order")
            }
            if let verdict = stated(gold, answer, Answer.text(bytes, candidate)) { return verdict }
            if gold.sameText(as: answer, options) {
                return MathGrade(reason: .equal, extracted: Answer.text(bytes, candidate), rule: "the same words")
            }
            if !candidate.isWeak, answer.isReadable || gold.isProse && candidate.rule != .number {
                trace?.note("prediction reads as", answer.description)
                return grade(gold, answer, Answer.text(bytes, candidate))
            }
            if candidate.isWeak { continue }
            // Words around a formula: a narrower candidate may be the formula alone.
            unread = unread ?? answer
            words = words ?? Answer.text(bytes, candidate)
            for narrower in extractor.narrower(than: candidate) {
                trace?.note("candidate", "\(Answer.text(bytes, narrower)) (inside it)")
                if narrower.isOpen { return unsettled(gold, bytes, candidate) }
                let answer = Answer(bytes, narrower)
                if answer.isReadable {
                    trace?.note("prediction reads as", answer.description)
                    return grade(gold, answer, Answer.text(bytes, narrower))
                }
            }
        }
        let extracted = words ?? ""
        if let fault = fault(of: gold, text: extracted) { return fault }
        let reason: MathReason =
            unread?.isTooLong == true ? .undecided : gold.isProse ? .different : .unparsedPrediction
        return MathGrade(reason: reason, extracted: extracted, rule: "the prediction is no formula")
    }

    // 1, 2, …, n and 1, 2, 3, …, n: as many members as both write out, and the end.
    private func sequence(
        _ left: (head: [UInt8], tail: [UInt8]), _ right: (head: [UInt8], tail: [UInt8]), _ text: String
    ) -> MathGrade? {
        func members(_ head: [UInt8]) -> [Expression]? {
            guard case .list(let parts, _)? = Answer(folded: head).readings.last else { return nil }
            return parts
        }
        guard let first = members(left.head), let second = members(right.head) else { return nil }
        let (a, b) = (Answer(folded: left.tail), Answer(folded: right.tail))
        guard let end = a.readings.first, let other = b.readings.first else { return nil }
        let equality = AnswerEquality(options: options, budget: budget, bareLog: .natural)
        // What one side writes out further goes on by the same steps.
        let longer = first.count > second.count ? first : second
        let hasSteps =
            first.count == second.count
            || (min(first.count, second.count) > 1
                && longer.indices.dropFirst(2).allSatisfy { index in
                    let ends = Expression.sum([longer[index], longer[index - 2]])
                    let middle = Expression.product([.number(Rational(2)), longer[index - 1]])
                    return equality.compare(gold: ends, prediction: middle).isEqual
                })
        let isSame =
            hasSteps && zip(first, second).allSatisfy { equality.compare(gold: $0, prediction: $1).isEqual }
            && equality.compare(gold: end, prediction: other).isEqual
        return MathGrade(
            reason: isSame ? .equal : .different, extracted: text, rule: isSame ? "the same sequence" : "other members")
    }

    // Yes or no, and that there is nothing: in whatever words.
    private func stated(_ gold: Answer, _ answer: Answer, _ text: String) -> MathGrade? {
        if let left = Judgement(gold.folded) {
            if let right = Judgement(answer.folded) {
                var isSame = left.isAffirmed == right.isAffirmed
                // "Yes, A_1 \le A_2" is not "Yes, A_1 \ge A_2".
                let (first, second) = (Answer(folded: left.reason), Answer(folded: right.reason))
                if isSame, !left.reason.isEmpty, !right.reason.isEmpty, first.isReadable, second.isReadable {
                    isSame = grade(first, second, "").reason == .equal
                }
                return MathGrade(
                    reason: isSame ? .equal : .different, extracted: text,
                    rule: isSame ? "the same judgement" : "the opposite")
            }
            // "Yes, $A_1 \le A_2$" may be answered by its reason.
            let reason = Answer(folded: left.reason)
            if reason.isReadable, answer.isReadable { return grade(reason, answer, text) }
        }
        if let left = Piecewise.rows(gold.folded), let right = Piecewise.rows(answer.folded) {
            let scalars = ScalarEquality(budget: budget, bareLog: .natural)
            let isSame = Piecewise.compare(left, right, scalars) { first, second in
                let (first, second) = (Answer(folded: first), Answer(folded: second))
                return first.sameText(as: second, options) || first.folded == second.folded
                    || TextAnswer.normal(first.folded, keepsCase: true)
                        == TextAnswer.normal(second.folded, keepsCase: true)
                    || (first.isReadable && second.isReadable && grade(first, second, "").reason == .equal)
            }
            return MathGrade(
                reason: isSame ? .equal : .different, extracted: text, rule: isSame ? "the same cases" : "other cases")
        }
        if let left = ChemicalSymbols.formula(gold.folded), left == ChemicalSymbols.formula(answer.folded) {
            return MathGrade(reason: .equal, extracted: text, rule: "the same chemical formula")
        }
        if let left = ChemicalSymbols.counted(gold.folded), left == ChemicalSymbols.counted(answer.folded) {
            return MathGrade(reason: .equal, extracted: text, rule: "as many of the same substance")
        }
        if ChemicalSymbols.isOtherCount(gold.folded, answer.folded) {
            return MathGrade(reason: .different, extracted: text, rule: "another chemical formula")
        }
        if let left = ChemicalSymbols.reaction(gold.folded), let right = ChemicalSymbols.reaction(answer.folded) {
            return MathGrade(
                reason: left == right ? .equal : .different, extracted: text,
                rule: left == right ? "the same reaction" : "other reactions")
        }
        if let left = Described.properties(gold.folded), left == Described.properties(answer.folded) {
            return MathGrade(reason: .equal, extracted: text, rule: "the same described set")
        }
        if Boundless.isStated(gold.folded), Boundless.isStated(answer.folded) {
            return MathGrade(reason: .equal, extracted: text, rule: "infinitely many")
        }
        if let left = Ellipsis.parts(gold.folded), let right = Ellipsis.parts(answer.folded) {
            return sequence(left, right, text)
        }
        let isEmpty: (Answer) -> Bool = { Emptiness.isStated($0.folded) || $0.readings.first == .named(.empty) }
        if isEmpty(gold), isEmpty(answer) {
            return MathGrade(reason: .equal, extracted: text, rule: "there is none")
        }
        return nil
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

    func grade(_ gold: Answer, _ prediction: Answer, _ text: String) -> MathGrade {
        // Words compare as words, which they did not: the letters of "low" are no factors of "owl".
        if gold.isTerm || (options.textCase == .kept && gold.isProse && prediction.isProse) {
            return MathGrade(reason: .different, extracted: text, rule: "different words")
        }
        if let mine = gold.scope, let theirs = prediction.scope, mine != theirs {
            return MathGrade(reason: .different, extracted: text, rule: "of all values against of some")
        }
        if let mine = gold.kinds, let theirs = prediction.kinds, Condition.areOther(mine, theirs) {
            return MathGrade(reason: .different, extracted: text, rule: "of other values")
        }
        if !areSameConditions(gold, prediction) {
            return MathGrade(reason: .different, extracted: text, rule: "other conditions")
        }
        var last = Comparison.different("different kinds of answer")
        for (left, right) in options.type.pairs(gold, prediction) {
            for bareLog in bases(left, right) {
                let verdict = AnswerEquality(options: options, budget: budget, bareLog: bareLog)
                    .compare(
                        gold: left, prediction: right, declared: (gold.letters, prediction.letters),
                        whole: (gold.wholeLetters, prediction.wholeLetters))
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
        return MathGrade(reason: last.isExhausted ? .undecided : .different, extracted: text, rule: last.rule)
    }

    // "2x for x > 0" beside "2x for x < 0"; one side may leave its condition out, and letters may have other names.
    private func areSameConditions(_ gold: Answer, _ prediction: Answer) -> Bool {
        guard !gold.condition.isEmpty, !prediction.condition.isEmpty, gold.condition != prediction.condition,
            let left = Answer(folded: gold.condition).readings.first,
            let right = Answer(folded: prediction.condition).readings.first
        else { return true }
        let scalars = ScalarEquality(budget: budget, bareLog: .natural)
        guard let first = RegionReader.read(left, scalars), let second = RegionReader.read(right, scalars) else {
            return true
        }
        return RealRegion.equal(first.region, second.region, scalars) ?? true
    }

    private func fault(of gold: Answer, text: String) -> MathGrade? {
        gold.goldFault.map { .unread($0, extracted: text) }
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
