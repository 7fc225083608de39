import JSON

/// CRUXEval: the response is the value that a function returns, and no program.
enum CRUXEvalShape: CodeRowShape {
    static let name = "CRUXEval"
    static let recognisedBy = "code, input and output"

    static func read(_ row: JSONValue, _ context: ShapeContext) throws -> CodeTask? {
        // LiveCodeBench's code execution names the function.
        let function = row["function_name"]?.stringValue ?? "f"
        guard let code = row["code"]?.stringValue, code.contains("def \(function)("), row["input"]?.stringValue != nil,
            let output = row["output"]?.stringValue
        else { return nil }
        guard let expected = PythonLiteral.value(output) else {
            throw CodeRowError(description: "'output' is no Python value: \(output.prefix(60))")
        }
        return CodeTask(language: "python", tests: .value(expected))
    }
}
