import JSON

/// Tests in the notations that published rows share: two lists, a list of pairs, a list of assertions, calls with arguments.
struct TestPairs {
    var language: String?
    /// The function that calls go to; nil when the tests are for standard input.
    var function: String?
    /// Whether a text that is the input of a test names a function's arguments, where there is a function.
    var readsCalls = true
    /// Whether texts in two lists are arguments, one on a line, as starting code with a method has them.
    var readsLines = false
    /// How standard output is compared.
    var comparison = OutputComparison.lines

    /// Reads tests that are JSON, or a text that holds it.
    func task(_ value: JSONValue, _ key: String) throws -> CodeTask {
        let tests = try Self.parsed(value, key)
        if let list = tests.arrayValue { return try task(list: list) }
        if let text = (tests["functional"] ?? tests["pytest"] ?? tests["unittest"])?.stringValue {
            var suite = TestSuite(source: text, entryPoint: nil)
            suite.hasPrelude = true
            var task = CodeTask(language: "python", tests: .suite(suite))
            task.hasPrelude = true
            return task
        }
        // Skywork-OR1: a check function, what goes before the program, and what is checked.
        if let text = tests["test_code"]?.stringValue {
            var task = CodeTask(language: "python", tests: .stdin([]))
            task.entryPoint = tests["entry_point"]?.stringValue ?? function
            task.prompt = tests["import_prefix"]?.stringValue
            task.setAsserts(text, entryPoint: task.entryPoint)
            return task
        }
        if let task = try task(lists: tests) { return task }
        for member in ["test_cases", "tests", "cases", "assert_case", "asserts"] {
            if let list = tests[member]?.arrayValue { return try task(list: list) }
        }
        throw CodeRowError(description: "the tests have no 'inputs' and 'outputs'")
    }

    /// Two lists that are members of one object, under any of their usual names; nil where there are none.
    func task(lists tests: JSONValue) throws -> CodeTask? {
        func list(_ key: String) -> [JSONValue]? {
            guard let value = tests[key] else { return nil }
            if let list = value.arrayValue { return list }
            return value.stringValue.flatMap { try? JSONValue(parsing: $0.utf8) }?.arrayValue
        }
        for (inputs, outputs) in Self.listNames {
            guard let inputs = list(inputs), let outputs = list(outputs) else { continue }
            var pairs = self
            pairs.function = tests["fn_name"]?.stringValue ?? function
            return try pairs.task(inputs: inputs, outputs: outputs)
        }
        return nil
    }

    private static let listNames = [
        ("inputs", "outputs"), ("input", "output"), ("stdin", "stdout"), ("in", "out"), ("test_inputs", "test_outputs"),
        ("inputs", "expected_outputs"), ("sample_inputs", "sample_outputs"),
    ]
    // What one test of a list calls its parts.
    private static let inputNames = ["input", "stdin", "in", "input_data"]
    private static let outputNames = [
        "expected", "output", "expected_output", "stdout", "expected_stdout", "out", "answer", "output_data",
    ]
    private static let assertNames = [
        "assert_case", "assert", "assertion", "assert_statement", "assert_code", "test_code", "test", "test_case",
        "code",
    ]

    private static func member(_ names: [String], of test: JSONValue) -> JSONValue? {
        names.lazy.compactMap { test[$0] }.first
    }

    // ["1 2", "3"]: what is read and what is printed.
    private static func pair(_ test: JSONValue) -> (input: JSONValue, output: JSONValue)? {
        guard let parts = test.arrayValue, parts.count == 2, parts.allSatisfy({ $0.stringValue != nil }) else {
            return nil
        }
        return (parts[0], parts[1])
    }

    // The assertions of a list of texts, or of objects that each hold one.
    private static func assertions(_ list: [JSONValue]) -> [String]? {
        let texts = list.compactMap { test -> String? in
            if let text = test.stringValue { return text }
            guard member(inputNames, of: test) == nil,
                let name = assertNames.first(where: { test[$0] != nil }), let text = test[name]?.stringValue
            else { return nil }
            if text.contains("assert") { return text }
            return name == "assertion" && !text.contains("\n") ? "assert " + text : nil
        }
        return !list.isEmpty && texts.count == list.count ? texts : nil
    }

    /// Two lists of the same length.
    func task(inputs: [JSONValue], outputs: [JSONValue]) throws -> CodeTask {
        guard inputs.count == outputs.count else {
            throw CodeRowError(description: "\(inputs.count) inputs but \(outputs.count) outputs")
        }
        guard let function else {
            return stdin(
                try zip(inputs, outputs).map { input, output in
                    guard let input = input.textLines, let output = Self.printed(output) else {
                        throw CodeRowError(description: "inputs and outputs must be texts, or 'fn_name' be given")
                    }
                    return .init(input: input, output: output)
                })
        }
        if readsLines, !inputs.isEmpty, inputs.allSatisfy({ $0.stringValue != nil }) {
            return calls(try zip(inputs, outputs).map { try Self.lineCall(function, $0, $1) })
        }
        // APPS often wraps the expected value in a list of its own: in every test of the row, or in none.
        let isWrapped = !outputs.isEmpty && outputs.allSatisfy { $0.arrayValue?.count == 1 }
        return calls(
            try zip(inputs, outputs).map { input, output in
                guard let arguments = input.arrayValue else {
                    throw CodeRowError(description: "with 'fn_name' each input must be a list of arguments")
                }
                let inner = isWrapped ? output.arrayValue?.first : nil
                let expected = [PythonValue(output)] + (inner.map { [PythonValue($0)] } ?? [])
                return .json(function, arguments.map { PythonValue($0) }, [], expected)
            })
    }

    private func task(list: [JSONValue]) throws -> CodeTask {
        if let texts = Self.assertions(list) {
            var task = CodeTask(language: language ?? "python", tests: .stdin([]))
            task.setAsserts(texts.joined(separator: "\n"), entryPoint: function)
            return task
        }
        let isWrapped = Self.areWrapped(list)
        let readsCalls = readsCalls && !list.contains { $0["args"] != nil }
        var callTests: [CodeTask.CallTest] = []
        var runs: [CodeTask.StdinTest] = []
        for (index, test) in list.enumerated() {
            let given = Self.pair(test)?.input ?? Self.member(Self.inputNames, of: test)
            let expected = Self.pair(test)?.output ?? Self.member(Self.outputNames, of: test)
            let name =
                (test["fn_name"]?.stringValue ?? test["func_name"]?.stringValue
                ?? test["metadata"]?["func_name"]?.stringValue ?? function).map(Self.method)
            let kind = (test["testtype"] ?? test["type"])?.stringValue ?? ""
            // A list as the input of a function is its arguments.
            let listed = function != nil && kind.isEmpty ? test["input"]?.arrayValue : nil
            let keywords = test["kwargs"] ?? (name != nil && given?.objectValue != nil ? given : .none)
            let arguments = test["args"]?.arrayValue ?? listed ?? (keywords == .none ? .none : [])
            if let arguments, let expected {
                guard let name else { throw CodeRowError(description: "functional tests need 'entry_point'") }
                let keywords = try Self.keywords(keywords, index)
                callTests.append(.json(name, arguments.map { PythonValue($0) }, keywords, [PythonValue(expected)]))
            } else if kind.hasPrefix("function") || (test["fn_name"]?.stringValue != nil && given != nil) {
                guard let name else { throw CodeRowError(description: "functional tests need 'metadata.func_name'") }
                callTests.append(
                    try Self.lineCall(
                        name, Self.arguments(given ?? .null, kind), expected ?? .null, isWrapped: isWrapped,
                        isText: given?.arrayValue == nil || !Self.isCall(kind)))
            } else if let name, readsCalls, kind.isEmpty, let text = given?.stringValue, let expected,
                let call = try Self.textCall(name, text, expected)
            {
                callTests.append(call)
            } else if let input = given?.textLines, let output = expected.flatMap(Self.printed) {
                runs.append(.init(input: input, output: output))
            } else {
                throw CodeRowError(
                    description: "test \(index) has neither 'input' and 'output' nor 'args' and 'expected'")
            }
        }
        guard callTests.isEmpty || runs.isEmpty else {
            throw CodeRowError(description: "tests with 'input' and tests with 'args' cannot be mixed")
        }
        return callTests.isEmpty ? stdin(runs) : calls(callTests)
    }

    // What is printed: text, its lines, or a number.
    private static func printed(_ value: JSONValue) -> [UInt8]? {
        if case .number = value { return Array(value.text.utf8) }
        return value.textLines
    }

    // A call whose arguments and value are JSON in texts; nil where they are none. A lone list may be all the arguments or one.
    private static func textCall(_ name: String, _ input: String, _ output: JSONValue) throws -> CodeTask.CallTest? {
        func isJSON(_ text: some StringProtocol) -> Bool { (try? JSONValue(parsing: text.utf8)) != nil }
        let lines = input.split(whereSeparator: \.isNewline)
        guard !lines.isEmpty, lines.allSatisfy(isJSON), output.stringValue.map(isJSON) ?? true else { return nil }
        if lines.count == 1, lines[0].first == "[" {
            throw CodeRowError(
                description:
                    "'\(input.prefix(60))' may be all arguments of '\(name)' or its only one: give a list, 'input' or 'args'"
            )
        }
        return try lineCall(name, .string(input), output)
    }

    private func stdin(_ tests: [CodeTask.StdinTest]) -> CodeTask {
        var task = CodeTask(language: language, tests: .stdin(tests))
        task.comparison = comparison
        return task
    }

    private func calls(_ tests: [CodeTask.CallTest]) -> CodeTask {
        var task = CodeTask(language: language, tests: .calls(tests))
        task.hasPrelude = true
        return task
    }

    // A method of LeetCode's class is called by its own name.
    private static func method(_ name: String) -> String {
        for prefix in ["Solution().", "Solution."] where name.hasPrefix(prefix) {
            return String(name.dropFirst(prefix.utf8.count))
        }
        return name
    }

    private static func keywords(_ value: JSONValue?, _ index: Int) throws -> [PythonValue.Pair] {
        guard let value, !value.isNull else { return [] }
        guard let members = value.objectValue else {
            throw CodeRowError(description: "'kwargs' of test \(index) must be an object")
        }
        return members.map { PythonValue.Pair(key: .text($0.key), value: PythonValue($0.value)) }
    }

    // SYNTHETIC wraps what a call returns in a list of its own, as APPS does: in every test, or in none.
    private static func areWrapped(_ list: [JSONValue]) -> Bool {
        !list.isEmpty
            && list.allSatisfy { test in
                guard isCall(test["type"]?.stringValue ?? ""), let output = member(outputNames, of: test) else {
                    return false
                }
                let value = output.stringValue.flatMap { try? JSONValue(parsing: $0.utf8) } ?? output
                return value.arrayValue?.count == 1
            }
    }

    private static func isCall(_ kind: String) -> Bool { kind == "function_call" }

    // A text that holds the list of a call's arguments; LiveCodeBench's "functional" has an argument on each line.
    private static func arguments(_ input: JSONValue, _ kind: String) -> JSONValue {
        guard isCall(kind), let text = input.stringValue, let list = try? JSONValue(parsing: text.utf8),
            list.arrayValue != nil
        else { return input }
        return list
    }

    // Arguments one on a line, each JSON, as LiveCodeBench has them; or a list of them.
    static func lineCall(
        _ function: String, _ input: JSONValue, _ output: JSONValue, isWrapped: Bool = false, isText: Bool = true
    ) throws -> CodeTask.CallTest {
        func value(_ text: some StringProtocol) throws -> PythonValue {
            guard let value = try? JSONValue(parsing: text.utf8) else {
                throw CodeRowError(description: "an argument is not JSON: \(text.prefix(60))")
            }
            return PythonValue(value)
        }
        let arguments: [PythonValue]
        if let list = input.arrayValue {
            arguments = list.map { PythonValue($0) }
        } else if let text = input.stringValue {
            arguments = try text.split(separator: "\n").map { try value($0) }
        } else {
            throw CodeRowError(description: "a functional test must have JSON texts as input and output")
        }
        // Beside typed arguments a text is a value, too.
        let isTyped = input.arrayValue != nil && !isText
        let expected =
            try isTyped ? PythonValue(output) : output.stringValue.map { try value($0) } ?? PythonValue(output)
        if isWrapped, case .list(let parts) = expected { return .json(function, arguments, [], [expected] + parts) }
        return .json(function, arguments, [], [expected])
    }

    // Several data sets keep JSON inside a string.
    static func parsed(_ value: JSONValue, _ key: String) throws -> JSONValue {
        guard let text = value.stringValue else { return value }
        do {
            return try JSONValue(parsing: text.utf8)
        } catch {
            if let packed = PackedTests.text(in: text), let value = try? JSONValue(parsing: packed) { return value }
            throw CodeRowError(description: "'\(key)' is neither JSON nor a text that holds JSON: \(error)")
        }
    }
}

extension CodeTask.CallTest {
    static func json(
        _ function: String, _ arguments: [PythonValue], _ keywords: [PythonValue.Pair], _ expected: [PythonValue]
    ) -> Self {
        Self(
            calls: [.init(function: function, arguments: arguments, keywords: keywords)],
            check: .equals(expected, PythonEquality(isJSON: true)))
    }
}

extension JSONValue {
    /// A text, or the lines of a list of texts.
    var textLines: [UInt8]? {
        if let text = stringValue { return Array(text.utf8) }
        return joinedLines.map { Array($0.utf8) }
    }

    var joinedLines: String? {
        guard let lines = arrayValue, lines.allSatisfy({ $0.stringValue != nil }) else { return nil }
        return lines.compactMap(\.stringValue).joined(separator: "\n")
    }
}
