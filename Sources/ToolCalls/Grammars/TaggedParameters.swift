import Experience
import JSON

/// Tags for a call and for each argument inside of a wrapper, as Qwen3-Coder, MiniMax, Seed and DeepSeek V4 have them.
struct TaggedParameters: CallGrammar {
    /// `<function=NAME>` and `<parameter=NAME>`, or `<invoke name="NAME">` and `<parameter name="NAME">`.
    struct Tags: Sendable {
        let call: [UInt8]
        let callEnd: [UInt8]
        let parameter: [UInt8]
        let parameterEnd: [UInt8]
        /// What ends a name.
        let nameEnd: [UInt8]

        init(call: String, callEnd: String, parameter: String, parameterEnd: String, nameEnd: String) {
            (self.call, self.callEnd) = (Array(call.utf8), Array(callEnd.utf8))
            (self.parameter, self.parameterEnd) = (Array(parameter.utf8), Array(parameterEnd.utf8))
            self.nameEnd = Array(nameEnd.utf8)
        }
    }

    var open: Marker
    var close: Marker
    var tags: Tags
    /// Whether one line break at each end of a value is the syntax's.
    var framesValues = false
    /// Whether a call with an empty name lacks it, or is no call.
    var mayLackName = true

    var opener: Marker? { open }
    var markers: [Marker] { [open, close] }

    /// As Qwen3-Coder writes them.
    static let equals = Tags(
        call: "<function=", callEnd: "</function>", parameter: "<parameter=", parameterEnd: "</parameter>", nameEnd: ">"
    )

    /// As MiniMax writes them, with something before each tag's name.
    static func named(_ prefix: String = "") -> Tags {
        Tags(
            call: "<\(prefix)invoke name=\"", callEnd: "</\(prefix)invoke>", parameter: "<\(prefix)parameter name=\"",
            parameterEnd: "</\(prefix)parameter>", nameEnd: "\"")
    }

    func read(_ text: MarkedText, _ range: Range<Int>, into turn: inout TurnBuilder) {
        let (call, parameter) = (tags.call, tags.parameter)
        let (callEnd, parameterEnd) = (tags.callEnd, tags.parameterEnd)
        let nameEnd = tags.nameEnd
        eachBlock(text, range, into: &turn, between: open, and: close) { block, turn in
            let body = text.trimmed(block)
            var place = body.lowerBound
            guard text.has(Marker(bytes: call, isToken: false), at: place, before: body.upperBound) else {
                return turn.fault(.malformedStructure)
            }
            while !turn.isFull, let begin = text.spelt(call, in: place..<body.upperBound) {
                guard let name = text.spelt(nameEnd, in: begin.upperBound..<body.upperBound) else {
                    turn.fault(.malformedStructure)
                    break
                }
                place = name.upperBound
                let word = text.string(text.trimmed(begin.upperBound..<name.lowerBound))
                if word.isEmpty {
                    turn.fault(mayLackName ? .missingName : .malformedStructure)
                    place = text.spelt(callEnd, in: place..<body.upperBound)?.upperBound ?? body.upperBound
                    continue
                }
                place = arguments(of: word, from: place)
            }

            func arguments(of word: String, from start: Int) -> Int {
                var place = text.spelt([UInt8(ascii: ">")], in: (start - 1)..<body.upperBound)?.upperBound ?? start
                var members: [JSONValue.Member] = []
                var fault: ToolCallFault?
                while let next = text.spelt([UInt8(ascii: "<")], in: place..<body.upperBound)?.lowerBound {
                    if text.has(Marker(bytes: callEnd, isToken: false), at: next, before: body.upperBound) {
                        place = next + callEnd.count
                        break
                    }
                    if text.has(Marker(bytes: call, isToken: false), at: next, before: body.upperBound) {
                        place = next
                        break
                    }
                    place = next + 1
                    guard text.has(Marker(bytes: parameter, isToken: false), at: next, before: body.upperBound) else {
                        continue
                    }
                    guard let key = text.spelt(nameEnd, in: next + parameter.count..<body.upperBound),
                        let tagEnd = text.spelt([UInt8(ascii: ">")], in: (key.upperBound - 1)..<body.upperBound),
                        let value = valueEnd(from: tagEnd.upperBound)
                    else {
                        fault = .malformedStructure
                        place = text.spelt(callEnd, in: place..<body.upperBound)?.upperBound ?? body.upperBound
                        break
                    }
                    place = value.upperBound
                    let argument = text.string(text.trimmed(next + parameter.count..<key.lowerBound))
                    let raw = text.string(framed(tagEnd.upperBound..<value.lowerBound))
                    let says = text.string(key.upperBound..<max(key.upperBound, tagEnd.lowerBound))
                    if let value = self.value(raw, argument, of: word, says, turn) {
                        members.append(.init(argument, value))
                    } else {
                        fault = fault ?? .invalidJSON
                    }
                }
                if let fault { turn.fault(fault, word) } else { turn.call(word, .object(members)) }
                return max(place, start)
            }

            // The end of a value is followed by the next argument, or by the end of the call.
            func valueEnd(from start: Int) -> Range<Int>? {
                var place = start
                while let found = text.spelt(parameterEnd, in: place..<body.upperBound) {
                    let behind = text.skipSpace(found.upperBound, before: body.upperBound)
                    let isEnd =
                        behind == body.upperBound
                        || [parameter, callEnd, call].contains {
                            text.has(Marker(bytes: $0, isToken: false), at: behind, before: body.upperBound)
                        }
                    if isEnd { return found }
                    place = found.upperBound
                }
                return nil
            }

            func framed(_ range: Range<Int>) -> Range<Int> {
                guard framesValues else { return range }
                let start = range.lowerBound + (range.isEmpty || text.bytes[range.lowerBound] != 0x0A ? 0 : 1)
                let end = range.upperBound
                return start..<(end > start && text.bytes[end - 1] == 0x0A ? end - 1 : end)
            }
        }
    }

    // `string="true"` says what a value is, where the syntax has it.
    private func value(
        _ raw: String, _ argument: String, of name: String, _ attributes: String, _ turn: TurnBuilder
    ) -> JSONValue? {
        if attributes.contains("string=\"true\"") { return .string(raw) }
        if attributes.contains("string=\"false\"") {
            return try? JSONValue(parsing: raw.utf8, maxDepth: TurnBuilder.mostDepth)
        }
        return DeclaredValue.read(raw, declared: turn.declared(argument, of: name))
    }
}
