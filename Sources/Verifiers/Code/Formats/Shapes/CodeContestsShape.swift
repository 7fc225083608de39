import JSON

/// CodeContests: tokens count, whatever is between them.
enum CodeContestsShape: CodeRowShape {
    static let name = "CodeContests"
    static let recognisedBy = "public_tests or private_tests"

    static func read(_ row: JSONValue, _ context: ShapeContext) throws -> CodeTask? {
        guard row["public_tests"] != nil || row["private_tests"] != nil else { return nil }
        if let listed = try listed(row, context) { return listed }
        var runs: [CodeTask.StdinTest] = []
        for key in ["public_tests", "private_tests", "generated_tests"] {
            guard let group = try row[key].map({ try TestPairs.parsed($0, key) }), !group.isNull else { continue }
            guard let inputs = (group["input"] ?? group["inputs"])?.arrayValue,
                let outputs = (group["output"] ?? group["outputs"])?.arrayValue,
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

    // Lists of pairs or of assertions under the same keys; nil for the layout of CodeContests itself.
    private static func listed(_ row: JSONValue, _ context: ShapeContext) throws -> CodeTask? {
        var tests: [JSONValue] = []
        for key in ["public_tests", "private_tests", "generated_tests"] {
            guard let value = row[key], !value.isNull else { continue }
            guard let list = try TestPairs.parsed(value, key).arrayValue else { return nil }
            tests += list
        }
        let function = row["entry_point"]?.stringValue ?? row["fn_name"]?.stringValue
        var task = try TestPairs(language: context.language, function: function).task(.array(tests), "public_tests")
        task.entryPoint = function
        try task.readChecker(row["checker"])
        return task
    }
}
