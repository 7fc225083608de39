internal import Experience

/// Keeps the texts of special tokens that stand in a user's or a tool's words from becoming those tokens: before rendering each
/// becomes a word of ours, and behind it the word becomes its text again, encoded in two halves.
struct PlainText: Sendable {
    private(set) var marks: [String] = []
    private let stem: String

    /// `stem` is a word that stands in no message; it is looked for where one has marks.
    init(avoiding messages: [ChatMessage]) {
        var number = 0
        var stem = "QxMark"
        let areMarked = messages.contains { !Self.marks(in: $0.content).isEmpty }
        while areMarked, messages.contains(where: { $0.content.contains(stem) }) {
            number += 1
            stem = "QxMark\(number)Q"
        }
        self.stem = stem
    }

    /// The messages with a word for each mark in a user's or a tool's text.
    mutating func hide(_ messages: [ChatMessage]) -> [ChatMessage] {
        var hidden: [ChatMessage] = []
        for message in messages {
            guard message.role == "user" || message.role == "tool" else {
                hidden.append(message)
                continue
            }
            let found = Self.marks(in: message.content)
            if found.isEmpty {
                hidden.append(message)
                continue
            }
            var text = ""
            var place = message.content.startIndex
            for range in found {
                text += message.content[place..<range.lowerBound] + "\(stem)\(marks.count)x"
                marks.append(String(message.content[range]))
                place = range.upperBound
            }
            hidden.append(message.with(content: text + message.content[place...]))
        }
        return hidden
    }

    /// A rendered text cut where nothing may become a special token over the cut.
    func pieces(of text: String) -> [String] {
        var pieces: [String] = []
        var rest = Substring(text)
        for (number, mark) in marks.enumerated() {
            guard let place = rest.firstRange(of: "\(stem)\(number)x") else { continue }
            pieces.append(String(rest[..<place.lowerBound]) + mark.prefix(1))
            rest = Substring(mark.dropFirst()) + rest[place.upperBound...]
        }
        pieces.append(String(rest))
        return pieces
    }

    /// A rendered text with its marks in place.
    func shown(_ text: String) -> String { pieces(of: text).joined() }

    /// What may be the text of a special token: `<…>`, `[…]` of capitals, and what some families use besides.
    static func marks(in text: String) -> [Range<String.Index>] {
        let utf8 = text.utf8
        guard utf8.contains(UInt8(ascii: "<")) || utf8.contains(UInt8(ascii: "[")) || utf8.contains(UInt8(ascii: "]"))
        else { return [] }
        var found: [Range<String.Index>] = []
        var place = utf8.startIndex
        while place < utf8.endIndex {
            let end: String.Index? =
                switch utf8[place] {
                case UInt8(ascii: "<"):
                    closing(text, place, by: UInt8(ascii: ">"), most: 64) { $0 > 0x20 && $0 != 0x3C }
                case UInt8(ascii: "["):
                    closing(text, place, by: UInt8(ascii: "]"), most: 40) {
                        (0x41...0x5A).contains($0) || $0 == 0x5F || $0 == 0x2F
                    } ?? (utf8[place...].starts(with: "[e~[".utf8) ? utf8.index(place, offsetBy: 4) : nil)
                case UInt8(ascii: "]"): closing(text, place, by: UInt8(ascii: "["), most: 16) { $0 > 0x20 }
                default: nil
                }
            if let end {
                found.append(place..<end)
                place = end
            } else {
                place = utf8.index(after: place)
            }
        }
        return found
    }

    private static func closing(
        _ text: String, _ start: String.Index, by last: UInt8, most: Int, _ admits: (UInt8) -> Bool
    ) -> String.Index? {
        var place = text.utf8.index(after: start)
        for _ in 0..<most {
            guard place < text.utf8.endIndex else { return nil }
            let byte = text.utf8[place]
            place = text.utf8.index(after: place)
            if byte == last { return place }
            guard admits(byte) else { return nil }
        }
        return nil
    }
}
