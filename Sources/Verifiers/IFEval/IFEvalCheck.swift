import JSON

/// One function per group of instructions; throws a sentence for an unknown id or a missing argument.
enum IFEvalCheck {
    static func isFollowed(_ id: String, by response: IFEvalResponse, _ arguments: IFEvalArguments) throws -> Bool {
        let text = response.text
        switch id {
        case "keywords:existence":
            return try arguments.texts("keywords").allSatisfy { response.occurrences(of: $0) > 0 }
        case "keywords:frequency":
            return try arguments.allows(
                response.occurrences(of: arguments.text("keyword")), "frequency", "relation")
        case "keywords:forbidden_words":
            return try arguments.texts("forbidden_words").allSatisfy {
                response.occurrences(of: $0, asWord: true) == 0
            }
        case "keywords:letter_frequency":
            let letter = try arguments.text("letter").lowercased()
            return try arguments.allows(response.lower.count { String($0) == letter }, "let_frequency", "let_relation")
        case "language:response_language":
            return LanguageGuess.code(of: text) == (try arguments.text("language"))
        case "length_constraints:number_sentences":
            return try arguments.allows(response.sentences, "num_sentences", "relation")
        case "length_constraints:number_words":
            return try arguments.allows(response.words.count, "num_words", "relation")
        case "length_constraints:number_paragraphs":
            return try paragraphs(text, arguments.int("num_paragraphs"))
        case "length_constraints:nth_paragraph_first_word": return try firstWord(text, arguments)
        case "detectable_content:number_placeholders":
            return response.placeholders >= (try arguments.int("num_placeholders"))
        case "detectable_content:postscript":
            return try postscript(response.lower, arguments.text("postscript_marker").lowercased())
        case "detectable_format:number_bullet_lists": return response.bullets == (try arguments.int("num_bullets"))
        case "detectable_format:constrained_response":
            return ["My answer is yes.", "My answer is no.", "My answer is maybe."].contains {
                response.trimmed.contains($0)
            }
        case "detectable_format:number_highlighted_sections":
            return response.highlights >= (try arguments.int("num_highlights"))
        case "detectable_format:multiple_sections":
            return try sections(text, arguments.text("section_spliter")) >= arguments.int("num_sections")
        case "detectable_format:json_format": return isJSON(response.trimmed)
        case "detectable_format:title": return hasTitle(text)
        case "combination:two_responses": return twoResponses(text)
        case "combination:repeat_prompt":
            let prompt = try arguments.text("prompt_to_repeat").trimmed.lowercased()
            return response.trimmed.lowercased().hasPrefix(prompt)
        case "startend:end_checker":
            var end = response.trimmed
            while end.hasSuffix("\"") { end.removeLast() }
            return end.lowercased().hasSuffix(try arguments.text("end_phrase").trimmed.lowercased())
        case "startend:quotation":
            return response.trimmed.count > 1 && response.trimmed.hasPrefix("\"") && response.trimmed.hasSuffix("\"")
        case "change_case:capital_word_frequency":
            let count = response.tokens.count { isUpper($0) }
            return try arguments.allows(count, "capital_frequency", "capital_relation")
        case "change_case:english_capital":
            return isUpper(text[...]) && LanguageGuess.isEnglish(text)
        case "change_case:english_lowercase":
            return text.contains { $0.isLetter } && text == text.lowercased() && LanguageGuess.isEnglish(text)
        case "punctuation:no_comma": return !text.contains(",")
        default: throw ReplyError("unknown instruction")
        }
    }

    /// At least one letter, and none in lower case.
    private static func isUpper(_ text: Substring) -> Bool {
        text.contains { $0.isLetter } && text.uppercased() == text && text.lowercased() != text
    }

    /// Paragraphs between lines of ***; an empty one is only forgiven at either end.
    private static func paragraphs(_ text: String, _ wanted: Int) -> Bool {
        let parts = split(text, at: "***").map(\.trimmed)
        if parts.dropFirst().dropLast().contains("") { return false }
        return parts.count { !$0.isEmpty } == wanted
    }

    private static func firstWord(_ text: String, _ arguments: IFEvalArguments) throws -> Bool {
        let parts = split(text, at: "\n\n")
        let count = parts.count { !$0.trimmed.isEmpty }
        let place = try arguments.int("nth_paragraph")
        guard place >= 1, place <= count, place <= parts.count else { return false }
        guard let first = parts[place - 1].split(whereSeparator: \.isWhitespace).first else { return false }
        let word = first.drop { $0 == "'" || $0 == "\"" }.prefix { !".,?!'\"".contains($0) }.lowercased()
        let expected = try arguments.text("first_word").lowercased()
        return try count == arguments.int("num_paragraphs") && word == expected
    }

    private static func postscript(_ lower: String, _ marker: String) -> Bool {
        switch marker {
        case "p.s.": return ["p.s.", "p. s."].contains { lower.contains($0) }
        case "p.p.s": return ["p.p.s", "p. p.s", "p.p. s", "p. p. s"].contains { lower.contains($0) }
        default: return lower.contains(marker)
        }
    }

    /// How often the word that begins a section is followed by a number.
    private static func sections(_ text: String, _ word: String) -> Int {
        split(text, at: word).dropFirst().count { part in
            (part.first?.isWhitespace == true ? part.dropFirst() : part[...]).first?.isNumber == true
        }
    }

    private static func isJSON(_ text: String) -> Bool {
        var body = text
        for fence in ["```json", "```Json", "```JSON", "```"] where body.hasPrefix(fence) {
            body = String(body.dropFirst(fence.count))
            break
        }
        if body.hasSuffix("```") { body = String(body.dropLast(3)) }
        return (try? JSONValue(parsing: body.trimmed.utf8)) != nil
    }

    /// `<<title>>` on one line with something inside; the last `>>` of the line ends it.
    private static func hasTitle(_ text: String) -> Bool {
        text.split(separator: "\n").contains { line in
            guard let open = line.firstOccurrence(of: "<<"), let close = line.lastOccurrence(of: ">>"),
                open.upperBound < close.lowerBound
            else { return false }
            let title = line[open.upperBound..<close.lowerBound].drop { $0 == "<" }
            let ends = title.reversed().drop { $0 == ">" }
            return !ends.allSatisfy(\.isWhitespace)
        }
    }

    private static func twoResponses(_ text: String) -> Bool {
        let parts = split(text, at: "******").map(\.trimmed)
        if parts.dropFirst().dropLast().contains("") { return false }
        let full = parts.filter { !$0.isEmpty }
        return full.count == 2 && full[0] != full[1]
    }

    private static func split(_ text: String, at separator: String) -> [String] {
        let bytes = Array(text.utf8)
        let mark = Array(separator.utf8)
        var parts: [String] = []
        var start = 0
        var index = 0
        while !mark.isEmpty, index + mark.count <= bytes.count {
            if bytes[index] == mark[0], bytes[index..<index + mark.count].elementsEqual(mark) {
                parts.append(String(decoding: bytes[start..<index], as: UTF8.self))
                index += mark.count
                start = index
            } else {
                index += 1
            }
        }
        return parts + [String(decoding: bytes[start...], as: UTF8.self)]
    }
}
