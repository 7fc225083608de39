import JSON

/// Mercury: cases as data, and functions that make arguments of them and compare what came back.
enum MercuryShape: CodeRowShape {
    static let name = "Mercury"
    static let recognisedBy = "test_cases with convert_offline and evaluate_offline"

    static func read(_ row: JSONValue, _ context: ShapeContext) throws -> CodeTask? {
        guard let convert = row["convert_offline"]?.stringValue, let evaluate = row["evaluate_offline"]?.stringValue,
            let cases = row["test_cases"]
        else { return nil }
        try context.requirePython("test_cases")
        guard let list = try TestPairs.parsed(cases, "test_cases").arrayValue, !list.isEmpty,
            list.allSatisfy({ $0["input"] != nil && $0["expected"] != nil })
        else { throw CodeRowError(description: "'test_cases' must be a list of input and expected") }
        guard let name = row["entry_point"]?.stringValue,
            name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
        else { throw CodeRowError(description: "'entry_point' must name a method of Solution") }
        // JSON as Python reads it: no function of a library stands between, which a program could replace.
        let source = """
            \(convert)
            \(evaluate)
            true, false, null = True, False, None
            for case in \(JSONValue.array(list).text):
                inputs, expected = convert_offline((case["input"], case["expected"]))
                outputs = Solution().\(name)(*inputs)
                assert evaluate_offline(inputs, outputs, expected)
            """
        var suite = TestSuite(source: source, entryPoint: nil)
        suite.hasPrelude = true
        var task = CodeTask(language: "python", tests: .suite(suite))
        task.entryPoint = name
        return task
    }
}
