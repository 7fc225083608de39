import JSON

/// Rows of our own form: `format` says what `tests` are.
enum OwnShape: CodeRowShape {
    static let name = "assay"
    static let recognisedBy = "format+tests"

    static func read(_ row: JSONValue, _ context: ShapeContext) throws -> CodeTask? {
        guard let format = row["format"]?.stringValue, let tests = row["tests"] else { return nil }
        var task: CodeTask
        let entryPoint = row["entry_point"]?.stringValue
        switch format {
        case "stdin", "functional":
            for (index, test) in (tests.arrayValue ?? []).enumerated() where test.objectValue != nil {
                try test.requireKeys(["input", "output", "args", "kwargs", "expected"], of: "tests[\(index)]")
            }
            let function = entryPoint ?? row["fn_name"]?.stringValue
            let pairs = TestPairs(language: context.language, function: function, readsCalls: format == "functional")
            task = try pairs.task(tests, "tests")
            try task.readChecker(row["checker"])
        case "asserts", "unittest", "humaneval":
            if let checker = row["checker"], !checker.isNull { throw CodeTask.checkerWithoutOutput }
            guard let source = tests.stringValue ?? tests.joinedLines else {
                throw CodeRowError(description: "'tests' of the format '\(format)' must be a text")
            }
            task = CodeTask(language: context.language, tests: .stdin([]))
            if context.language ?? "python" == "python" {
                task.language = "python"
                if format == "humaneval" { task.prompt = row["prompt"]?.stringValue }
                task.setAsserts(source, entryPoint: entryPoint, call: row["call"]?.stringValue)
            } else {
                task.tests = .suite(TestSuite(source: source, entryPoint: entryPoint))
            }
        default:
            throw CodeRowError(
                description:
                    "the format '\(format)' is not known; known: stdin, functional, asserts, unittest, humaneval")
        }
        task.entryPoint = entryPoint
        task.isBare = true
        return task
    }
}
