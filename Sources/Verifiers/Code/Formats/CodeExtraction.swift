/// Finds the program in a response.
///
/// A line that starts (after up to three spaces) with three or more backticks or tildes opens a fenced block, a line of at
/// least as many of the same closes it. A block that is never closed was cut off by the token limit; it counts as it stands,
/// so that a truncated program fails as a program and not as a missing one.
enum CodeExtraction {
    /// A fenced block.
    struct Block: Equatable {
        /// The first word after the fence.
        var tag: String
        var text: String

        /// The language that its tag names.
        var language: String? { LanguageName.ofTag(tag) }
    }

    /// A text that is nothing but one fenced block; nil for any other.
    static func whole(_ text: String) -> Block? {
        let trimmed = text.trimmed
        guard trimmed.hasPrefix("```"), trimmed.hasSuffix("```"), case let found = blocks(in: trimmed), found.count == 1
        else {
            return nil
        }
        return found[0]
    }

    /// The last fenced block; nil when the text has no fence.
    static func lastFencedBlock(in text: String) -> String? { blocks(in: text).last?.text }

    /// The block with the program: of those in the row's language the last one with the entry point, or the last one.
    static func program(in text: String, language: String?, entryPoint: String?) -> Block? {
        let found = blocks(in: text)
        guard found.count > 1 else { return found.first }
        var candidates = found.filter { !$0.text.allSatisfy(\.isWhitespace) }
        // A block of another kind, for example the output of an example, is no program.
        let sameLanguage = candidates.filter { $0.language != nil && $0.language == language }
        let tagged = candidates.filter { $0.language != nil }
        let untagged = candidates.filter { $0.tag.isEmpty }
        if !sameLanguage.isEmpty {
            candidates = sameLanguage
        } else if language == nil, let python = tagged.last(where: { $0.language == "python" }) {
            candidates = tagged.filter { $0.language == python.language }
        } else if language == nil, let last = tagged.last(where: { $0.language != "bash" }) ?? tagged.last {
            candidates = tagged.filter { $0.language == last.language }
        } else if !untagged.isEmpty {
            candidates = untagged
        } else if !tagged.isEmpty {
            candidates = tagged
        }
        if let entryPoint,
            let word = entryPoint.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "_" }).last,
            let block = candidates.last(where: { defines(word, in: $0.text) })
        {
            return block
        }
        return candidates.last ?? found.last
    }

    // Whether a line of the text has a definition's word and then the name.
    private static func defines(_ name: Substring, in text: String) -> Bool {
        text.split(separator: "\n").contains { line in
            let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
            guard let place = words.firstIndex(of: name) else { return false }
            return words[..<place].contains { definitions.contains(String($0)) }
        }
    }

    private static let definitions: Set<String> = [
        "def", "class", "func", "function", "fn", "const", "let", "var", "sub",
    ]

    /// What stands between the last tags that models put around a program where there is no fence.
    static func tagged(in text: String) -> String? {
        for tag in ["PYTHON", "CODE", "ANSWER", "SOLUTION"] {
            for (open, close) in [("[\(tag)]", "[/\(tag)]"), ("<\(tag.lowercased())>", "</\(tag.lowercased())>")] {
                guard let end = text.ranges(of: close).last,
                    let start = text[..<end.lowerBound].ranges(of: open).last
                else { continue }
                return String(text[start.upperBound..<end.lowerBound])
            }
        }
        return nil
    }

    /// The text without a first line that announces it, as in "Here is the code:".
    static func unannounced(_ text: String) -> String {
        let lines = text.drop(while: \.isWhitespace).split(
            maxSplits: 1, omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        guard lines.count == 2, let first = lines.first, first.first?.isUppercase == true, first.contains(" "),
            first.last(where: { !$0.isWhitespace }) == ":", !first.contains(where: { "(){}[]=#\"".contains($0) })
        else { return text }
        return String(lines[1])
    }

    /// All blocks, in order. A fence that stands deeper, as in a list, is one where there is no other and it is closed.
    static func blocks(in text: String) -> [Block] {
        let found = blocks(in: text, indentation: 3)
        return found.isEmpty ? blocks(in: text, indentation: 40, countsOpen: false) : found
    }

    private static func blocks(in text: String, indentation: Int, countsOpen: Bool = true) -> [Block] {
        var fence: (mark: Character, count: Int, indentation: Int)?
        var open = Block(tag: "", text: "")
        var lines: [Substring] = []
        var found: [Block] = []
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" || $0 == "\r\n" }) {
            let mark = fenceMark(line, indentation: indentation)
            if let current = fence {
                if let mark, mark.mark == current.mark, mark.count >= current.count, mark.tag == nil {
                    open.text = lines.joined(separator: "\n")
                    found.append(open)
                    fence = nil
                } else {
                    // What stands in a list is indented as its fence is.
                    let inner = line.drop { $0 == " " }
                    lines.append(line.dropFirst(min(current.indentation, line.count - inner.count)))
                }
            } else if let mark {
                fence = (mark.mark, mark.count, line.prefix { $0 == " " }.count)
                open = Block(tag: mark.tag ?? "", text: "")
                lines = []
            }
        }
        if fence != nil, countsOpen {
            open.text = lines.joined(separator: "\n")
            found.append(open)
        }
        return found
    }

    private static func fenceMark(
        _ line: Substring, indentation: Int
    ) -> (mark: Character, count: Int, tag: String?)? {
        let content = line.drop { $0 == " " }
        guard line.count - content.count <= indentation, let mark = content.first, mark == "`" || mark == "~" else {
            return nil
        }
        let rest = content.drop { $0 == mark }
        let count = content.count - rest.count
        // Backticks in the rest of the line make it inline code, not a fence.
        guard count >= 3, mark != "`" || !rest.contains("`") else { return nil }
        return (mark, count, rest.split(whereSeparator: \.isWhitespace).first.map { String($0).trimmedTag })
    }
}

extension String {
    // {python}, python:main.py and the like.
    fileprivate var trimmedTag: String {
        String(drop { $0 == "{" || $0 == "." }.prefix { $0 != "}" && $0 != ":" && $0 != "," })
    }
}
