import Experience
import JSON

/// Calls between two markers each, in a section between two more, as DeepSeek and Kimi have them.
struct SectionedCalls: CallGrammar {
    /// What stands between the markers of a call.
    enum Form: Sendable {
        /// A word, the separator, the name on a line, and arguments in a fence.
        case fenced
        /// The name, the separator and arguments.
        case named
        /// `functions.NAME:NUMBER`, the separator and arguments.
        case numbered
    }

    var open: Marker
    var close: Marker
    var callOpen: Marker
    var callClose: Marker
    var separator: Marker
    var form: Form

    var opener: Marker? { open }
    var markers: [Marker] { [open, close, callOpen, callClose, separator] }

    func read(_ text: MarkedText, _ range: Range<Int>, into turn: inout TurnBuilder) {
        eachBlock(text, range, into: &turn, opener: open) { start, turn in
            let end = text.first(close, in: start..<range.upperBound)
            let section = start..<(end?.lowerBound ?? range.upperBound)
            var place = start
            var count = 0
            while !turn.isFull, let begin = text.first(callOpen, in: place..<section.upperBound) {
                count += 1
                let stop = text.first(callClose, in: begin.upperBound..<section.upperBound)
                read(
                    text, begin.upperBound..<(stop?.lowerBound ?? section.upperBound), isClosed: stop != nil,
                    into: &turn)
                place = stop?.upperBound ?? section.upperBound
            }
            if count == 0 { turn.fault(end == nil ? .unclosedBlock : .malformedStructure) }
            return end?.upperBound ?? range.upperBound
        }
    }

    private func read(_ text: MarkedText, _ range: Range<Int>, isClosed: Bool, into turn: inout TurnBuilder) {
        guard let middle = text.first(separator, in: range) else {
            return turn.fault(isClosed ? .malformedStructure : .unclosedBlock)
        }
        let tail = middle.upperBound..<range.upperBound
        switch form {
        case .named: named(text.string(text.trimmed(range.lowerBound..<middle.lowerBound)), tail)
        case .numbered: named(Self.unnumbered(text.string(text.trimmed(range.lowerBound..<middle.lowerBound))), tail)
        case .fenced:
            let line = text.first(0x0A, in: tail)
            // A name that is cut off is none.
            guard isClosed || line != nil else { return turn.fault(.unclosedBlock) }
            let name = text.string(text.trimmed(tail.lowerBound..<(line ?? tail.upperBound)))
            let arguments = Self.unfenced(text, text.trimmed((line ?? tail.upperBound)..<tail.upperBound))
            if isClosed, !name.isEmpty, arguments.isEmpty { return turn.call(name, .object([])) }
            named(name, arguments)
        }

        func named(_ name: String, _ json: Range<Int>) {
            if isClosed { turn.call(name, json: json) } else { turn.fault(.unclosedBlock, name) }
        }
    }

    private static func unnumbered(_ id: String) -> String {
        var name = id.hasPrefix("functions.") ? id.dropFirst("functions.".utf8.count) : id[...]
        let number = name.reversed().prefix { $0.isASCII && $0.isNumber }.count
        if number > 0, name.dropLast(number).last == ":" { name = name.dropLast(number + 1) }
        return String(name)
    }

    private static func unfenced(_ text: MarkedText, _ range: Range<Int>) -> Range<Int> {
        let fence = Marker.plain("```")
        guard text.has(fence, at: range.lowerBound, before: range.upperBound),
            let line = text.first(0x0A, in: range).map({ $0 + 1 })
        else { return range }
        let end = range.upperBound
        let isClosed = end - line >= 3 && text.has(fence, at: end - 3, before: end)
        return text.trimmed(line..<(isClosed ? end - 3 : end))
    }
}
