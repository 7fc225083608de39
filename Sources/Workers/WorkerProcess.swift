import CSpawn
import Experience
import Foundation

/// A started program and the three pipes to it. Blocking: use it from a thread of its own.
package final class WorkerProcess: WorkerChannel {
    private let pid: Int32
    private let input: Int32
    private let output: Int32
    private let errors: Int32
    package var buffer = LineBuffer()
    private var areErrorsOpen = true
    private var isOpen = true
    package private(set) var errorTail: [UInt8] = []

    private static let maxTailBytes = 4096

    /// Starts `command`; throws `WorkerStartError`.
    package init(command: [String], environment: [String: String]) throws {
        let variables = environment.map { "\($0.key)=\($0.value)" }
        let (code, child): (Int32, spawned) = ImmortalThread.shared.run {
            var child = spawned()
            let code = command.withCStrings { argv in
                variables.withCStrings { spawn_bound(argv, $0, &child) }
            }
            return (code, child)
        }
        (pid, input, output, errors) = (child.pid, child.input, child.output, child.errors)
        if code != 0 {
            isOpen = false
            throw WorkerStartError(command: command, reason: String(errno: code))
        }
    }

    deinit { kill() }

    package func kill() {
        guard isOpen else { return }
        isOpen = false
        for end in [input, output, errors] { close(end) }
        Foundation.kill(-pid, SIGKILL)
        Foundation.kill(pid, SIGKILL)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        spawn_forget(pid)
    }

    package func finish(grace: Double) {
        guard isOpen else { return }
        close(input)
        let deadline = ContinuousClock.now + .seconds(grace)
        var hasEnded = false
        while !hasEnded, ContinuousClock.now < deadline {
            var none: [UInt8] = []
            _ = Self.readAvailable(errors, into: &none)
            _ = Self.readAvailable(output, into: &none)
            var status: Int32 = 0
            hasEnded = waitpid(pid, &status, WNOHANG) != 0
            if !hasEnded { usleep(2000) }
        }
        isOpen = false
        close(output)
        close(errors)
        Foundation.kill(-pid, SIGKILL)
        defer { spawn_forget(pid) }
        if hasEnded { return }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    }

    package var residentMiB: Int? {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/statm", encoding: .utf8) else { return nil }
        let words = text.split(separator: " ")
        guard words.count > 1, let pages = Int(words[1]) else { return nil }
        // total: the kernel counts them
        return (pages * sysconf(Int32(_SC_PAGESIZE))) >> 20
    }

    package func turn(
        _ bytes: [UInt8], from written: inout Int, waiting milliseconds: Int32, or bell: Int32?
    ) throws -> Bool {
        let isWriting = written < bytes.count
        var polled = [
            pollfd(fd: output, events: Int16(POLLIN), revents: 0),
            pollfd(fd: areErrorsOpen ? errors : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: isWriting ? input : -1, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: bell ?? -1, events: Int16(POLLIN), revents: 0),
        ]
        if poll(&polled, 4, milliseconds) == 0 { return false }
        if polled[1].revents != 0 { drainErrors() }
        if polled[2].revents != 0 {
            let count = bytes.withUnsafeBytes {
                write(input, $0.baseAddress?.advanced(by: written), bytes.count - written)
            }
            // A closed input shows as the end of the output, where what came before it can still be read.
            written = count >= 0 ? written + count : errno == EAGAIN || errno == EINTR ? written : bytes.count
        }
        if polled[0].revents != 0, buffer.append({ Self.readAvailable(output, into: &$0) }) == .end {
            throw WorkerFailure.ended(ending())
        }
        return true
    }

    private enum Reading { case some, none, end }

    private static func readAvailable(_ descriptor: Int32, into bytes: inout [UInt8]) -> Reading {
        // Room that is not filled first: most answers are some bytes.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1 << 16) { room in
            let count = read(descriptor, room.baseAddress, room.count)
            if count > 0 {
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: room[..<count]))
                return .some
            }
            return count == 0 || (errno != EAGAIN && errno != EINTR) ? .end : .none
        }
    }

    private func drainErrors() {
        // All that is there, as far as one who never stops writing lets it end.
        for _ in 0..<64 where areErrorsOpen {
            let reading = Self.readAvailable(errors, into: &errorTail)
            if errorTail.count > Self.maxTailBytes { errorTail.removeFirst(errorTail.count - Self.maxTailBytes) }
            if reading == .end { areErrorsOpen = false }
            if reading == .none { break }
        }
    }

    /// How it ended, in words, after its last words on stderr were read.
    private func ending() -> String {
        drainErrors()
        var status: Int32 = 0
        var waited: Int32 = 0
        // Its output is closed: it ends by itself in a moment, or is one that closed its output and lives on.
        for _ in 0..<50 where waited == 0 {
            waited = waitpid(pid, &status, WNOHANG)
            if waited == 0 { usleep(2000) }
        }
        drainErrors()
        guard waited == pid else { return "closed its output" }
        isOpen = false
        for end in [input, output, errors] { close(end) }
        Foundation.kill(-pid, SIGKILL)
        spawn_forget(pid)
        let signal = status & 0x7F
        return signal == 0 ? "exited with code \((status >> 8) & 0xFF)" : "was killed by signal \(signal)"
    }
}
