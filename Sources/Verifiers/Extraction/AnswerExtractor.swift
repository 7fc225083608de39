/// Where in a response the answer was found.
public enum ExtractionRule: String, Sendable, CaseIterable {
    /// The last `\boxed` or `\fbox`.
    case box
    /// Several adjacent boxes, joined because the gold has several answers.
    case boxes
    /// The last `<answer>` element.
    case answerTag
    /// The text after the last `####`.
    case hashes
    /// The text after "the answer is" in one of many languages.
    case phrase
    /// The last formula between math delimiters.
    case math
    /// The last number in the text.
    case number
    /// The whole text.
    case whole
}

extension ExtractionRule {
    /// The place in words.
    var place: String {
        switch self {
        case .box: "the last box"
        case .boxes: "adjacent boxes"
        case .answerTag: "the last <answer>"
        case .hashes: "after ####"
        case .phrase: "after a phrase that announces it"
        case .math: "the last formula"
        case .number: "the last number"
        case .whole: "the whole text"
        }
    }
}

/// One place the answer may be in: a part of the response's bytes.
struct AnswerCandidate {
    /// What singled it out.
    var rule: ExtractionRule
    /// Bytes of the response, several for joined boxes.
    var ranges: [Range<Int>]
    /// Between an announcing noun and the answer.
    var lead: Range<Int>?
    /// Whether words around it leave it open; see `Settlement`.
    var isOpen = false
    /// Words that begin with no value, where better follows: they count as they stand, not a number in them.
    var isWeak = false
}

/// Finds the answer in a response, or in a gold that is a whole solution. A pure scan over bytes: no allocation but for
/// the candidates.
struct AnswerExtractor {
    /// The response.
    let bytes: Bytes
    /// The part after the last `</think>`, at most the last `maxScan` bytes.
    let scope: Range<Int>

    /// Bytes scanned for marks, counted from the end: answers stand there.
    static let maxScan = 1 << 20
    /// Bytes scanned for phrases, formulas and numbers.
    static let maxProse = 1 << 16
    /// Boxes that are joined to one answer.
    static let maxBoxes = 64

    /// Nil when the response ends inside an unclosed `<think>`.
    init?(_ bytes: Bytes) {
        self.bytes = bytes
        var scope = max(0, bytes.count - Self.maxScan)..<bytes.count
        if let close = bytes.last("</think>", in: scope) {
            // Opened twice and closed once, thinking has not ended.
            let thinking = scope.lowerBound..<(close + 8)
            if bytes.count(of: "<think>", in: thinking) > bytes.count(of: "</think>", in: thinking) { return nil }
            scope = (close + 8)..<scope.upperBound
        }
        if bytes.first("<think>", in: scope) != nil { return nil }
        self.scope = bytes.trimmed(scope)
    }

    /// Places to look in, best first; empty when there is no answer. Adjacent boxes are joined where
    /// two parts or more are wanted, which is asked only where there are several boxes.
    func candidates(requireBoxed: Bool, partsWanted: () -> Int, last: LastBox) -> [AnswerCandidate] {
        found(requireBoxed: requireBoxed, partsWanted: partsWanted, last: last).map(corrected)
    }

    // "5ではなく6": only what is left standing.
    private func corrected(_ candidate: AnswerCandidate) -> AnswerCandidate {
        guard candidate.rule != .math, candidate.rule != .number, candidate.ranges.count == 1,
            let settled = Correction(bytes: bytes).settled(candidate.ranges[0], lead: candidate.lead)
        else { return candidate }
        return AnswerCandidate(rule: candidate.rule, ranges: [settled])
    }

    func found(requireBoxed: Bool, partsWanted: () -> Int, last: LastBox) -> [AnswerCandidate] {
        switch boxes(lenient: false) {
        case .unclosed: return []
        case .closed(let ranges):
            let boxes = boxCandidates(ranges, wanted: ranges.count > 1 && last != .box ? partsWanted() : 1, last)
            if requireBoxed { return boxes }
            let later = finalStatement(after: ranges)
            return later.isEmpty ? kept(boxes, until: ranges.last?.upperBound) : later + boxes
        case .none: break
        }
        if requireBoxed { return [] }
        if let marked = marked() { return marked }
        let (tail, phrases) = lastAnswers()
        if let last = phrases.first { return announced(phrases, last, tail) }
        return isShort(scope) ? [AnswerCandidate(rule: .whole, ranges: [scope])] : loose(in: tail)
    }

    // What a tag or four hashes mark.
    private func marked() -> [AnswerCandidate]? {
        answerTag().map { marked($0, .answerTag) } ?? hashes().map { marked($0, .hashes) }
    }

    func lastAnswers() -> (tail: Range<Int>, phrases: [AnswerPhrases.Clause]) {
        let tail = max(scope.lowerBound, scope.upperBound - Self.maxProse)..<scope.upperBound
        return (tail, AnswerPhrases.lastAnswers(in: bytes, tail))
    }

    // The answers that phrases announce, unless the text goes on to something better.
    func announced(
        _ phrases: [AnswerPhrases.Clause], _ last: AnswerPhrases.Clause, _ tail: Range<Int>
    ) -> [AnswerCandidate] {
        let retraction = Retraction(bytes: bytes, scope: tail)
        let rest = last.range.upperBound..<tail.upperBound
        let isVoid =
            retraction.isSupposed(last.lead.lowerBound) || Correction(bytes: bytes).refuses(bytes.trimmed(last.range))
        let start = isVoid ? rest.lowerBound : retraction.start(in: rest)
        if let start {
            let later = loose(in: start..<rest.upperBound)
            return later.isEmpty ? [AnswerCandidate(rule: .phrase, ranges: [last.range], isOpen: true)] : later
        }
        let candidates = phrases.map(announced)
        guard !MathSpans.opensWithValue(bytes, last.range) || (last.isVague && concludes(rest)) else {
            return candidates
        }
        let later = loose(in: rest)
        guard !later.isEmpty else { return candidates }
        return candidates.prefix(1).map { candidate in
            var weak = candidate
            weak.isWeak = true
            return weak
        } + later
    }

    // What a box holds, unless the text after it takes it back: then what follows.
    private func kept(_ boxes: [AnswerCandidate], until end: Int?) -> [AnswerCandidate] {
        guard let end, let box = boxes.last?.ranges.last else { return boxes }
        let rest = min(end + 1, scope.upperBound)..<scope.upperBound
        let retraction = Retraction(bytes: bytes, scope: scope)
        let refusal = BoxRefusal(bytes: bytes, scope: scope)
        guard
            let start = retraction.startOfDenial(in: rest)
                ?? (refusal.precedes(box) || refusal.follows(box, rest) ? rest.lowerBound : nil)
        else { return boxes }
        let later = loose(in: start..<scope.upperBound)
        return later.isEmpty ? boxes.map { AnswerCandidate(rule: $0.rule, ranges: $0.ranges, isOpen: true) } : later
    }

    // Whether a later sentence draws a conclusion with a value in it.
    private func concludes(_ range: Range<Int>) -> Bool {
        guard let number = MathSpans.lastNumber(in: bytes, range) else {
            return MathSpans.last(in: bytes, range) != nil
        }
        return MathSpans.isConclusion(bytes, number, range)
    }

    /// The gold's answer: a solution's last box, joined with its neighbours, or what a phrase introduces; else the
    /// whole text, which is how golds are usually given.
    func goldCandidates() -> [AnswerCandidate] {
        if case .closed(let ranges) = boxes(lenient: true) { return boxCandidates(ranges, wanted: .max, .exact) }
        if let marked = marked() { return marked }
        let phrases = lastAnswers().phrases
        if !phrases.isEmpty { return phrases.map(announced) }
        return scope.isEmpty ? [] : [AnswerCandidate(rule: .whole, ranges: [scope])]
    }

    /// The formula and the number inside a candidate that is a sentence, unless words around them leave them open.
    func narrower(than candidate: AnswerCandidate) -> [AnswerCandidate] {
        guard let range = candidate.ranges.first, candidate.ranges.count == 1 else { return [] }
        switch candidate.rule {
        case .box, .boxes, .math, .number: return []
        case .whole:
            let tail = max(range.lowerBound, range.upperBound - Self.maxProse)..<range.upperBound
            return loose(in: tail, isAnnounced: AnswerPhrases.isMentioned(in: bytes, tail))
        case .answerTag, .hashes, .phrase: break
        }
        let settlement = Settlement(bytes: bytes, context: range, isAnnounced: true)
        var found: [AnswerCandidate] = []
        if let formula = MathSpans.last(in: bytes, range) {
            let isOpen = settlement.standing(of: formula) != .settled
            found.append(AnswerCandidate(rule: candidate.rule, ranges: [formula], isOpen: isOpen))
        }
        var rest = range
        // "Not 41 but 42": what is denied is passed over.
        for _ in 0..<4 {
            guard let number = MathSpans.firstNumber(in: bytes, rest) else { break }
            let standing = settlement.standing(of: number)
            let isLast = standing != .denied || number.upperBound >= range.upperBound
            rest = number.upperBound..<range.upperBound
            if isLast || MathSpans.firstNumber(in: bytes, rest) == nil {
                found.append(AnswerCandidate(rule: candidate.rule, ranges: [number], isOpen: standing != .settled))
                break
            }
        }
        return found
    }

    /// Whether words around a candidate, or the phrase before a clause, leave it open: "答案不是42".
    func isUnsettled(_ candidate: AnswerCandidate) -> Bool {
        guard let lead = candidate.lead else { return candidate.isOpen }
        return Settlement(bytes: bytes, context: lead, isAnnounced: true).endsInDenial(lead)
    }

    private func answerTag() -> Range<Int>? {
        guard let (start, close) = AnswerTags.last(in: bytes, scope) else { return bareBox() }
        return start..<(bytes.first(close, in: start..<scope.upperBound) ?? scope.upperBound)
    }

    // "boxed{5}" that lost its backslash.
    private func bareBox() -> Range<Int>? {
        guard let mark = bytes.last("boxed{", in: scope) else { return nil }
        return bytes.closingBrace(of: mark + 5, in: scope).map { (mark + 6)..<$0 }
    }

    private func hashes() -> Range<Int>? {
        guard let mark = bytes.last("####", in: scope) else { return nil }
        let start = mark + 4
        return start..<(bytes.first("\n", in: start..<scope.upperBound) ?? scope.upperBound)
    }

    private func marked(_ range: Range<Int>, _ rule: ExtractionRule) -> [AnswerCandidate] {
        let range = bytes.trimmed(range)
        return range.isEmpty ? [] : [AnswerCandidate(rule: rule, ranges: [range])]
    }

    func announced(_ clause: AnswerPhrases.Clause) -> AnswerCandidate {
        AnswerCandidate(rule: .phrase, ranges: [bytes.trimmed(clause.range)], lead: clause.lead)
    }

    // MARK: Unmarked answers

    // One line of a few bytes is an answer without a sentence around it, unless words lead to a formula.
    private func isShort(_ range: Range<Int>) -> Bool {
        guard range.count <= 48, !range.isEmpty, bytes.first("\n", in: range) == nil else { return false }
        guard let formula = MathSpans.last(in: bytes, range) else { return true }
        let lead = range.lowerBound..<formula.lowerBound
        return !lead.dropLast(1).contains { Ascii.isLetter(bytes[$0]) && Ascii.isLetter(bytes[$0 + 1]) }
    }

    private func loose(in range: Range<Int>, isAnnounced: Bool = false) -> [AnswerCandidate] {
        var found: [AnswerCandidate] = []
        let formulas = MathSpans.lastRun(in: bytes, range, isJoined: isAdjacent)
        if let last = formulas.last {
            switch Settlement(bytes: bytes, context: range, isAnnounced: isAnnounced).standing(of: last) {
            case .settled: found.append(AnswerCandidate(rule: .math, ranges: [last]))
            case .denied: found.append(AnswerCandidate(rule: .math, ranges: [last], isOpen: true))
            // "$x = 2$ or $x = -3$": both, for a gold of two.
            case .open: found.append(AnswerCandidate(rule: .math, ranges: formulas, isOpen: formulas.count < 2))
            }
        }
        if let number = MathSpans.lastNumber(in: bytes, range), !MathSpans.breaksOff(bytes, after: number, range),
            !MathSpans.isFlooded(bytes, before: number, range)
        {
            let isRefuted = Retraction(bytes: bytes, scope: range).isRefuted(number)
            let isOpen: (Range<Int>) -> Bool = {
                isRefuted
                    || Settlement(bytes: bytes, context: range, isAnnounced: isAnnounced).standing(of: $0) != .settled
            }
            var plain = [AnswerCandidate(rule: .number, ranges: [number], isOpen: isOpen(number))]
            if let formula = MathSpans.plainFormula(around: number, in: bytes, range) {
                plain.insert(AnswerCandidate(rule: .math, ranges: [formula], isOpen: isOpen(formula)), at: 0)
            }
            // "With $n = 8$ … So 28 pizzas": the conclusion counts, not the formula before it.
            let isConclusion =
                (formulas.last.map { $0.upperBound < number.lowerBound } ?? false)
                && (MathSpans.isConclusion(bytes, number, range) || MathSpans.isStated(bytes, number, range))
            found = isConclusion ? plain + found : found + plain
        }
        return found
    }
}
