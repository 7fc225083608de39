import CSandbox
import Experience
import Numbers
import Synchronization
import Workers

/// What a session's programs may use.
package struct SessionLimits: Sendable, Hashable {
    /// Processor seconds between two questions, of all processes together.
    package var cpu: Double = 20
    /// Resident bytes of all processes together.
    package var memory: Int = 512 << 20
    /// Processes and threads.
    package var processes: Int = 64
    /// Bytes in its folders, which are in memory.
    package var disk: Int = 64 << 20
    /// Files and folders.
    package var inodes: Int = 8192
    /// Greatest size of an answer in bytes.
    package var answer: Int = 64 << 20

    /// The defaults above.
    package init() {}
}

/// A process in the sandbox that lives on between questions, behind the walls and limits of every run, and whatever it
/// started. It ends with this object, with this process, or within a second of a cancelled question.
///
/// The program reads questions on stdin, each a length of 32 bits (little-endian) and its bytes, and answers on descriptor 3
/// with records as the warm interpreter writes them: a kind, the question's number and a length (32 bits each), the payload.
/// One question at a time; the clocks start again with each.
package final class SandboxSession: Sendable {
    /// What came of a question.
    package enum Answer: Sendable, Equatable {
        /// The record's kind and payload.
        case answered(kind: UInt8, payload: [UInt8])
        /// Nothing came by the deadline: the session was ended.
        case late
        /// The programs ran over a limit or the one that answers is gone: the session is over.
        case ended(Ending)
        /// Nobody waits any more: the session was ended.
        case cancelled
        /// Ours: the box failed, in words.
        case failed(String)
    }

    /// Why a session is over by what runs in it.
    package enum Ending: Sendable, Equatable {
        case exited(Int32), signalled(Int32), cpu, memory, output
        /// It wrote what is no record.
        case garbled
    }

    // The worker is used by one thread at a time: whoever holds the lock.
    private struct Held: @unchecked Sendable {
        var worker: SandboxWorker?
        var unread: [UInt8] = []
        var number: UInt32 = 0
    }

    private let held: Mutex<Held>
    private let isClosed = Atomic(false)
    private let run: ProgramRun
    private let most: Int

    private static let tick: Int32 = 20

    private init(_ worker: SandboxWorker, _ run: ProgramRun, most: Int) {
        held = Mutex(Held(worker: worker))
        self.run = run
        self.most = most
    }

    deinit { held.withLock { $0.worker?.stop() } }

    /// Starts `command` in a box; throws a sentence with what to do when there can be none. A cancelled task gets a session
    /// that is closed.
    package static func start(
        _ interpreter: SessionInterpreter, program: String, _ limits: SessionLimits
    ) async throws(SessionError) -> SandboxSession {
        let command = [interpreter.runtime.interpreter, "-s", "-u", "-c", program] + interpreter.runtime.sites
        var run = ProgramRun(start: .execute(command), limits: RunLimits())
        run.limits.cpu = limits.cpu
        // Waiting between two questions is no fault; the one who asks keeps the deadline.
        run.limits.wall = 1e7
        run.limits.memory = limits.memory
        run.limits.processes = limits.processes
        run.limits.disk = limits.disk
        run.limits.inodes = limits.inodes
        run.limits.output = 1 << 20
        run.resultBytes = limits.answer + 64
        run.stages = 1_000_000
        run.isInteractive = true
        run.isSession = true
        run.environment = interpreter.runtime.environment
        let (ready, plan, most) = (run, SandboxPlan(binds: interpreter.runtime.binds), limits.answer)
        let result: Result<SandboxSession, SessionError> = await blocking {
            let started = ImmortalThread.shared.run { Result { Started(try SandboxWorker(plan: plan)) } }
            switch started {
            case .success(let started):
                guard started.worker.begin(ready) else { return .failure(SessionError("the sandbox is gone")) }
                return .success(SandboxSession(started.worker, ready, most: most))
            case .failure(let error):
                return .failure(SessionError("no sandbox: \(error); to do: \(SandboxRemedy.text(for: "\(error)"))"))
            }
        }
        return try result.get()
    }

    private struct Started: @unchecked Sendable {
        let worker: SandboxWorker
        init(_ worker: SandboxWorker) { self.worker = worker }
    }

    /// Asks, and waits `seconds` at most.
    package func ask(_ question: [UInt8], seconds: Double) async -> Answer {
        await Cancellation.heard { cancellation in
            await Self.blocking { self.held.withLock { self.exchange(question, seconds, &$0, cancellation) } }
        }
    }

    /// Ends it with all that it started; gone when this returns.
    package func close() async {
        isClosed.store(true, ordering: .relaxed)
        await Self.blocking {
            self.held.withLock { held in
                held.worker?.stop()
                held.worker = nil
            }
        }
    }

    private static func blocking<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            SandboxThread.detach { continuation.resume(returning: body()) }
        }
    }

    private func exchange(
        _ question: [UInt8], _ seconds: Double, _ held: inout Held, _ cancellation: Cancellation
    ) -> Answer {
        guard let worker = held.worker else { return .cancelled }
        held.number &+= 1
        let size = UInt32(clamping: question.count)
        let head = withUnsafeBytes(of: size.littleEndian) { Array($0) }
        let answer: Answer
        if worker.give(head + question) || worker.hasNews(within: 0) {
            let deadline = POSIX.milliseconds.addingSaturated(UInt64(clamping: seconds * 1000))
            answer = reply(from: worker, &held, cancellation, deadline: deadline)
        } else {
            answer = .failed("the sandbox is gone")
        }
        if case .answered = answer { return answer }
        worker.stop()
        held.worker = nil
        return answer
    }

    private func reply(
        from worker: SandboxWorker, _ held: inout Held, _ cancellation: Cancellation, deadline: UInt64
    ) -> Answer {
        while true {
            while let record = Self.record(&held.unread) {
                // One of an earlier question is from a thread that the program left behind.
                if record.number == held.number { return .answered(kind: record.kind, payload: record.payload) }
            }
            if held.unread.count > most || Self.length(held.unread) > most { return .ended(.garbled) }
            while !worker.hasNews(within: Self.tick) {
                if cancellation.isCancelled || isClosed.load(ordering: .relaxed) { return .cancelled }
                if POSIX.milliseconds >= deadline { return .late }
            }
            // A program that never stops writing has no quiet moment.
            if cancellation.isCancelled || isClosed.load(ordering: .relaxed) { return .cancelled }
            if POSIX.milliseconds >= deadline { return .late }
            switch worker.next(of: run) {
            case .result(let bytes)?: held.unread += bytes
            case .ended(let report)?: return Self.answer(of: report)
            case nil: return .failed("the sandbox did not answer")
            }
        }
    }

    private static let headBytes = 9

    private static func word(_ bytes: [UInt8], at offset: Int) -> UInt32 {
        bytes[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func length(_ unread: [UInt8]) -> Int {
        unread.count < headBytes ? 0 : Int(clamping: word(unread, at: 5))
    }

    private static func record(_ unread: inout [UInt8]) -> (kind: UInt8, number: UInt32, payload: [UInt8])? {
        let end = headBytes + length(unread)
        guard unread.count >= end, end <= unread.count, unread.count >= headBytes else { return nil }
        defer { unread.removeFirst(end) }
        return (unread[0], word(unread, at: 1), Array(unread[headBytes..<end]))
    }

    private static func answer(of report: RunReport) -> Answer {
        switch report.ending {
        case .exited(let code): .ended(.exited(code))
        case .signalled(let signal): .ended(.signalled(signal))
        case .cpuLimit: .ended(.cpu)
        case .memoryLimit: .ended(.memory)
        case .outputLimit: .ended(.output)
        case .wallLimit: .late
        case .notStarted(let code): .failed("the interpreter could not be started: \(String(errno: code))")
        case .failed(let why): .failed(why)
        }
    }
}

/// Why there is no session, in a sentence.
package struct SessionError: Error, Sendable, CustomStringConvertible {
    package var description: String

    init(_ description: String) { self.description = description }
}

/// The Python interpreter that sessions run their program with.
package struct SessionInterpreter: Sendable {
    let runtime: PythonRuntime
    /// "3.11.7".
    package var version: String { runtime.version }

    /// Asks `command`, a name in PATH or a path; throws when it does not answer.
    package static func find(_ command: String) async throws(SessionError) -> SessionInterpreter {
        let found: PythonRuntime? = await withCheckedContinuation { continuation in
            SandboxThread.detach { continuation.resume(returning: PythonRuntime(command: command, isOpen: false)) }
        }
        guard let found else {
            throw SessionError("no Python interpreter: '\(command)' is not in PATH or does not start")
        }
        return SessionInterpreter(runtime: found)
    }
}
