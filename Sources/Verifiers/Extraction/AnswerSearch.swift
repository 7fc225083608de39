/// What was looked for in a response without an answer, and what was found in its place: for people, after the fact.
struct AnswerSearch {
    /// One thing looked for.
    struct Step {
        var name: String
        var found: String
    }

    private(set) var steps: [Step] = []
    private let bytes: Bytes

    init(_ bytes: Bytes, requireBoxed: Bool) {
        self.bytes = bytes
        guard let extractor = AnswerExtractor(bytes) else {
            add("<think>", Self.openThought(bytes).map { "not closed: it opens at byte \($0)" } ?? "not closed")
            return
        }
        let scope = extractor.scope
        let all = scope == bytes.trimmed(0..<bytes.count)
        add(
            "looked in",
            all ? "all \(bytes.count) bytes" : "bytes \(scope.lowerBound) to \(scope.upperBound) of \(bytes.count)")
        if let box = extractor.openBox {
            add("box", "not closed: it opens at byte \(box), and no other answer counts")
            return
        }
        add("box", extractor.hasBox ? "empty" : "no \\boxed, \\fbox or \\framebox")
        if requireBoxed { add("elsewhere", "not looked: require_boxed") }
        if requireBoxed || extractor.hasBox { return }
        mark("<answer>", scope)
        mark("####", scope)
        let tail = max(scope.lowerBound, scope.upperBound - AnswerExtractor.maxProse)..<scope.upperBound
        add("phrase", "none of \(AnswerPhrases.count), such as \"answer is\", \"Antwort:\", \"答案是\"")
        add("formula", "none between $…$, \\(…\\) or \\[…\\]")
        add("number", Self.number(bytes, tail))
    }

    /// Why there is none, where one mark is to blame: "<think> at byte 3 is not closed".
    static func cause(_ bytes: Bytes) -> String? {
        guard let extractor = AnswerExtractor(bytes) else {
            return openThought(bytes).map { "<think> at byte \($0) is not closed" }
        }
        return extractor.openBox.map { "the box at byte \($0) is not closed" }
    }

    private mutating func add(_ name: String, _ found: String) { steps.append(Step(name: name, found: found)) }

    private mutating func mark(_ text: StaticString, _ scope: Range<Int>) {
        add("\(text)", bytes.last(text, in: scope).map { "empty at byte \($0)" } ?? "none")
    }

    // Of several that open the last counts, as it does for the extraction.
    private static func openThought(_ bytes: Bytes) -> Int? {
        bytes.last("<think>", in: max(0, bytes.count - AnswerExtractor.maxScan)..<bytes.count)
    }

    private static func number(_ bytes: Bytes, _ range: Range<Int>) -> String {
        guard let number = MathSpans.lastNumber(in: bytes, range) else { return "none" }
        let text = String(decoding: bytes[number].prefix(40), as: UTF8.self)
        let why =
            MathSpans.breaksOff(bytes, after: number, range)
            ? "the text breaks off after it" : "it ends a run of signs"
        return "\(text) at byte \(number.lowerBound) does not count: \(why)"
    }
}

extension AnswerExtractor {
    /// Where the first box opens that no brace closes.
    fileprivate var openBox: Int? {
        boxMarks.first {
            $0.start < scope.upperBound && bytes[$0.start] == Ascii.openBrace
                && bytes.closingBrace(of: $0.start, in: scope) == nil
        }?.mark
    }

    fileprivate var hasBox: Bool { boxMarks.first { _ in true } != nil }

    // Each box's mark and where its content begins.
    private var boxMarks: some Sequence<(mark: Int, start: Int)> {
        sequence(state: scope.lowerBound) { position -> (mark: Int, start: Int)? in
            while let mark = bytes.next(Ascii.backslash, from: position, in: scope) {
                position = mark + 1
                if let start = boxContent(at: mark) { return (mark, start) }
            }
            return nil
        }
    }
}
