import Experience
import JSON

/// `call:NAME{KEY:VALUE,…}` between two markers, strings between a marker of their own, as Gemma has it.
struct BareKeyCalls: CallGrammar {
    var open: Marker
    var close: Marker
    var quote: Marker
    /// Whether every value is written as a string, and means what the tool declares.
    var quotesAll = false

    private static let head = Marker.plain("call:")

    var opener: Marker? { open }
    var markers: [Marker] { [open, close, quote] }

    func read(_ text: MarkedText, _ range: Range<Int>, into turn: inout TurnBuilder) {
        eachBlock(text, range, into: &turn, between: open, and: close) { body, turn in
            call(text, text.trimmed(body), into: &turn)
        }
    }

    private func call(_ text: MarkedText, _ body: Range<Int>, into turn: inout TurnBuilder) {
        let head = Self.head
        guard text.has(head, at: body.lowerBound, before: body.upperBound),
            let brace = text.first(UInt8(ascii: "{"), in: body)
        else { return turn.fault(.malformedStructure) }
        let name = text.string(text.trimmed(body.lowerBound + head.bytes.count..<brace))
        if name.isEmpty { return turn.fault(.missingName) }
        var place = brace
        let value = self.value(text, &place, before: body.upperBound, depth: 0)
        guard case .object(var members)? = value, text.skipSpace(place, before: body.upperBound) == body.upperBound
        else {
            return turn.fault(.invalidJSON, name)
        }
        if quotesAll {
            for index in members.indices {
                guard case .string(let raw) = members[index].value else { continue }
                guard let read = DeclaredValue.read(raw, declared: turn.declared(members[index].key, of: name)) else {
                    return turn.fault(.invalidJSON, name)
                }
                members[index].value = read
            }
        }
        turn.call(name, .object(members))
    }

    private func value(_ text: MarkedText, _ place: inout Int, before end: Int, depth: Int) -> JSONValue? {
        place = text.skipSpace(place, before: end)
        guard place < end, depth < TurnBuilder.mostDepth else { return nil }
        if text.has(quote, at: place, before: end) { return string(text, &place, before: end).map(JSONValue.string) }
        switch text.bytes[place] {
        case UInt8(ascii: "{"):
            place += 1
            var members: [JSONValue.Member] = []
            while !takes(text, &place, "}", before: end) {
                guard let key = key(text, &place, before: end), takes(text, &place, ":", before: end),
                    let value = value(text, &place, before: end, depth: depth + 1)
                else { return nil }
                members.append(.init(key, value))
                if takes(text, &place, ",", before: end) { continue }
                guard takes(text, &place, "}", before: end) else { return nil }
                break
            }
            return .object(members)
        case UInt8(ascii: "["):
            place += 1
            var elements: [JSONValue] = []
            while !takes(text, &place, "]", before: end) {
                guard let value = value(text, &place, before: end, depth: depth + 1) else { return nil }
                elements.append(value)
                if takes(text, &place, ",", before: end) { continue }
                guard takes(text, &place, "]", before: end) else { return nil }
                break
            }
            return .array(elements)
        default:
            let start = place
            while place < end, !",}]".utf8.contains(text.bytes[place]) { place += 1 }
            return text.json(text.trimmed(start..<place), maxDepth: TurnBuilder.mostDepth)
        }
    }

    private func key(_ text: MarkedText, _ place: inout Int, before end: Int) -> String? {
        place = text.skipSpace(place, before: end)
        if text.has(quote, at: place, before: end) { return string(text, &place, before: end) }
        let start = place
        while place < end, !":,{}[]".utf8.contains(text.bytes[place]) { place += 1 }
        let name = text.trimmed(start..<place)
        return name.isEmpty ? nil : text.string(name)
    }

    private func string(_ text: MarkedText, _ place: inout Int, before end: Int) -> String? {
        let start = place + quote.bytes.count
        guard start <= end, let stop = text.first(quote, in: start..<end) else { return nil }
        place = stop.upperBound
        return text.string(start..<stop.lowerBound)
    }

    private func takes(_ text: MarkedText, _ place: inout Int, _ sign: Unicode.Scalar, before end: Int) -> Bool {
        place = text.skipSpace(place, before: end)
        guard place < end, text.bytes[place] == UInt8(ascii: sign) else { return false }
        place += 1
        return true
    }
}
