import JSON

/// A program of tests under `test`: HumanEval in all its languages, MBXP, BigCodeBench, LeetCodeDataset, KodCode, ClassEval.
enum TestProgramShape: CodeRowShape {
    static let name = "HumanEval, HumanEval-X, MBXP, BigCodeBench, LeetCodeDataset, KodCode, ClassEval"
    static let recognisedBy = "test, with entry_point and prompt"

    static func read(_ row: JSONValue, _ context: ShapeContext) throws -> CodeTask? {
        // ODEX has the cases one by one, after what begins their function.
        let cases = row["test_start"]?.stringValue.flatMap { start in row["test"]?.joinedLines.map { start + "\n" + $0 }
        }
        let texts = ["test", "test_code", "full_test_func"].lazy.compactMap { row[$0]?.stringValue }
        if cases == nil, let pairs = try listed(row, context) { return pairs }
        guard var test = cases ?? texts.first else { return nil }
        var context = context
        // AutoCodeBench has its tests fenced.
        if let block = CodeExtraction.whole(test) {
            test = block.text
            context.language = context.language ?? block.language
        }
        let id = row["task_id"]?.stringValue ?? ""
        let language = context.language ?? LanguageName.ofTask(id) ?? LanguageName.ofTests(test) ?? "python"
        let prompt = ["complete_prompt", "code_prompt", "prompt"].lazy.compactMap { row[$0]?.stringValue }.first
        let entryPoint = row["entry_point"]?.stringValue
        var task = CodeTask(language: language, tests: .stdin([]))
        task.entryPoint = entryPoint
        task.continues = prompt != nil
        guard language == "python" else {
            var suite = TestSuite(source: test, entryPoint: entryPoint)
            suite.prompt = prompt
            suite.prologue = row["test_setup"]?.stringValue ?? ""
            task.tests = .suite(suite)
            return task
        }
        if let suffix = row["suffix"]?.stringValue, let prompt {
            task.infill = Infill(prefix: prompt, suffix: suffix, entryPoint: entryPoint)
            task.setAsserts(test, entryPoint: entryPoint)
            return task
        }
        // MBPP+ has its stronger tests beside the first ones.
        let listed = (row["test_list"]?.arrayValue ?? []).compactMap(\.stringValue)
        let imports = (row["import_statement"]?.arrayValue ?? []).compactMap(\.stringValue)
        task.prompt = imports.isEmpty ? prompt : imports.joined(separator: "\n")
        task.setAsserts(([test] + listed).joined(separator: "\n"), entryPoint: entryPoint)
        return task
    }

    // LiveCodeBench's cases, one list under `test`, beside the name of the function.
    private static func listed(_ row: JSONValue, _ context: ShapeContext) throws -> CodeTask? {
        guard let value = row["test"], let list = try? TestPairs.parsed(value, "test"),
            let first = list.arrayValue?.first, first["input"] != nil, first["output"] != nil
        else { return nil }
        let function = ["entry_point", "function_name", "fn_name"].lazy.compactMap { row[$0]?.stringValue }.first {
            !$0.isEmpty
        }
        var task = try TestPairs(language: context.language, function: function).task(list, "test")
        task.entryPoint = function
        return task
    }
}
