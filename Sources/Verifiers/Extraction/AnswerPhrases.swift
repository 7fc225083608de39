/// "The answer is" in many languages: a noun, then within the same clause a word or sign that introduces the answer.
enum AnswerPhrases {
    /// What a phrase introduces.
    struct Clause {
        /// Between the noun and the clause, where a denial may stand: "答案不是".
        var lead: Range<Int>
        /// To the end of the sentence or line.
        var range: Range<Int>
        /// Whether the noun has other uses too: "the result is 3 plus 4".
        var isVague = false
    }

    /// The clauses after the last phrases, the last first, at most three: "the answer is correct" holds none.
    static func lastAnswers(in bytes: Bytes, _ range: Range<Int>) -> [Clause] {
        var found: [Clause] = []
        var end = range.upperBound
        while found.count < 3, let (position, candidates) = nounLeads.last(before: end, in: bytes, range) {
            if let noun = noun(among: candidates, at: position, in: bytes, range),
                let start = answerStart(after: position + noun.text.utf8CodeUnitCount, noun, in: bytes, range)
            {
                let clause = clause(from: start, in: bytes, range)
                // After "$No solution" only the closing dollar is left.
                if clause.contains(where: { Ascii.isWordByte(bytes[$0]) || Ascii.isDigit(bytes[$0]) }) {
                    found.append(Clause(lead: position..<start, range: clause, isVague: noun.isVague))
                }
            }
            end = position
        }
        return found
    }

    /// Whether a text speaks of the answer at all.
    static func isMentioned(in bytes: Bytes, _ range: Range<Int>) -> Bool {
        var end = range.upperBound
        while let (position, candidates) = nounLeads.last(before: end, in: bytes, range) {
            if noun(among: candidates, at: position, in: bytes, range) != nil { return true }
            end = position
        }
        return false
    }

    /// A word for the answer and how many bytes may stand before what introduces it.
    private struct Noun {
        var text: StaticString
        var reach: Int
        var isVague = false
        /// Whether the answer may follow at once: 故选C.
        var isDirect = false
    }

    // Lower-case ASCII; other scripts as they are written. Words for "result" and "solution" have other uses and reach
    // less far.
    private static let nouns: [Noun] =
        ([
            "answer", "correct choice", "correct option", "i think it", "答案", "答え", "解答", "答", "réponse", "antwort",
            "respuesta", "resposta", "risposta", "antwoord", "odpowied", "cevap", "đáp án", "Đáp án", "ответ", "Ответ",
            "відповідь", "Відповідь", "정답", "답", "الجواب", "الإجابة", "jawaban", "svar", "vastaus", "odpověď",
            "válasz", "răspuns", "Απάντηση", "απάντηση", "התשובה", "คำตอบ", "ОТВЕТ", "câu trả lời", "đáp số", "Đáp số",
            "正确选项", "opción correcta", "opção correta", "alternativa correta",
        ] as [StaticString]).map { Noun(text: $0, reach: 64) }
        + ([
            "result", "solution", "结果", "結果", "résultat", "ergebnis", "lösung", "resultado", "solución", "solução",
            "risultato", "результат", "Результат", "kết quả",
        ] as [StaticString]).map { Noun(text: $0, reach: 3, isVague: true) }
        + ([
            "故选", "故選", "应选", "應選", "正解", "ans.", "ans:", "ans ", "उत्तर", "chọn ", "richtig ist ", "lautet die antwort ",
            "所以选", "因此选", "正确答案选",
        ] as [StaticString]).map {
            Noun(text: $0, reach: 6, isDirect: true)
        }

    private static let connectors: [StaticString] = [
        " is ", " is:", " is\n", " are ", " are:", ":", "=", "：", " would be ", " should be ", " must be ", " equals ",
        "'s ", " est ", " ist ", " lautet ", " beträgt ", " es ", " é ", " è ", " jest ", " равен ", " будет ", " — ",
        " - ", " – ", " είναι ", " är ", " er ", " este ", " היא ", " adalah ",
        "是", "为", "為", "は", "은", "는", "이", " là ", " هو ", " هي ", "】", "选", "選", "］",
    ]

    /// Words for the answer that are looked for.
    static var count: Int { nouns.count }

    private static let nounLeads = PhraseLeads(nouns.map(\.text) + ["a:"])
    private static let connectorLeads = PhraseLeads(connectors)

    private static func noun(
        among candidates: UInt64, at position: Int, in bytes: Bytes, _ range: Range<Int>
    ) -> Noun? {
        let lead = bytes[position]
        if Ascii.isLetter(lead), position > range.lowerBound, Ascii.isLetter(bytes[position - 1]) { return nil }
        if isLastLineLabel(at: position, in: bytes, range) { return Noun(text: "a", reach: 3) }
        return nouns.enumerated().first { number, noun in
            PhraseLeads.holds(number, candidates) && bytes.hasFolded(noun.text, at: position, in: range)
        }?.element
    }

    // "A: 26" as the last line; higher up it may be the first of several choices.
    private static func isLastLineLabel(at position: Int, in bytes: Bytes, _ range: Range<Int>) -> Bool {
        bytes.has("A:", at: position, in: range)
            && (position == range.lowerBound || bytes[position - 1] == Ascii.newline)
            && bytes.first("\n", in: position..<range.upperBound) == nil
    }

    // Past the connector, which must come soon and before the sentence ends.
    private static func answerStart(
        after start: Int, _ noun: Noun, in bytes: Bytes, _ range: Range<Int>
    ) -> Int? {
        var position = start
        let limit = min(range.upperBound, start + noun.reach)
        let leads = connectorLeads
        while position < limit {
            let byte = bytes[position]
            let candidates = leads.candidates(byte, position + 1 < range.upperBound ? bytes[position + 1] : 0)
            if candidates != 0 {
                for (number, connector) in connectors.enumerated()
                where PhraseLeads.holds(number, candidates) && bytes.hasFolded(connector, at: position, in: range) {
                    return position + connector.utf8CodeUnitCount
                }
            }
            // "Answer \[ 9 \]" and "Final Answer**\n42" need no connector; "the answer can be found from $2x$" names none.
            let isFormula =
                byte == Ascii.dollar || bytes.has("\\(", at: position, in: range)
                || bytes.has("\\[", at: position, in: range)
            if isFormula {
                guard hasWords(bytes, start..<position) else { return position }
                // "The answer to $x + 2 = 5$ is 3".
                guard byte == Ascii.dollar, let close = bytes.next(Ascii.dollar, from: position + 1, in: range) else {
                    return nil
                }
                position = close + 1
                continue
            }
            if byte == Ascii.newline { return position - start <= 4 ? position : nil }
            // "You guessed an answer! 7 + 5 equals 12": another sentence.
            if ".!?".utf8.contains(byte), position + 1 >= range.upperBound || Ascii.isSpace(bytes[position + 1]) {
                return noun.isDirect ? start : nil
            }
            position += 1
        }
        return noun.isDirect ? start : nil
    }

    private static func hasWords(_ bytes: Bytes, _ range: Range<Int>) -> Bool {
        range.dropLast().contains { Ascii.isLetter(bytes[$0]) && Ascii.isLetter(bytes[$0 + 1]) }
    }

    // Verbs that end a sentence and the answer before them: 42입니다, 42です, 42 है.
    private static let endings: [StaticString] = ["입니다", "이다", "이에요", "예요", "です", "である", "だ", "となる", "है", "हैं"]

    private static func withoutEnding(_ bytes: Bytes, _ clause: Range<Int>) -> Range<Int> {
        var clause = bytes.trimmed(clause)
        // {"answer": "5"}
        if bytes.has("\"}", at: clause.upperBound - 2, in: clause) {
            clause = clause.lowerBound..<(clause.upperBound - 2)
        }
        guard let last = clause.last, bytes[last] >= 0x80 else { return clause }
        for ending in endings where bytes.has(ending, at: clause.upperBound - ending.utf8CodeUnitCount, in: clause) {
            return bytes.trimmed(clause.lowerBound..<(clause.upperBound - ending.utf8CodeUnitCount))
        }
        return clause
    }

    // "Mrs. Hilt": the point ends no sentence.
    private static func isTitle(_ bytes: Bytes, _ clause: Range<Int>) -> Bool {
        let word = bytes[clause].suffix(5).reversed().prefix(while: Ascii.isLetter).reversed()
        return ["Mr", "Mrs", "Ms", "Dr", "St", "Prof", "Jr", "Sr"].contains { word.elementsEqual($0.utf8) }
    }

    // To the end of the sentence or line; blank lines and markup before the answer do not count.
    private static func clause(from start: Int, in bytes: Bytes, _ range: Range<Int>) -> Range<Int> {
        var low = start
        while low < range.upperBound, Ascii.isSpace(bytes[low]) || bytes[low] == Ascii.star || bytes[low] == Ascii.colon
        {
            low += 1
        }
        for mark in ["：", "，", "、"] as [StaticString] where bytes.has(mark, at: low, in: range) { low += 3 }
        while low < range.upperBound, Ascii.isSpace(bytes[low]) { low += 1 }
        // A fence around the answer, with its language.
        if bytes.has("```", at: low, in: range), let line = bytes.next(Ascii.newline, from: low, in: range) {
            low = line + 1
        }
        if let formula = MathSpans.only(from: low, in: bytes, range) { return formula }
        var high = low
        var inDisplay = false
        while high < range.upperBound {
            if bytes.has("\\[", at: high, in: range) || bytes.has("\\begin", at: high, in: range) { inDisplay = true }
            if bytes.has("\\]", at: high, in: range) || bytes.has("\\end", at: high, in: range) { inDisplay = false }
            if bytes.has("$$", at: high, in: range) {
                inDisplay.toggle()
                high += 1
            }
            let byte = bytes[high]
            if byte == Ascii.newline, !inDisplay { break }
            if byte == Ascii.point, high + 1 >= range.upperBound || Ascii.isSpace(bytes[high + 1]),
                !isTitle(bytes, low..<high)
            {
                break
            }
            if bytes.has("。", at: high, in: range) || bytes.has("।", at: high, in: range)
                || bytes.has("**", at: high, in: range)
            {
                break
            }
            if bytes.has("<|", at: high, in: range) || bytes.has("<eo", at: high, in: range) { break }
            high += 1
        }
        return withoutEnding(bytes, low..<high)
    }
}

/// Which of some phrases may stand at a place, by the first two bytes there, without case: one look for all of them.
private struct PhraseLeads {
    /// By the first byte, and 256 places on by the second.
    private var table = [UInt64](repeating: 0, count: 512)

    init(_ phrases: [StaticString]) {
        for (number, phrase) in phrases.enumerated() {
            mark(phrase.utf8Start[0], number, from: 0)
            if phrase.utf8CodeUnitCount > 1 {
                mark(phrase.utf8Start[1], number, from: 256)
            } else {
                for byte in 256..<512 { table[byte] |= Self.bit(number) }
            }
        }
    }

    private mutating func mark(_ byte: UInt8, _ number: Int, from start: Int) {
        table[start + Int(byte)] |= Self.bit(number)
        if Ascii.isLetter(byte) { table[start + Int(byte ^ 0x20)] |= Self.bit(number) }
    }

    // The last bit stands for all that have none of their own.
    private static func bit(_ number: Int) -> UInt64 { 1 << UInt64(min(number, 63)) }

    /// A bit for each phrase that begins like this; zero at most places.
    func candidates(_ byte: UInt8, _ next: UInt8) -> UInt64 { table[Int(byte)] & table[256 + Int(next)] }

    /// The last place before `end` where a phrase may begin, and a bit for each that may; nil when there is none.
    func last(before end: Int, in bytes: Bytes, _ range: Range<Int>) -> (position: Int, candidates: UInt64)? {
        table.withUnsafeBufferPointer { table in
            var position = end
            var next = position < range.upperBound ? bytes[position] : 0
            while position > range.lowerBound {
                position -= 1
                let byte = bytes[position]
                let candidates = table[Int(byte)] & table[256 + Int(next)]
                if candidates != 0 { return (position, candidates) }
                next = byte
            }
            return nil
        }
    }

    static func holds(_ number: Int, _ candidates: UInt64) -> Bool { candidates & bit(number) != 0 }
}
