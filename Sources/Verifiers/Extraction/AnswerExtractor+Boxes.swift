// Marked answers: boxes, and what stands between and behind them.
extension AnswerExtractor {
    enum Boxes {
        case none
        case unclosed
        case closed([Range<Int>])
    }

    // All boxes in order; only the last may matter, but neighbours join.
    func boxes(lenient: Bool) -> Boxes {
        var found: [Range<Int>] = []
        var position = scope.lowerBound
        while position < scope.upperBound {
            guard let mark = bytes.next(Ascii.backslash, from: position, in: scope) else { break }
            position = mark
            guard let start = boxContent(at: position) else {
                position += 1
                continue
            }
            guard start < scope.upperBound, bytes[start] == Ascii.openBrace else {
                let end = bareBoxEnd(start)
                if end > start { found.append(start..<end) }
                position = max(end, position + 1)
                continue
            }
            if let close = bytes.closingBrace(of: start, in: scope) {
                // "\boxed{} marks the answer" is talk about boxes.
                if found.isEmpty || holdsAnswer((start + 1)..<close) { found.append((start + 1)..<close) }
                position = close + 1
            } else if lenient {
                found.append((start + 1)..<scope.upperBound)
                break
            } else {
                return .unclosed
            }
        }
        return found.isEmpty ? .none : .closed(found)
    }

    // Not of spaces, dots and looks alone, nor "your answer", as where boxes are talked of.
    private func holdsAnswer(_ content: Range<Int>) -> Bool {
        guard content.count <= 32 else { return true }
        let text = Array(bytes[content])
        if let name = text.first("phantom"), name > 0 { return false }
        let tokens = PlainText.tokens(text).filter {
            ![".", "…", "_", "\\ldots", "\\dots", "\\cdots", "?"].contains($0)
        }
        return !tokens.isEmpty && !Self.talk.contains(tokens.joined(separator: " "))
    }

    private static let talk: Set<String> = [
        "answer", "your answer", "the answer", "final answer", "your final answer", "ans", "result", "答案", "réponse",
        "antwort",
        "respuesta", "ответ",
    ]

    func boxContent(at position: Int) -> Int? {
        var start: Int
        if bytes.has("\\boxed", at: position, in: scope) {
            start = position + 6
        } else if bytes.has("\\fbox", at: position, in: scope) {
            start = position + 5
        } else if bytes.has("\\framebox", at: position, in: scope) {
            start = position + 9
        } else {
            return nil
        }
        if start < scope.upperBound, Ascii.isLetter(bytes[start]) { return nil }
        while start < scope.upperBound, bytes[start] == Ascii.space { start += 1 }
        return start
    }

    // `\boxed 42` and `\boxed5`: TeX would take one token; people mean the number or command.
    private func bareBoxEnd(_ start: Int) -> Int {
        var end = start
        while end < scope.upperBound, !Ascii.isSpace(bytes[end]), bytes[end] != Ascii.dollar { end += 1 }
        return end
    }

    func boxCandidates(_ ranges: [Range<Int>], wanted: Int, _ policy: LastBox) -> [AnswerCandidate] {
        guard let last = ranges.last else { return [] }
        if wanted < 2, !isHedge(ranges) {
            let exact =
                policy == .box
                ? last : ranges.dropLast().last.flatMap { isApproximated($0, by: last) ? $0 : nil } ?? last
            return bytes.trimmed(exact).isEmpty ? [] : [AnswerCandidate(rule: .box, ranges: [exact])]
        }
        var group = [last]
        var index = ranges.count - 1
        let isNext = policy == .line ? isOnLine : isAdjacent
        while index > 0, group.count < Self.maxBoxes, isNext(ranges[index - 1], ranges[index]) {
            index -= 1
            group.append(ranges[index])
        }
        group.reverse()
        if policy != .line, let parts = parts(of: ranges, group, wanted) { group = parts }
        if group.count == 1 { return bytes.trimmed(last).isEmpty ? [] : [AnswerCandidate(rule: .box, ranges: group)] }
        return [AnswerCandidate(rule: .boxes, ranges: group)]
    }

    // As many boxes as parts are wanted: one after each label (a), (b), or those on the last line.
    func parts(of ranges: [Range<Int>], _ group: [Range<Int>], _ wanted: Int) -> [Range<Int>]? {
        guard wanted >= 2, wanted <= Self.maxBoxes, group.count != wanted, ranges.count >= wanted else { return nil }
        let last = Array(ranges.suffix(wanted))
        if group.count > wanted {
            let before = ranges[ranges.count - wanted - 1].upperBound
            return (before..<last[0].lowerBound).contains { bytes[$0] == Ascii.newline } ? last : nil
        }
        var start = ranges.count > wanted ? ranges[ranges.count - wanted - 1].upperBound : scope.lowerBound
        for (number, range) in last.enumerated() {
            guard PartLabels.standing(in: bytes, start..<range.lowerBound, number: number) else { return nil }
            start = range.upperBound
        }
        return last
    }

    // "\boxed{1/3} \approx \boxed{0.333}": the first is the answer.
    private func isApproximated(_ exact: Range<Int>, by last: Range<Int>) -> Bool {
        let gap = (exact.upperBound + 1)..<max(exact.upperBound + 1, last.lowerBound)
        guard gap.count <= 64, bytes.first("\n\n", in: gap) == nil else { return false }
        return (["\\approx", "≈", "about ", "approximately ", "roughly "] as [StaticString]).contains {
            bytes.first($0, in: gap) != nil
        }
    }

    // "\boxed{3} or \boxed{4}" offers both.
    private func isHedge(_ ranges: [Range<Int>]) -> Bool {
        guard let last = ranges.last, let previous = ranges.dropLast().last, isAdjacent(previous, last) else {
            return false
        }
        let gap = (previous.upperBound + 1)..<max(previous.upperBound + 1, last.lowerBound)
        return bytes.first(" or ", in: gap) != nil || bytes.first("{or}", in: gap) != nil
    }

    // Boxes may hold steps; "the final answer is $10,455$" or "**Answer: D**" after the last one says so.
    func finalStatement(after boxes: [Range<Int>]) -> [AnswerCandidate] {
        guard let last = boxes.last, last.upperBound + 8 < scope.upperBound else { return [] }
        let tail = max(last.upperBound + 1, scope.upperBound - Self.maxProse)..<scope.upperBound
        return AnswerPhrases.lastAnswers(in: bytes, tail).prefix(1).filter { clause in
            !clause.isVague && MathSpans.opensWithValue(bytes, clause.range)
                && !Retraction(bytes: bytes, scope: tail).isSupposed(clause.lead.lowerBound)
        }.map(announced)
    }

    // Boxes are one answer when just a few words, and no end of a sentence or paragraph, stand between them.
    func isAdjacent(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        let gap = (left.upperBound + 1)..<max(left.upperBound + 1, right.lowerBound)
        guard gap.count <= 64 else { return false }
        return bytes.first("\n\n", in: gap) == nil && bytes.first("\u{3002}", in: gap) == nil
            && bytes.first(".", in: gap) == nil
            && bytes[gap].split(separator: Ascii.space).count(where: { $0.allSatisfy(Ascii.isLetter) }) <= 4
    }

    private func isOnLine(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        bytes.first("\n", in: left.upperBound..<max(left.upperBound, right.lowerBound)) == nil
    }
}
