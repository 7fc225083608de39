import Workers

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Runs one program on its tests. Blocks: lives on a worker thread.
struct CodeJudge {
    let options: CodeOptions
    let toolchain: Toolchain
    let header: PrecompiledHeader
    let checkers: CompiledCheckers
    let controls: SuiteControls
    let health: ToolchainHealth
    let goCache: GoCache
    let slot: SandboxSlot
    /// Set when nobody waits for the result any more: what runs then is ended, and no run begins.
    let cancellation: Cancellation

    /// Judges `program` on the tests of `task`, of which only those at `indices` are run.
    func judge(_ task: CodeTask, program: String, language: Toolchain.Resolved) -> CodeResult {
        let result =
            switch task.tests {
            case .stdin(let tests): judgeStdin(task, tests, program: program, language: language)
            case .calls(let tests): judgeCalls(task, tests, program: program, language: language)
            case .value(let expected): judgeValue(expected, response: program)
            case .suite(let suite): judgeTogether(task, suite, program: program, language: language)
            }
        let blamesProgram = result.rowFault == nil && ![.pass, .infrastructureError, .tampered].contains(result.status)
        guard blamesProgram, !isUsable(language, language.language.name, program: language.language.sample) else {
            return result
        }
        return CodeResult(
            tests: [
                .init(
                    status: .infrastructureError,
                    explanation: "the toolchain of \(language.language.name) does not work: see `assay doctor`")
            ],
            judged: result.judged)
    }

    /// Whether a program that must print "ok" does; found out once for each key. What fails without it is no program's fault.
    func isUsable(_ language: Toolchain.Resolved, _ key: String, program: String) -> Bool {
        if let known = health.known(key) { return known }
        guard !program.isEmpty else { return true }
        let task = CodeTask(language: language.language.name, tests: .stdin([]))
        var isUsable = false
        if case .success(let run) = prepare(program, language: language, task: task) {
            isUsable = self.run(run).stdout.starts(with: Array("ok".utf8))
        }
        if !cancellation.isCancelled { health.note(key, isUsable) }
        return isUsable
    }

    private var stopsAtFailure: Bool {
        (options.stop ?? (options.score == .all ? .first_failure : .never)) == .first_failure
    }

    // MARK: Runs

    /// Runs on this thread's worker; a worker that fails is replaced and the run tried once more. The report says why when that
    /// failed too, or the work was cancelled.
    func run(_ run: ProgramRun) -> RunReport {
        var reason = "it was cancelled"
        for _ in 0..<2 where !cancellation.isCancelled {
            do {
                if let report = try slot.worker(goCache.shown(in: header.shown(in: toolchain.plan))).run(
                    run, unless: cancellation)
                {
                    guard case .failed(let note) = report.ending else { return report }
                    reason = note
                } else {
                    reason = "the worker did not answer"
                    slot.discard()
                }
            } catch {
                return RunReport(failed: "\(error)")
            }
        }
        return RunReport(failed: "\(reason); see `assay doctor`")
    }

    func limits(_ task: CodeTask) -> RunLimits {
        var limits = options.limits
        let row = task.limits
        limits.cpu = row.cpu ?? limits.cpu
        limits.wall = row.wall ?? limits.wall
        limits.memory = row.memory ?? limits.memory
        limits.output = row.output ?? limits.output
        limits.processes = row.processes ?? limits.processes
        limits.disk = row.disk ?? limits.disk
        return limits
    }

    // MARK: stdin and stdout

    private func judgeStdin(
        _ task: CodeTask, _ tests: [CodeTask.StdinTest], program: String, language: Toolchain.Resolved
    ) -> CodeResult {
        if task.checker == nil, !tests.isEmpty,
            tests.allSatisfy({ ([$0.output] + $0.others).allSatisfy { $0.allSatisfy { $0 <= 0x20 } } })
        {
            return .rowFault("weakOracle", "the row expects nothing to be printed: a program that does nothing passes")
        }
        var ready: ProgramRun
        switch prepare(program, language: language, task: task) {
        case .success(let run): ready = run
        case .failure(let failure): return CodeResult(tests: Self.notRun(tests.count), compile: failure.test)
        }
        var checker: ProgramRun?
        switch task.checker.map({ prepare($0) }) {
        case .success(let run): checker = run
        case .failure(let failure): return CodeResult(tests: [failure.test] + Self.notRun(tests.count - 1))
        case nil: break
        }
        var results: [CodeResult.Test] = []
        for test in tests {
            ready.input = test.input
            // What is expected must fit.
            let wanted = test.others.map(\.count).max() ?? 0
            ready.limits.output = max(ready.limits.output, 2 * max(wanted, test.output.count))
            let report = run(ready)
            var result = CodeResult.Test(report, isPython: language.language.run.isEmpty)
            if result.status == .pass {
                if let checker {
                    (result.status, result.explanation) = check(
                        report.stdout, of: test, by: checker, printsScore: task.checker?.printsScore ?? false)
                } else if !([test.output] + test.others).contains(where: {
                    task.comparison.accepts(report.stdout, expected: $0)
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
            if report.isFailed || (result.status != .pass && stopsAtFailure) { break }
        }
        return CodeResult(tests: results + Self.notRun(tests.count - results.count))
    }

    struct PrepareFailure: Error {
        var test: CodeResult.Test
    }

    /// The run of a program of this language that has these files.
    func prepared(_ language: Toolchain.Resolved, files: [ProgramRun.File], task: CodeTask? = nil) -> ProgramRun {
        let limits = task.map { self.limits($0) } ?? options.limits
        if language.language.run.isEmpty { return ProgramRun(start: .fork(["script"]), limits: limits, files: files) }
        var run = ProgramRun(
            start: .execute(language.language.run), limits: limits, environment: language.environment, files: files)
        run.limitsAddressSpace = language.language.limitsAddressSpace
        run.resultBytes = 0
        return run
    }

    /// The run that all tests share, after compiling where the language needs it.
    func prepare(
        _ program: String, beside files: [ProgramRun.File] = [], language: Toolchain.Resolved, task: CodeTask? = nil
    ) -> Result<ProgramRun, PrepareFailure> {
        let language = language.fitted(to: program)
        let table = language.language
        let source = ProgramRun.File(name: table.source, bytes: Array(program.utf8))
        var ready = prepared(language, files: [source] + files, task: task)
        if table.compile.isEmpty { return .success(ready) }

        var compileLimits = options.compileLimits
        compileLimits.wall = task?.limits.compileWall ?? compileLimits.wall
        compileLimits.memory = task?.limits.compileMemory ?? compileLimits.memory
        if !table.limitsAddressSpace { compileLimits.processes = max(compileLimits.processes, 256) }
        var compile = ready
        compile.start = .execute(table.compile)
        compile.limits = compileLimits
        compile.artifact = (table.artifact, compileLimits.disk)
        if header.serves(program, language: table) {
            header.build(language: table, limits: options.compileLimits, unless: cancellation, run: run)
            if header.path != nil { compile.start = .execute(table.compile + ["-I" + PrecompiledHeader.folder]) }
        }
        let report = run(compile)
        guard report.ending == .exited(0), !report.artifact.isEmpty else {
            var test = CodeResult.Test(report, isPython: false)
            if test.status != .infrastructureError { test.status = .compileError }
            test.show(report)
            return .failure(PrepareFailure(test: test))
        }
        ready.files = [.init(name: table.artifact, bytes: report.artifact, mode: 0o755)]
        if !table.limitsAddressSpace { ready.limits.processes = max(ready.limits.processes, 128) }
        return .success(ready)
    }

    static func notRun(_ count: Int) -> [CodeResult.Test] {
        [CodeResult.Test](repeating: .init(status: .notRun), count: max(count, 0))
    }

    private func judgeValue(_ expected: PythonValue, response: String) -> CodeResult {
        guard let value = PythonLiteral.answer(in: response) else {
            return CodeResult(tests: [
                .init(status: .wrongAnswer, explanation: "the response states no plain Python value")
            ])
        }
        return CodeResult(tests: [.init(status: PythonEquality().isEqual(value, expected) ? .pass : .wrongAnswer)])
    }

    // MARK: Calls

    private func handedOn(_ task: CodeTask, program: String, language: Toolchain.Resolved) -> CodeResult {
        guard var suite = task.whole else {
            return CodeResult(tests: [.init(status: .infrastructureError, explanation: "an assertion cannot be judged")]
            )
        }
        suite.prompt = task.prompt
        return judgeTogether(task, suite, program: program, language: language)
    }

    private func judgeCalls(
        _ task: CodeTask, _ tests: [CodeTask.CallTest], program: String, language: Toolchain.Resolved
    ) -> CodeResult {
        guard language.language.run.isEmpty || language.language.name == "javascript" else {
            return CodeResult(tests: [
                .init(
                    status: .infrastructureError,
                    explanation: "functional tests need python or javascript, not \(language.language.name)")
            ])
        }
        if !tests.isEmpty, tests.allSatisfy(\.calls.isEmpty) {
            return .rowFault("noTests", "the row's tests call nothing of the program")
        }
        var tests = tests
        switch withReference(task, tests) {
        case .success(let expected): tests = expected
        case .failure(let fault): return fault.result
        }
        var results: [CodeResult.Test] = []
        // After a test that ended the process, the rest go on in a new one.
        while results.count < tests.count {
            let rest = Array(tests[results.count...])
            let calls = rest.flatMap(\.calls)
            let run = CallRun(calls: calls, program: program, prompt: task.prompt, hasPrelude: task.hasPrelude)
            let programRun =
                language.language.run.isEmpty
                ? run.programRun(limits: limits(task))
                : run.nodeRun(language.language, limits: limits(task), environment: language.environment)
            let report = self.run(programRun)
            let answers = CallAnswers(report, count: calls.count, isPython: language.language.run.isEmpty)
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
                    (result.cpuSeconds, result.wallSeconds) = (report.cpuSeconds, report.wallSeconds)
                    result.peakBytes = report.peakBytes
                }
                results.append(result)
                if result.status != .pass && stopsAtFailure { break }
            }
            if results.count == before {
                var result = answers.ending(report)
                if !answers.isFinal {
                    result.shown = .init(input: tests[before].input, expected: tests[before].expected)
                }
                results.append(result)
            }
            if let last = results.last, last.status != .pass {
                if stopsAtFailure || answers.isFinal { break }
            }
        }
        if let last = results.last, last.status != .pass, results.count < tests.count, !stopsAtFailure {
            // The program cannot be loaded: every test ends as the first one did.
            results += [CodeResult.Test](repeating: last, count: tests.count - results.count)
        }
        return CodeResult(tests: results + Self.notRun(tests.count - results.count))
    }
}

extension CodeResult.Test {
    /// The status that follows from how a run ended; pass when it ended by itself with 0.
    init(_ report: RunReport, isPython: Bool) {
        self.init(status: .pass)
        switch report.ending {
        case .exited(0): break
        case .exited(let code):
            status = .runtimeError
            explanation = "exit code \(code)"
            if isPython, report.result.first == PythonZygote.Record.syntax { status = .compileError }
            if report.stderr.contains("std::bad_alloc".utf8) { status = .memoryLimit }
            if isPython, report.stderr.suffix(200).contains("MemoryError".utf8) {
                status = .memoryLimit
                explanation = "MemoryError"
            }
        case .signalled(let signal):
            status = .runtimeError
            explanation = "killed by \(String(cString: strsignal(signal)))"
            if signal == SIGABRT, report.stderr.contains("std::bad_alloc".utf8) { status = .memoryLimit }
        case .cpuLimit:
            status = .timeout
            explanation = "processor time used up"
        case .wallLimit:
            status = .timeout
            explanation = "wall time used up"
        case .memoryLimit: status = .memoryLimit
        case .outputLimit: status = .outputLimit
        case .notStarted(let code):
            status = .infrastructureError
            explanation = "the program could not be started: \(String(errno: code))"
        case .failed(let note):
            status = .infrastructureError
            explanation = note
        }
        cpuSeconds = report.cpuSeconds
        wallSeconds = report.wallSeconds
        peakBytes = report.peakBytes
    }

    /// Adds the start of what the program wrote.
    mutating func show(_ report: RunReport) {
        stdout = .excerpt(report.stdout)
        // The end of an error output says what went wrong.
        stderr = .excerpt(report.stderr.suffix(600))
    }
}
