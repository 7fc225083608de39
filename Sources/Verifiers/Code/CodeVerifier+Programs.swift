extension CodeVerifier: ProgramRunner {
    /// Runs a program as it is, in the same boxes that completions are judged in.
    public func run(_ program: ProgramRequest) async -> ProgramResult {
        switch await pool.run({ [self] in execute(program, in: $0, unless: $1) }) {
        case .success(let result): result
        case .failure(.cancelled): .failed("the work was cancelled")
        case .failure(.shutDown): .failed("the sandbox was shut down")
        }
    }

    private func execute(
        _ program: ProgramRequest, in slot: SandboxSlot, unless cancellation: Cancellation
    ) -> ProgramResult {
        let toolchain = resolvedToolchain()
        let resolved: Toolchain.Resolved
        switch toolchain.language(program.language) {
        case .success(let found): resolved = found.fitted(to: program.code)
        case .failure(let missing): return .failed(missing.description)
        }
        do {
            _ = try slot.worker(goCache.shown(in: header.shown(in: toolchain.plan)))
        } catch {
            return .failed("\(error); see `assay doctor`")
        }
        let boxes = boxes(slot, toolchain, unless: cancellation)
        let language = resolved.language
        if let fault = program.filesFault(beside: [language.source, language.artifact], most: options.limits.inodes) {
            return .failed(fault)
        }
        var run = boxes.plainRun(of: program, language: resolved)
        var compilation: ProgramStep?
        if !language.compile.isEmpty {
            var compile = run
            compile.start = .execute(language.compile)
            compile.limits = options.compileLimits
            compile.limits.cpu = program.compileSeconds
            compile.limits.wall = program.compileSeconds
            compile.input = []
            compile.artifact = (language.artifact, compile.limits.disk)
            let report = boxes.run(compile)
            guard let step = ProgramStep(report) else { return .failed("the compiler's box failed: \(report.ending)") }
            guard report.ending == .exited(0), !report.artifact.isEmpty else { return .ran(compile: step, run: nil) }
            compilation = step
            run.files[0] = .init(name: language.artifact, bytes: report.artifact, mode: 0o755)
        }
        let report = boxes.run(run)
        guard let step = ProgramStep(report) else { return .failed("the box failed: \(report.ending)") }
        return .ran(compile: compilation, run: step)
    }
}

extension ProgramRequest {
    // Bytes of a path below the program's folder.
    private static let longestPath = 255

    /// Why its files cannot stand beside the program, of which `names` are; nil when they can.
    fileprivate func filesFault(beside names: [String], most: Int) -> String? {
        var folders: Set<String> = []
        for path in files.keys.sorted() {
            if path.utf8.count > Self.longestPath {
                return "the path '\(path.prefix(40))…' is longer than \(Self.longestPath) bytes"
            }
            for mark in path.indices where path[mark] == "/" { folders.insert(String(path[..<mark])) }
        }
        if files.count + folders.count >= most { return "more than \(most - 1) files and folders" }
        for name in names where files[name] != nil || folders.contains(name) {
            return "no file may be called '\(name)': it is the program's own name here"
        }
        return folders.sorted().first { files[$0] != nil }.map { "'\($0)' is a file and a folder" }
    }
}

extension CodeBoxes {
    /// The run of a program with its files and input, before compilation.
    fileprivate func plainRun(of program: ProgramRequest, language resolved: Toolchain.Resolved) -> ProgramRun {
        let language = resolved.language
        var limits = options.limits
        limits.cpu = program.runSeconds
        limits.wall = program.runSeconds
        limits.memory = program.memoryBytes
        let source = ProgramRun.File(name: language.source, bytes: Array(program.code.utf8))
        let others = program.files.sorted { $0.key < $1.key }.map { ProgramRun.File(name: $0.key, bytes: $0.value) }
        var run = ProgramRun(
            start: language.run.isEmpty ? .fork(["script"]) : .execute(language.run), limits: limits,
            files: [source] + others, input: program.stdin)
        if !language.run.isEmpty { run.environment = resolved.environment }
        run.limitsAddressSpace = language.limitsAddressSpace
        return run
    }
}

extension ProgramStep {
    // nil when the box failed, which is our fault and no step of the program.
    fileprivate init?(_ report: RunReport) {
        var status = Status.finished
        var code: Int?
        var note = ""
        switch report.ending {
        case .exited(let value): code = Int(value)
        case .signalled(let signal): code = -Int(signal)
        case .cpuLimit, .wallLimit: status = .timeLimit
        case .memoryLimit: (code, note) = (-9, "\nkilled: over the memory limit")
        case .outputLimit: (code, note) = (-9, "\nkilled: over the output limit")
        case .notStarted(let error): (status, note) = (.error, "\ncould not be started (errno \(error))")
        case .failed: return nil
        }
        self.init(
            status: status, seconds: report.wallSeconds, exitCode: code,
            stdout: String(decoding: report.stdout, as: UTF8.self),
            stderr: String(decoding: report.stderr, as: UTF8.self) + note)
    }
}
