/// Elements that hold an answer, as prompts and vendors ask for them.
enum AnswerTags {
    /// Opening and closing marks, a stop string often leaves no closing one.
    static let all: [(open: StaticString, close: StaticString)] = [
        ("<answer>", "</answer>"), ("<final_answer>", "</final_answer>"), ("<result>", "</result>"),
        ("<solution>", "</solution>"), ("[ANSWER]", "[/ANSWER]"), ("<|begin_of_box|>", "<|"),
        ("<｜begin▁of▁answer｜>", "<｜"), ("<|begin_of_answer|>", "<|"),
    ]

    /// Where the content of the last such element begins, and the mark that closes it.
    static func last(in bytes: Bytes, _ range: Range<Int>) -> (start: Int, close: StaticString)? {
        var found: (start: Int, close: StaticString)?
        for lead in [UInt8(ascii: "<"), UInt8(ascii: "[")] {
            var position = range.lowerBound
            while let mark = bytes.next(lead, from: position, in: range) {
                if let tag = all.first(where: { bytes.has($0.open, at: mark, in: range) }) {
                    found = (mark + tag.open.utf8CodeUnitCount, tag.close)
                }
                position = mark + 1
            }
            if found != nil { return found }
        }
        return nil
    }
}
