import JSON

extension CodeTask {
    /// Only what a program prints can be judged by another program.
    static let checkerWithoutOutput = CodeRowError(
        description: "'checker' judges what a program prints: it goes with tests that have 'input' and 'output'")

    /// Problems of old contests: the input is a file, and so is the answer.
    mutating func readFromFiles(_ input: String, _ output: String) {
        guard case .stdin(let runs) = tests else { return }
        tests = .stdin(
            runs.map { test in
                var test = test
                test.files = [.init(path: input, bytes: test.input)]
                return test
            })
        outputFile = output
    }

    /// Takes a row's `checker`, in place of the comparison line by line.
    mutating func readChecker(_ checker: JSONValue?) throws {
        guard let checker, !checker.isNull else { return }
        guard case .stdin = tests else { throw Self.checkerWithoutOutput }
        if let source = checker.stringValue, source.contains("main(") {
            self.checker = CheckerProgram(testlib: source)
            return
        }
        let type = checker["type"]?.stringValue ?? checker.stringValue
        if type != "program", checker.objectValue != nil {
            try checker.requireKeys(type == "float" ? ["type", "abs", "rel"] : ["type"], of: "checker")
        }
        switch type {
        case "float":
            func tolerance(_ key: String) throws -> Double {
                guard let stated = checker[key], !stated.isNull else { return 1e-6 }
                guard let value = stated.doubleValue, value.isFinite, value >= 0 else {
                    throw CodeRowError(
                        description: "'checker.\(key)' must be a number from 0, not \(stated.text.prefix(60))")
                }
                return value
            }
            comparison = .float(absolute: try tolerance("abs"), relative: try tolerance("rel"))
        case "exact": comparison = .exact
        case "lines", "whitespace": comparison = .lines
        case "tokens": comparison = .tokens
        case "program": self.checker = try CheckerProgram(checker)
        default:
            throw CodeRowError(
                description:
                    "the checker \(checker.text.prefix(100)) is not known; known: lines, tokens, exact, float, program")
        }
    }
}
