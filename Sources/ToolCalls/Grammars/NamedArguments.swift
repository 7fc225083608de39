import Experience
import JSON

/// A marker, the name, a second marker and a JSON object, as Mistral has it from Small 3.2 on.
struct NamedArguments: CallGrammar {
    var open = Marker.token("[TOOL_CALLS]")
    var arguments = Marker.token("[ARGS]")
    /// A marker that ends the name, with an id behind it.
    var id = Marker.token("[CALL_ID]")

    var opener: Marker? { open }
    var markers: [Marker] { [open, arguments, id] }

    func read(_ text: MarkedText, _ range: Range<Int>, into turn: inout TurnBuilder) {
        eachBlock(text, range, into: &turn, opener: open) { start, turn in
            let block = start..<(text.first(open, in: start..<range.upperBound)?.lowerBound ?? range.upperBound)
            guard let marker = text.first(arguments, in: block) else {
                // A name that ends with the text was cut off.
                let name = text.trimmed(block)
                let isCut = block.upperBound == range.upperBound && text.bytes[name].allSatisfy(\.isName)
                turn.fault(isCut ? .unclosedBlock : .malformedStructure)
                return block.upperBound
            }
            let head = start..<(text.first(id, in: start..<marker.lowerBound)?.lowerBound ?? marker.lowerBound)
            let name = text.string(text.trimmed(head))
            let first = text.skipSpace(marker.upperBound, before: block.upperBound)
            guard first < block.upperBound else {
                turn.fault(name.isEmpty ? .missingName : .unclosedBlock, name)
                return block.upperBound
            }
            guard text.bytes[first] == UInt8(ascii: "{") || text.bytes[first] == UInt8(ascii: "[") else {
                turn.call(name, json: first..<block.upperBound)
                return block.upperBound
            }
            guard let end = text.endOfJSON(from: first, before: block.upperBound) else {
                turn.fault(.unclosedBlock, name)
                return block.upperBound
            }
            turn.call(name, json: first..<end)
            return end
        }
    }
}

extension UInt8 {
    /// A letter, a digit or what else stands in names of tools.
    var isName: Bool { isOfName || self == UInt8(ascii: "-") || self == UInt8(ascii: ".") }
}
