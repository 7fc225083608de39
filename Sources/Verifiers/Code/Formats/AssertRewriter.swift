/// Turns a list of assertions into calls whose values are judged on the host.
///
/// Understood: `assert` over calls of the program with constant arguments, `def check(candidate):` with such asserts and
/// its call, constant assignments, imports of `math`, docstrings. Anything else makes the whole text a test program.
struct AssertRewriter {
    private var tests: [CodeTask.CallTest] = []
    private var names: [String: PythonExpression] = [:]
    private var alias: [String: String] = [:]
    // Functions that the text calls with a function of the program: `check(candidate)`.
    private var checks: [String: String] = [:]

    private init(entryPoint: String?) {
        // LeetCode's method: the program's class is made for each call.
        if let entryPoint { checks["check"] = Self.method(entryPoint) }
    }

    private static func method(_ entryPoint: String) -> String {
        entryPoint.hasPrefix("Solution().") ? String(entryPoint.dropFirst("Solution().".utf8.count)) : entryPoint
    }

    /// The assertions of `source`, or nil when it holds anything else.
    static func tests(in source: String, entryPoint: String?) -> [CodeTask.CallTest]? {
        guard let tokens = PythonTokenizer.tokens(of: source) else { return nil }
        var rewriter = AssertRewriter(entryPoint: entryPoint)
        var rest = tokens[...]
        while !rest.isEmpty { rewriter.noteCheck(Self.line(&rest)) }
        rest = tokens[...]
        var checks: [ArraySlice<PythonToken>] = []
        while !rest.isEmpty {
            if rest.first == .name("def") {
                guard let body = rewriter.checkFunction(&rest) else { return nil }
                checks.append(body)
            } else {
                let line = Self.line(&rest)
                if rewriter.isCheckCall(line) { continue }
                guard rewriter.statement(line) else { return nil }
            }
        }
        for body in checks {
            var body = body
            while !body.isEmpty {
                guard body.first != .indent, body.first != .dedent, rewriter.statement(Self.line(&body)) else {
                    return nil
                }
            }
        }
        return rewriter.tests.isEmpty ? nil : rewriter.tests
    }

    private static func line(_ rest: inout ArraySlice<PythonToken>) -> ArraySlice<PythonToken> {
        let end = rest.firstIndex(of: .newline) ?? rest.endIndex
        let line = rest[rest.startIndex..<end]
        rest = rest[min(end + 1, rest.endIndex)...]
        return line
    }

    // def check(candidate): … ; the tokens of its body.
    private mutating func checkFunction(_ rest: inout ArraySlice<PythonToken>) -> ArraySlice<PythonToken>? {
        let line = Array(Self.line(&rest))
        guard line.count == 6, case .name(let name) = line[1], line[2] == .op("("), case .name(let parameter) = line[3],
            line[4] == .op(")"), line[5] == .op(":"), let target = checks[name], rest.first == .indent
        else { return nil }
        rest.removeFirst()
        alias[parameter] = target
        guard let end = rest.firstIndex(of: .dedent) else { return nil }
        let body = rest[rest.startIndex..<end]
        rest = rest[(end + 1)...]
        return body
    }

    // check(f) or check(Solution().f), which may stand before or after the function.
    private static func call(_ line: ArraySlice<PythonToken>) -> (check: String, function: String)? {
        let line = Array(line)
        guard line.count == 4 || line.count == 8, case .name(let check) = line[0], line[1] == .op("("),
            line.last == .op(")"), case .name(let function) = line[line.count - 2]
        else { return nil }
        let owner: [PythonToken] = [.name("Solution"), .op("("), .op(")"), .op(".")]
        guard line.count == 4 || Array(line[2..<6]) == owner else { return nil }
        return (check, function)
    }

    private mutating func noteCheck(_ line: ArraySlice<PythonToken>) {
        guard let call = Self.call(line), call.check != "print" else { return }
        checks[call.check] = call.function
    }

    private func isCheckCall(_ line: ArraySlice<PythonToken>) -> Bool {
        Self.call(line).map { checks[$0.check] == $0.function } ?? false
    }

    private mutating func statement(_ line: ArraySlice<PythonToken>) -> Bool {
        let tokens = Array(line)
        switch tokens.first {
        case nil, .name("pass"): return true
        case .string where tokens.count == 1: return true
        case .name("import"): return tokens == [.name("import"), .name("math")]
        case .name("assert"): return assertion(line.dropFirst())
        case .name(let name) where tokens.count > 2 && tokens[1] == .op("="):
            var parser = PythonExpressionParser(tokens: line.dropFirst(2), names: names, alias: alias)
            guard let expression = parser.expression(), parser.tokens.isEmpty, parser.calls.isEmpty,
                let value = try? PythonEvaluator(values: []).value(expression)
            else { return false }
            names = parser.names
            names[name] = .constant(value)
            return true
        default: return false
        }
    }

    private mutating func assertion(_ tokens: ArraySlice<PythonToken>) -> Bool {
        var parser = PythonExpressionParser(tokens: tokens, names: names, alias: alias)
        guard let expression = parser.expression() else { return false }
        // What follows a comma is the message.
        guard parser.tokens.isEmpty || parser.tokens.first == .op(",") else { return false }
        names = parser.names
        tests.append(.init(calls: parser.calls, check: .assertion(expression)))
        return true
    }
}

extension CodeTask {
    /// Assertions as calls where all of them can be, else as they are.
    mutating func setAsserts(_ source: String, entryPoint: String?, call: String? = nil) {
        let text = DoctestText.program(source) ?? source
        let whole = call.map { text + "\n" + $0 + "\n" } ?? text
        let suite = TestSuite(source: whole, entryPoint: entryPoint)
        if let calls = AssertRewriter.tests(in: whole, entryPoint: entryPoint) {
            tests = .calls(calls)
            self.whole = suite
        } else {
            tests = .suite(suite)
        }
    }
}
