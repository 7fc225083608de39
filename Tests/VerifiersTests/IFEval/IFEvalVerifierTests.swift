import Experience
import JSON
import Testing

/// Each instruction with a response that follows it and one that does not.
@Suite struct IFEvalVerifierTests {
    @Test(
        arguments: [
            ("keywords:existence", ["keywords": ["Cat", "dog"]], "a cat and a Dog", "a cat"),
            ("keywords:frequency", ["keyword": "ha", "frequency": 2, "relation": "at least"], "ha ha", "ha"),
            ("keywords:forbidden_words", ["forbidden_words": ["no"]], "nothing", "No, thanks"),
            (
                "keywords:letter_frequency", ["letter": "z", "let_frequency": 2, "let_relation": "less than"], "Zoo",
                "zZ"
            ),
            (
                "language:response_language", ["language": "de"], "Das ist nicht der Fall und auch nicht gut.",
                "This is the case and not good."
            ),
            ("language:response_language", ["language": "ko"], "안녕하세요 여러분", "hello there everyone"),
            (
                "length_constraints:number_sentences", ["num_sentences": 2, "relation": "at least"], "One 1.5. Two!",
                "Dr. Who came"
            ),
            ("length_constraints:number_paragraphs", ["num_paragraphs": 2], "a\n***\nb", "a\n***\n\n***\nb"),
            ("length_constraints:number_words", ["num_words": 3, "relation": "less than"], "two words", "it's three"),
            (
                "length_constraints:nth_paragraph_first_word",
                ["num_paragraphs": 2, "nth_paragraph": 2, "first_word": "so"], "a\n\n\"So, b", "a\n\nThus b"
            ),
            ("detectable_content:number_placeholders", ["num_placeholders": 2], "[a] and [b c]", "[a]"),
            ("detectable_content:postscript", ["postscript_marker": "P.S."], "x\nP. S. y", "x"),
            ("detectable_format:number_bullet_lists", ["num_bullets": 2], "* a\n- b", "* a\n- b\n- c"),
            ("detectable_format:constrained_response", [:], "My answer is no.", "No."),
            ("detectable_format:number_highlighted_sections", ["num_highlights": 2], "*a* and **b**", "*a* and **"),
            (
                "detectable_format:multiple_sections", ["section_spliter": "Part", "num_sections": 2],
                "Part 1\na\nPart 2\nb", "Part 1\na"
            ),
            ("detectable_format:json_format", [:], "```json\n{\"a\": 1}\n```", "{a: 1}"),
            ("detectable_format:title", [:], "<<On joy>>\ntext", "<< >>\ntext"),
            ("combination:two_responses", [:], "a\n******\nb", "a\n******\na"),
            ("combination:repeat_prompt", ["prompt_to_repeat": "Say it."], "say it. It.", "It. Say it."),
            ("startend:end_checker", ["end_phrase": "The end."], "so. the END.\"", "The end. Or"),
            ("startend:quotation", [:], "\"quoted\"", "\"quoted"),
            (
                "change_case:capital_word_frequency", ["capital_frequency": 2, "capital_relation": "at least"],
                "WE ARE here", "WE are"
            ),
            ("change_case:english_capital", [:], "THIS IS THE END", "This IS"),
            ("change_case:english_lowercase", [:], "this is the end", "This is the end"),
            ("punctuation:no_comma", [:], "a b", "a, b"),
        ] as [(String, JSONValue, String, String)])
    func instruction(id: String, arguments: JSONValue, good: String, bad: String) async throws {
        let fields: JSONValue = ["instruction_id_list": [.string(id)], "kwargs": [arguments]]
        let followed = try await verdict("ifeval", good, fields: fields)
        #expect(followed.outcome == .correct, "\(id): \(followed)")
        #expect(followed.components == [id: 1])
        #expect(try await verdict("ifeval", bad, fields: fields).outcome == .incorrect, "\(id)")
    }

    @Test(
        "Corners of the published patterns",
        arguments: [
            ("detectable_content:number_placeholders", ["num_placeholders": 2], "[a] [b\n[c]", true),
            ("detectable_content:number_placeholders", ["num_placeholders": 1], "[a\n]", false),
            ("detectable_format:number_bullet_lists", ["num_bullets": 2], "* a\n*\n\nb", true),
            ("detectable_format:number_bullet_lists", ["num_bullets": 1], "*\n* a", true),
            ("detectable_format:number_bullet_lists", ["num_bullets": 1], "* a\n*", true),
            ("detectable_format:title", [:], "<< >> >>", true), ("detectable_format:title", [:], "<<<<>>>>", false),
            (
                "change_case:capital_word_frequency", ["capital_frequency": 2, "capital_relation": "less than"],
                "P.P.S so", true
            ),
            (
                "change_case:capital_word_frequency", ["capital_frequency": 2, "capital_relation": "at least"],
                "I'M so",
                true
            ),
        ] as [(String, JSONValue, String, Bool)])
    func corners(id: String, arguments: JSONValue, response: String, isFollowed: Bool) async throws {
        let fields: JSONValue = ["instruction_id_list": [.string(id)], "kwargs": [arguments]]
        let found = try await verdict("ifeval", response, fields: fields)
        #expect((found.outcome == .correct) == isFollowed, "\(found)")
    }

    @Test func severalInstructions() async throws {
        let fields: JSONValue = [
            "instruction_id_list": ["punctuation:no_comma", "detectable_format:title"], "kwargs": [[:], [:]],
        ]
        #expect(try await verdict("ifeval", "no title", fields: fields).score == 0.5)
        #expect(try await verdict("ifeval", "no title", options: ["strict": true], fields: fields).score == 0)
        let loose: JSONValue = ["instruction_id_list": ["startend:quotation"], "kwargs": [[:]]]
        #expect(
            try await verdict("ifeval", "Sure:\n\"x\"", options: ["loose": true], fields: loose).outcome == .correct)
        #expect(
            try await verdict("ifeval", "x", fields: ["instruction_id_list": ["a:b"], "kwargs": [[:]]]).score == nil)
        #expect(try await verdict("ifeval", "x").reason == "noGold")
    }
}
