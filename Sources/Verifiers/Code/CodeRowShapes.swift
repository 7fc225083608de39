import Experience
import JSON

/// The shapes that rows are read in, the first that fits.
public enum CodeRowShapes {
    static let all: [any CodeRowShape.Type] = [
        OwnShape.self, PolyglotShape.self, DS1000Shape.self, InsertShape.self, CommonOJShape.self,
        MercuryShape.self, CRUXEvalShape.self,
        VerificationInfoShape.self, RewardModelShape.self, VerifierMetadataShape.self, OfficialTestsShape.self,
        UnitTestsShape.self, LiveCodeBenchShape.self, CodeContestsShape.self, TestProgramShape.self, EvalPlusShape.self,
        InputOutputShape.self, TestListShape.self, ListedTestsShape.self, PairListsShape.self, ExtraInfoShape.self,
        AnswerShape.self,
    ]

    /// Name and recognising keys of each, for lists.
    public static let table: [(name: String, recognisedBy: String)] = all.map { ($0.name, $0.recognisedBy) }
}

extension CodeTask {
    /// Reads a problem's row.
    init(problem: Problem, defaultLanguage: String?) throws {
        let row = problem.fields.value
        if row["format"]?.stringValue != nil {
            try row.requireTexts("language", "lang", "entry_point", "fn_name", "call")
        }
        let stated =
            row["language"]?.stringValue ?? row["lang"]?.stringValue ?? row["programming_language"]?.stringValue
        let context = ShapeContext(language: stated.flatMap { LanguageName.canonical($0) }, answer: problem.answer)
        for shape in CodeRowShapes.all {
            guard var task = try shape.read(row, context) else { continue }
            guard task.testCount > 0 else { throw CodeRowError(description: "the row's list of tests is empty") }
            task.limits = try task.limits.filled(from: row)
            // An option that names another language than the usual one speaks for rows that name none.
            if let defaultLanguage, defaultLanguage != "python" { task.language = task.language ?? defaultLanguage }
            self = task
            return
        }
        throw CodeRowError(
            description: "the row has no tests: known are "
                + CodeRowShapes.table.map { "\($0.recognisedBy) (\($0.name))" }.joined(separator: ", "))
    }
}
