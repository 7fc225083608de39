import JSON

/// NeMo-Gym: `verifier_metadata` holds pairs, or a program of tests.
enum VerifierMetadataShape: CodeRowShape {
    static let name = "NeMo-Gym"
    static let recognisedBy = "verifier_metadata"

    static func read(_ row: JSONValue, _ context: ShapeContext) throws -> CodeTask? {
        guard let metadata = row["verifier_metadata"], metadata.objectValue != nil else { return nil }
        if let tests = metadata["unit_tests"], !tests.isNull {
            return try TestPairs(language: context.language).task(tests, "verifier_metadata.unit_tests")
        }
        var inner = context
        inner.language = context.language ?? metadata["language"]?.stringValue.flatMap { LanguageName.canonical($0) }
        for shape in [TestProgramShape.self, ListedTestsShape.self] as [any CodeRowShape.Type] {
            if let task = try shape.read(metadata, inner) { return task }
        }
        return nil
    }
}
