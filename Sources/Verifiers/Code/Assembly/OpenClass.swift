/// A class of the program's that the tests go on in and close, as MultiPL-E and McEval have it for Java and C#.
struct OpenClass {
    /// The program without the end of that class.
    var program: String
    /// The tests without the end of the function that the prompt began.
    var tests: String
    var name: String

    /// nil where the tests stand for themselves.
    static func of(_ suite: TestSuite, program given: String) -> OpenClass? {
        let start = suite.source.drop { $0.isWhitespace }
        let closed = -SourceText(suite.source).openBraces
        guard start.first == "}" || closed > 0 else { return nil }
        var program = JoinedSource.of(suite, program: given).program
        if let head = head(of: suite.prompt, for: program) { program = head + "\n" + program }
        let declared = suite.prompt.flatMap { SourceText($0).className }
        // Levels that the tests end beside the function's: a class, and a namespace.
        var levels = start.first == "}" ? closed - 1 : closed
        if levels == 2, !SourceText(program).words.contains("namespace") {
            program = "namespace Program {\n" + program
            levels = 1
        }
        // Ended already: its last braces make room for the tests, which bring them again.
        if SourceText(program).openBraces < closed - (start.first == "}" ? 1 : 0) {
            for _ in 0..<levels { program = withoutLastBrace(program) }
        }
        // A function that has its end already.
        let endsFunction = start.first == "}" && SourceText(program).openBraces < closed
        let name = declared.flatMap { SourceText(program).has("class", $0) ? $0 : nil }
        return OpenClass(
            program: program, tests: endsFunction ? String(start.dropFirst()) : suite.source,
            name: name ?? SourceText(program).className ?? "Problem")
    }

    private static func withoutLastBrace(_ program: String) -> String {
        let code = SourceText(program).code
        guard let end = code.lastIndex(of: "}") else { return program }
        return String(decoding: program.utf8.prefix(code.utf8.distance(from: code.startIndex, to: end)), as: UTF8.self)
    }

    /// What of the prompt goes before a function that came without its class; nil where the program has one.
    static func head(of prompt: String?, for program: String) -> String? {
        guard let prompt, SourceText(program).className == nil else { return nil }
        let code = SourceText(prompt).code
        guard let place = code.firstRange(of: "class "), let brace = code[place.upperBound...].firstIndex(of: "{")
        else { return nil }
        let kept = code.utf8.distance(from: code.startIndex, to: code.index(after: brace))
        return String(decoding: prompt.utf8.prefix(kept), as: UTF8.self)
    }
}
