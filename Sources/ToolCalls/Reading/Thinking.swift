/// The tags around a model's thoughts.
struct Thinking: Sendable {
    var open: Marker
    var close: Marker

    /// `<think>` as tokens of their own.
    static let tokens = Thinking(open: .token("<think>"), close: .token("</think>"))
    /// `<think>` in ordinary tokens.
    static let plain = Thinking(open: .plain("<think>"), close: .plain("</think>"))

    /// The thoughts at the beginning of a range and where the rest begins; nil where there are none. Thoughts that are never
    /// closed end at `opener`, where calls begin, or go on to the end.
    func split(
        _ text: MarkedText, _ range: Range<Int>, promptTail: String, opener: Marker?
    ) -> (thoughts: Range<Int>, rest: Int)? {
        let plainOpen = Marker(bytes: open.bytes, isToken: false)
        let plainClose = Marker(bytes: close.bytes, isToken: false)
        let start = text.skipSpace(range.lowerBound, before: range.upperBound)
        let tail = promptTail.utf8
        let ending = tail[..<(tail.lastIndex { $0 > 0x20 }.map(tail.index(after:)) ?? tail.startIndex)]
        let isOpened = ending.suffix(open.bytes.count).elementsEqual(open.bytes)
        var inside = range.lowerBound
        var close = close
        if text.has(open, at: start, before: range.upperBound) {
            inside = start + open.bytes.count
        } else if text.has(plainOpen, at: start, before: range.upperBound) {
            (inside, close) = (start + open.bytes.count, plainClose)
        } else if !isOpened {
            // A prompt of which the end is not known may have opened them.
            guard let found = text.first(close, in: range),
                opener.flatMap({ text.first($0, in: range.lowerBound..<found.lowerBound) }) == nil
            else { return nil }
            return (text.trimmed(range.lowerBound..<found.lowerBound), found.upperBound)
        }
        let rest = inside..<range.upperBound
        if let found = text.first(close, in: rest) {
            return (text.trimmed(inside..<found.lowerBound), found.upperBound)
        }
        let end = opener.flatMap { text.first($0, in: rest)?.lowerBound } ?? range.upperBound
        return (text.trimmed(inside..<end), end)
    }
}
