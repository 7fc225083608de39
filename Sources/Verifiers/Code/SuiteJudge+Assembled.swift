// Tests of languages other than Python: put together with the program, built and run in one box.
extension SuiteJudge {
    func judgeAssembled(
        _ task: CodeTask, _ suite: TestSuite, program: String, language: Toolchain.Resolved
    ) -> CodeResult {
        let secret = RunSecret()
        let name = language.language.name
        guard let parts = SuiteAssembly.assembled(suite, program: program, language: name, secret: secret) else {
            return .fault("unreadableTests", "tests that are a program of \(name) cannot be run: no runner is known")
        }
        if let fault = parts.fault {
            return CodeResult(tests: [.init(status: .infrastructureError)], judged: .together, rowFault: fault)
        }
        if let reason = parts.tampering {
            return CodeResult(tests: [.init(status: .tampered, explanation: reason)], judged: .together)
        }
        if let fault = stubFault(task, suite, language: language) {
            return CodeResult(tests: [.init(status: .infrastructureError)], judged: .together, rowFault: fault)
        }
        let report = run(parts, task, language: language)
        var result = verdict(report, expected: parts.expected, secret: secret)
        if let doubt = parts.doubt ?? Reaching.reason(program, of: suite, language: name) { result.doubt(doubt) }
        result.rowFault = result.rowFault ?? boxes.missingModule(result, of: suite, language: language)
        result.compile?.show(report)
        for index in result.tests.indices where result.tests[index].status != .pass { result.tests[index].show(report) }
        return result
    }

    private func run(_ parts: Assembled, _ task: CodeTask, language: Toolchain.Resolved) -> RunReport {
        if parts.needsGoCache {
            boxes.goCache.build(
                language, limits: boxes.options.compileLimits, unless: boxes.cancellation, run: boxes.run)
        }
        var run = ProgramRun(start: .execute(["/bin/sh", "run.sh"]), limits: assembledLimits(task))
        run.files = parts.files + [.init(name: "run.sh", bytes: Array(parts.script.utf8))]
        run.environment = language.environment + parts.environment
        run.limitsAddressSpace = false
        run.resultBytes = 1 << 20
        return boxes.run(run)
    }

    // Tests of a script that pass without a program prove nothing; where a compiler is asked, it finds what is not there.
    private func stubFault(_ task: CodeTask, _ suite: TestSuite, language: Toolchain.Resolved) -> RowFault? {
        let name = language.language.name
        guard SuiteAssembly.scripts.contains(name) else { return nil }
        if case .fault(let fault)? = controls.outcome(of: suite) { return fault }
        if controls.outcome(of: suite) != nil { return nil }
        var stub = suite
        stub.prompt = nil
        let secret = RunSecret()
        guard let parts = SuiteAssembly.assembled(stub, program: "", language: name, secret: secret) else { return nil }
        let report = run(parts, task, language: language)
        if report.isFailed || boxes.cancellation.isCancelled { return nil }
        let passes = verdict(report, expected: parts.expected, secret: secret).status == .pass
        let fault = RowFault(
            reason: "weakOracle", explanation: "the row's tests pass without a program: they prove nothing")
        controls.keep(passes ? .fault(fault) : .fails(skipped: []), of: suite)
        return passes ? fault : nil
    }

    // Building, running and the control run share one box.
    private func assembledLimits(_ task: CodeTask) -> RunLimits {
        var limits = boxes.limits(task)
        let compile = boxes.options.compileLimits
        limits.cpu = 2 * limits.cpu + compile.cpu
        limits.wall = 0
        limits.memory = max(limits.memory, 1 << 30)
        limits.disk = max(limits.disk, compile.disk)
        // Tests of threads start a thousand.
        limits.processes = max(limits.processes, 1200)
        limits.files = max(limits.files, 1024)
        return limits
    }

    private func verdict(_ report: RunReport, expected: [String], secret: RunSecret) -> CodeResult {
        func whole(_ status: CodeStatus, _ text: String?) -> CodeResult {
            CodeResult(tests: [.init(status, text, report)], judged: .together)
        }
        let ending = CodeResult.Test(report, isPython: false)
        if ending.status != .pass && ending.status != .runtimeError { return whole(ending.status, ending.explanation) }
        if report.ending == .exited(Assembled.buildFailed) || report.ending == .exited(96) {
            return CodeResult(tests: [], judged: .together, compile: .init(.compileError, nil, report))
        }
        if report.ending == .exited(Assembled.controlPassed) {
            return whole(.tampered, "it reports success where the tests cannot be reached to their end")
        }
        guard let evidence = secret.evidence(in: report.result) else {
            return whole(.tampered, "the program wrote on the channel of the tests")
        }
        if let reason = evidence.failed.first(where: { $0.hasPrefix("tampered:") }) {
            return whole(.tampered, "it replaced \(reason.dropFirst("tampered:".utf8.count))")
        }
        if evidence.failed.first == "none" { return .fault("noTests", "the row's tests hold no test") }
        guard report.ending == .exited(0) else {
            let said = String.excerpt((report.stdout + report.stderr).suffix(400))
            return whole(.wrongAnswer, said ?? ending.explanation)
        }
        if expected.isEmpty {
            if evidence.isDone && evidence.failed.isEmpty { return whole(.pass, nil) }
            return whole(.runtimeError, "the program exited before its tests were done")
        }
        let tests = expected.map { name -> CodeResult.Test in
            if evidence.failed.contains(name) { return .init(.wrongAnswer, "\(name): failed", report) }
            if evidence.passed.contains(name) { return .init(.pass, nil, report) }
            return .init(.runtimeError, "\(name): the test did not run to its end", report)
        }
        return CodeResult(tests: tests, judged: .together)
    }
}
