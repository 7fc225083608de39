import JSON

/// Rows of verl whose tests stand in `extra_info`, in any of the other shapes.
enum ExtraInfoShape: CodeRowShape {
    static let name = "verl's extra_info"
    static let recognisedBy = "extra_info with tests in another shape"

    private static let inner: [any CodeRowShape.Type] = [
        VerificationInfoShape.self, RewardModelShape.self, UnitTestsShape.self, LiveCodeBenchShape.self,
        CodeContestsShape.self, TestProgramShape.self, EvalPlusShape.self, InputOutputShape.self, TestListShape.self,
        ListedTestsShape.self, PairListsShape.self,
    ]

    static func read(_ row: JSONValue, _ context: ShapeContext) throws -> CodeTask? {
        guard let value = row["extra_info"], !value.isNull, let info = try? TestPairs.parsed(value, "extra_info"),
            info.objectValue != nil
        else { return nil }
        var context = context
        context.language = context.language ?? info["language"]?.stringValue.flatMap { LanguageName.canonical($0) }
        for shape in inner {
            if let task = try shape.read(info, context) { return task }
        }
        return nil
    }
}
