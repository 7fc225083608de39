/// What the first bytes of an answer say it is.
enum JSONText {
    static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 || byte == 0xEF || byte == 0xBB || byte == 0xBF
    }

    /// `text` without a byte order mark.
    static func withoutMark(_ text: [UInt8]) -> [UInt8] {
        text.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(text.dropFirst(3)) : text
    }

    /// Where an answer begins: behind blanks, a byte order mark and the comments that proxies send while they wait, as far as
    /// their lines are whole.
    static func start(of text: [UInt8]) -> Int {
        var place = 0
        while place < text.count {
            if isBlank(text[place]) {
                place += 1
            } else if text[place] == UInt8(ascii: ":") {
                guard let end = text[place...].firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) else {
                    return text.count
                }
                place = end
            } else {
                return place
            }
        }
        return place
    }

    /// What follows a document in one event: another one, glued to it with or without its field's name. Commas and line
    /// breaks that were escaped once too often stand for nothing. Nil where neither is there.
    static func next(_ bytes: UnsafeBufferPointer<UInt8>, after end: Int) -> UnsafeBufferPointer<UInt8>? {
        if end == bytes.count { return nil }
        var rest = bytes[end...].drop { isBlank($0) || $0 == UInt8(ascii: ",") }
        while rest.starts(with: "\\n".utf8) || rest.starts(with: "\\r".utf8) { rest = rest.dropFirst(2) }
        if rest.starts(with: "data:".utf8) { rest = rest.dropFirst(5).drop(while: isBlank) }
        guard rest.isEmpty || rest.first == UInt8(ascii: "{") || rest.starts(with: "[DONE]".utf8) else { return nil }
        return UnsafeBufferPointer(rebasing: rest.first == UInt8(ascii: "{") ? rest : rest.dropFirst(rest.count))
    }

    /// Whether the text is a stream of server-sent events: a field or a comment first.
    static func isEventStream(_ text: [UInt8]) -> Bool {
        let start = text.drop(while: isBlank)
        return ["data:", "event:", "id:", "retry:", ":"].contains { start.starts(with: $0.utf8) }
    }

    /// Whether further objects follow the first on lines of their own.
    static func isLines(_ text: [UInt8]) -> Bool {
        text.indices.dropFirst().contains { text[$0] == UInt8(ascii: "{") && text[$0 - 1] == 0x0A }
    }
}
