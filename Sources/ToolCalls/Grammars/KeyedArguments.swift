import Experience
import JSON

/// The name, then pairs of markers around each key and each value, as GLM has it.
struct KeyedArguments: CallGrammar {
    var open = Marker.token("<tool_call>")
    var close = Marker.token("</tool_call>")
    var key = (open: Marker.token("<arg_key>"), close: Marker.token("</arg_key>"))
    var value = (open: Marker.token("<arg_value>"), close: Marker.token("</arg_value>"))

    var opener: Marker? { open }
    var markers: [Marker] { [open, close, key.open, key.close, value.open, value.close] }

    func read(_ text: MarkedText, _ range: Range<Int>, into turn: inout TurnBuilder) {
        eachBlock(text, range, into: &turn, between: open, and: close) { body, turn in
            let first = [key.open, value.open].compactMap { text.first($0, in: body)?.lowerBound }.min()
            let name = text.string(text.trimmed(body.lowerBound..<(first ?? body.upperBound)))
            var members: [JSONValue.Member] = []
            var place = first ?? body.upperBound
            while text.skipSpace(place, before: body.upperBound) < body.upperBound {
                place = text.skipSpace(place, before: body.upperBound)
                guard text.has(key.open, at: place, before: body.upperBound),
                    let keyEnd = text.first(key.close, in: place..<body.upperBound),
                    case let second = text.skipSpace(keyEnd.upperBound, before: body.upperBound),
                    text.has(value.open, at: second, before: body.upperBound),
                    let valueEnd = text.first(value.close, in: second..<body.upperBound)
                else {
                    turn.fault(name.isEmpty ? .missingName : .malformedStructure, name)
                    return
                }
                let word = text.string(text.trimmed(place + key.open.bytes.count..<keyEnd.lowerBound))
                let raw = text.string(second + value.open.bytes.count..<valueEnd.lowerBound)
                place = valueEnd.upperBound
                guard let read = DeclaredValue.read(raw, declared: turn.declared(word, of: name)) else {
                    turn.fault(.invalidJSON, name)
                    return
                }
                members.append(.init(word, read))
            }
            turn.call(name, .object(members))
        }
    }
}
