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

extension Substring {
    /// The first occurrence of a non-empty ASCII text, byte by byte.
    func firstOccurrence(of text: StaticString) -> Range<Index>? {
        let needle = Array(text.description.utf8)
        return utf8.indices.lazy.compactMap { self.match(needle, at: $0) }.first
    }

    /// The last occurrence of a non-empty ASCII text, byte by byte.
    func lastOccurrence(of text: StaticString) -> Range<Index>? {
        let needle = Array(text.description.utf8)
        return utf8.indices.reversed().lazy.compactMap { self.match(needle, at: $0) }.first
    }

    private func match(_ needle: [UInt8], at start: Index) -> Range<Index>? {
        guard utf8[start] == needle[0] else { return nil }
        var index = start
        for byte in needle {
            guard index < utf8.endIndex, utf8[index] == byte else { return nil }
            utf8.formIndex(after: &index)
        }
        return start..<index
    }
}

extension Verdict {
    /// A problem that cannot be judged for want of something in its record.
    static func missing(_ what: String) -> Verdict {
        .verifierError(reason: "noGold", explanation: "the problem has no \(what)")
    }

    /// A graded answer: correct from `threshold` on.
    static func graded(
        _ score: Double, from threshold: Double, reason: String, extracted: String? = nil, explanation: String? = nil
    ) -> Verdict {
        score >= threshold
            ? .correct(score: score, reason: reason, extracted: extracted, explanation: explanation)
            : .incorrect(score: score, reason: reason, extracted: extracted, explanation: explanation)
    }
}
