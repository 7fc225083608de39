import Dispatch
import Experience
import JSON
import Synchronization

/// The server's log: one JSON line on stderr per request that is worth one, and per fault of the server's own. Bodies,
/// credentials and query strings are never written. A line that cannot be written is counted, and stops nothing.
public final class AccessLog: Sendable {
    /// Which requests are written.
    public enum Level: String, Codable, Sendable, CaseIterable {
        /// Nothing.
        case none
        /// Those answered with 400 and above.
        case errors
        /// All.
        case all
    }

    private let level: Level
    private let queue = DispatchQueue(label: "assay.log")
    private let waiting = Atomic<Int>(0)
    private let unread = Atomic<Int>(0)
    private let failed = Atomic<Int>(0)

    init(level: Level) { self.level = level }

    /// Notes a request that was answered; more than a thousand unwritten lines are dropped and counted.
    func request(
        id: String, method: String, path: String, status: Int, seconds: Double, principal: String, message: String?
    ) {
        guard level == .all || (level == .errors && status >= 400), hasRoom() else { return }
        var json = JSONWriter()
        json.object { json in
            json.key("at")
            json.int(Int(Timestamp.now))
            json.key("request_id")
            json.string(id)
            json.key("method")
            json.string(method)
            json.key("path")
            json.string(String(path.prefix(200)))
            json.key("status")
            json.int(status)
            json.key("milliseconds")
            json.double((seconds * 1e6).rounded() / 1e3)
            json.key("principal")
            json.string(principal)
            if let message {
                json.key("message")
                json.string(message)
            }
        }
        write(json.bytes + [0x0A])
    }

    /// Notes a fault that no request is told of.
    func fault(_ message: String) {
        guard level != .none, hasRoom() else { return }
        let line: JSONValue = [
            "at": .int(Int(Timestamp.now)), "level": "error", "message": .string(String(message.prefix(2000))),
        ]
        write(line.bytes + [0x0A])
    }

    /// Lines lost, by the reason: stderr was not read fast enough, or did not take them (a full disk, a reader that left).
    var lostLines: [(reason: String, count: Int)] {
        [("unread", unread.load(ordering: .relaxed)), ("unwritable", failed.load(ordering: .relaxed))]
    }

    private func hasRoom() -> Bool {
        if waiting.load(ordering: .relaxed) <= 1000 { return true }
        unread.add(1, ordering: .relaxed)
        return false
    }

    // stderr may be a pipe that nobody reads: writing to it must not hold a thread of the pool.
    private func write(_ line: [UInt8]) {
        waiting.add(1, ordering: .relaxed)
        queue.async {
            do {
                try StandardStream.errors.write(line)
            } catch {
                self.failed.add(1, ordering: .relaxed)
            }
            self.waiting.subtract(1, ordering: .relaxed)
        }
    }
}
