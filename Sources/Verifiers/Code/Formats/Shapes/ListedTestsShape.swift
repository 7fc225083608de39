import JSON

/// A list of tests, or a program of tests, under one of the usual keys: DeepCoder, AceCode, MultiPL-E, open-instruct.
enum ListedTestsShape: CodeRowShape {
    static let name = "DeepCoder, AceCode, MultiPL-E"
    static let recognisedBy =
        "tests, test_cases, testcases, ground_truth, hidden_tests, assert_case, asserts or doctest"

    private static let keys = [
        "tests", "test_cases", "testcases", "ground_truth", "hidden_tests", "unit_tests", "unit_test", "assert_case",
        "assert_cases", "asserts",
        "assertions", "test_case", "doctest", "doctests",
    ]

    static func read(_ row: JSONValue, _ context: ShapeContext) throws -> CodeTask? {
        guard
            let (key, tests) = keys.lazy.compactMap({ key in
                row[key].flatMap { $0.isNull ? nil : (key, $0) }
            }).first
        else { return nil }
        let function =
            row["entry_point"]?.stringValue ?? row["fn_name"]?.stringValue
            ?? metadata(row)?["func_name"]?.stringValue
        if let text = tests.stringValue, key != "ground_truth", (try? TestPairs.parsed(tests, key)) == nil {
            return try program(text, row, context)
        }
        var task = try TestPairs(language: context.language, function: function).task(tests, key)
        task.entryPoint = function
        try task.readChecker(row["checker"])
        return task
    }

    private static func metadata(_ row: JSONValue) -> JSONValue? {
        row["metadata"].flatMap { try? TestPairs.parsed($0, "metadata") }
    }

    // A text that is no JSON: the tests of a language, which go on where the prompt and its completion end.
    private static func program(_ text: String, _ row: JSONValue, _ context: ShapeContext) throws -> CodeTask {
        let language = context.language ?? LanguageName.ofTests(text) ?? "python"
        var text = language == "python" ? DoctestText.program(text) ?? text : text
        // EffiBench: the harness makes the object that the assertions ask.
        let asksObject = language == "python" && text.contains("solution.") && !text.contains("solution =")
        if asksObject { text = "solution = Solution()\n" + text }
        var suite = TestSuite(source: text, entryPoint: row["entry_point"]?.stringValue)
        suite.hasPrelude = asksObject || text.contains("= Solution()")
        suite.prompt = row["prompt"]?.stringValue
        var task = CodeTask(language: language, tests: .suite(suite))
        task.continues = suite.prompt != nil
        return task
    }
}
