import JSON

/// EvalPlus: inputs, and a solution whose answers to them are the expected ones.
enum EvalPlusShape: CodeRowShape {
    static let name = "EvalPlus"
    static let recognisedBy = "base_input and plus_input, with entry_point and canonical_solution"

    static func read(_ row: JSONValue, _ context: ShapeContext) throws -> CodeTask? {
        var inputs: [JSONValue] = []
        for key in ["base_input", "plus_input"] {
            guard let value = row[key], !value.isNull else { continue }
            guard let list = try TestPairs.parsed(value, key).arrayValue else {
                throw CodeRowError(description: "'\(key)' must be a list of arguments")
            }
            inputs += list
        }
        guard !inputs.isEmpty else { return nil }
        try context.requirePython("base_input")
        guard let function = row["entry_point"]?.stringValue, let solution = row["canonical_solution"]?.stringValue
        else {
            throw CodeRowError(
                description: "inputs alone judge nothing: 'entry_point' and 'canonical_solution' are needed")
        }
        let tests = try inputs.map { input in
            guard let arguments = input.arrayValue else {
                throw CodeRowError(description: "each input must be a list of arguments")
            }
            return CodeTask.CallTest.json(function, arguments.map { PythonValue($0) }, [], [])
        }
        var task = CodeTask(language: "python", tests: .calls(tests))
        task.prompt = row["prompt"]?.stringValue
        task.continues = task.prompt != nil
        task.entryPoint = function
        task.reference = (task.prompt ?? "") + solution
        task.tolerance = row["atol"]?.doubleValue ?? 0
        return task
    }
}
