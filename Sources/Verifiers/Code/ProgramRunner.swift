/// A program to run as it is, without a verdict.
public struct ProgramRequest: Sendable {
    /// The language's name as the client wrote it, for example "python".
    public var language: String
    /// The source text.
    public var code: String
    /// What it reads on standard input.
    public var stdin: [UInt8]
    /// Files beside it, by their path below its folder: names joined by '/', none of them empty, '.' or '..'.
    public var files: [String: [UInt8]]
    /// Processor seconds to compile.
    public var compileSeconds: Double
    /// Processor seconds to run.
    public var runSeconds: Double
    /// Memory in bytes.
    public var memoryBytes: Int

    /// A program with its limits.
    public init(
        language: String, code: String, stdin: [UInt8] = [], files: [String: [UInt8]] = [:],
        compileSeconds: Double = 10,
        runSeconds: Double = 10, memoryBytes: Int = 1 << 30
    ) {
        self.language = language
        self.code = code
        self.stdin = stdin
        self.files = files
        self.compileSeconds = compileSeconds
        self.runSeconds = runSeconds
        self.memoryBytes = memoryBytes
    }
}

/// One step of a program's life: its compilation, or its run.
public struct ProgramStep: Sendable {
    /// How a step ended.
    public enum Status: String, Sendable {
        /// By itself, with any exit code.
        case finished = "Finished"
        /// It could not be started.
        case error = "Error"
        /// A limit ended it.
        case timeLimit = "TimeLimitExceeded"
    }

    /// How it ended.
    public var status: Status
    /// Wall seconds.
    public var seconds: Double
    /// Exit code, or minus the signal; nil when a limit ended it.
    public var exitCode: Int?
    /// What it wrote, as text.
    public var stdout: String
    /// See `stdout`.
    public var stderr: String

    /// A step that ended.
    public init(status: Status, seconds: Double, exitCode: Int?, stdout: String, stderr: String) {
        self.status = status
        self.seconds = seconds
        self.exitCode = exitCode
        self.stdout = stdout
        self.stderr = stderr
    }
}

/// What became of a program.
public enum ProgramResult: Sendable {
    /// It ran, or its compilation failed (`run` is then nil).
    case ran(compile: ProgramStep?, run: ProgramStep?)
    /// The sandbox failed: our fault.
    case failed(String)
}

/// Runs programs in a sandbox.
public protocol ProgramRunner: Sendable {
    /// Runs one; does not throw, failure is data.
    func run(_ program: ProgramRequest) async -> ProgramResult
}
