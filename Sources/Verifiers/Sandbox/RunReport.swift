import CSandbox
import Workers

/// How a run ended, with everything that it left.
struct RunReport {
    /// What ended it.
    enum Ending: Equatable {
        case exited(Int32)
        case signalled(Int32)
        case cpuLimit, wallLimit, memoryLimit, outputLimit
        /// The program could not be executed; errno.
        case notStarted(Int32)
        /// The box itself failed: our fault.
        case failed(String)
    }

    var ending: Ending
    var cpuSeconds: Double
    var wallSeconds: Double
    var peakBytes: Int
    var stdout: [UInt8]
    var stderr: [UInt8]
    var result: [UInt8]
    var artifact: [UInt8]

    /// Whether the box failed, not the program.
    var isFailed: Bool {
        if case .failed = ending { true } else { false }
    }

    /// Of a run that could not be had.
    init(failed reason: String) {
        ending = .failed(reason)
        (cpuSeconds, wallSeconds, peakBytes) = (0, 0, 0)
        (stdout, stderr, result, artifact) = ([], [], [], [])
    }

    /// Reads the report's frame; nil when its lengths contradict each other.
    init?(frame bytes: [UInt8]) {
        let headerSize = MemoryLayout<sandbox_report>.size
        guard bytes.count >= headerSize else { return nil }
        var header = sandbox_report()
        withUnsafeMutableBytes(of: &header) { $0.copyBytes(from: bytes[..<headerSize]) }
        var offset = headerSize
        func section(_ count: UInt64) -> [UInt8]? {
            guard let count = Int(exactly: count), count <= bytes.count - offset else { return nil }
            defer { offset += count }
            return Array(bytes[offset..<offset + count])
        }
        guard let stdout = section(header.stdout_bytes), let stderr = section(header.stderr_bytes),
            let result = section(header.result_bytes), let artifact = section(header.artifact_bytes)
        else { return nil }
        ending = Self.ending(header)
        cpuSeconds = Double(header.cpu_us) / 1e6
        wallSeconds = Double(header.wall_us) / 1e6
        peakBytes = Int(clamping: header.peak_bytes)
        self.stdout = stdout
        self.stderr = stderr
        self.result = result
        self.artifact = artifact
    }

    private static func ending(_ header: sandbox_report) -> Ending {
        switch sandbox_cause(header.cause) {
        case SANDBOX_CPU: return .cpuLimit
        case SANDBOX_WALL: return .wallLimit
        case SANDBOX_MEMORY: return .memoryLimit
        case SANDBOX_OUTPUT: return .outputLimit
        case SANDBOX_START: return .notStarted(header.error)
        case SANDBOX_CANCEL: return .failed("it was cancelled")
        case SANDBOX_FAILURE:
            var copy = header
            let note = withUnsafeBytes(of: &copy.note) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            return .failed(header.error == 0 ? note : "\(note): \(String(errno: header.error))")
        default:
            // The two halves of a wait status: signal below, exit code above.
            let signal = header.status & 0x7F
            return signal == 0 ? .exited((header.status >> 8) & 0xFF) : .signalled(signal)
        }
    }
}
