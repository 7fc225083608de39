import Environments
import Experience
import Foundation
import JSON
import Synchronization
import Testing
import Verifiers

/// A counter as NeMo-Gym's example is one: sessions by a cookie that every reply renews.
private final class Counter: Sendable {
    private struct State {
        var busy: Int
        var next = 0
        var issued = 0
        var counts: [String: Int] = [:]
    }

    private let state: Mutex<State>
    private let cookies: Bool

    var server: ScriptedServer { ScriptedServer(answer) }

    init(busy: Int = 0, cookies: Bool = true) {
        state = Mutex(State(busy: busy))
        self.cookies = cookies
    }

    func answer(_ question: ScriptedServer.Question) throws -> HTTPReply {
        return state.withLock { state in
            state.busy -= 1
            if state.busy >= 0 { return HTTPReply(status: 503, retryAfter: 0.01, body: []) }
            let sent = question.header("Cookie").flatMap(Self.session)
            let session = sent ?? "s\(state.next)"
            if sent == nil { state.next += 1 }
            state.issued += 1
            let headers = cookies ? [("set-cookie", Self.cookie(session, state.issued))] : []
            let path = question.url.split(separator: "/").last.map(String.init) ?? ""
            switch path {
            case "seed_session":
                state.counts[session] = question.json["initial_count"]?.intValue ?? 0
                return HTTPReply(200, .object([]), headers)
            case "increment_counter":
                guard let count = question.json["count"]?.intValue else {
                    return HTTPReply(422, ["detail": "count must be an integer"], headers)
                }
                if count == 13 { return HTTPReply(500, ["detail": "broken"], headers) }
                // A server that has lost its sessions gives the stranger a new one.
                if count == 99 { return HTTPReply(200, ["success": true], [("set-cookie", Self.cookie("new", 0))]) }
                state.counts[session, default: 0] += count
                return HTTPReply(200, ["success": true], headers)
            case "get_counter_value":
                return HTTPReply(200, ["count": .int(state.counts[session] ?? 0)], headers)
            case "verify":
                // A server that could not judge marks the number that it must give.
                if state.counts[session] == 77 {
                    return HTTPReply(200, ["reward": 0, "instance_config": ["mask_sample": true]], headers)
                }
                let isRight = state.counts[session] == question.json["expected_count"]?.intValue
                return HTTPReply(200, ["reward": .double(isRight ? 1 : 0)], headers)
            case "reset":
                state.counts[session] = 0
                return HTTPReply(200, ["observation": "begin", "info": .object([])], headers)
            case "step":
                let turn = state.counts[session] ?? 0
                state.counts[session] = turn + 1
                let calls = (question.json["response"]?["output"]?.arrayValue ?? []).filter {
                    $0["type"]?.stringValue == "function_call"
                }
                return HTTPReply(
                    200,
                    [
                        "observation": turn < 2 ? .string("turn \(turn)") : .null, "reward": turn < 2 ? 0.25 : 0.5,
                        "terminated": .bool(turn >= 2), "truncated": false,
                        "info": [
                            "tool_outputs": .array(
                                calls.map { ["call_id": $0["call_id"] ?? .null, "output": "done"] })
                        ],
                    ], headers)
            default: return HTTPReply(404, ["detail": "Not Found"], headers)
            }
        }
    }

    // As Starlette signs it: the payload, a time, a signature; the last two change with each reply.
    private static func cookie(_ session: String, _ issued: Int) -> String {
        let payload = Data((["session_id": .string(session)] as JSONValue).bytes).base64EncodedString()
        return "Server___x=\(payload).t\(issued).sig\(issued); path=/; Max-Age=1209600; httponly; samesite=lax"
    }

    private static func session(_ header: String) -> String? {
        guard let payload = header.split(separator: "=", maxSplits: 1).last?.split(separator: ".").first,
            let data = Data(base64Encoded: String(payload))
        else { return nil }
        return (try? JSONValue(parsing: data))?["session_id"]?.stringValue
    }
}

struct NeMoGymTests {
    private func made(_ server: ScriptedServer, _ options: JSONValue = .object([])) async throws -> any Environment {
        let own = [JSONValue.Member("endpoint", "http://h:1/"), .init("timeout_s", 0.5)].filter {
            options[$0.key] == nil
        }
        return try await EnvironmentRegistry.standard.make(
            "nemo_gym", options: .object(own + (options.objectValue ?? [])),
            context: EnvironmentContext(poster: { server }))
    }

    private static let row = Playing.problem([
        "responses_create_params": [
            "input": [["role": "user", "content": "count to 6"]],
            "tools": [
                ["type": "function", "name": "increment_counter", "parameters": ["type": "object"]],
                ["type": "function", "name": "get_counter_value", "parameters": ["type": "object"]],
            ],
        ], "initial_count": 3, "expected_count": 6,
    ])

    @Test("A cookie for each episode, renewed by every reply; the server's reward is the verdict")
    func counts() async throws {
        let server = Counter().server
        let environment = try await made(server)
        var one = try await Playing(environment, Self.row, index: 0)
        var other = try await Playing(environment, Self.row, index: 1)
        #expect(one.opening.messages.map(\.content) == ["count to 6"] && one.opening.tools.count == 2)
        #expect(try await one.call("increment_counter", ["count": 3]).text == #"{"success":true}"#)
        #expect(try await other.call("get_counter_value", .object([])).text == #"{"count":3}"#)
        #expect(try await one.call("get_counter_value", .object([])).text == #"{"count":6}"#)
        #expect(try await one.say("6").isDone)
        #expect(await one.end()?.score == 1)
        #expect(await other.end(.turns)?.score == 0)
        let cookies = server.questions.compactMap { $0.header("Cookie") }
        #expect(Set(cookies).count == cookies.count)
        let verified = try #require(server.questions.first { $0.url.hasSuffix("/verify") })
        let items = verified.json["response"]?["output"]?.arrayValue?.compactMap { $0["type"]?.stringValue }
        #expect(items == ["function_call", "function_call_output", "function_call", "function_call_output", "message"])
    }

    @Test("A reward that the server masks is none")
    func masked() async throws {
        let environment = try await made(Counter().server)
        var game = try await Playing(environment, Self.row)
        _ = try await game.call("increment_counter", ["count": 74])
        let verdict = await game.end()
        #expect(verdict?.outcome == .verifierError && verdict?.score == nil)
    }

    @Test("What a tool refuses is text to the policy; what the server fails at is ours")
    func faults() async throws {
        let environment = try await made(Counter().server)
        var game = try await Playing(environment, Self.row)
        #expect(try await game.call("increment_counter", ["count": "x"]).outcome == .failed)
        #expect(try await game.call("no_such", .object([])).outcome == .rejected)
        #expect(try await game.call("../verify", .object([])).outcome == .rejected)
        #expect(await kind { _ = try await game.call("increment_counter", ["count": 13]) } == .lost)
    }

    @Test("A session that is lost is an error, never a reward")
    func lost() async throws {
        let environment = try await made(Counter().server)
        var game = try await Playing(environment, Self.row)
        #expect(await kind { _ = try await game.call("increment_counter", ["count": 99]) } == .lost)
        #expect(await game.end(.done)?.outcome == .verifierError)
        #expect(await kind { _ = try await Playing(made(Counter(cookies: false).server), Self.row) } == .contract)
    }

    @Test("A server that was away in the meantime has lost its sessions")
    func away() async throws {
        let counter = Counter()
        let isAway = Mutex(false)
        let server = ScriptedServer { question in
            if isAway.withLock({ $0 }) { throw CocoaError(.fileNoSuchFile) }
            return try counter.answer(question)
        }
        let environment = try await made(server)
        let one = try await Playing(environment, Self.row, index: 0)
        isAway.withLock { $0 = true }
        #expect(await kind { _ = try await Playing(environment, Self.row, index: 1) } == .lost)
        isAway.withLock { $0 = false }
        let verdict = await one.end(.done)
        #expect(verdict?.outcome == .verifierError, "\(String(describing: verdict))")
        let next = try await Playing(environment, Self.row, index: 2)
        #expect(await next.end(.done)?.outcome == .incorrect)
    }

    @Test("A busy server is waited for, and at last there is no room")
    func busy() async throws {
        let environment = try await made(Counter(busy: 3).server, ["timeout_s": 60])
        let game = try await Playing(environment, Self.row)
        #expect(await game.end(.done)?.score == 0)
        #expect(await kind { _ = try await Playing(made(Counter(busy: 1000).server), Self.row) } == .full)
    }

    @Test("Gymnasium's routes: observations, outputs of tools, a reward each turn")
    func gymnasium() async throws {
        let environment = try await made(Counter().server, ["routes": "gymnasium"])
        var game = try await Playing(environment, Self.row)
        #expect(game.opening.messages.map(\.content) == ["count to 6", "begin"])
        #expect(try await game.say("one").messages.map(\.content) == ["turn 0"])
        #expect(try await game.call("increment_counter", .object([])).text == "done")
        let last = try await game.say("three")
        #expect(last.isDone && last.reward == 0.5)
        #expect(await game.end()?.score == 1)
    }
}
