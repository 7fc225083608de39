import JSON

/// What a judge's text says, as far as it can be read.
struct JudgeReply: Sendable {
    /// "correct", "incorrect", "first", "second", "tie"; lower case.
    var verdict: String?
    /// Criteria of a rubric, each 0...1.
    var scores: [String: Double] = [:]
    var reason: String?

    /// Reads the last JSON object of the text that has a verdict or scores; without one, the last of `words` that stands
    /// alone in the text counts. Nil when there is neither.
    init?(_ text: String, words: [String]) {
        if let json = Self.lastObject(in: Array(text.utf8.suffix(1 << 16))) {
            verdict = json["verdict"]?.stringValue?.lowercased()
            reason = json["reason"]?.stringValue
            for member in json["scores"]?.objectValue ?? [] {
                if let score = member.value.doubleValue, (0...1).contains(score) { scores[member.key] = score }
            }
            if let verdict, words.contains(verdict) { return }
            verdict = nil
            if !scores.isEmpty { return }
        }
        let tokens = text.lowercased().split { !($0.isLetter || $0.isNumber) }.map(String.init)
        guard let word = tokens.last(where: words.contains) else { return nil }
        verdict = word
    }

    private static func lastObject(in bytes: [UInt8]) -> JSONValue? {
        var tries = 0
        for start in bytes.indices.reversed() where bytes[start] == UInt8(ascii: "{") {
            tries += 1
            // A text of nothing but braces is not read to its beginning.
            if tries > 256 { return nil }
            let found: JSONValue? = bytes[start...].withUnsafeBufferPointer { buffer in
                var cursor = JSONCursor(buffer, maxDepth: 16)
                return try? cursor.value()
            }
            if let found, found["verdict"] != nil || found["scores"] != nil { return found }
        }
        return nil
    }
}
