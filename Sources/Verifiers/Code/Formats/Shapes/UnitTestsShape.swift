import JSON
import Numbers

/// Nemotron and OpenCodeReasoning; xCodeEval, whose outputs are lists of which any is right.
enum UnitTestsShape: CodeRowShape {
    static let name = "Nemotron, xCodeEval"
    static let recognisedBy = "unit_tests or hidden_unit_tests"

    static func read(_ row: JSONValue, _ context: ShapeContext) throws -> CodeTask? {
        if let hidden = row["hidden_unit_tests"], !hidden.isNull { return try alternatives(hidden, row, context) }
        guard let tests = row["unit_tests"], !tests.isNull else { return nil }
        // Assertions or a session in a text are the next shape's.
        if tests.stringValue != nil, (try? TestPairs.parsed(tests, "unit_tests")) == nil { return nil }
        let function = row["entry_point"]?.stringValue ?? row["fn_name"]?.stringValue
        var task = try TestPairs(language: context.language, function: function).task(tests, "unit_tests")
        // SAFIM: the response fills a hole.
        let mark = "{{completion}}"
        if let text = row["eval_prompt"]?.stringValue, let place = text.firstRange(of: mark) {
            task.infill = Infill(prefix: String(text[..<place.lowerBound]), suffix: String(text[place.upperBound...]))
        }
        return task
    }

    private static func alternatives(_ value: JSONValue, _ row: JSONValue, _ context: ShapeContext) throws -> CodeTask {
        guard let list = try TestPairs.parsed(value, "hidden_unit_tests").arrayValue else {
            throw CodeRowError(description: "'hidden_unit_tests' must be a list")
        }
        let runs = try list.map { test in
            let outputs = test["output"]?.arrayValue?.map(\.textLines) ?? [test["output"]?.textLines]
            guard let input = test["input"]?.textLines, let first = outputs.first, let output = first else {
                throw CodeRowError(description: "a test must have 'input' and 'output'")
            }
            return CodeTask.StdinTest(input: input, output: output, others: outputs.dropFirst().compactMap(\.self))
        }
        var task = CodeTask(language: context.language, tests: .stdin(runs))
        task.comparison = .tokens
        task.limits.readTexts(time: row["time_limit"], memory: row["memory_limit"])
        return task
    }
}

extension RowLimits {
    /// Takes limits as statements write them: seconds and megabytes, as numbers or at the start of a text.
    mutating func readTexts(time: JSONValue?, memory: JSONValue?) {
        func number(_ value: JSONValue?) -> Double? {
            if let number = value?.doubleValue { return number }
            return value?.stringValue.flatMap { Double($0.trimmed.prefix { $0.isNumber || $0 == "." }) }
        }
        if let seconds = number(time), (0.01...86_400).contains(seconds) { cpu = seconds }
        if let megabytes = number(memory), (16...1e6).contains(megabytes) {
            self.memory = Int(clamping: megabytes * 1_048_576, .down)
        }
    }
}
