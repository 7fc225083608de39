import JSON

/// open-r1's Codeforces problems, with their limits and a checker in Python where one is needed.
enum OfficialTestsShape: CodeRowShape {
    static let name = "open-r1/codeforces"
    static let recognisedBy = "official_tests"

    static func read(_ row: JSONValue, _ context: ShapeContext) throws -> CodeTask? {
        guard let tests = row["official_tests"], !tests.isNull else { return nil }
        if let interaction = row["interaction_format"]?.stringValue, !interaction.isEmpty {
            throw CodeRowError(description: "the problem is interactive, and the row has no program to judge it with")
        }
        var task = try TestPairs(language: context.language).task(tests, "official_tests")
        if row["input_mode"]?.stringValue == "file" { task.readFromFiles("input.txt", "output.txt") }
        task.limits.readTexts(time: row["time_limit"], memory: row["memory_limit"])
        if let checker = row["generated_checker"]?.stringValue, !checker.isEmpty {
            task.checker = CheckerProgram(scoring: checker)
        } else {
            try task.readChecker(row["checker"])
        }
        return task
    }
}
