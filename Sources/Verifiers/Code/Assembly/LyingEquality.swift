/// Equality that a program defines for itself where the row speaks of none: what it returns may then be equal to anything, and
/// an honest key of a table looks the same.
enum LyingEquality {
    // How each language declares it, without spaces.
    private static let marks: [String: [String]] = [
        "java": ["booleanequals("], "kotlin": ["funequals("],
        "csharp": ["boolEquals(", "booloperator==(", "booloperator!=("],
        "swift": ["func==(", "func!=("],
        "ruby": ["def==", "def!=", "def!", "defeql?", "defequal?", "def===", "defraise", "define_method"],
        "perl": ["useoverload", "overload::"], "lua": ["__eq"],
    ]

    /// Why a pass says nothing, for a person; nil where there is none, or the row has it too.
    static func reason(_ program: String, of suite: TestSuite, language: String, comment: String = "//") -> String? {
        let row = dense((suite.prompt ?? "") + suite.source, comment)
        let text = dense(program, comment)
        guard let marks = marks[language], marks.contains(where: { text.contains($0) && !row.contains($0) }) else {
            return nil
        }
        return "it says itself what is equal to the tests' values"
    }

    private static func dense(_ text: String, _ comment: String) -> String {
        SourceText(text, comment: comment).code.filter { !$0.isWhitespace }
    }
}
