/// Judges a program on a row's tests, each kind in its own way.
struct CodeJudge {
    let boxes: CodeBoxes
    let checkers: CompiledCheckers
    let controls: SuiteControls

    /// Judges `program` on the tests of `task`.
    func judge(_ task: CodeTask, program: String, language: Toolchain.Resolved) -> CodeResult {
        let together = SuiteJudge(boxes: boxes, controls: controls)
        let result =
            switch task.tests {
            case .stdin(let tests):
                StdinJudge(boxes: boxes, checker: OutputChecker(boxes: boxes, compiled: checkers))
                    .judge(task, tests, program: program, language: language)
            case .calls(let tests):
                CallJudge(boxes: boxes, together: together).judge(task, tests, program: program, language: language)
            case .value(let expected): judgeValue(expected, response: program)
            case .suite(let suite): together.judge(task, suite, program: program, language: language)
            }
        let blamesProgram = result.rowFault == nil && ![.pass, .infrastructureError, .tampered].contains(result.status)
        guard blamesProgram,
            !boxes.isUsable(language, language.language.name, program: language.language.sample)
        else { return result }
        return CodeResult(
            tests: [
                .init(
                    status: .infrastructureError,
                    explanation:
                        "the toolchain of \(language.language.name) does not work: \(language.language.remedy); "
                        + "see `assay doctor`")
            ],
            judged: result.judged)
    }

    private func judgeValue(_ expected: PythonValue, response: String) -> CodeResult {
        guard let value = PythonLiteral.answer(in: response) else {
            return CodeResult(tests: [
                .init(status: .wrongAnswer, explanation: "the response states no plain Python value")
            ])
        }
        return CodeResult(tests: [.init(status: PythonEquality().isEqual(value, expected) ? .pass : .wrongAnswer)])
    }
}
