/// Calls a program's functions, and compares what they give.
struct CallJudge {
    let boxes: CodeBoxes
    /// Judges what the host cannot evaluate.
    let together: SuiteJudge

    func judge(
        _ task: CodeTask, _ tests: [CodeTask.CallTest], program: String, language: Toolchain.Resolved
    ) -> CodeResult {
        if !tests.isEmpty, tests.allSatisfy(\.calls.isEmpty) {
            return .rowFault("noTests", "the row's tests call nothing of the program")
        }
        var tests = tests
        switch boxes.withReference(task, tests) {
        case .success(let expected): tests = expected
        case .failure(let fault): return fault.result
        }
        let callee: Callee
        switch Callee.prepare(program, task: task, calls: tests.flatMap(\.calls), language: language, boxes: boxes) {
        case .success(let ready): callee = ready
        case .failure(let failure):
            let isOurs = failure.test.status == .infrastructureError
            return CodeResult(
                tests: isOurs ? [failure.test] : CodeResult.notRun(tests.count), compile: isOurs ? nil : failure.test)
        }
        var results: [CodeResult.Test] = []
        // After a test that ended the process, the rest go on in a new one.
        while results.count < tests.count {
            let rest = Array(tests[results.count...])
            let calls = rest.flatMap(\.calls)
            let report = boxes.run(callee.run(calls, limits: boxes.limits(task)))
            let answers = CallAnswers(report, count: calls.count, isPython: callee.isPython)
            let before = results.count
            var firstCall = 0
            for test in rest {
                let range = firstCall..<firstCall + test.calls.count
                firstCall = range.upperBound
                guard var result = answers.judge(test, calls: range) else { break }
                if result.status == .notRun {
                    // Beyond the host's evaluator: Python itself says what the assertion is.
                    return handedOn(task, program: program, language: language)
                }
                if result.status != .pass {
                    result.show(report)
                    result.shown = .init(
                        input: test.input, expected: test.expected, got: answers.shown(calls: range))
                }
                // What passes beside others has no figures of its own: they are the process's.
                if result.status != .pass || rest.count == 1 {
                    (result.cpuSeconds, result.wallSeconds) = (report.cpuSeconds, report.wallSeconds)
                    result.peakBytes = report.peakBytes
                }
                results.append(result)
                if result.status != .pass && boxes.options.stopsAtFailure { break }
            }
            if results.count == before {
                var result = answers.ending(report)
                if !answers.isFinal {
                    result.shown = .init(input: tests[before].input, expected: tests[before].expected)
                }
                results.append(result)
            }
            if let last = results.last, last.status != .pass {
                if boxes.options.stopsAtFailure || answers.isFinal { break }
            }
        }
        if let last = results.last, last.status != .pass, results.count < tests.count, !boxes.options.stopsAtFailure {
            // The program cannot be loaded: every test ends as the first one did.
            results += [CodeResult.Test](repeating: last, count: tests.count - results.count)
        }
        return CodeResult(tests: results + CodeResult.notRun(tests.count - results.count))
    }

    private func handedOn(_ task: CodeTask, program: String, language: Toolchain.Resolved) -> CodeResult {
        guard var suite = task.whole else {
            return CodeResult(tests: [.init(status: .infrastructureError, explanation: "an assertion cannot be judged")]
            )
        }
        suite.prompt = task.prompt
        return together.judge(task, suite, program: program, language: language)
    }
}
