/// Program and tests in one text, in the languages of braces.
enum JoinedSource {
    /// Program and tests in one text, in the languages of braces: a response may be the whole function or go on where the prompt
    /// stopped, and tests may begin with the brace that closes it.
    static func of(_ suite: TestSuite, program: String, comment: String = "//") -> (program: String, tests: String) {
        var program = program
        var tests = suite.source
        let source = SourceText(program, comment: comment)
        if let prompt = suite.prompt, !repeats(prompt, program) {
            // Only the body: what the prompt opened, it or the tests close.
            program = prompt + "\n" + program
            return (program, tests)
        }
        let start = tests.drop { $0.isWhitespace }
        if start.first == "}", source.openBraces <= 0 { tests = String(start.dropFirst()) }
        return (program, tests)
    }

    // Whether the program has the function that the prompt declares last.
    private static func repeats(_ prompt: String, _ program: String) -> Bool {
        let lines = SourceText(prompt).code.split(separator: "\n").map { String($0).trimmed }.filter { !$0.isEmpty }
        // The brace may have a line of its own; languages without braces begin with a word.
        let opened = lines.lastIndex { $0.hasSuffix("{") }.flatMap { lines[...$0].last { $0.contains("(") } }
        let begun = lines.last { line in ["def ", "function ", "local function "].contains(where: line.hasPrefix) }
        guard let declaration = opened ?? begun else { return true }
        let words = declaration.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
        guard let paren = declaration.firstIndex(of: "(") else { return true }
        let before = declaration[..<paren].split { !$0.isLetter && !$0.isNumber && $0 != "_" }
        guard let name = before.last ?? words.first else { return true }
        return program.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.contains(name)
    }
}
