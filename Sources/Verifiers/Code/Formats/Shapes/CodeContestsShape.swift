import JSON

/// CodeContests: tokens count, whatever is between them.
enum CodeContestsShape: CodeRowShape {
    static let name = "CodeContests"
    static let recognisedBy = "public_tests or private_tests"

    static func read(_ row: JSONValue, _ context: ShapeContext) throws -> CodeTask? {
        guard row["public_tests"] != nil || row["private_tests"] != nil else { return nil }
        var runs: [CodeTask.StdinTest] = []
        for key in ["public_tests", "private_tests", "generated_tests"] {
            guard let group = row[key], !group.isNull else { continue }
            guard let inputs = group["input"]?.arrayValue, let outputs = group["output"]?.arrayValue,
                inputs.count == outputs.count
            else { throw CodeRowError(description: "'\(key)' must hold as many inputs as outputs") }
            for (input, output) in zip(inputs, outputs) {
                guard let input = input.textLines, let output = output.textLines else {
                    throw CodeRowError(description: "inputs and outputs of '\(key)' must be texts")
                }
                runs.append(.init(input: input, output: output))
            }
        }
        var task = CodeTask(language: context.language, tests: .stdin(runs))
        task.comparison = .tokens
        // 0 is how the data set writes that there is none.
        let limit = row["time_limit"]
        let seconds = (limit?["seconds"]?.doubleValue ?? 0) + (limit?["nanos"]?.doubleValue ?? 0) / 1e9
        if (0.01...86_400).contains(seconds) { task.limits.cpu = seconds }
        if let bytes = row["memory_limit_bytes"]?.intValue, (16 << 20...1 << 44).contains(bytes) {
            task.limits.memory = bytes
        }
        try task.readChecker(row["checker"])
        return task
    }
}
