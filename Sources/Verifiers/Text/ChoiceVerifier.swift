public import Experience
import JSON

/// Multiple choice: the letter that the response settles on must be the gold letter.
///
/// Where the letter is looked for, in this order: the last `\boxed{…}`, the last `<answer>…</answer>`, the last
/// "answer is X" or "answer: X", a response that is nothing but the letter, the only letter that stands in parentheses. Only the
/// part after the last `</think>` counts, and nothing of thinking that never ends. A hedge ("A or B") or a denial ("not A")
/// is wrong, not half right.
public struct ChoiceVerifier: Verifier {
    /// The registered name.
    public let name = "choice"
    /// Raised when a verdict could change.
    public let version = "1"
    /// The letters that count, upper case.
    public var letters: String

    /// A verifier over the first `count` letters.
    public init(letters: String = "ABCDEFGHIJ") { self.letters = letters }

    /// Adds it as "choice".
    public static func register(in registry: inout VerifierRegistry) {
        registry.register(
            "choice", summary: "multiple choice: the letter the response settles on",
            options: [("letters", "the letters that count (ABCDEFGHIJ)")]
        ) { options in
            let letters = try OptionsReader(options).string("letters") ?? "ABCDEFGHIJ"
            guard !letters.isEmpty, letters.utf8.allSatisfy({ (65...90).contains($0) }) else {
                throw VerifierOptionsError(key: "letters", "expected upper-case letters, for example ABCD")
            }
            return ChoiceVerifier(letters: letters)
        }
    }

    /// Judges one completion; see the type for the rules.
    public func verify(_ item: VerificationItem) async -> Verdict {
        guard let gold = item.problem.answer, let wanted = onlyLetter(in: Array(gold.utf8)) else {
            return .verifierError(
                reason: "unparsedGold",
                explanation: "the gold answer is not one of the letters \(letters): \(item.problem.answer ?? "absent")")
        }
        switch settled(Array(item.completion.text.utf8)) {
        case .none: return .noAnswer()
        case .several(let text): return .incorrect(reason: "hedged", extracted: text)
        case .one(let letter):
            let extracted = String(UnicodeScalar(letter))
            return letter == wanted ? .correct(extracted: extracted) : .incorrect(extracted: extracted)
        }
    }

    private enum Choice {
        case none
        case one(UInt8)
        case several(String)
    }

    private func settled(_ bytes: [UInt8]) -> Choice {
        var text = bytes[...]
        // Thinking that never ended is not an answer, also where it was opened twice and closed once.
        if text.count(of: "<think>") > text.count(of: "</think>") { return .none }
        if let end = text.lastRange(of: "</think>") { text = text[end.upperBound...] }
        for (opening, closing) in [("\\boxed{", "}"), ("<answer>", "</answer>")] {
            guard let start = text.lastRange(of: opening) else { continue }
            guard let end = text[start.upperBound...].firstRange(of: Array(closing.utf8)) else { return .none }
            return choice(in: text[start.upperBound..<end.lowerBound])
        }
        for phrase in ["answer is", "answer:", "Answer:", "ANSWER:"] {
            guard let start = text.lastRange(of: phrase) else { continue }
            let rest = text[start.upperBound...]
            let line = rest.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: ".") }
            if case .none = choice(in: line) { continue }
            return choice(in: line)
        }
        if let letter = onlyLetter(in: Array(text)) { return .one(letter) }
        // Several letters in parentheses may be the options copied: nothing is settled then.
        var found: Set<UInt8> = []
        for (index, byte) in zip(text.indices, text) where byte == UInt8(ascii: "(") {
            if index + 2 < text.endIndex, text[index + 2] == UInt8(ascii: ")"), isChoice(text[index + 1]) {
                found.insert(text[index + 1])
            }
        }
        return found.count == 1 ? found.first.map(Choice.one) ?? .none : .none
    }

    private func isChoice(_ byte: UInt8) -> Bool { letters.utf8.contains(byte) }

    /// The text's single choice, ignoring punctuation and mark-up around it.
    private func onlyLetter(in bytes: [UInt8]) -> UInt8? {
        // A flood of brackets around a letter is no answer.
        if bytes.count > 64 { return nil }
        let core = bytes.filter { !" \t\r\n().:*$[]{}\"'".utf8.contains($0) }
        guard core.count == 1, let byte = core.first else { return nil }
        let upper = byte >= 97 ? byte - 32 : byte
        return isChoice(upper) ? upper : nil
    }

    /// Letters that stand alone as words.
    private func choice(in bytes: ArraySlice<UInt8>) -> Choice {
        if let letter = onlyLetter(in: Array(bytes)) { return .one(letter) }
        let words = bytes.split { !Self.isWord($0) && $0 != UInt8(ascii: "'") }
        let denials: Set<String> = ["not", "isn't", "never", "neither", "nor", "except", "no"]
        if words.contains(where: { denials.contains(String(decoding: $0, as: UTF8.self).lowercased()) }) {
            return .several(String(decoding: bytes, as: UTF8.self).trimmed)
        }
        var found: Set<UInt8> = []
        var previousIsWord = false
        for (index, byte) in zip(bytes.indices, bytes) {
            let nextIsWord = index + 1 < bytes.endIndex && Self.isWord(bytes[index + 1])
            if isChoice(byte), !previousIsWord, !nextIsWord { found.insert(byte) }
            previousIsWord = Self.isWord(byte)
        }
        guard let first = found.first else { return .none }
        return found.count == 1 ? .one(first) : .several(String(decoding: bytes, as: UTF8.self).trimmed)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte >= 128 || byte == 95
    }
}

extension ArraySlice<UInt8> {
    fileprivate func count(of text: String) -> Int {
        let needle = Array(text.utf8)
        var (count, rest) = (0, self)
        while let range = rest.firstRange(of: needle) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }

    fileprivate func lastRange(of text: String) -> Range<Int>? {
        let needle = Array(text.utf8)
        guard count >= needle.count else { return nil }
        var start = endIndex - needle.count
        while start >= startIndex {
            if self[start..<start + needle.count].elementsEqual(needle) { return start..<start + needle.count }
            start -= 1
        }
        return nil
    }

    fileprivate func firstRange(of needle: [UInt8]) -> Range<Int>? {
        var start = startIndex
        while start + needle.count <= endIndex {
            if self[start..<start + needle.count].elementsEqual(needle) { return start..<start + needle.count }
            start += 1
        }
        return nil
    }
}
