import JSON

/// verl and PRIME: `reward_model.ground_truth` holds the tests.
enum RewardModelShape: CodeRowShape {
    static let name = "verl, PRIME"
    static let recognisedBy = "reward_model.ground_truth"

    static func read(_ row: JSONValue, _ context: ShapeContext) throws -> CodeTask? {
        guard let truth = row["reward_model"]?["ground_truth"], !truth.isNull else { return nil }
        let function = row["entry_point"]?.stringValue
        guard (try? TestPairs.parsed(truth, "ground_truth")) != nil else {
            guard let text = truth.stringValue, text.contains("assert") else { return nil }
            try context.requirePython("reward_model.ground_truth")
            var task = CodeTask(language: "python", tests: .stdin([]))
            task.setAsserts(text, entryPoint: function)
            return task
        }
        return try TestPairs(language: context.language, function: function).task(truth, "reward_model.ground_truth")
    }
}
