import CSandbox
import Experience
import Numbers
import Workers

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What keeps us from running programs at all, with the fix.
struct SandboxError: Error, CustomStringConvertible {
    var description: String
}

/// One worker process and the socket to it. Belongs to the thread that made it: the process dies with that thread.
final class SandboxWorker {
    private let process: sandbox_worker
    private var isOpen = true

    /// Starts a worker behind the walls of `plan` and waits until they stand.
    init(plan: SandboxPlan) throws {
        var process = sandbox_worker()
        let code = plan.words.withCStrings { sandbox_start($0, &process) }
        guard code == 0 else { throw SandboxError(description: "cannot start a worker: \(String(errno: code))") }
        self.process = process
        let answer = receive(deadline: POSIX.milliseconds + 30_000)
        switch answer.map({ sandbox_frame_type($0.type) }) {
        case SANDBOX_READY: return
        case SANDBOX_UNFIT:
            let reason = String(decoding: answer?.bytes ?? [], as: UTF8.self)
            stop()
            throw SandboxError(description: reason)
        default:
            stop()
            throw SandboxError(description: "the worker ended before it was ready")
        }
    }

    deinit { stop() }

    /// Ends the process and everything in it.
    func stop() {
        guard isOpen else { return }
        isOpen = false
        // The worker ends when the socket does, in order: only then does its processor time count as our children's.
        close(process.control)
        var status: Int32 = 0
        for _ in 0..<2000 {
            if waitpid(process.pid, &status, WNOHANG) != 0 { return }
            usleep(1000)
        }
        kill(process.pid, SIGKILL)
        while waitpid(process.pid, &status, 0) < 0 && errno == EINTR {}
    }

    /// Runs a program, ended early when `cancellation` says so; nil when the worker did not answer, which ends it.
    func run(_ run: ProgramRun, unless cancellation: Cancellation = Cancellation()) -> RunReport? {
        guard begin(run) else { return nil }
        return report(of: run, unless: cancellation)
    }

    /// Starts a run; false when the worker is gone.
    func begin(_ run: ProgramRun) -> Bool {
        isOpen && POSIX.write(process.control, run.frame)
    }

    // Between two looks at whether anybody still waits, and how long a program that was ended may take to be gone.
    private static let tick: Int32 = 50
    private static let patience: UInt64 = 2000

    private func report(of run: ProgramRun, unless cancellation: Cancellation) -> RunReport? {
        var end = deadline(run)
        var isCancelled = false
        while true {
            while !hasNews(within: Self.tick), POSIX.milliseconds < end {
                if isCancelled || !cancellation.isCancelled { continue }
                isCancelled = true
                cancel()
                end = min(end, POSIX.milliseconds + Self.patience)
            }
            guard let frame = receive(deadline: end) else { break }
            if sandbox_frame_type(frame.type) == SANDBOX_RESULT { continue }
            guard sandbox_frame_type(frame.type) == SANDBOX_REPORT else { break }
            guard let report = RunReport(frame: frame.bytes) else { break }
            return report
        }
        stop()
        return nil
    }

    /// An event of an interactive run.
    enum Event {
        case result([UInt8])
        case ended(RunReport)
    }

    /// Waits for the next event of an interactive run; nil when the worker did not answer, which ends it.
    func next(of run: ProgramRun) -> Event? {
        if let frame = receive(deadline: deadline(run)) {
            if sandbox_frame_type(frame.type) == SANDBOX_RESULT { return .result(frame.bytes) }
            if sandbox_frame_type(frame.type) == SANDBOX_REPORT, let report = RunReport(frame: frame.bytes) {
                return .ended(report)
            }
        }
        stop()
        return nil
    }

    /// Gives an interactive run more input.
    func give(_ bytes: [UInt8]) -> Bool {
        isOpen && POSIX.write(process.control, ProgramRun.header(SANDBOX_INPUT, length: bytes.count) + bytes)
    }

    /// Ends the input of an interactive run.
    func closeInput() {
        _ = isOpen && POSIX.write(process.control, ProgramRun.header(SANDBOX_END, length: 0))
    }

    /// Whether something has come, or the worker is gone, waiting for it, or for something to read on `bell`, up to
    /// `milliseconds`.
    func hasNews(within milliseconds: Int32, or bell: Int32? = nil) -> Bool {
        var polled = [
            pollfd(fd: process.control, events: Int16(POLLIN), revents: 0),
            pollfd(fd: bell ?? -1, events: Int16(POLLIN), revents: 0),
        ]
        if !isOpen { return true }
        return poll(&polled, 2, milliseconds) > 0 && polled[0].revents != 0
    }

    /// Ends a run; its report still comes.
    func cancel() {
        _ = isOpen && POSIX.write(process.control, ProgramRun.header(SANDBOX_STOP, length: 0))
    }

    // The worker keeps the limits; this only notices a worker that is gone.
    private func deadline(_ run: ProgramRun) -> UInt64 {
        POSIX.milliseconds + UInt64(clamping: run.limits.wallSeconds * 1000, .down) * 10 * UInt64(run.stages + 1)
            + 30_000
    }

    private func receive(deadline: UInt64) -> (type: UInt32, bytes: [UInt8])? {
        guard let head = POSIX.read(process.control, count: MemoryLayout<sandbox_frame>.size, deadline: deadline) else {
            return nil
        }
        var frame = sandbox_frame()
        withUnsafeMutableBytes(of: &frame) { $0.copyBytes(from: head) }
        guard let count = Int(exactly: frame.length), count < 1 << 31 else { return nil }
        if count == 0 { return (frame.type, []) }
        return POSIX.read(process.control, count: count, deadline: deadline).map { (frame.type, $0) }
    }
}
