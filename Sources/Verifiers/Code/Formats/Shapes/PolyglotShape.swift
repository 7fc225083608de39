import JSON

/// Exercism and other rows of files: the tests' file imports the solution's.
enum PolyglotShape: CodeRowShape {
    static let name = "Exercism, Aider polyglot"
    static let recognisedBy = "test, test_file and solution_file"

    static func read(_ row: JSONValue, _ context: ShapeContext) throws -> CodeTask? {
        guard let test = row["test"]?.stringValue, let testFile = row["test_file"]?.stringValue,
            let solutionFile = row["solution_file"]?.stringValue
        else { return nil }
        let ending = solutionFile.split(separator: ".").last.map(String.init) ?? ""
        let track = row["track"]?.stringValue.flatMap { LanguageName.canonical($0) }
        let language = context.language ?? track ?? LanguageName.canonical(ending) ?? "python"
        var suite = TestSuite(source: test, entryPoint: nil)
        suite.testFile = try TestSuite.File.checked(testFile)
        suite.solutionFile = try TestSuite.File.checked(solutionFile)
        suite.files = try TestSuite.File.read(row["files"])
        if language == "python" {
            let stem = solutionFile.split(separator: "/").last.map { String($0.prefix { $0 != "." }) }
            suite.modules = [stem ?? "solution"]
        }
        return CodeTask(language: language, tests: .suite(suite))
    }
}
