import Datasets
import JSON
import Testing

@Suite struct PromptTemplateTests {
    private func row(_ text: String) throws -> JSONRow { try JSONRow(checking: Array(text.utf8)) }

    @Test func nothingIsEscaped() throws {
        let template = try PromptTemplate(text: "{{system}}: {{question}} & {{level}}")
        let row = try row(#"{"problem": "if a < b && \"c\" > 'd'", "level": 3}"#)
        #expect(
            try template.render(row, promptField: "problem", system: "<s>")
                == "<s>: if a < b && \"c\" > 'd' & 3")
    }

    @Test func missingFieldIsNamedWithTheNearest() throws {
        let template = try PromptTemplate(text: "{{questoin}}", path: "p.mustache")
        let row = try row(#"{"question": "x"}"#)
        #expect(throws: TemplateError.self) { try template.render(row) }
        do { _ = try template.render(row) } catch let error as TemplateError {
            #expect(error.description == "p.mustache: the row has no field \"questoin\"; did you mean {{question}}?")
        }
    }

    @Test func sectionsAndLists() throws {
        let template = try PromptTemplate(text: "{{#hints}}- {{.}}\n{{/hints}}{{^tests}}none{{/tests}}")
        #expect(try template.render(row(#"{"hints": ["a&b", "c"]}"#)) == "- a&b\n- c\nnone")
    }

    @Test func brokenTemplateSaysSo() {
        #expect(throws: TemplateError.self) { try PromptTemplate(text: "{{#open}} never closed") }
    }

    /// Parsing takes time by size times braces; a template that is none is named by its place, not by its text.
    @Test func whatCannotBeParsedIsOneLine() throws {
        let braces = String(repeating: "\\frac{1}{2}", count: 4_000)
        #expect(throws: Never.self) { try PromptTemplate(text: "{{question}} " + braces) }
        for (text, words) in [
            (String(repeating: "\\frac{", count: 170_000), "t: 170000 braces in 1020000 bytes"),
            ("{{question}}\nabc {", "t:2:5: not a mustache template"),
        ] {
            let error = #expect(throws: TemplateError.self) { try PromptTemplate(text: text, path: "t") }
            #expect(error?.description.hasPrefix(words) == true && (error?.description.utf8.count ?? 0) < 200)
        }
    }
}
