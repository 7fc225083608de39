/// Whether a text takes an answer back after giving it, or gives it only as a supposition.
struct Retraction {
    let bytes: Bytes
    let scope: Range<Int>

    /// Bytes of the text after an answer in which it may be taken back.
    private static let reach = 400

    /// Where the text begins to take back what stood before; nil when it does not.
    func start(in rest: Range<Int>) -> Int? {
        if let denial = startOfDenial(in: rest) { return denial }
        // "However, it is good to check" doubts nothing: another value has to follow.
        guard let doubt = first(of: Self.doubts, in: rest) else { return nil }
        let near = doubt..<min(rest.upperBound, doubt + 120)
        return near.contains { Ascii.isDigit(bytes[$0]) } ? doubt : nil
    }

    /// The same for a boxed answer, which "wait, let me check" alone does not take back.
    func startOfDenial(in rest: Range<Int>) -> Int? { first(of: Self.denials, in: rest) ?? plainNo(in: rest) }

    // "5... no, 6".
    private func plainNo(in rest: Range<Int>) -> Int? {
        // Past marks and dashes, of three bytes.
        let start =
            rest.first {
                !Ascii.isSpace(bytes[$0]) && !".,;:!-)$".utf8.contains(bytes[$0]) && bytes[$0] < 0x80
            } ?? rest.upperBound
        if (rest.lowerBound..<start).contains(where: { bytes[$0] >= 0xE3 }) { return nil }
        guard bytes.hasFolded("no,", at: start, in: rest) else { return nil }
        let value = ((start + 3)..<rest.upperBound).first { !Ascii.isSpace(bytes[$0]) }
        return value.map { Ascii.isDigit(bytes[$0]) || "$\\".utf8.contains(bytes[$0]) } ?? false ? start : nil
    }

    private func first(of words: [StaticString], in rest: Range<Int>, isWish: Bool = false) -> Int? {
        let near = rest.lowerBound..<min(rest.upperBound, rest.lowerBound + Self.reach)
        for position in near {
            let isStart = position == near.lowerBound || !Ascii.isLetter(bytes[position - 1])
            guard isStart || bytes[position] >= 0x80 else { continue }
            for word in words where bytes.hasFolded(word, at: position, in: near) {
                let end = position + word.utf8CodeUnitCount
                let isWhole = end >= near.upperBound || !Ascii.isLetter(bytes[end]) || bytes[position] >= 0x80
                if isWhole, !isNegated(position, isWish) { return position }
            }
        }
        return nil
    }

    // "Nothing is wrong", "no contradiction", "without error".
    private func isNegated(_ position: Int, _ isWish: Bool) -> Bool {
        let before = bytes[max(scope.lowerBound, position - 24)..<position]
        let sentence =
            before.split(omittingEmptySubsequences: false, whereSeparator: { ".?!,;:\n".utf8.contains($0) }).last
            ?? before
        let words = sentence.split(whereSeparator: { !Ascii.isLetter($0) && $0 != UInt8(ascii: "'") }).suffix(2)
        return words.contains { word in
            let text = String(decoding: word.map(Ascii.lower), as: UTF8.self)
            return ["no", "not", "nothing", "without", "avoid"].contains(text) || text.hasSuffix("n't")
                || (text == "would" && !isWish)
        }
    }

    /// Whether the words right before an announcing noun make it a guess or a hypothesis: "suppose the answer is 5".
    func isSupposed(_ noun: Int) -> Bool {
        var low = noun
        while low > scope.lowerBound, noun - low < 60, !".!?\n,;:".utf8.contains(bytes[low - 1]) { low -= 1 }
        let words = bytes[low..<noun].split(whereSeparator: { !Ascii.isLetter($0) && $0 < 0x80 }).suffix(4)
        // "The tempting answer is 6".
        if let last = words.last, Self.faults.contains(String(decoding: last.map(Ascii.lower), as: UTF8.self)) {
            return true
        }
        return words.contains { Self.suppositions.contains(String(decoding: $0.map(Ascii.lower), as: UTF8.self)) }
            || Self.joinedSuppositions.contains { mark in
                (low..<noun).contains { bytes.has(mark, at: $0, in: low..<noun) }
            }
    }

    /// Whether an answer is only supposed, and refuted by what follows: "if n were 6, we would have a contradiction".
    func isRefuted(_ answer: Range<Int>) -> Bool {
        isSupposed(answer.lowerBound)
            && first(of: Self.refutations, in: answer.upperBound..<scope.upperBound, isWish: true) != nil
    }

    private static let refutations: [StaticString] = [
        "contradiction", "contradicts", "impossible", "absurd", "cannot be", "can't be", "it fails", "which fails",
        "widerspruch", "contradicción", "contradição", "contraddizione", "矛盾",
    ]

    private static let faults: Set<String> = ["wrong", "incorrect", "tempting", "naive", "false"]

    private static let denials: [StaticString] = [
        "no wait", "no, wait", "that cannot be", "that can't be", "this cannot be", "this can't be", "that is wrong",
        "that's wrong", "this is wrong", "that was wrong", "is incorrect", "was incorrect",
        "is not correct",
        "isn't correct", "is not right", "isn't right", "not the right answer", "i made a mistake", "made an error",
        "a mistake", "should be", "should have been", "the correct value", "the correct answer", "correct value is",
        "contradiction", "contradicts", "it fails", "which fails", "this fails", "correction", "scratch that",
        "c'est faux",
        "das ist falsch", "es incorrecto", "está mal", "это неверно", "不对", "不正确", "错了", "有误", "矛盾", "間違い",
    ]

    private static let doubts: [StaticString] = [
        "wait", "hmm", "however", "hold on", "recomputing", "recalculating", "on second thought", "actually", "oops",
        "moment mal", "attends", "等等", "但是", "然而", "待って",
    ]

    private static let suppositions: Set<String> = [
        "suppose", "supposing", "assume", "assuming", "if", "were", "si", "se", "guess", "guessed", "imagine",
        "thought", "hypothesis",
        "might",
        "supposons", "angenommen", "supongamos", "suponha", "wenn", "предположим", "допустим",
    ]

    private static let joinedSuppositions: [StaticString] = ["假设", "假如", "如果", "假定", "設", "もし"]
}
