extension CodeBoxes {
    /// The tests with the answers of the row's own solution as what is expected; a fault of the row where it has none.
    func withReference(_ task: CodeTask, _ tests: [CodeTask.CallTest]) -> Result<[CodeTask.CallTest], ReferenceFault> {
        guard let reference = task.reference else { return .success(tests) }
        let calls = tests.flatMap(\.calls)
        let run = CallRun(calls: calls, program: reference, prompt: nil, hasPrelude: true)
        let report = self.run(run.programRun(limits: limits(task)))
        let answers = CallAnswers(report, count: calls.count, isPython: true).answers
        let values = answers.compactMap { if case .value(let value) = $0 { value } else { nil } }
        guard values.count == tests.count else {
            let result = CodeResult(tests: [
                .init(status: .infrastructureError, explanation: "the row's solution could not be run")
            ])
            if case .failed = report.ending { return .failure(ReferenceFault(result: result)) }
            return .failure(
                ReferenceFault(
                    result: .rowFault(
                        "referenceFails", "the row's own solution answers \(values.count) of its \(tests.count) inputs")
                ))
        }
        return .success(
            zip(tests, values).map { test, value in
                let tolerance = value.hasFloats ? (absolute: max(task.tolerance, 1e-6), relative: 1e-7) : nil
                return .init(calls: test.calls, check: .equals([value], PythonEquality(tolerance: tolerance)))
            })
    }

    /// What is judged in place of the program.
    struct ReferenceFault: Error {
        var result: CodeResult
    }
}

extension PythonValue {
    /// Whether a floating-point number stands in it.
    fileprivate var hasFloats: Bool {
        switch self {
        case .float: true
        case .list(let parts), .tuple(let parts): parts.contains(where: \.hasFloats)
        default: false
        }
    }
}
