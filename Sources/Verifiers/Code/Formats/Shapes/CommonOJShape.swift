import JSON

/// SandboxFusion's CommonOJ: a list of tests that name what is read and written, files among it.
enum CommonOJShape: CodeRowShape {
    static let name = "CommonOJ"
    static let recognisedBy = "test as a list of {input: {stdin}, output: {stdout}}"

    static func read(_ row: JSONValue, _ context: ShapeContext) throws -> CodeTask? {
        guard let value = row["test"], let list = (try? TestPairs.parsed(value, "test"))?.arrayValue,
            let first = list.first, first["input"]?.objectValue != nil, first["output"]?.objectValue != nil
        else { return nil }
        let file = first["output"]?.objectValue?.map(\.key).first { $0 != "stdout" }
        let runs = try list.enumerated().map { index, test in
            let outputs = test["output"]?.objectValue ?? []
            guard outputs.count == 1, let output = outputs.first?.value.textLines,
                outputs.first?.key == file ?? "stdout"
            else { throw CodeRowError(description: "test \(index) must have one output, the same in every test") }
            var run = CodeTask.StdinTest(input: [], output: output)
            for member in test["input"]?.objectValue ?? [] {
                guard let text = member.value.textLines else {
                    throw CodeRowError(description: "the inputs of test \(index) must be texts")
                }
                if member.key == "stdin" {
                    run.input = text
                } else {
                    run.files.append(.init(path: try TestSuite.File.checked(member.key), bytes: text))
                }
            }
            return run
        }
        var task = CodeTask(language: context.language, tests: .stdin(runs))
        task.outputFile = try file.map { try TestSuite.File.checked($0) }
        try task.readChecker(row["checker"])
        return task
    }
}
