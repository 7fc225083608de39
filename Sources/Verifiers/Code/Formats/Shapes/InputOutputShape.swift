import JSON

/// APPS and TACO.
enum InputOutputShape: CodeRowShape {
    static let name = "APPS, TACO"
    static let recognisedBy = "input_output"

    static func read(_ row: JSONValue, _ context: ShapeContext) throws -> CodeTask? {
        guard let tests = row["input_output"], !tests.isNull else { return nil }
        var task = try TestPairs(language: context.language).task(tests, "input_output")
        try task.readChecker(row["checker"])
        return task
    }
}
