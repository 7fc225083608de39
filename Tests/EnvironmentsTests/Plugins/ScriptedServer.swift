import Experience
import JSON
import Synchronization
import Verifiers

/// A server that a test writes: what it is sent, and what it answers.
final class ScriptedServer: HTTPPoster {
    struct Question: Sendable {
        var url: String
        var headers: [String]
        var json: JSONValue

        func header(_ name: String) -> String? {
            headers.first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
                .map { String($0.dropFirst(name.utf8.count + 1).drop { $0 == " " }) }
        }
    }

    private let answer: @Sendable (Question) throws -> HTTPReply
    private let seen = Mutex<[Question]>([])
    private let deleted = Mutex<[[String]]>([])

    var questions: [Question] { seen.withLock { $0 } }
    var ended: [[String]] { deleted.withLock { $0 } }

    init(_ answer: @escaping @Sendable (Question) throws -> HTTPReply) { self.answer = answer }

    func post(_ url: String, headers: [String], body: [UInt8], timeout: Double) async throws -> HTTPReply {
        let question = Question(url: url, headers: headers, json: try JSONValue(parsing: body))
        seen.withLock { $0.append(question) }
        return try answer(question)
    }

    func delete(_ url: String, headers: [String], timeout: Double) async { deleted.withLock { $0.append(headers) } }
}

extension HTTPReply {
    init(_ status: Int, _ json: JSONValue = .object([]), _ headers: [(name: String, value: String)] = []) {
        self.init(status: status, body: json.bytes, headers: headers)
    }
}
