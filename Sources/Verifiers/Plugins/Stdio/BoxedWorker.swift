import Experience
import Numbers
package import Workers

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A worker inside the sandbox: no network, no files but the system's and those that it is shown, memory over all its
/// processes. What it writes to stderr is known when it has ended.
package final class BoxedWorker: WorkerChannel {
    private let box: SandboxWorker
    private let run: ProgramRun
    package var buffer = LineBuffer()
    private var isOpen = true
    package private(set) var errorTail: [UInt8] = []

    /// The box watches the memory.
    package var residentMiB: Int? { nil }

    // Between two looks at what has come: no line is written while a pipe to us is full.
    private static let chunk = 1 << 16
    private static let tick: Int32 = 50

    /// Starts `command`; throws `WorkerStartError`.
    package init(_ command: BoxedCommand, environment: [String: String], memoryMiB: Int) throws {
        var limits = RunLimits()
        // Silence is watched from outside; these are far beyond the life of a worker.
        limits.cpu = 1e6
        limits.memory = memoryMiB << 20
        limits.output = 64 << 20
        limits.processes = 256
        limits.disk = 256 << 20
        // The result channel is descriptor 3.
        var run = ProgramRun(
            start: .execute(["/bin/sh", "-c", "exec \"$@\" 1>&3 3>&-", "sh"] + command.words), limits: limits)
        run.environment = environment.map { "\($0.key)=\($0.value)" }
        run.stages = 1000
        run.isInteractive = true
        run.limitsAddressSpace = false
        self.run = run
        do {
            box = try ImmortalThread.shared.run {
                Result { Started(try SandboxWorker(plan: SandboxPlan(binds: command.binds))) }
            }.get().worker
        } catch {
            let fix = SandboxRemedy.text(for: "\(error)")
            throw WorkerStartError(command: command.words, reason: "no sandbox: \(error); to do: \(fix)")
        }
        guard box.begin(run) else { throw WorkerStartError(command: command.words, reason: "the sandbox is gone") }
    }

    // The worker is used by one thread after the other, never by two.
    private struct Started: @unchecked Sendable {
        let worker: SandboxWorker
        init(_ worker: SandboxWorker) { self.worker = worker }
    }

    deinit { kill() }

    package func kill() {
        guard isOpen else { return }
        isOpen = false
        box.stop()
    }

    package func finish(grace: Double) {
        guard isOpen else { return }
        box.closeInput()
        let deadline = POSIX.milliseconds + UInt64(clamping: grace * 1000, .down)
        while isOpen, POSIX.milliseconds < deadline {
            if box.hasNews(within: Self.tick), (try? receive()) == nil { break }
        }
        kill()
    }

    package func turn(
        _ bytes: [UInt8], from written: inout Int, waiting milliseconds: Int32, or bell: Int32?
    ) throws -> Bool {
        if written < bytes.count {
            let end = min(written + Self.chunk, bytes.count)
            // A box that is gone has left its report.
            if isOpen, !box.give(Array(bytes[written..<end])), !box.hasNews(within: 0) {
                throw WorkerFailure.ended("left its box")
            }
            written = end
        }
        guard box.hasNews(within: written < bytes.count ? 0 : milliseconds, or: bell) else { return false }
        try receive()
        return true
    }

    /// Takes what has come; throws when that is the worker's end.
    private func receive() throws {
        switch isOpen ? box.next(of: run) : nil {
        case .result(let bytes)?: buffer.append { $0 += bytes }
        case .ended(let report)?:
            kill()
            errorTail = Array(report.stderr.suffix(4096))
            switch report.ending {
            case .exited(let code): throw WorkerFailure.ended("exited with code \(code)")
            case .signalled(let signal): throw WorkerFailure.ended("was killed by signal \(signal)")
            case .memoryLimit: throw WorkerFailure.memory(report.peakBytes >> 20)
            case .outputLimit: throw WorkerFailure.ended("wrote more than 64 MiB to stderr")
            case .cpuLimit, .wallLimit: throw WorkerFailure.silence
            case .notStarted(let code): throw WorkerFailure.ended("could not be started: \(String(errno: code))")
            case .failed(let why): throw WorkerFailure.ended("lost its box: \(why)")
            }
        case nil:
            kill()
            throw WorkerFailure.ended("lost its box")
        }
    }
}
