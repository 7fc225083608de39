import CSignals
import CSpawn
import Experience
import Foundation
import Synchronization

/// SIGINT, SIGTERM or SIGHUP ended a command; `kept` says what it leaves.
struct Interrupted: Error, CustomStringConvertible {
    var signal: Int32
    var kept: String?

    /// As shells count a death by signal: 130 for SIGINT.
    var exitCode: Int32 { 128 + signal }

    var description: String {
        let name = [SIGINT: "SIGINT", SIGTERM: "SIGTERM", SIGHUP: "SIGHUP"][signal] ?? "signal \(signal)"
        return "interrupted by \(name)" + (kept.map { ": \($0)" } ?? "")
    }
}

/// What SIGINT, SIGTERM and SIGHUP do, the same in every command.
///
/// The first cancels the command's task: requests and programs are ended, and what had arrived is kept. A second one ends
/// the process at once. A command that hears of no cancellation (it waits for a lock, or inside a long transaction) is left
/// where it is once nothing more was kept for a moment: the store is whole at any time, as it is after `kill -9`.
enum Interruption {
    private struct State {
        var signal: Int32?
        var cancel: @Sendable () -> Void = {}
        var kept: (@Sendable () -> String)?
        var lastStep = ContinuousClock.now
        var takesItsTime = false
        var isSaid = false
    }

    private static let state = Mutex(State())
    private static let patience = Duration.milliseconds(700)

    /// Catches the signals from now on, for the life of the process.
    static func catchSignals() {
        signals_catch(spawn_end_all)
        Thread.detachNewThread {
            let signal = signals_wait()
            let cancel = state.withLock { state in
                state.signal = signal
                state.lastStep = .now
                return state.cancel
            }
            // Whoever hears of a cancellation may take locks: not this thread, which must get on.
            Thread.detachNewThread { cancel() }
            while state.withLock({ $0.takesItsTime || .now - $0.lastStep < patience }) { usleep(20_000) }
            spawn_end_all()
            let interrupted = Interrupted(signal: signal, kept: state.withLock { $0.kept }?())
            say(interrupted)
            _exit(interrupted.exitCode)
        }
    }

    /// Runs a command; throws `Interrupted` in place of its end when a signal came, unless it ends by signals.
    static func ending(_ command: @escaping @Sendable () async throws -> Void) async throws {
        let task = Task { try await command() }
        let isLate = state.withLock { state in
            state.cancel = { task.cancel() }
            return state.signal != nil
        }
        if isLate { task.cancel() }
        let result = await task.result
        let end = state.withLock { $0 }
        guard let signal = end.signal, !end.takesItsTime else { return try result.get() }
        // That something could not be kept is news; that a request was cancelled is not.
        if case .failure(let error) = result, error is StoreError || error is FileError { Terminal.error("\(error)") }
        throw Interrupted(signal: signal, kept: end.kept?())
    }

    /// What to say about what is kept, should a signal come from now on.
    static func says(_ text: @escaping @Sendable () -> String) { state.withLock { $0.kept = text } }

    /// Something was kept: a command that goes on keeping is waited for.
    static func step() { state.withLock { $0.lastStep = .now } }

    /// The command ends by signals and in order, however long that takes.
    static func takesItsTime() { state.withLock { $0.takesItsTime = true } }

    /// SIGHUP means `body` from now on, however often it comes, and ends nothing.
    static func onHangup(_ body: @escaping @Sendable () -> Void) {
        signals_take_hangup()
        Thread.detachNewThread {
            while true {
                signals_wait_hangup()
                body()
            }
        }
    }

    /// Prints the one line, once, and waits no longer for it than a moment: a full pipe must not keep the process.
    static func say(_ interrupted: Interrupted) {
        let isFirst = state.withLock { state in
            defer { state.isSaid = true }
            return !state.isSaid
        }
        guard isFirst else { return }
        let said = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            Terminal.error("\(interrupted)")
            said.signal()
        }
        _ = said.wait(timeout: .now() + 0.1)
    }
}
