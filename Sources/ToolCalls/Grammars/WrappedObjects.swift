import Experience
import JSON

/// A JSON object with name and arguments between two markers, as Hermes and Qwen have it.
struct WrappedObjects: CallGrammar {
    var open: Marker
    var close: Marker
    var nameKey = "name"
    /// The first that is there counts.
    var argumentKeys = ["arguments"]
    /// Whether a wrapper may hold several objects, a line each, or a list of them.
    var isList = false

    var opener: Marker? { open }
    var markers: [Marker] { [open, close] }

    func read(_ text: MarkedText, _ range: Range<Int>, into turn: inout TurnBuilder) {
        eachBlock(text, range, into: &turn, opener: open) { start, turn in
            let rest = start..<range.upperBound
            // With brackets that close, a closing marker inside of a string is none, whatever tokens it is.
            let first = text.skipSpace(start, before: range.upperBound)
            let json =
                first < range.upperBound && text.bytes[first] == UInt8(ascii: "{")
                ? text.endOfJSON(from: first, before: range.upperBound) : nil
            let whole = json.map { text.skipSpace($0, before: range.upperBound) }
            let end: Range<Int>?
            if let whole, text.has(close, at: whole, before: range.upperBound) {
                end = whole..<whole + close.bytes.count
            } else {
                end = text.first(close, in: rest)
            }
            guard let end else {
                turn.fault(.unclosedBlock)
                return range.upperBound
            }
            // One that was begun before this one was closed.
            if let again = text.first(open, in: start..<end.lowerBound),
                text.has(close, at: end.lowerBound, before: end.upperBound),
                json.map({ again.lowerBound >= $0 }) ?? true
            {
                turn.fault(.unclosedBlock)
                return again.lowerBound
            }
            objects(text, start..<end.lowerBound, into: &turn)
            return end.upperBound
        }
    }

    private func objects(_ text: MarkedText, _ range: Range<Int>, into turn: inout TurnBuilder) {
        guard isList else {
            guard let value = turn.json(range) else { return turn.fault(.invalidJSON) }
            return turn.call(value, name: nameKey, arguments: argumentKeys)
        }
        if let values = turn.json(range)?.arrayValue {
            if values.isEmpty { turn.fault(.malformedStructure) }
            for value in values { turn.call(value, name: nameKey, arguments: argumentKeys) }
            return
        }
        var place = text.skipSpace(range.lowerBound, before: range.upperBound)
        if place == range.upperBound { return turn.fault(.malformedStructure) }
        while place < range.upperBound {
            let end = text.endOfJSON(from: place, before: range.upperBound) ?? range.upperBound
            guard let value = turn.json(place..<end) else { return turn.fault(.invalidJSON) }
            turn.call(value, name: nameKey, arguments: argumentKeys)
            place = text.skipSpace(end, before: range.upperBound)
        }
    }
}
