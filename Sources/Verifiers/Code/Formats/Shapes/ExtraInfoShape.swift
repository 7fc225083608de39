import JSON

/// Rows whose tests stand in `extra_info` (verl), `info` (verifiers) or `metadata` (rLLM), in any of the other shapes.
enum ExtraInfoShape: CodeRowShape {
    static let name = "verl, verifiers, rLLM"
    static let recognisedBy = "extra_info, info or metadata with tests in another shape"

    private static let inner: [any CodeRowShape.Type] = [
        VerificationInfoShape.self, RewardModelShape.self, UnitTestsShape.self, LiveCodeBenchShape.self,
        CodeContestsShape.self, TestProgramShape.self, EvalPlusShape.self, InputOutputShape.self, TestListShape.self,
        ListedTestsShape.self, PairListsShape.self,
    ]

    static func read(_ row: JSONValue, _ context: ShapeContext) throws -> CodeTask? {
        for key in ["extra_info", "info", "metadata"] {
            guard let value = row[key], !value.isNull, let info = try? TestPairs.parsed(value, key),
                info.objectValue != nil
            else { continue }
            var context = context
            context.language = context.language ?? info["language"]?.stringValue.flatMap { LanguageName.canonical($0) }
            for shape in inner {
                if let task = try shape.read(info, context) { return task }
            }
        }
        return nil
    }
}
