import Experience
import JSON
import Numbers

extension CodeTask {
    /// Reads a problem's row; the shapes are told apart by the keys that only they have.
    init(problem: Problem, defaultLanguage: String?) throws {
        let row = problem.fields.value
        if row["format"]?.stringValue != nil {
            try row.requireTexts("language", "lang", "entry_point", "fn_name", "call")
        }
        let language = row["language"]?.stringValue ?? row["lang"]?.stringValue ?? defaultLanguage ?? "python"
        if let format = row["format"]?.stringValue, let tests = row["tests"] {
            self = try Self.formatted(row, format: format, tests: tests, language: language)
        } else if let tests = row["input_output"] {
            self = try Self.apps(try Self.parsed(tests, "input_output"), language: language)
        } else if row["public_test_cases"] != nil || row["private_test_cases"] != nil {
            self = try Self.liveCodeBench(row, language: language)
        } else if row["public_tests"] != nil || row["private_tests"] != nil {
            self = try Self.codeContests(row, language: language)
        } else if let tests = row["test_list"]?.arrayValue {
            self = try Self.mbpp(row, tests: tests)
        } else if let test = row["test"]?.stringValue {
            self = Self.humanEval(row, test: test)
        } else if let tests = row["tests"] ?? row["test_cases"] {
            self = try Self.listed(try Self.parsed(tests, "tests"), row: row, language: language)
        } else if let answer = problem.answer, let tests = try? JSONValue(parsing: answer.utf8), !tests.isScalar {
            self = try Self.listed(tests, row: row, language: language)
        } else {
            throw CodeRowError(
                description: "the row has no tests: known are format+tests, input_output (APPS, TACO), "
                    + "public_test_cases (LiveCodeBench), public_tests (CodeContests), test_list (MBPP), "
                    + "test+entry_point (HumanEval), tests")
        }
        guard testCount > 0 else { throw CodeRowError(description: "the row's list of tests is empty") }
        limits = try limits.filled(from: row)
    }

    // {"format": "stdin" | "functional" | "asserts", "tests": …, "entry_point": …, "checker": …}
    private static func formatted(
        _ row: JSONValue, format: String, tests: JSONValue, language: String
    ) throws -> CodeTask {
        var task: CodeTask
        switch format {
        case "stdin", "functional":
            for (index, test) in (tests.arrayValue ?? []).enumerated() where test.objectValue != nil {
                try test.requireKeys(["input", "output", "args", "kwargs", "expected"], of: "tests[\(index)]")
            }
            task = try listed(tests, row: row, language: language)
        case "asserts", "unittest":
            if let checker = row["checker"], !checker.isNull { throw Self.checkerWithoutOutput }
            guard let source = tests.stringValue ?? tests.joinedLines else {
                throw CodeRowError(description: "'tests' of the format '\(format)' must be a text")
            }
            task = CodeTask(
                language: language,
                tests: .asserts(in: source, entryPoint: row["entry_point"]?.stringValue, call: row["call"]?.stringValue)
            )
        default:
            throw CodeRowError(
                description: "the format '\(format)' is not known; known: stdin, functional, asserts, unittest")
        }
        task.isBare = true
        return task
    }

    // A list of {"input", "output"} or {"args", "expected"}, or APPS's object of two lists.
    private static func listed(_ tests: JSONValue, row: JSONValue, language: String) throws -> CodeTask {
        guard let list = tests.arrayValue else {
            var task = try apps(tests, language: language)
            try task.readChecker(row["checker"])
            return task
        }
        let entryPoint = row["entry_point"]?.stringValue ?? row["fn_name"]?.stringValue
        var calls: [CallTest] = []
        var runs: [StdinTest] = []
        if !list.isEmpty, list.allSatisfy({ $0.stringValue != nil }) {
            let source = list.compactMap(\.stringValue).joined(separator: "\n")
            return CodeTask(language: language, tests: .asserts(in: source, entryPoint: entryPoint, call: nil))
        }
        for (index, test) in list.enumerated() {
            if let arguments = test["args"]?.arrayValue, let expected = test["expected"] ?? test["output"] {
                guard let entryPoint else { throw CodeRowError(description: "functional tests need 'entry_point'") }
                let named = test["kwargs"].flatMap { $0.isNull ? nil : $0 } ?? .object([])
                guard let members = named.objectValue else {
                    throw CodeRowError(description: "'kwargs' of test \(index) must be an object")
                }
                let keywords = members.map {
                    PythonValue.Pair(key: .text($0.key), value: PythonValue($0.value))
                }
                calls.append(
                    .json(entryPoint, arguments.map { PythonValue($0) }, keywords, [PythonValue(expected)]))
            } else if let input = test["input"]?.textLines, let output = (test["output"] ?? test["expected"])?.textLines
            {
                runs.append(StdinTest(input: input, output: output))
            } else {
                throw CodeRowError(
                    description: "test \(index) has neither 'input' and 'output' nor 'args' and 'expected'")
            }
        }
        guard calls.isEmpty || runs.isEmpty else {
            throw CodeRowError(description: "tests with 'input' and tests with 'args' cannot be mixed")
        }
        var task = CodeTask(language: language, tests: calls.isEmpty ? .stdin(runs) : .calls(calls))
        task.hasPrelude = !calls.isEmpty
        try task.readChecker(row["checker"])
        return task
    }

    // {"inputs": […], "outputs": […], "fn_name": …}
    private static func apps(_ tests: JSONValue, language: String) throws -> CodeTask {
        guard let inputs = tests["inputs"]?.arrayValue, let outputs = tests["outputs"]?.arrayValue else {
            throw CodeRowError(description: "the tests have no 'inputs' and 'outputs'")
        }
        guard inputs.count == outputs.count else {
            throw CodeRowError(description: "\(inputs.count) inputs but \(outputs.count) outputs")
        }
        guard let function = tests["fn_name"]?.stringValue else {
            let runs = try zip(inputs, outputs).map { input, output in
                guard let input = input.textLines, let output = output.textLines else {
                    throw CodeRowError(description: "inputs and outputs must be texts, or 'fn_name' be given")
                }
                return StdinTest(input: input, output: output)
            }
            return CodeTask(language: language, tests: .stdin(runs))
        }
        let calls = try zip(inputs, outputs).map { input, output in
            guard let arguments = input.arrayValue else {
                throw CodeRowError(description: "with 'fn_name' each input must be a list of arguments")
            }
            // APPS often wraps the expected value in a list of its own.
            let expected = [PythonValue(output)] + (output.arrayValue?.first).map { [PythonValue($0)] }.orEmpty
            return CallTest.json(function, arguments.map { PythonValue($0) }, [], expected)
        }
        var task = CodeTask(language: language, tests: .calls(calls))
        task.hasPrelude = true
        return task
    }

    private static func liveCodeBench(_ row: JSONValue, language: String) throws -> CodeTask {
        var cases: [JSONValue] = []
        for key in ["public_test_cases", "private_test_cases"] {
            guard let value = row[key], !value.isNull else { continue }
            guard let list = try parsed(value, key).arrayValue else {
                throw CodeRowError(description: "'\(key)' must be a list")
            }
            cases += list
        }
        let metadata = try row["metadata"].map { try parsed($0, "metadata") }
        if cases.contains(where: { $0["testtype"]?.stringValue == "functional" }) {
            guard let function = metadata?["func_name"]?.stringValue else {
                throw CodeRowError(description: "functional tests need 'metadata.func_name'")
            }
            let calls = try cases.map { test in
                guard let input = test["input"]?.stringValue, let output = test["output"]?.stringValue,
                    let expected = try? JSONValue(parsing: output.utf8)
                else { throw CodeRowError(description: "a functional test must have JSON texts as input and output") }
                // One argument per line.
                let arguments = try input.split(separator: "\n").map { line in
                    guard let value = try? JSONValue(parsing: line.utf8) else {
                        throw CodeRowError(description: "an argument is not JSON: \(line.prefix(60))")
                    }
                    return PythonValue(value)
                }
                return CallTest.json(function, arguments, [], [PythonValue(expected)])
            }
            var task = CodeTask(language: language, tests: .calls(calls))
            task.hasPrelude = true
            return task
        }
        let runs = try cases.map { test in
            guard let input = test["input"]?.textLines, let output = test["output"]?.textLines else {
                throw CodeRowError(description: "a test case must have 'input' and 'output'")
            }
            return StdinTest(input: input, output: output)
        }
        return CodeTask(language: language, tests: .stdin(runs))
    }

    private static func codeContests(_ row: JSONValue, language: String) throws -> CodeTask {
        var runs: [StdinTest] = []
        for key in ["public_tests", "private_tests", "generated_tests"] {
            guard let group = row[key], !group.isNull else { continue }
            guard let inputs = group["input"]?.arrayValue, let outputs = group["output"]?.arrayValue,
                inputs.count == outputs.count
            else { throw CodeRowError(description: "'\(key)' must hold as many inputs as outputs") }
            for (input, output) in zip(inputs, outputs) {
                guard let input = input.textLines, let output = output.textLines else {
                    throw CodeRowError(description: "inputs and outputs of '\(key)' must be texts")
                }
                runs.append(StdinTest(input: input, output: output))
            }
        }
        var task = CodeTask(language: language, tests: .stdin(runs))
        // 0 is how the data set writes that there is none.
        let seconds =
            (row["time_limit"]?["seconds"]?.doubleValue ?? 0) + (row["time_limit"]?["nanos"]?.doubleValue ?? 0) / 1e9
        if (0.01...86_400).contains(seconds) { task.limits.cpu = seconds }
        if let bytes = row["memory_limit_bytes"]?.intValue, (16 << 20...1 << 44).contains(bytes) {
            task.limits.memory = bytes
        }
        return task
    }

    private static func mbpp(_ row: JSONValue, tests: [JSONValue]) throws -> CodeTask {
        let imports = (row["test_imports"]?.arrayValue ?? []).compactMap(\.stringValue)
        let setup = row["test_setup_code"]?.stringValue ?? ""
        let lines = imports + [setup] + tests.compactMap(\.stringValue)
        return CodeTask(
            language: "python", tests: .asserts(in: lines.joined(separator: "\n"), entryPoint: nil, call: nil))
    }

    private static func humanEval(_ row: JSONValue, test: String) -> CodeTask {
        let entryPoint = row["entry_point"]?.stringValue
        var task = CodeTask(language: "python", tests: .asserts(in: test, entryPoint: entryPoint, call: nil))
        task.preamble = row["complete_prompt"]?.stringValue ?? row["prompt"]?.stringValue
        return task
    }

    // Several data sets keep JSON inside a string.
    private static func parsed(_ value: JSONValue, _ key: String) throws -> JSONValue {
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
    fileprivate static func json(
        _ function: String, _ arguments: [PythonValue], _ keywords: [PythonValue.Pair], _ expected: [PythonValue]
    ) -> Self {
        Self(
            calls: [.init(function: function, arguments: arguments, keywords: keywords)],
            check: .equals(expected, PythonEquality(isJSON: true)))
    }
}

extension RowLimits {
    /// With what the row's `limits` object says.
    fileprivate func filled(from row: JSONValue) throws -> RowLimits {
        guard let stated = row["limits"], !stated.isNull else { return self }
        try stated.requireKeys(
            [
                "cpu_s", "wall_s", "memory_mb", "output_bytes", "processes", "disk_mb", "compile_wall_s",
                "compile_memory_mb",
            ], of: "limits")
        func number(_ key: String, in range: ClosedRange<Double>) throws -> Double? {
            guard let value = stated[key], !value.isNull else { return nil }
            guard let number = value.doubleValue, range.contains(number) else {
                throw CodeRowError(
                    description: "'limits.\(key)' must be a number from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
        func bytes(_ key: String, unit: Int, in range: ClosedRange<Double>) throws -> Int? {
            try number(key, in: range).map { Int(clamping: $0 * Double(unit), .down) }
        }
        var limits = self
        limits.cpu = try number("cpu_s", in: 0.01...86_400) ?? limits.cpu
        limits.wall = try number("wall_s", in: 0.01...86_400) ?? limits.wall
        limits.memory = try bytes("memory_mb", unit: 1 << 20, in: 16...1e7) ?? limits.memory
        limits.output = try bytes("output_bytes", unit: 1, in: 1...Double(1 << 30)) ?? limits.output
        limits.processes = try bytes("processes", unit: 1, in: 1...65_536) ?? limits.processes
        limits.disk = try bytes("disk_mb", unit: 1 << 20, in: 0.01...1e6) ?? limits.disk
        limits.compileWall = try number("compile_wall_s", in: 0.01...86_400) ?? limits.compileWall
        limits.compileMemory = try bytes("compile_memory_mb", unit: 1 << 20, in: 16...1e7) ?? limits.compileMemory
        return limits
    }
}

extension JSONValue {
    fileprivate var isScalar: Bool { arrayValue == nil && objectValue == nil }

    /// A text, or the lines of a list of texts.
    fileprivate var textLines: [UInt8]? {
        if let text = stringValue { return Array(text.utf8) }
        return joinedLines.map { Array($0.utf8) }
    }

    fileprivate var joinedLines: String? {
        guard let lines = arrayValue, lines.allSatisfy({ $0.stringValue != nil }) else { return nil }
        return lines.compactMap(\.stringValue).joined(separator: "\n")
    }
}

extension [PythonValue]? {
    fileprivate var orEmpty: [PythonValue] { self ?? [] }
}
