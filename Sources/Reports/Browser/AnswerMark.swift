/// Where in a completion its answer stands, as far as the answer's text tells: its last place, a box or a fence before others.
enum AnswerMark {
    /// The text with its answer marked; nil where the answer does not stand in it as it was read.
    static func markup(_ text: String, answer: String?) -> Markup? {
        guard let answer = answer.map(trimmed), !answer.isEmpty, let range = place(of: Array(answer.utf8), in: text)
        else { return nil }
        let (before, found, after) = (text[..<range.lowerBound], text[range], text[range.upperBound...])
        return "\(String(before))<mark class=\"answer\" id=\"answer\">\(String(found))</mark>\(String(after))"
    }

    private static func trimmed(_ text: String) -> String {
        let start = text.drop(while: \.isWhitespace)
        return String(start.reversed().drop(while: \.isWhitespace).reversed())
    }

    private static func place(of answer: [UInt8], in text: String) -> Range<String.Index>? {
        let bytes = Array(text.utf8)
        guard answer.count <= bytes.count else { return nil }
        var last: Int?
        // From the end: what is said last counts, and a box before a mere mention.
        var start = bytes.count - answer.count
        while start >= 0 {
            if bytes[start] == answer[0], bytes[start..<start + answer.count].elementsEqual(answer) {
                if isMarked(start, in: bytes) || answer.count > 12 {
                    last = start
                    break
                }
                if last == nil, isWhole(start..<start + answer.count, in: bytes) { last = start }
            }
            start -= 1
        }
        guard let last else { return nil }
        let from = text.utf8.index(text.utf8.startIndex, offsetBy: last)
        let to = text.utf8.index(from, offsetBy: answer.count)
        // A place inside a character is none.
        guard from.samePosition(in: text.unicodeScalars) != nil, to.samePosition(in: text.unicodeScalars) != nil else {
            return nil
        }
        return from..<to
    }

    private static func isMarked(_ start: Int, in bytes: [UInt8]) -> Bool {
        ["boxed{", "#### ", "<answer>"].contains { bytes[..<start].suffix($0.utf8.count).elementsEqual($0.utf8) }
    }

    // "2" is not what stands in "12".
    private static func isWhole(_ range: Range<Int>, in bytes: [UInt8]) -> Bool {
        func isWord(_ byte: UInt8) -> Bool {
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        }
        let before = range.lowerBound > 0 && isWord(bytes[range.lowerBound - 1])
        let after = range.upperBound < bytes.count && isWord(bytes[range.upperBound])
        return !(before && isWord(bytes[range.lowerBound])) && !(after && isWord(bytes[range.upperBound - 1]))
    }
}
