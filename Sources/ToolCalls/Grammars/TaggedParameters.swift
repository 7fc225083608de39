import Experience
import JSON

/// Tags for a call and for each argument inside of a wrapper, as Qwen3-Coder, MiniMax, Seed and DeepSeek V4 have them.
struct TaggedParameters: CallGrammar {
    /// `<function=NAME>` and `<parameter=NAME>`, or `<invoke name="NAME">` and `<parameter name="NAME">`.
    struct Tags: Sendable {
        let call: Marker
        let callEnd: Marker
        let parameter: Marker
        let parameterEnd: Marker
        /// What ends a name.
        let nameEnd: UInt8

        init(call: String, callEnd: String, parameter: String, parameterEnd: String, nameEnd: Unicode.Scalar) {
            (self.call, self.callEnd) = (.plain(call), .plain(callEnd))
            (self.parameter, self.parameterEnd) = (.plain(parameter), .plain(parameterEnd))
            self.nameEnd = UInt8(ascii: nameEnd)
        }
    }

    var open: Marker
    var close: Marker
    var tags: Tags
    /// Whether one line break at each end of a value is the syntax's.
    var framesValues = false
    /// Whether a call with an empty name lacks it, or is no call.
    var mayLackName = true
    /// Whether each call has markers of its own around it, which say nothing more.
    var framesCalls = false

    private static let tagEnd = UInt8(ascii: ">")
    private static let isString = Marker.plain("string=\"true\"")
    private static let isNoString = Marker.plain("string=\"false\"")

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
            guard framesCalls || text.has(call, at: place, before: body.upperBound) else {
                return turn.fault(.malformedStructure)
            }
            while !turn.isFull, let begin = text.first(call, in: place..<body.upperBound) {
                guard let name = text.first(nameEnd, in: begin.upperBound..<body.upperBound) else {
                    turn.fault(.malformedStructure)
                    break
                }
                place = name + 1
                let word = text.string(text.trimmed(begin.upperBound..<name))
                if word.isEmpty {
                    turn.fault(mayLackName ? .missingName : .malformedStructure)
                    place = text.first(callEnd, in: place..<body.upperBound)?.upperBound ?? body.upperBound
                    continue
                }
                place = arguments(of: word, from: place)
            }

            func arguments(of word: String, from start: Int) -> Int {
                var place = text.first(Self.tagEnd, in: (start - 1)..<body.upperBound).map { $0 + 1 } ?? start
                var members: [JSONValue.Member] = []
                var fault: ToolCallFault?
                while let next = text.first(UInt8(ascii: "<"), in: place..<body.upperBound) {
                    if text.has(callEnd, at: next, before: body.upperBound) {
                        place = next + callEnd.bytes.count
                        break
                    }
                    if text.has(call, at: next, before: body.upperBound) {
                        place = next
                        break
                    }
                    place = next + 1
                    guard text.has(parameter, at: next, before: body.upperBound) else { continue }
                    let nameStart = next + parameter.bytes.count
                    guard let key = text.first(nameEnd, in: nameStart..<body.upperBound),
                        let tagEnd = text.first(Self.tagEnd, in: key..<body.upperBound),
                        let value = valueEnd(from: tagEnd + 1)
                    else {
                        fault = .malformedStructure
                        place = text.first(callEnd, in: place..<body.upperBound)?.upperBound ?? body.upperBound
                        break
                    }
                    place = value.upperBound
                    let argument = text.string(text.trimmed(nameStart..<key))
                    let raw = text.string(framed(tagEnd + 1..<value.lowerBound))
                    let says = key + 1..<max(key + 1, tagEnd)
                    if let value = self.value(raw, argument, of: word, text, says, turn) {
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
                while let found = text.first(parameterEnd, in: place..<body.upperBound) {
                    let behind = text.skipSpace(found.upperBound, before: body.upperBound)
                    if behind == body.upperBound || text.has(parameter, at: behind, before: body.upperBound)
                        || text.has(callEnd, at: behind, before: body.upperBound)
                        || text.has(call, at: behind, before: body.upperBound)
                    {
                        return found
                    }
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
        _ raw: String, _ argument: String, of name: String, _ text: MarkedText, _ attributes: Range<Int>,
        _ turn: TurnBuilder
    ) -> JSONValue? {
        if text.first(Self.isString, in: attributes) != nil { return .string(raw) }
        if text.first(Self.isNoString, in: attributes) != nil {
            return try? JSONValue(parsing: raw.utf8, maxDepth: TurnBuilder.mostDepth)
        }
        return DeclaredValue.read(raw, declared: turn.declared(argument, of: name))
    }
}
