import Experience
import JSON

/// Calls in Python's syntax with literal keyword arguments, as Llama 4, LFM2 and OLMo have them, in a list or a line each: the
/// whole of a turn, or what stands between two markers.
struct PythonCalls: CallGrammar {
    var opener: Marker?
    var close: Marker?
    /// Whether a call may stand on a line of its own, without a list around it.
    var mayLackList = false

    var markers: [Marker] { [opener, close].compactMap(\.self) }

    func read(_ text: MarkedText, _ range: Range<Int>, into turn: inout TurnBuilder) {
        guard let opener, let close else {
            let body = text.trimmed(range)
            if !list(text, body, into: &turn) { turn.say(body) }
            return
        }
        eachBlock(text, range, into: &turn, opener: opener) { start, turn in
            let end = text.first(close, in: start..<range.upperBound)
            let body = text.trimmed(start..<(end?.lowerBound ?? range.upperBound))
            if end == nil, text.first(.plain("("), in: body) == nil {
                turn.fault(.unclosedBlock)
            } else if !list(text, body, into: &turn) {
                turn.fault(.malformedStructure)
            }
            return end?.upperBound ?? range.upperBound
        }
    }

    /// False for what is no list of calls.
    private func list(_ text: MarkedText, _ body: Range<Int>, into turn: inout TurnBuilder) -> Bool {
        var reader = PythonReader(bytes: text.bytes, position: body.lowerBound, end: body.upperBound)
        let isList = reader.take("[")
        guard isList || mayLackList else { return false }
        var calls: [(name: String, arguments: JSONValue?)] = []
        var isCut = false
        calls: while calls.count < TurnBuilder.mostCalls {
            reader.skipSpace()
            if !calls.isEmpty, isList ? reader.take("]") : reader.isAtEnd { break }
            let name = reader.name()
            guard !name.isEmpty, reader.take("(") else {
                if calls.isEmpty { return false }
                if reader.isAtEnd {
                    isCut = !name.isEmpty
                    break
                }
                turn.fault(.malformedStructure)
                return true
            }
            switch reader.wholeArguments() {
            case .literals(let members): calls.append((name, .object(members)))
            case .noLiterals: calls.append((name, nil))
            case .cutOff:
                isCut = true
                break calls
            case .broken:
                turn.fault(.malformedStructure)
                return true
            }
            reader.skipSpace()
            if reader.take(",") || !isList { continue }
            if reader.take("]") || reader.isAtEnd { break }
            turn.fault(.malformedStructure)
            return true
        }
        reader.skipSpace()
        guard reader.isAtEnd || isCut else { return false }
        for call in calls {
            if let arguments = call.arguments {
                turn.call(call.name, arguments)
            } else {
                turn.fault(.malformedStructure, call.name, "arguments must be literals, each with its name")
            }
        }
        if isCut { turn.fault(.unclosedBlock) }
        return true
    }
}
