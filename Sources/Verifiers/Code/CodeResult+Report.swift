import Workers

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension CodeResult {
    /// A fault of a row that is judged apart.
    static func rowFault(_ reason: String, _ explanation: String) -> CodeResult {
        CodeResult(
            tests: [.init(status: .infrastructureError)], rowFault: .init(reason: reason, explanation: explanation))
    }

    static func fault(_ reason: String, _ explanation: String) -> CodeResult {
        CodeResult(
            tests: [.init(status: .infrastructureError)], judged: .together,
            rowFault: .init(reason: reason, explanation: explanation))
    }

    /// Tests that were not reached.
    static func notRun(_ count: Int) -> [Test] { [Test](repeating: .init(status: .notRun), count: max(count, 0)) }
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
