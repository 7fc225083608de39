import JSON

/// DS-1000: the tests run the response's text in a context of their own.
enum DS1000Shape: CodeRowShape {
    static let name = "DS-1000"
    static let recognisedBy = "code_context"

    static func read(_ row: JSONValue, _ context: ShapeContext) throws -> CodeTask? {
        guard let code = row["code_context"]?.stringValue else { return nil }
        guard code.contains("def test_execution") else {
            throw CodeRowError(description: "'code_context' has no function test_execution(solution)")
        }
        return CodeTask(language: "python", tests: .suite(TestSuite(source: code, entryPoint: "[insert]")))
    }
}
