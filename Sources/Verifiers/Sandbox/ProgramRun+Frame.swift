import CSandbox
import Numbers

extension ProgramRun {
    /// The job as the worker reads it.
    var frame: [UInt8] {
        var job = sandbox_job()
        job.limits = wireLimits
        let words: [String]
        switch start {
        case .execute(let command):
            job.kind = SANDBOX_EXECUTE.rawValue
            words = command
        case .fork(let order):
            job.kind = SANDBOX_FORK.rawValue
            words = order
        }
        let argv = Self.terminated(words)
        let environment = Self.terminated(self.environment)
        let artifactName = Self.terminated([artifact?.name ?? ""])
        var filesBytes = 0
        for file in files { filesBytes += 16 + file.name.utf8.count + file.bytes.count }
        job.argv_bytes = UInt64(argv.count)
        job.environment_bytes = UInt64(environment.count)
        job.artifact_name_bytes = UInt64(artifactName.count)
        job.files_bytes = UInt64(filesBytes)
        job.stdin_bytes = UInt64(input.count)
        let length =
            MemoryLayout<sandbox_job>.size + argv.count + environment.count + artifactName.count + filesBytes
            + input.count
        var bytes = Self.header(SANDBOX_JOB, length: length)
        bytes.reserveCapacity(bytes.count + length)
        withUnsafeBytes(of: job) { bytes.append(contentsOf: $0) }
        bytes += argv
        bytes += environment
        bytes += artifactName
        for file in files {
            withUnsafeBytes(of: file.mode) { bytes.append(contentsOf: $0) }
            withUnsafeBytes(of: UInt32(file.name.utf8.count)) { bytes.append(contentsOf: $0) }
            withUnsafeBytes(of: UInt64(file.bytes.count)) { bytes.append(contentsOf: $0) }
            bytes += file.name.utf8
            bytes += file.bytes
        }
        bytes += input
        return bytes
    }

    /// A frame's header.
    static func header(_ type: sandbox_frame_type, length: Int) -> [UInt8] {
        withUnsafeBytes(of: sandbox_frame(type: type.rawValue, reserved: 0, length: UInt64(length))) { Array($0) }
    }

    private static func terminated(_ words: [String]) -> [UInt8] {
        // A NUL inside a word would make two of it.
        words.flatMap { $0.utf8.filter { $0 != 0 } + [0] }
    }

    private var wireLimits: sandbox_limits {
        var wire = sandbox_limits()
        wire.cpu_ms = UInt64(clamping: limits.cpu * 1000, .down)
        wire.wall_ms = UInt64(clamping: limits.wallSeconds * 1000, .down)
        wire.memory = UInt64(limits.memory)
        // Bounds what can be taken between two samples; reservations (thread stacks) must still fit.
        wire.address_space = limitsAddressSpace ? UInt64(limits.memory) * 2 + 1 << 30 : 0
        wire.stack = UInt64(min(limits.memory, 256 << 20))
        wire.stdout_bytes = UInt64(limits.output)
        wire.stderr_kept = 16 << 10
        wire.result_bytes = UInt64(resultBytes)
        wire.artifact_bytes = UInt64(artifact?.most ?? 0)
        wire.disk = UInt64(limits.disk)
        wire.inodes = UInt64(limits.inodes)
        wire.processes = UInt32(clamping: limits.processes)
        wire.files = UInt32(clamping: limits.files)
        wire.stages = UInt32(clamping: stages)
        wire.interactive = isSession ? UInt32(SANDBOX_SESSION) : isInteractive ? 1 : 0
        return wire
    }
}
