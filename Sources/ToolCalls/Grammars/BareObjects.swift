import Experience
import JSON

/// JSON objects that are the whole of a turn, one behind the other, as Llama 3 has them, or in a list, as xLAM has them.
struct BareObjects: CallGrammar {
    /// A marker that may stand before them.
    var head: Marker? = .token("<|python_tag|>")
    var argumentKeys = ["parameters", "arguments"]
    /// Whether they may stand in a list.
    var mayBeList = false

    private static let name = Array("\"name\"".utf8)

    var opener: Marker? { nil }
    var markers: [Marker] { [head].compactMap(\.self) }

    func read(_ text: MarkedText, _ range: Range<Int>, into turn: inout TurnBuilder) {
        var start = text.skipSpace(range.lowerBound, before: range.upperBound)
        if let head, text.has(head, at: start, before: range.upperBound) { start += head.bytes.count }
        let body = text.trimmed(start..<range.upperBound)
        if mayBeList, !body.isEmpty, text.bytes[body.lowerBound] == UInt8(ascii: "[") {
            return list(text, body, into: &turn)
        }
        guard let parts = parts(text, body), let first = parts.first else { return turn.say(body) }
        let read = first.isWhole ? turn.json(first.range) : nil
        guard isCall(text, first.range, read) else { return turn.say(body) }
        for (number, part) in parts.enumerated() where !turn.isFull {
            if !part.isWhole {
                turn.fault(.unclosedBlock)
            } else if let value = number == 0 ? read : turn.json(part.range) {
                turn.call(value, arguments: argumentKeys)
            } else {
                turn.fault(.invalidJSON)
            }
        }
    }

    private func list(_ text: MarkedText, _ body: Range<Int>, into turn: inout TurnBuilder) {
        guard text.spelt(Self.name, in: body) != nil else { return turn.say(body) }
        guard let end = text.endOfJSON(from: body.lowerBound, before: body.upperBound) else {
            return turn.fault(.unclosedBlock)
        }
        guard end == body.upperBound else { return turn.say(body) }
        guard let values = turn.json(body)?.arrayValue else { return turn.fault(.invalidJSON) }
        guard values.contains(where: isCall) else { return turn.say(body) }
        for value in values where !turn.isFull { turn.call(value, arguments: argumentKeys) }
    }

    // The objects, between which there is white space or a semicolon; nil when there is anything else.
    private func parts(_ text: MarkedText, _ body: Range<Int>) -> [(range: Range<Int>, isWhole: Bool)]? {
        var found: [(Range<Int>, Bool)] = []
        var place = body.lowerBound
        while place < body.upperBound {
            guard text.bytes[place] == UInt8(ascii: "{") else { return nil }
            let end = text.endOfJSON(from: place, before: body.upperBound)
            found.append((place..<(end ?? body.upperBound), end != nil))
            place = text.skipSpace(end ?? body.upperBound, before: body.upperBound)
            if place < body.upperBound, text.bytes[place] == UInt8(ascii: ";") {
                place = text.skipSpace(place + 1, before: body.upperBound)
            }
        }
        return found
    }

    // An answer that happens to be JSON has no arguments.
    private func isCall(_ text: MarkedText, _ range: Range<Int>, _ read: JSONValue?) -> Bool {
        if let value = read { return isCall(value) }
        let first = text.skipSpace(range.lowerBound + 1, before: range.upperBound)
        return first < range.upperBound && text.bytes[first] == UInt8(ascii: "\"")
            && text.spelt(Self.name, in: range) != nil
    }

    private func isCall(_ value: JSONValue) -> Bool {
        value["name"] != nil && argumentKeys.contains { value[$0] != nil }
    }
}
