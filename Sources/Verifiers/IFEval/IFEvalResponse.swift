/// A response with the countings that several instructions need.
struct IFEvalResponse {
    let text: String
    var lower: String { text.lowercased() }
    var trimmed: String { text.trimmed }

    init(_ text: String) { self.text = text }

    /// Runs of letters, digits and underscores.
    var words: [Substring] {
        text.split { !($0.isLetter || $0.isNumber || $0 == "_") }
    }

    /// Words as the Penn Treebank splits them, as far as letters are concerned: at whitespace and most punctuation, not at
    /// points and hyphens, and contractions in two ("I'M" is I and 'M).
    var tokens: [Substring] {
        let parts = text.split { $0.isWhitespace || ",;:!?\"()[]{}<>@#$%&*".contains($0) }
        return parts.flatMap { part -> [Substring] in
            let lower = part.lowercased()
            for ending in ["n't", "'s", "'m", "'d", "'ll", "'re", "'ve"]
            where lower.hasSuffix(ending) && part.count > ending.count {
                return [part.dropLast(ending.count), part.suffix(ending.count)]
            }
            return [part]
        }
    }

    /// Sentences end with . ! ? (or 。！？) before whitespace or the end; initials and common abbreviations do not end
    /// one, nor does a number's point.
    var sentences: Int {
        var count = 0
        var hasText = false
        var word = ""
        let characters = Array(text)
        for (index, character) in characters.enumerated() {
            if character.isLetter || character.isNumber { hasText = true }
            let next = index + 1 < characters.count ? characters[index + 1] : " "
            let isEnd =
                ".!?".contains(character) && (next.isWhitespace || "\"')]*".contains(next)) || "。！？".contains(character)
            if isEnd, hasText, !(character == "." && Self.isAbbreviation(word)) {
                count += 1
                hasText = false
            }
            word = character.isLetter || character == "." ? word + String(character) : ""
        }
        return count + (hasText ? 1 : 0)
    }

    private static let abbreviations: Set<String> = [
        "mr", "mrs", "ms", "dr", "prof", "st", "jr", "sr", "vs", "e.g", "i.e", "inc", "ltd", "co", "fig", "no", "u.s",
    ]

    private static func isAbbreviation(_ word: String) -> Bool {
        let bare = word.lowercased()
        return bare.count == 1 || abbreviations.contains(bare)
    }

    /// Lines whose first visible character is a bullet: `-`, or `*` not followed by another. A `*` alone on its line takes
    /// the next line for its text, as the published pattern does.
    var bullets: Int {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.drop(while: \.isWhitespace) }
        var count = lines.count { $0.hasPrefix("-") }
        var index = 0
        while index < lines.count {
            let line = lines[index]
            index += 1
            guard line.hasPrefix("*") else { continue }
            if line.count == 1 {
                if index < lines.count { count += 1 }
                index += 1
            } else if !line.hasPrefix("**") {
                count += 1
            }
        }
        return count
    }

    /// Spans between single and double asterisks on one line with text inside.
    var highlights: Int {
        text.split(separator: "\n").reduce(0) { $0 + Self.spans($1, "*") + Self.spans($1, "**") }
    }

    /// Non-overlapping spans from mark to mark without an asterisk between them.
    private static func spans(_ line: Substring, _ mark: String) -> Int {
        var count = 0
        var rest = line
        while let start = rest.firstIndex(of: "*") {
            let after = rest[start...]
            guard after.hasPrefix(mark) else {
                rest = after.dropFirst()
                continue
            }
            let inner = after.dropFirst(mark.count)
            guard let end = inner.firstIndex(of: "*") else { return count }
            guard inner[end...].hasPrefix(mark) else {
                rest = after.dropFirst()
                continue
            }
            if !inner[..<end].allSatisfy(\.isWhitespace) { count += 1 }
            rest = inner[end...].dropFirst(mark.count)
        }
        return count
    }

    /// Spans in square brackets on one line.
    var placeholders: Int {
        text.split(separator: "\n").reduce(0) { total, line in
            var count = total
            var rest = line
            while let open = rest.firstIndex(of: "["), let close = rest[open...].firstIndex(of: "]") {
                count += 1
                rest = rest[close...].dropFirst()
            }
            return count
        }
    }

    /// Places of a text, without regard to case, not overlapping.
    func occurrences(of needle: String, asWord: Bool = false) -> Int {
        let text = Array(lower.unicodeScalars)
        let needle = Array(needle.lowercased().unicodeScalars)
        guard !needle.isEmpty, text.count >= needle.count else { return 0 }
        func isWord(_ index: Int) -> Bool {
            guard text.indices.contains(index) else { return false }
            return text[index].properties.isAlphabetic || text[index].properties.numericType != nil
                || text[index] == "_"
        }
        var count = 0
        var index = 0
        while index + needle.count <= text.count {
            let end = index + needle.count
            if text[index] == needle[0], text[index..<end].elementsEqual(needle),
                !asWord || (!isWord(index - 1) && !isWord(end))
            {
                count += 1
                index = end
            } else {
                index += 1
            }
        }
        return count
    }
}
