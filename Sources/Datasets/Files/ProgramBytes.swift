internal import CSpawn
internal import Experience
internal import Foundation

/// What another program writes to its standard output; it is ended when nobody reads any more.
final class ProgramBytes: ByteSource {
    /// How a program ended that did not end well.
    struct Failure: Error {
        /// Its exit code; nil when a signal ended it.
        var code: Int32?
        /// The end of what it wrote to standard error.
        var errors: String
    }

    private var child = spawned()
    private var isRunning = false
    private var errors: [UInt8] = []
    private var isErrorsOpen = true
    private let explain: (Failure) -> any Error

    private static let maxErrorBytes = 4096

    /// Starts `command`, found through PATH; nil when there is no such program. `explain` makes what is thrown of a failure.
    init?(_ command: [String], explain: @escaping (Failure) -> any Error) {
        self.explain = explain
        let environment = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
        let (code, child): (Int32, spawned) = ImmortalThread.shared.run {
            var child = spawned()
            let code = command.withCStrings { argv in
                environment.withCStrings { spawn_bound(argv, $0, &child) }
            }
            return (code, child)
        }
        if code != 0 { return nil }
        self.child = child
        isRunning = true
        close(child.input)
    }

    deinit { _ = end() }

    func read(atMost count: Int) throws -> [UInt8] {
        while isRunning {
            try Task.checkCancellation()
            var polled = [
                pollfd(fd: child.output, events: Int16(POLLIN), revents: 0),
                pollfd(fd: isErrorsOpen ? child.errors : -1, events: Int16(POLLIN), revents: 0),
            ]
            if poll(&polled, 2, 100) == 0 { continue }
            if polled.last?.revents != 0 { drainErrors() }
            if polled.first?.revents == 0 { continue }
            var bytes = [UInt8](repeating: 0, count: count)
            let got = Foundation.read(child.output, &bytes, count)
            if got > 0 { return Array(bytes.prefix(got)) }
            if got < 0, errno == EAGAIN || errno == EINTR { continue }
            if let failure = finish() { throw explain(failure) }
        }
        return []
    }

    private func drainErrors() {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let got = Foundation.read(child.errors, &bytes, bytes.count)
        if got < 0, errno == EAGAIN || errno == EINTR { return }
        if got <= 0 { isErrorsOpen = false }
        errors += bytes.prefix(max(got, 0))
        errors.removeFirst(max(0, errors.count - Self.maxErrorBytes))
    }

    /// After its output has ended: how it failed, or nil.
    private func finish() -> Failure? {
        // It ends by itself in a moment; one that closed its output and lives on is ended.
        for _ in 0..<500 where isErrorsOpen {
            var polled = pollfd(fd: child.errors, events: Int16(POLLIN), revents: 0)
            if poll(&polled, 1, 10) > 0 { drainErrors() }
        }
        let status = end()
        if status == 0 { return nil }
        let text = String(decoding: errors, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return Failure(code: status & 0x7F == 0 ? (status >> 8) & 0xFF : nil, errors: text)
    }

    /// Its wait status; it is killed if it has not ended by itself.
    private func end() -> Int32 {
        guard isRunning else { return 0 }
        isRunning = false
        close(child.output)
        close(child.errors)
        var status: Int32 = 0
        for _ in 0..<500 {
            if waitpid(child.pid, &status, WNOHANG) == child.pid {
                spawn_forget(child.pid)
                return status
            }
            if !isErrorsOpen { usleep(2000) } else { break }
        }
        kill(-child.pid, SIGKILL)
        kill(child.pid, SIGKILL)
        while waitpid(child.pid, &status, 0) < 0 && errno == EINTR {}
        spawn_forget(child.pid)
        return status
    }
}
