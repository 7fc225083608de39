import Experience
import JSON
import Verifiers

/// A large verification that outlives its request, and the process.
struct Job: Sendable {
    enum State: String, Sendable, CaseIterable {
        case queued, running, done, failed, cancelled
        /// It would be running, but for what `message` says: it goes on by itself. Never kept, as what stalls it may be the disk.
        case stalled

        var isFinal: Bool { self == .done || self == .failed || self == .cancelled }
    }

    var id: String
    var state: State
    /// Whose it is: a token's name; empty where there were no tokens.
    var owner = ""
    /// The name of the server's verifier.
    var verifier: String
    var version: String
    /// The file of rows.
    var path: String
    /// Whether the file is the server's own copy.
    var isSpooled: Bool
    var mapping: RowMapping
    /// Rows judged so far, and where in the file the next one is looked for.
    var done = 0
    var inputOffset = 0
    /// Rows by outcome.
    var outcomes: [Outcome: Int] = [:]
    /// Bytes of results so far.
    var resultBytes = 0
    /// Bytes of input in all.
    var inputBytes = 0
    var message: String?
    var createdAt: Int64
    var finishedAt: Int64?

    var json: JSONValue {
        [
            "id": .string(id), "state": .string(state.rawValue), "verifier": .string(verifier),
            "version": .string(version), "done": .int(done),
            "progress": .double(inputBytes > 0 ? Double(min(inputOffset, inputBytes)) / Double(inputBytes) : 1),
            "outcomes": Self.json(outcomes), "result_bytes": .int(resultBytes),
            "message": message.map(JSONValue.string) ?? .null, "created_at": .int(Int(createdAt)),
            "finished_at": finishedAt.map { .int(Int($0)) } ?? .null, "results": .string("/v1/jobs/\(id)/results"),
        ]
    }

    static func json(_ outcomes: [Outcome: Int]) -> JSONValue {
        .object(Outcome.allCases.map { .init($0.rawValue, .int(outcomes[$0] ?? 0)) })
    }

    var mappingJSON: JSONValue {
        [
            "response": mapping.response.map(JSONValue.string) ?? .null,
            "answer": mapping.answer.map(JSONValue.string) ?? .null, "id": mapping.id.map(JSONValue.string) ?? .null,
        ]
    }
}
