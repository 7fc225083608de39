import JSON

/// A gold answer that is a list or an object of tests.
enum AnswerShape: CodeRowShape {
    static let name = "answer"
    static let recognisedBy = "a gold answer that is a list of tests"

    static func read(_ row: JSONValue, _ context: ShapeContext) throws -> CodeTask? {
        if let answer = context.answer, DoctestText.program(answer) != nil || isAssertions(answer) {
            try context.requirePython("answer")
            var task = CodeTask(language: "python", tests: .stdin([]))
            task.entryPoint = row["entry_point"]?.stringValue
            task.setAsserts(answer, entryPoint: task.entryPoint)
            return task
        }
        guard let answer = context.answer, let tests = try? JSONValue(parsing: answer.utf8),
            tests.arrayValue != nil || tests.objectValue != nil
        else { return nil }
        let function = row["entry_point"]?.stringValue ?? row["fn_name"]?.stringValue
        var task = try TestPairs(language: context.language, function: function).task(tests, "answer")
        task.entryPoint = function
        try task.readChecker(row["checker"])
        return task
    }

    // Nothing but assertions, each on lines of its own.
    private static func isAssertions(_ text: String) -> Bool {
        let lines = text.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
        return !lines.isEmpty && lines.allSatisfy { $0.hasPrefix("assert ") || $0.hasPrefix("assert(") }
    }
}
