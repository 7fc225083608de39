public import Experience
import JSON

/// Multiple choice: the letter that the response settles on must be the gold letter.
///
/// Where the letter is looked for, in this order: the last `\boxed{…}`, the last `<answer>…</answer>`, what the last
/// "answer is X" of many languages introduces, a response that is nothing but the letter, the only letter that stands in
/// parentheses. Only the part after the last `</think>` counts, and nothing of thinking that never ends. A hedge ("A or B")
/// or a denial ("not A") is wrong, not half right; "B, not A" is B.
public struct ChoiceVerifier: Verifier {
    /// The registered name.
    public let name = "choice"
    /// Raised when a verdict could change.
    public let version = "2"
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
        if let choice = announced(Array(text.suffix(Self.maxProse))) { return choice }
        if let letter = onlyLetter(in: Array(text)) { return .one(letter) }
        if let choice = opening(text) { return choice }
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

    // "B) blue", "**B.** blue": a marked letter opens the text, and no other stands in it; else it may be copied options.
    private func opening(_ text: ArraySlice<UInt8>) -> Choice? {
        if text.count > Self.maxProse { return nil }
        let body = text.drop { " \t\r\n*_(".utf8.contains($0) }
        guard let letter = body.first, isChoice(letter),
            let mark = body.dropFirst().first(where: { $0 != UInt8(ascii: "*") }), ").:".utf8.contains(mark)
        else { return nil }
        let others = Array(body).withUnsafeBufferPointer { bytes in
            standing(in: bytes, 0..<bytes.count).contains { bytes[$0] != letter }
        }
        if others { return nil }
        guard case .one(let settled) = choice(in: body.prefix { $0 != Ascii.newline }) else { return nil }
        return .one(settled)
    }

    /// Bytes searched for phrases.
    private static let maxProse = 1 << 16

    // What the last phrase that introduces a letter says.
    private func announced(_ text: [UInt8]) -> Choice? {
        text.withUnsafeBufferPointer { bytes in
            for clause in AnswerPhrases.lastAnswers(in: bytes, 0..<bytes.count) {
                let lead = Settlement(bytes: bytes, context: clause.lead, isAnnounced: true)
                switch choice(in: bytes, clause.range) {
                case .none: continue
                case let found: return lead.endsInDenial(clause.lead) ? .several(words(bytes, clause.range)) : found
                }
            }
            return nil
        }
    }

    private func choice(in bytes: ArraySlice<UInt8>) -> Choice {
        Array(bytes).withUnsafeBufferPointer { choice(in: $0, 0..<$0.count) }
    }

    // The first letter that is not denied, unless the words around it leave it open.
    private func choice(in bytes: Bytes, _ clause: Range<Int>) -> Choice {
        if let letter = onlyLetter(in: Array(bytes[clause])) { return .one(letter) }
        let positions = standing(in: bytes, clause)
        let settlement = Settlement(bytes: bytes, context: clause, isAnnounced: true)
        for (index, position) in positions.enumerated() {
            switch settlement.standing(of: position..<(position + 1)) {
            case .denied: continue
            case .open: return .several(words(bytes, clause))
            case .settled:
                let others = positions[(index + 1)...].filter { bytes[$0] != bytes[position] }
                // "A B C" lists.
                let isListed = others.contains { next in
                    !bytes[(position + 1)..<next].contains { Self.isWord($0) && !isChoice($0) }
                        && !bytes[(position + 1)..<next].contains(Ascii.newline)
                }
                return isListed ? .several(words(bytes, clause)) : .one(bytes[position])
            }
        }
        return positions.isEmpty ? .none : .several(words(bytes, clause))
    }

    private func words(_ bytes: Bytes, _ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self).trimmed
    }

    // Where letters stand alone as words; "A number" and "I think" hold none.
    private func standing(in bytes: Bytes, _ range: Range<Int>) -> [Int] {
        range.filter { index in
            guard isChoice(bytes[index]) else { return false }
            let before = index > range.lowerBound ? bytes[index - 1] : Ascii.space
            let rest = bytes[(index + 1)..<range.upperBound]
            let isPronoun =
                (bytes[index] == UInt8(ascii: "A") || bytes[index] == UInt8(ascii: "I")) && rest.first == Ascii.space
                && rest.dropFirst().first.map { Ascii.isLetter($0) && !Ascii.isUpper($0) } ?? false
                && !rest.dropFirst().starts(with: "or ".utf8) && !rest.dropFirst().starts(with: "and ".utf8)
            let isWordBefore = Self.isWord(before) && before < 0x80
            return !isWordBefore && !(rest.first.map { Self.isWord($0) && $0 < 0x80 } ?? false) && !isPronoun
        }
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
