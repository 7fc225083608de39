/// A started worker and the lines to and from it. Blocking: for threads of our own only.
package protocol WorkerChannel: AnyObject {
    /// The last of what it wrote to stderr, as far as that is known.
    var errorTail: [UInt8] { get }
    /// Resident memory in MiB, where it is ours to watch.
    var residentMiB: Int? { get }

    /// What has come and was not handed on.
    var buffer: LineBuffer { get set }
    /// Writes what it can of `bytes` from `written` on and takes what has come, waiting for either, or for something to read
    /// on `bell`, for `milliseconds` at most; false when it waited in vain. Throws `WorkerFailure` when what came was the
    /// worker's end.
    func turn(
        _ bytes: [UInt8], from written: inout Int, waiting milliseconds: Int32, or bell: Int32?
    ) throws -> Bool
    /// Closes its stdin, the sign to stop, and kills it if it is still there after `grace` seconds.
    func finish(grace: Double)
    /// Ends it and whatever it started.
    func kill()
}

extension WorkerChannel {
    /// The same without a bell.
    package func turn(
        _ bytes: [UInt8], from written: inout Int, waiting milliseconds: Int32
    ) throws -> Bool {
        try turn(bytes, from: &written, waiting: milliseconds, or: nil)
    }

    /// Writes `bytes` while it hands each line that comes to `onLine`, until that returns true; throws `WorkerFailure`.
    ///
    /// `silence` is the longest wait in seconds for the next line; `onTick` is called about every 50 ms, whatever comes, and
    /// may throw.
    package func exchange(
        _ bytes: [UInt8], silence: Double, onTick: () throws -> Void, onLine: (ArraySlice<UInt8>) throws -> Bool
    ) throws {
        var written = 0
        var deadline = ContinuousClock.now + .seconds(silence)
        var nextTick = ContinuousClock.now + .milliseconds(50)
        while true {
            while let line = buffer.nextLine() {
                deadline = ContinuousClock.now + .seconds(silence)
                if try onLine(line) { return }
            }
            if buffer.isFlooded { throw WorkerFailure.flood }
            _ = try turn(bytes, from: &written, waiting: 50)
            let now = ContinuousClock.now
            if now >= nextTick {
                nextTick = now + .milliseconds(50)
                try onTick()
            }
            if now > deadline { throw WorkerFailure.silence }
        }
    }

    /// Throws `WorkerFailure.unasked` when it wrote what nobody asked for: taken for answers to the next message, that would
    /// be verdicts on what it has not seen. Waits for nothing.
    package func checkIsQuiet() throws {
        var written = 0
        // A flood on stderr alone is no fault, and has no end.
        for _ in 0..<64 where buffer.isEmpty {
            guard try turn([], from: &written, waiting: 0) else { break }
        }
        if !buffer.isEmpty { throw WorkerFailure.unasked(buffer.nextLine() ?? buffer.rest) }
    }
}

/// Why an exchange of lines ended early.
package enum WorkerFailure: Error {
    /// Nothing came for the allowed time.
    case silence
    /// It closed its output; how it ended.
    case ended(String)
    /// It used more memory than allowed, in MiB.
    case memory(Int)
    /// A line longer than `LineBuffer.maxLineBytes`.
    case flood
    /// It wrote a line between two messages, as far as that has come.
    case unasked(ArraySlice<UInt8>)
    /// It answered the handshake with a reason not to serve.
    case refused(String)
    /// The caller gave up.
    case cancelled
}

/// A worker could not be started.
package struct WorkerStartError: Error, CustomStringConvertible {
    package var command: [String]
    package var reason: String

    package init(command: [String], reason: String) {
        self.command = command
        self.reason = reason
    }

    package var description: String { "cannot start '\(command.shortened)': \(reason)" }
}
