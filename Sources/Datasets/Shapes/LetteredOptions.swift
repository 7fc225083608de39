import Foundation

/// Options that stand in one text with a letter before each: `a ) 38 , b ) 27.675`, `(A) x (B) y`, or a line each.
struct LetteredOptions {
    /// Without their letters, in order; two at least.
    let texts: [String]

    /// What stands around a letter.
    private static let marks: [(before: String, behind: String)] = [
        ("(", ")"), ("", " )"), ("", ")"), ("", "."), ("", ":"),
    ]

    /// Nil for a text that does not begin with the first letter, or has no second.
    init?(in text: String) {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        for letters in ["ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"] {
            for mark in Self.marks {
                let parts = Self.parts(text, letters.map { mark.before + String($0) + mark.behind })
                if parts.count > 1 {
                    texts = parts
                    return
                }
            }
        }
        return nil
    }

    private static func parts(_ text: String, _ marks: [String]) -> [String] {
        guard let first = marks.first, text.hasPrefix(first) else { return [] }
        var parts: [String] = []
        var rest = text.dropFirst(first.count)
        for mark in marks.dropFirst() {
            guard let next = place(of: mark, in: rest) else { break }
            parts.append(trimmed(rest[..<next.lowerBound]))
            rest = rest[next.upperBound...]
        }
        return parts + [trimmed(rest)]
    }

    // Behind a space, a comma or a line end: "(B)" of a formula that goes on is none.
    private static func place(of mark: String, in text: Substring) -> Range<Substring.Index>? {
        var start = text.startIndex
        while let found = text.range(of: mark, range: start..<text.endIndex) {
            if found.lowerBound > text.startIndex, " ,;\n\t".contains(text[text.index(before: found.lowerBound)]) {
                return found
            }
            start = text.index(after: found.lowerBound)
        }
        return nil
    }

    private static func trimmed(_ text: Substring) -> String {
        text.trimmingCharacters(in: CharacterSet(charactersIn: ",;").union(.whitespacesAndNewlines))
    }
}
