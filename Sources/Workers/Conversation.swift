package import JSON

/// One worker process that is asked many things at once: answers come in any order, each with the id of what was asked.
///
/// What is asked while the worker writes or reads goes out with the next write, many lines at once. The oldest request that is
/// not answered has its seconds from when it became the oldest, so that who waits behind others is not late; when they
/// pass, the process is killed with its group. When it ends, whatever the reason, every open request hears of it.
package final class Conversation: Sendable {
    /// How the worker is started and watched.
    package struct Settings: Sendable {
        /// What messages call it.
        package var title: String
        /// Resident memory in MiB at which it is killed.
        package var memoryMiB: Int
        /// Longest line in bytes.
        package var lineBytes: Int

        /// Bounds of a worker.
        package init(title: String, memoryMiB: Int, lineBytes: Int = LineBuffer.maxLineBytes) {
            self.title = title
            self.memoryMiB = memoryMiB
            self.lineBytes = lineBytes
        }
    }

    /// Why there is no answer.
    package struct Failure: Error, CustomStringConvertible {
        package enum Kind: Sendable {
            /// The process could not be started.
            case notStarted
            /// This request did not get its answer in time: it is to blame.
            case late
            /// The process is gone, for another reason than this request, as far as is known.
            case lost
            /// It wrote what the protocol does not have.
            case garbled
            /// Nobody waits any more.
            case cancelled
        }

        package var kind: Kind
        package var description: String
    }

    private let lines: ConversationLines

    /// Starts a worker on a thread of its own; `open` may throw, and what it throws is what every request hears.
    package init(
        _ settings: Settings, _ speaks: any LineProtocol, open: @escaping @Sendable () throws -> any WorkerChannel
    ) {
        lines = ConversationLines()
        ConversationLoop(lines: lines, settings: settings, speaks: speaks).detach(open)
    }

    deinit { lines.finish(grace: 0) }

    /// Why it is over; nil while it goes on.
    package var ending: Failure? { lines.ending }

    /// Asks one thing and waits for its answer, `seconds` at most once it is the oldest.
    /// `body` is the request with its id.
    package func ask(
        _ verb: String, seconds: Double, _ body: (Int) -> [UInt8]
    ) async throws(Failure) -> JSONValue {
        let id = lines.number()
        let request = LineRequest(id: id, verb: verb, body: body(id))
        let answer = await withTaskCancellationHandler {
            await withCheckedContinuation { lines.put(request, seconds, $0) }
        } onCancel: {
            lines.abandon(id)
        }
        return try answer.get()
    }

    /// Asks one thing whose answer nobody waits for.
    package func tell(_ verb: String, seconds: Double, _ body: (Int) -> [UInt8]) {
        let id = lines.number()
        lines.put(LineRequest(id: id, verb: verb, body: body(id)), seconds, nil)
    }

    /// Says something that has no answer.
    package func say(_ line: [UInt8]) { lines.say(line) }

    /// Closes the worker's input, the sign to stop, kills what is still there after `grace` seconds, and waits for that.
    package func close(grace: Double = 1) async {
        lines.finish(grace: grace)
        await lines.ended()
    }
}
