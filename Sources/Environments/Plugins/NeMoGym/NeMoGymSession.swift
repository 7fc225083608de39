import Experience
import JSON
import Synchronization
import Verifiers
import Workers

/// One episode at a resources server: its cookies, and what was said so far as the Responses API has it.
struct NeMoGymSession: Sendable {
    private let poster: PacedPoster
    private let outages: Outages
    private let epoch: Int
    /// The row, with `responses_create_params`.
    private let row: [JSONValue.Member]
    private var jar = CookieJar()
    private var session: String?
    private(set) var output: [JSONValue] = []

    init(_ poster: PacedPoster, _ outages: Outages, _ problem: Problem) {
        (self.poster, self.outages, epoch) = (poster, outages, outages.count)
        var row = problem.fields.value.objectValue ?? []
        if !row.contains(where: { $0.key == "responses_create_params" }) {
            row.insert(.init("responses_create_params", ["input": .array(problem.messages.map(\.json))]), at: 0)
        }
        self.row = row
    }

    /// Begins it at `path`; throws where the server gives no session, for then nothing that it says is of this episode.
    mutating func begin(_ path: String) async throws(EnvironmentError) -> JSONValue {
        let reply = try await post(path, .object(row))
        if jar.isEmpty {
            throw EnvironmentError(
                .contract, "\(poster.endpoint)\(path) gave no session cookie: what is asked next would be of no session"
            )
        }
        session = jar.session
        return reply
    }

    /// Asks with the row, and the policy's response so far where there is one.
    mutating func ask(_ path: String, response: [JSONValue]) async throws(EnvironmentError) -> JSONValue {
        try await post(path, .object(row + [.init("response", Self.response(response))]))
    }

    /// Calls a tool. What the server refuses is text to the policy.
    mutating func call(_ call: ToolCall, bytes: Int) async throws(EnvironmentError) -> ToolResult {
        // A name is part of the path.
        let isName = call.name.utf8.allSatisfy { Self.name.contains($0) }
        guard isName, !call.name.isEmpty else {
            return ToolResult(to: call, "error: '\(call.name.cut(to: 100))' is no tool's name", outcome: .rejected)
        }
        let reply = try await sent("/" + call.name, call.arguments ?? .object([]))
        let json = try? JSONValue(parsing: reply.body, maxDepth: 64)
        let text = BoundedText.head(
            json.map { $0.stringValue ?? $0.text } ?? String(decoding: reply.body, as: UTF8.self), bytes: bytes)
        switch reply.status {
        case 200..<300: return ToolResult(to: call, text)
        case 404: return ToolResult(to: call, "error: there is no tool '\(call.name)'", outcome: .rejected)
        case 400..<500: return ToolResult(to: call, "error: " + text, outcome: .failed)
        default: throw failed("/" + call.name, reply)
        }
    }

    /// Remembers a turn of the policy.
    mutating func add(_ action: Action) {
        if !action.text.isEmpty || action.calls.isEmpty {
            output.append([
                "id": .string("msg_\(output.count)"), "type": "message", "role": "assistant", "status": "completed",
                "content": [["type": "output_text", "text": .string(action.text), "annotations": []]],
            ])
        }
        for call in action.goodCalls {
            output.append([
                "type": "function_call", "call_id": .string(call.id), "name": .string(call.name),
                "arguments": .string((call.arguments ?? .object([])).text),
            ])
        }
    }

    /// Remembers what tools answered and what was said besides.
    mutating func add(_ observation: Observation) {
        for result in observation.results {
            output.append([
                "type": "function_call_output", "call_id": .string(result.callID), "output": .string(result.text),
            ])
        }
        for message in observation.messages {
            output.append(["type": "message", "role": .string(message.role), "content": .string(message.content)])
        }
    }

    private static let name = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-".utf8)

    private static func response(_ output: [JSONValue]) -> JSONValue {
        [
            "id": "resp_assay", "created_at": 0, "model": "assay", "object": "response", "parallel_tool_calls": true,
            "tool_choice": "auto", "tools": [], "output": .array(output),
        ]
    }

    private mutating func post(_ path: String, _ body: JSONValue) async throws(EnvironmentError) -> JSONValue {
        let reply = try await sent(path, body)
        guard (200..<300).contains(reply.status) else { throw failed(path, reply) }
        return try reply.json(from: poster.endpoint + path)
    }

    /// A reply of any status, in our session: one in another says that ours is lost.
    private mutating func sent(_ path: String, _ body: JSONValue) async throws(EnvironmentError) -> HTTPReply {
        let reply: HTTPReply
        do {
            reply = try await poster.post(path, headers: jar.isEmpty ? [] : [jar.header], body)
        } catch {
            if error.kind == .lost { outages.happened() }
            throw error
        }
        if outages.count != epoch {
            throw EnvironmentError(.lost, "\(poster.endpoint) was away in the meantime: its sessions may be lost")
        }
        jar.renew(from: reply)
        if let session, jar.session != session {
            throw EnvironmentError(
                .lost, "\(poster.endpoint)\(path) answered for another session than this episode's: it is lost")
        }
        return reply
    }

    private func failed(_ path: String, _ reply: HTTPReply) -> EnvironmentError {
        EnvironmentError(
            (400..<500).contains(reply.status) ? .contract : .lost,
            "\(poster.endpoint)\(path) answered \(reply.status): \(reply.body[...].quoted)")
    }
}

/// How often a server was away. One that is begun anew knows no session of before, and says so by a reward of 0.
final class Outages: Sendable {
    private let times = Atomic(0)

    var count: Int { times.load(ordering: .relaxed) }

    func happened() { times.add(1, ordering: .relaxed) }
}
