/// Tests in their own runner, in the box with the program; the verdict is made here, from evidence that the program has no
/// part in: each test by a name known before, and a secret that came before the program did.
struct SuiteJudge {
    let boxes: CodeBoxes
    let controls: SuiteControls

    func judge(
        _ task: CodeTask, _ suite: TestSuite, program: String, language: Toolchain.Resolved
    ) -> CodeResult {
        guard boxes.options.together == .on else {
            return .fault(
                "unreadableTests", "the row's tests are a program, and the option 'together' is off: see docs/code.md")
        }
        guard language.language.run.isEmpty else {
            return judgeAssembled(task, suite, program: program, language: language)
        }
        var suite = suite
        suite.prompt = suite.prompt ?? task.prompt
        let skipped: Set<String>
        switch control(task, suite) {
        case .fails(let names): skipped = names
        case .fault(let fault):
            return CodeResult(tests: [.init(status: .infrastructureError)], judged: .together, rowFault: fault)
        }
        let run = SuiteRun(suite: suite, program: program, isControl: false)
        let report = boxes.run(run.programRun(limits: boxes.limits(task)))
        var result = run.result(report, skipped: skipped)
        for index in result.tests.indices where result.tests[index].status != .pass { result.tests[index].show(report) }
        return result
    }

    // The tests against a stub, once per row.
    private func control(_ task: CodeTask, _ suite: TestSuite) -> SuiteControls.Outcome {
        if let known = controls.outcome(of: suite) { return known }
        let run = SuiteRun(suite: suite, program: "pass", isControl: true)
        let report = boxes.run(run.programRun(limits: boxes.limits(task)))
        let outcome = run.control(report)
        // What ended because nobody waits any more, or a box failed, says nothing about the row.
        if !report.isFailed { controls.keep(outcome, of: suite) }
        return outcome
    }
}
