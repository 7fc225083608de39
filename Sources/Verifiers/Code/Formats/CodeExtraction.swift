/// Finds the program in a response.
///
/// The last fenced block counts: a line that starts (after up to three spaces) with three or more backticks or tildes
/// opens it, a line of at least as many of the same closes it. A block that is never closed was cut off by the token
/// limit; it counts when no closed block follows, so that a truncated program fails as a program and not as a missing
/// one.
enum CodeExtraction {
    /// The last fenced block; nil when the text has no fence.
    static func lastFencedBlock(in text: String) -> String? {
        var fence: (mark: Character, count: Int)?
        var lines: [Substring] = []
        var last: String?
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" || $0 == "\r\n" }) {
            let mark = fenceMark(line)
            if let open = fence {
                if let mark, mark.mark == open.mark, mark.count >= open.count, mark.isBare {
                    last = lines.joined(separator: "\n")
                    fence = nil
                } else {
                    lines.append(line)
                }
            } else if let mark {
                fence = (mark.mark, mark.count)
                lines = []
            }
        }
        return fence == nil ? last : lines.joined(separator: "\n")
    }

    private static func fenceMark(_ line: Substring) -> (mark: Character, count: Int, isBare: Bool)? {
        let content = line.drop { $0 == " " }
        guard line.count - content.count <= 3, let mark = content.first, mark == "`" || mark == "~" else { return nil }
        let rest = content.drop { $0 == mark }
        let count = content.count - rest.count
        // Backticks in the rest of the line make it inline code, not a fence.
        guard count >= 3, mark != "`" || !rest.contains("`") else { return nil }
        return (mark, count, rest.allSatisfy(\.isWhitespace))
    }
}
