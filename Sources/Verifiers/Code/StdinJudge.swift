/// Runs a program on what it reads, and compares what it prints.
struct StdinJudge {
    let boxes: CodeBoxes
    let checker: OutputChecker

    func judge(
        _ task: CodeTask, _ tests: [CodeTask.StdinTest], program: String, language: Toolchain.Resolved
    ) -> CodeResult {
        if task.checker == nil, !tests.isEmpty,
            tests.allSatisfy({ ([$0.output] + $0.others).allSatisfy { $0.allSatisfy { $0 <= 0x20 } } })
        {
            return .rowFault("weakOracle", "the row expects nothing to be printed: a program that does nothing passes")
        }
        var ready: ProgramRun
        switch boxes.prepare(program, language: language, task: task) {
        case .success(let run): ready = run
        case .failure(let failure): return CodeResult(tests: CodeResult.notRun(tests.count), compile: failure.test)
        }
        var checking: ProgramRun?
        switch task.checker.map({ checker.prepare($0) }) {
        case .success(let run): checking = run
        case .failure(let failure): return CodeResult(tests: [failure.test] + CodeResult.notRun(tests.count - 1))
        case nil: break
        }
        var results: [CodeResult.Test] = []
        let files = ready.files
        for test in tests {
            ready.input = test.input
            ready.files = files + test.files.map { .init(name: $0.path, bytes: $0.bytes) }
            if let file = task.outputFile { ready.artifact = (file, ready.limits.disk) }
            // What is expected must fit.
            let wanted = test.others.map(\.count).max() ?? 0
            ready.limits.output = max(ready.limits.output, 2 * max(wanted, test.output.count))
            let report = boxes.run(ready)
            var result = CodeResult.Test(report, isPython: language.language.run.isEmpty)
            let output = task.outputFile == nil ? report.stdout : report.artifact
            if result.status == .pass {
                if let checking {
                    (result.status, result.explanation) = checker.check(
                        output, of: test, by: checking, printsScore: task.checker?.printsScore ?? false)
                } else if !([test.output] + test.others).contains(where: {
                    task.comparison.accepts(output, expected: $0)
                }) {
                    result.status = .wrongAnswer
                }
            }
            if result.status != .pass {
                result.show(report)
                result.shown = .init(
                    input: .excerpt(test.input, most: 1000),
                    expected: task.checker == nil ? .excerpt(test.output, most: 1000) : nil, got: result.stdout)
            }
            results.append(result)
            if report.isFailed || (result.status != .pass && boxes.options.stopsAtFailure) { break }
        }
        return CodeResult(tests: results + CodeResult.notRun(tests.count - results.count))
    }
}
