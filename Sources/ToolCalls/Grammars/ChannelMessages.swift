import Experience
import JSON

/// Messages on channels, calls with a recipient, as gpt-oss has them.
///
/// Sources: OpenAI's harmony response format.
struct ChannelMessages: CallGrammar {
    private static let start = Marker.token("<|start|>")
    private static let channel = Marker.token("<|channel|>")
    private static let message = Marker.token("<|message|>")
    private static let ends: [Marker] = ["<|end|>", "<|return|>", "<|call|>", "<|start|>"].map { .token($0) }
    private static let call = Array("<|call|>".utf8)
    private static let to = Marker.plain("to=")
    /// What one turn may hold.
    private static let mostMessages = 1024

    var opener: Marker? { nil }
    var markers: [Marker] { [Self.channel, Self.message] + Self.ends }

    func read(_ text: MarkedText, _ range: Range<Int>, into turn: inout TurnBuilder) {
        var place = range.lowerBound
        for number in 0..<Self.mostMessages where place < range.upperBound {
            let rest = place..<range.upperBound
            guard let message = text.first(Self.message, in: rest) else {
                if Self.recipient(text, rest) != nil {
                    turn.fault(.unclosedBlock)
                } else if number == 0, text.first(Self.channel, in: rest) == nil {
                    turn.say(rest)
                }
                return
            }
            let body = message.upperBound..<range.upperBound
            let end = Self.ends.compactMap { text.first($0, in: body) }.min { $0.lowerBound < $1.lowerBound }
            read(
                text, header: place..<message.lowerBound,
                content: body.lowerBound..<(end?.lowerBound ?? body.upperBound),
                isCall: end.map { text.bytes[$0].elementsEqual(Self.call) } ?? false, into: &turn)
            place = end?.upperBound ?? range.upperBound
            if text.has(Self.start, at: place, before: range.upperBound) { place += Self.start.bytes.count }
        }
    }

    private func read(
        _ text: MarkedText, header: Range<Int>, content: Range<Int>, isCall: Bool, into turn: inout TurnBuilder
    ) {
        if let recipient = Self.recipient(text, header).map(text.string) {
            let prefix = "functions."
            let name = recipient.hasPrefix(prefix) ? String(recipient.dropFirst(prefix.utf8.count)) : recipient
            if !isCall { return turn.fault(.unclosedBlock, name) }
            // The model's built-in tools are none of ours, whatever their names.
            if !recipient.hasPrefix(prefix) { return turn.fault(.unknownTool, recipient) }
            return turn.call(name, json: content)
        }
        let channel = text.first(Self.channel, in: header).map { marker in
            let name = text.trimmed(marker.upperBound..<header.upperBound)
            let end = name.first { !text.bytes[$0].isOfName }
            return text.string(name.lowerBound..<(end ?? name.upperBound))
        }
        switch channel {
        case "analysis": turn.think(content)
        case nil, "final", "commentary": turn.say(content)
        default: break
        }
    }

    // The word that begins with `to=`, between spaces and markers.
    private static func recipient(_ text: MarkedText, _ header: Range<Int>) -> Range<Int>? {
        func isBetween(_ place: Int) -> Bool {
            let byte = text.bytes[place]
            return byte <= 0x20 || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">")
        }
        var place = header.lowerBound
        while let found = text.first(to, in: place..<header.upperBound) {
            let start = found.upperBound
            if found.lowerBound == header.lowerBound || isBetween(found.lowerBound - 1) {
                return start..<((start..<header.upperBound).first(where: isBetween) ?? header.upperBound)
            }
            place = start
        }
        return nil
    }
}
