/// Judges outputs by the row's own checker.
struct OutputChecker {
    let boxes: CodeBoxes
    let compiled: CompiledCheckers

    /// A checker that is ready to run, or why it is not: about the row, so no fault of the program.
    func prepare(_ checker: CheckerProgram) -> Result<ProgramRun, CodeBoxes.PrepareFailure> {
        func failure(_ explanation: String) -> Result<ProgramRun, CodeBoxes.PrepareFailure> {
            .failure(
                CodeBoxes.PrepareFailure(
                    test: .init(status: .infrastructureError, explanation: "the checker \(explanation)")))
        }
        let language: Toolchain.Resolved
        switch boxes.toolchain.language(checker.language) {
        case .success(let found): language = found
        case .failure(let missing): return failure("cannot run: \(missing.description)")
        }
        let files = checker.files.map { ProgramRun.File(name: $0.name, bytes: Array($0.text.utf8)) }
        var run = ProgramRun(start: .execute(language.language.run), limits: boxes.options.limits)
        if let artifact = compiled.artifact(of: checker) {
            run = boxes.prepared(language, files: [artifact])
        } else {
            switch boxes.prepare(checker.source, beside: files, language: language) {
            case .success(let ready): run = ready
            case .failure(let failed): return failure("does not compile: \(failed.test.stderr ?? "")")
            }
            if !language.language.compile.isEmpty, let artifact = run.files.first {
                compiled.keep(artifact, of: checker)
            }
        }
        let arguments = checker.arguments.map(\.file)
        run.start =
            language.language.run.isEmpty
            ? .fork(["script"] + arguments) : .execute(language.language.run + arguments)
        return .success(run)
    }

    /// What the checker says of one output, in a box of its own.
    func check(
        _ output: [UInt8], of test: CodeTask.StdinTest, by ready: ProgramRun, printsScore: Bool = false
    ) -> (CodeStatus, String?) {
        var run = ready
        run.files += zip(CheckerProgram.Argument.allCases, [test.input, output, test.output]).map {
            ProgramRun.File(name: $0.file, bytes: $1)
        }
        let report = boxes.run(run)
        let said = String.excerpt(report.stderr + report.stdout)
        if printsScore, report.ending == .exited(0) {
            let word = String(decoding: report.stdout, as: UTF8.self).split(whereSeparator: \.isWhitespace).last
            if let score = word.flatMap({ Double($0) }) {
                return score >= 1 ? (.pass, nil) : (.wrongAnswer, "the checker gives \(score)")
            }
        }
        if !printsScore, case .exited(let code) = report.ending, let isAccepted = CheckerProgram.accepts(exitCode: code)
        {
            return isAccepted ? (.pass, nil) : (.wrongAnswer, said.map { "the checker says: \($0)" })
        }
        // A checker that takes the row's own answer works: what it fails on is the program's.
        if output != test.output, !report.isFailed, !boxes.cancellation.isCancelled,
            check(test.output, of: test, by: ready, printsScore: printsScore).0 == .pass
        {
            return (.wrongAnswer, "the checker cannot read the output: \(said ?? "")")
        }
        let ending = CodeResult.Test(report, isPython: false).explanation ?? "\(report.ending)"
        return (.infrastructureError, "the checker failed: \(ending) \(said ?? "")")
    }
}
