/// The boxes of one judgement: programs are prepared and run in them. Blocks: lives on a worker thread.
struct CodeBoxes {
    let options: CodeOptions
    let toolchain: Toolchain
    let header: PrecompiledHeader
    let health: ToolchainHealth
    let goCache: GoCache
    let slot: SandboxSlot
    /// Set when nobody waits for the result any more: what runs then is ended, and no run begins.
    let cancellation: Cancellation

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
            if header.isMade { compile.start = .execute(table.compile + ["-I" + PrecompiledHeader.folder]) }
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
}
