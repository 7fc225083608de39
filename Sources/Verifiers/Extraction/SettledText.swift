import Experience

/// The part of a response that states its answer, for verifiers of short texts.
enum SettledText {
    /// What follows the last `</think>`; inside that the last `<answer>…</answer>`, else the last `\boxed{…}`, else the
    /// line after the last `####`, else all of it. Nil for thinking or a tag that never ends: no answer.
    static func of(_ response: String) -> String? {
        var text = response[...]
        if let end = text.lastOccurrence(of: "</think>") {
            text = text[end.upperBound...]
        } else if text.lastOccurrence(of: "<think>") != nil {
            return nil
        }
        if let start = text.lastOccurrence(of: "<answer>") {
            guard let end = text[start.upperBound...].firstOccurrence(of: "</answer>") else { return nil }
            return String(text[start.upperBound..<end.lowerBound]).trimmed
        }
        if let start = text.lastOccurrence(of: "\\boxed{") { return braced(text[start.upperBound...]) }
        if let start = text.lastOccurrence(of: "####") {
            return String(text[start.upperBound...].prefix { !$0.isNewline }).trimmed
        }
        return String(text).trimmed
    }

    private static func braced(_ text: Substring) -> String? {
        var depth = 1
        for index in text.utf8.indices {
            if text.utf8[index] == UInt8(ascii: "{") { depth += 1 }
            if text.utf8[index] == UInt8(ascii: "}") { depth -= 1 }
            if depth == 0 { return String(text[..<index]).trimmed }
        }
        return nil
    }
}
