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
        guard start.first == "}" || SourceText(suite.source).openBraces < 0 else { return nil }
        var program = JoinedSource.of(suite, program: given).program
        var tests = suite.source
        let declared = suite.prompt.flatMap { SourceText($0).className }
        if SourceText(program).className == nil, let declared {
            // The function alone: its class is the prompt's.
            program = "class \(declared) {\n" + program
        }
        let source = SourceText(program)
        // Ended already: its last brace makes room for the tests, which bring it again.
        if source.openBraces == 0, let end = source.code.lastIndex(of: "}") {
            let kept = source.code.utf8.distance(from: source.code.startIndex, to: end)
            program = String(decoding: program.utf8.prefix(kept), as: UTF8.self)
        }
        // A function that has its end already.
        if start.first == "}", SourceText(program).openBraces <= 1 { tests = String(start.dropFirst()) }
        let name = declared.flatMap { SourceText(program).has("class", $0) ? $0 : nil }
        return OpenClass(program: program, tests: tests, name: name ?? source.className ?? "Problem")
    }
}
