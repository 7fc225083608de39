import Experience
import JSON
import Synchronization
import Verifiers
import Workers

/// How messages of the Model Context Protocol reach a server.
protocol MCPTransport: Sendable {
    /// The whole answer to a request, with `result` or `error`.
    func ask(_ method: String, _ parameters: JSONValue?) async throws(EnvironmentError) -> JSONValue
    /// Says something that has no answer.
    func tell(_ method: String) async throws(EnvironmentError)
    /// What requests behind the handshake say of its version.
    func agreed(on version: String)
    /// Why it can be asked no more; nil while it can.
    var ending: String? { get }
    func close() async
}

/// A process of its own.
final class MCPProcess: MCPTransport {
    private let conversation: Conversation
    private let settings: CommandSettings
    private let hasStarted = Atomic(false)

    init(_ settings: CommandSettings) {
        self.settings = settings
        conversation = settings.start(MCPLines())
    }

    var ending: String? { conversation.ending?.description }

    func ask(_ method: String, _ parameters: JSONValue?) async throws(EnvironmentError) -> JSONValue {
        // Whoever starts late starts late at its first answer.
        let isFirst = !hasStarted.exchange(true, ordering: .relaxed)
        do {
            return try await conversation.ask(method, seconds: isFirst ? settings.startTimeout : settings.timeout) {
                MCPMessage.request($0, method, parameters).bytes
            }
        } catch {
            throw EnvironmentError(error)
        }
    }

    func tell(_ method: String) async throws(EnvironmentError) {
        conversation.say(MCPMessage.notification(method).bytes + [UInt8(ascii: "\n")])
    }

    func agreed(on version: String) {}

    func close() async { await conversation.close() }
}

/// Streamable HTTP: a POST for each message; answers are JSON, or a stream of events that holds them.
final class MCPServer: MCPTransport {
    private struct State {
        var nextID = 0
        var session: String?
        var version: String?
    }

    private let poster: PacedPoster
    private let state = Mutex(State())

    init(_ poster: PacedPoster) { self.poster = poster }

    var ending: String? { nil }

    private var headers: [String] {
        state.withLock { state in
            ["Accept: application/json, text/event-stream"]
                + (state.session.map { ["Mcp-Session-Id: \($0)"] } ?? [])
                + (state.version.map { ["MCP-Protocol-Version: \($0)"] } ?? [])
        }
    }

    func ask(_ method: String, _ parameters: JSONValue?) async throws(EnvironmentError) -> JSONValue {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let reply = try await post(MCPMessage.request(id, method, parameters))
        if let session = reply.header("mcp-session-id"), method == "initialize" {
            // It goes back as a header line.
            guard !session.isEmpty, session.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw EnvironmentError(.contract, "\(poster.endpoint) gave a session id that is no header's value")
            }
            state.withLock { $0.session = session }
        }
        let isStream = reply.header("content-type")?.lowercased().hasPrefix("text/event-stream") ?? false
        let messages = isStream ? EventStream.messages(reply.body) : [try reply.json(from: poster.endpoint)]
        let flat = messages.flatMap { $0.arrayValue ?? [$0] }
        guard let answer = flat.first(where: { $0["id"]?.intValue == id && $0["method"] == nil }) else {
            throw EnvironmentError(
                .contract, "\(poster.endpoint) did not answer '\(method)': \(reply.body[...].quoted)")
        }
        return answer
    }

    func tell(_ method: String) async throws(EnvironmentError) { _ = try await post(MCPMessage.notification(method)) }

    private func post(_ message: JSONValue) async throws(EnvironmentError) -> HTTPReply {
        let reply = try await poster.post("", headers: headers, message)
        if (200..<300).contains(reply.status) { return reply }
        let words = "\(poster.endpoint) answered \(reply.status): \(reply.body[...].quoted)"
        let hadSession = state.withLock { $0.session != nil }
        if reply.status == 404, hadSession { throw EnvironmentError(.lost, words + "; the session is lost") }
        // An error of the protocol may come with a status of its own.
        if let json = try? JSONValue(parsing: reply.body, maxDepth: 64), json["error"] != nil,
            json["id"]?.intValue != nil
        {
            return reply
        }
        throw EnvironmentError((400..<500).contains(reply.status) ? .contract : .lost, words)
    }

    func agreed(on version: String) { state.withLock { $0.version = version } }

    func close() async {
        if state.withLock({ $0.session }) == nil { return }
        await poster.delete(headers: headers)
    }
}

/// Events of a server that are JSON.
enum EventStream {
    static func messages(_ body: [UInt8]) -> [JSONValue] {
        var messages: [JSONValue] = []
        var data: [UInt8] = []
        func flush() {
            if let json = try? JSONValue(parsing: data, maxDepth: 64) { messages.append(json) }
            data = []
        }
        for line in body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            let line = line.last == 0x0D ? line.dropLast() : line
            if line.isEmpty {
                flush()
            } else if line.starts(with: "data:".utf8) {
                let value = line.dropFirst(5)
                data += value.first == UInt8(ascii: " ") ? value.dropFirst() : value
            }
        }
        flush()
        return messages
    }
}
