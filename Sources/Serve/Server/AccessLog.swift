import Dispatch
import Experience
import Foundation
import JSON
import Synchronization

/// One JSON line on stderr per request that is worth one. Bodies, credentials and query strings are never written.
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
    private let dropped = Atomic<Int>(0)

    init(level: Level) { self.level = level }

    /// Notes a request that was answered; more than a thousand unwritten lines are dropped and counted.
    func request(
        id: String, method: String, path: String, status: Int, seconds: Double, principal: String, message: String?
    ) {
        guard level == .all || (level == .errors && status >= 400) else { return }
        if waiting.load(ordering: .relaxed) > 1000 {
            dropped.add(1, ordering: .relaxed)
            return
        }
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

    /// Lines dropped because stderr was not read fast enough.
    var droppedLines: Int { dropped.load(ordering: .relaxed) }

    // stderr may be a pipe that nobody reads: writing to it must not hold a thread of the pool.
    private func write(_ line: [UInt8]) {
        waiting.add(1, ordering: .relaxed)
        queue.async {
            FileHandle.standardError.write(Data(line))
            self.waiting.subtract(1, ordering: .relaxed)
        }
    }
}
