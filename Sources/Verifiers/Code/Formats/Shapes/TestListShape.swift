import JSON

/// MBPP: a list of assertions, with what they need before them.
enum TestListShape: CodeRowShape {
    static let name = "MBPP"
    static let recognisedBy = "test_list"

    static func read(_ row: JSONValue, _ context: ShapeContext) throws -> CodeTask? {
        guard let tests = row["test_list"]?.arrayValue else { return nil }
        let imports = (row["test_imports"]?.arrayValue ?? []).compactMap(\.stringValue)
        let setup = row["test_setup_code"]?.stringValue ?? ""
        let lines =
            imports + [setup] + tests.compactMap(\.stringValue)
            + (row["challenge_test_list"]?.arrayValue ?? []).compactMap(\.stringValue)
        try context.requirePython("test_list")
        guard !tests.isEmpty else { throw CodeRowError(description: "the row's list of tests is empty") }
        var task = CodeTask(language: "python", tests: .stdin([]))
        task.setAsserts(lines.joined(separator: "\n"), entryPoint: nil)
        return task
    }
}
