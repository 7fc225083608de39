import JSON

/// LiveCodeBench. Its own comparison has numbers equal that are the same decimals.
enum LiveCodeBenchShape: CodeRowShape {
    static let name = "LiveCodeBench"
    static let recognisedBy = "public_test_cases or private_test_cases"

    static func read(_ row: JSONValue, _ context: ShapeContext) throws -> CodeTask? {
        var cases: [JSONValue] = []
        var isOurs = false
        for key in ["public_test_cases", "private_test_cases"] {
            guard let value = row[key], !value.isNull else { continue }
            isOurs = true
            guard let list = try TestPairs.parsed(value, key).arrayValue else {
                throw CodeRowError(description: "'\(key)' must be a list")
            }
            cases += list
        }
        guard isOurs else { return nil }
        // LiveBench keeps the original row.
        let metadata = try (row["metadata"] ?? row["original_json"]?["metadata"]).map {
            try TestPairs.parsed($0, "metadata")
        }
        let function = metadata?["func_name"]?.stringValue
        if cases.contains(where: { $0["testtype"]?.stringValue == "functional" }), function == nil {
            throw CodeRowError(description: "functional tests need 'metadata.func_name'")
        }
        for test in cases where test["input"] == nil || test["output"] == nil {
            throw CodeRowError(description: "a test case must have 'input' and 'output'")
        }
        let pairs = TestPairs(language: context.language, function: function, comparison: .decimals)
        var task = try pairs.task(.array(cases), "test_cases")
        task.entryPoint = function
        try task.readChecker(row["checker"])
        return task
    }
}
