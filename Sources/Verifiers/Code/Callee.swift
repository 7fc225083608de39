/// A program that is ready to be called: what its calls run in, in each language that functional tests are known for.
enum Callee {
    /// In the warm interpreter.
    case python(program: String, prompt: String?, hasPrelude: Bool)
    /// A run that is told its calls on its input, as JSON.
    case told(ProgramRun)

    var isPython: Bool {
        if case .python = self { true } else { false }
    }

    /// Compiled, where the language needs it, together with what reads the calls.
    static func prepare(
        _ program: String, task: CodeTask, calls: [FunctionCall], language: Toolchain.Resolved, boxes: CodeBoxes
    ) -> Result<Callee, CodeBoxes.PrepareFailure> {
        let name = language.language.name
        if language.language.run.isEmpty {
            return .success(.python(program: program, prompt: task.prompt, hasPrelude: task.hasPrelude))
        }
        func failure(_ status: CodeStatus, _ text: String) -> Result<Callee, CodeBoxes.PrepareFailure> {
            .failure(.init(test: .init(status: status, explanation: text)))
        }
        guard known.contains(name) else {
            return failure(
                .infrastructureError, "functional tests need \(known.joined(separator: ", ")), not \(name)")
        }
        guard calls.allSatisfy(\.keywords.isEmpty) else {
            return failure(.infrastructureError, "arguments with names are Python's: \(name) has none")
        }
        // Names of calls stand in the text of a driver.
        let functions = Set(calls.map(\.function)).sorted()
        guard functions.allSatisfy(\.isIdentifier) else {
            return failure(.infrastructureError, "the function's name is no identifier")
        }
        switch name {
        case "javascript": return .success(.told(node(program, language: language, boxes: boxes, task: task)))
        case "typescript":
            return boxes.prepare(program, language: language, task: task).map { ready in
                let text = ready.files.first.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
                return .told(node(text, language: language, boxes: boxes, task: task))
            }
        case "cpp":
            return boxes.prepare(CppCalls.joined(program, functions: functions), language: language, task: task).map(
                told)
        case "java": return boxes.prepare(JavaCalls.joined(program), language: language, task: task).map(Callee.told)
        default:
            var language = language
            language.language.compile = language.language.compile.map {
                $0.replacing(" main.go", with: " main.go driver.go")
            }
            let driver = GoCalls.driver(program, functions: functions)
            return boxes.prepare(
                GoCalls.adapted(program), beside: [.init(name: "driver.go", bytes: Array(driver.utf8))],
                language: language, task: task
            ).map(Callee.told)
        }
    }

    private static let known = ["python", "javascript", "typescript", "cpp", "java", "go"]

    // The program is a file beside the driver.
    private static func node(
        _ program: String, language: Toolchain.Resolved, boxes: CodeBoxes, task: CodeTask
    ) -> ProgramRun {
        var run = boxes.prepared(
            language,
            files: [
                .init(name: "driver.cjs", bytes: Array(NodeDriver.source.utf8)),
                .init(name: "main.js", bytes: Array(program.utf8)),
            ], task: task)
        run.start = .execute([language.language.run[0], "driver.cjs"])
        return run
    }

    /// The run of these calls; what it is told holds arguments and nothing that was expected.
    func run(_ calls: [FunctionCall], limits: RunLimits) -> ProgramRun {
        switch self {
        case .python(let program, let prompt, let hasPrelude):
            return CallRun(calls: calls, program: program, prompt: prompt, hasPrelude: hasPrelude)
                .programRun(limits: limits)
        case .told(var run):
            run.input = CallRun.request(calls)
            run.stages = calls.count
            run.resultBytes = max(limits.output, 1 << 20)
            return run
        }
    }
}

extension String {
    fileprivate var isIdentifier: Bool {
        !isEmpty && utf8.count < 200 && first?.isNumber == false
            && allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }
}
