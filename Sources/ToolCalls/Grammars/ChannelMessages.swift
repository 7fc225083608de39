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
    /// What one turn may hold.
    private static let mostMessages = 1024

    var opener: Marker? { nil }
    var markers: [Marker] { [Self.channel, Self.message] + Self.ends }

    func read(_ text: MarkedText, _ range: Range<Int>, into turn: inout TurnBuilder) {
        var place = range.lowerBound
        for number in 0..<Self.mostMessages where place < range.upperBound {
            let rest = place..<range.upperBound
            guard let message = text.first(Self.message, in: rest) else {
                let recipient = Self.recipient(text.string(rest))
                if recipient != nil {
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
        if let recipient = Self.recipient(text.string(header)) {
            let prefix = "functions."
            let name = recipient.hasPrefix(prefix) ? String(recipient.dropFirst(prefix.utf8.count)) : recipient
            if !isCall { return turn.fault(.unclosedBlock, name) }
            // The model's built-in tools are none of ours, whatever their names.
            if !recipient.hasPrefix(prefix) { return turn.fault(.unknownTool, recipient) }
            return turn.call(name, json: content)
        }
        let channel = text.first(Self.channel, in: header).map { marker in
            text.string(text.trimmed(marker.upperBound..<header.upperBound)).prefix { $0.isLetter }
        }
        switch channel {
        case "analysis": turn.think(content)
        case nil, "final", "commentary": turn.say(content)
        default: break
        }
    }

    private static func recipient(_ header: String) -> String? {
        let words = header.split { $0.isWhitespace || $0 == "<" || $0 == ">" }
        return words.first { $0.hasPrefix("to=") }.map { String($0.dropFirst("to=".utf8.count)) }
    }
}
