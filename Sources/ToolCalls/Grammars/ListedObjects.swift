import Experience
import JSON

/// A JSON list of objects with name and arguments behind a marker, as Mistral, Granite and Phi have it.
struct ListedObjects: CallGrammar {
    var open: Marker
    /// A marker behind the list, taken away where it stands.
    var close: Marker?
    /// The marker is the list's own first bracket, too.
    var holdsBracket = false
    /// Whether one object may stand in place of a list.
    var takesObject = false
    var nameKey = "name"
    var argumentKeys = ["arguments"]
    /// Whether each object's one key is the name, and its value the arguments.
    var isKeyedByName = false

    var opener: Marker? { open }
    var markers: [Marker] { [open, close].compactMap(\.self) }

    func read(_ text: MarkedText, _ range: Range<Int>, into turn: inout TurnBuilder) {
        eachBlock(text, range, into: &turn, opener: open) { start, turn in
            let first = text.skipSpace(holdsBracket ? start - 1 : start, before: range.upperBound)
            guard first < range.upperBound else {
                turn.fault(.unclosedBlock)
                return range.upperBound
            }
            let isObject = text.bytes[first] == UInt8(ascii: "{")
            guard isObject || text.bytes[first] == UInt8(ascii: "[") else {
                turn.fault(.malformedStructure)
                return text.first(open, in: first..<range.upperBound)?.lowerBound ?? range.upperBound
            }
            guard let end = text.endOfJSON(from: first, before: range.upperBound) else {
                turn.fault(.unclosedBlock)
                return range.upperBound
            }
            if isObject, takesObject {
                if let value = turn.json(first..<end) {
                    call(value, in: &turn)
                } else {
                    turn.fault(.invalidJSON)
                }
            } else if isObject {
                turn.fault(.malformedStructure)
            } else if let values = turn.json(first..<end)?.arrayValue {
                if values.isEmpty { turn.fault(.malformedStructure) }
                for value in values { call(value, in: &turn) }
            } else {
                turn.fault(.invalidJSON)
            }
            let behind = text.skipSpace(end, before: range.upperBound)
            if let close, text.has(close, at: behind, before: range.upperBound) { return behind + close.bytes.count }
            return end
        }
    }

    private func call(_ value: JSONValue, in turn: inout TurnBuilder) {
        guard isKeyedByName else { return turn.call(value, name: nameKey, arguments: argumentKeys) }
        guard case .object(let members) = value, members.count == 1, let only = members.first else {
            return turn.fault(.malformedStructure)
        }
        turn.call(only.key, only.value)
    }
}
