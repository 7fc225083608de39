import Environments
import Experience
import Foundation
import JSON
import Synchronization
import Testing
import Verifiers

struct MCPTests {
    /// A server over stdio: two pages of tools, a notification and a ping of its own before it answers a call. Processes start
    /// as long as the file is there.
    private let program: PluginProgram

    init() throws {
        program = try PluginProgram(
            #"""
            import json, os, sys, time
            count, mode = 0, sys.argv[1:]
            def send(value): print(json.dumps({"jsonrpc": "2.0", **value}), flush=True)
            def tool(name): return {"name": name, "description": name, "inputSchema": {"type": "object", "properties": {}}}
            for line in sys.stdin:
                message = json.loads(line)
                method, key = message.get("method"), message.get("id")
                given = message.get("params") or {}
                if method == "initialize":
                    version = "1999-01-01" if "old" in mode else "2025-11-25"
                    send({"id": key, "result": {"protocolVersion": version, "capabilities": {"tools": {}},
                          "serverInfo": {"name": "counter", "version": "3"}, "instructions": "Count well."}})
                elif method == "tools/list":
                    if "endless" in mode: send({"id": key, "result": {"tools": [tool("a")], "nextCursor": str(key)}})
                    elif given.get("cursor") == "p2": send({"id": key, "result": {"tools": [tool("fail"), tool("die")]}})
                    else: send({"id": key, "result": {"tools": [tool("count"), tool("show")], "nextCursor": "p2"}})
                elif method == "tools/call":
                    name = given["name"]
                    send({"method": "notifications/message", "params": {}})
                    send({"id": 1, "method": "ping"})
                    pong = json.loads(sys.stdin.readline())
                    assert pong == {"jsonrpc": "2.0", "id": 1, "result": {}}, pong
                    if name == "die": os._exit(1)
                    if name == "count": count += 1; content = [{"type": "text", "text": str(count)}]
                    elif name == "show":
                        content = [{"type": "text", "text": "a"}, {"type": "image", "mimeType": "image/png", "data": "x"}]
                    elif name == "fail":
                        send({"id": key, "result": {"content": [{"type": "text", "text": "no"}], "isError": True}}); continue
                    elif name == "object":
                        send({"id": key, "result": {"content": [], "structuredContent": {"n": 1}}}); continue
                    else: send({"id": key, "error": {"code": -32602, "message": "Unknown tool: " + name}}); continue
                    send({"id": key, "result": {"content": content}})
            """#)
    }

    private func made(
        _ program: PluginProgram, _ options: JSONValue = .object([]), _ mode: String = ""
    ) async throws -> any Environment {
        let own: [JSONValue.Member] = [.init("command", program.command(mode)), .init("timeout_s", 10)]
        return try await EnvironmentRegistry.standard.make("mcp", options: .object(own + (options.objectValue ?? [])))
    }

    @Test(
        "Tools of all pages; failures, unknown names and structures are text",
        .enabled(if: PluginProgram.hasPython, "python3 is not on this machine"))
    func stdio() async throws {
        let environment = try await made(program)
        #expect(environment.name == "counter" && environment.version.hasSuffix("-3"))
        var game = try await Playing(environment)
        #expect(game.opening.tools.map(\.name) == ["count", "show", "fail", "die"])
        #expect(game.opening.messages.first?.content == "Count well.")
        #expect(try await game.call("count", .object([])).text == "1")
        #expect(try await game.call("show", .object([])).text == "a\n[image image/png, which cannot be shown as text]")
        let failed = try await game.call("fail", .object([]))
        #expect(failed.text == "no" && failed.outcome == .failed)
        let unknown = try await game.call("nope", .object([]))
        #expect(unknown.text == "error: Unknown tool: nope" && unknown.outcome == .rejected)
        #expect(try await game.call("object", .object([])).text == #"{"n":1}"#)
        #expect(try await game.say("The end.").isDone)
        #expect(await game.end() == nil)
        await environment.shutdown()
    }

    @Test(
        "A process for each episode keeps them apart, a shared one does not; a dead one is lost",
        .enabled(if: PluginProgram.hasPython, "python3 is not on this machine"))
    func processes() async throws {
        for isShared in [false, true] {
            let environment = try await made(program, ["shared": .bool(isShared)])
            var one = try await Playing(environment, index: 0)
            var other = try await Playing(environment, index: 1)
            _ = try await one.call("count", .object([]))
            #expect(try await other.call("count", .object([])).text == (isShared ? "2" : "1"))
            #expect(await kind { _ = try await one.call("die", .object([])) } == .lost)
            #expect(await kind { _ = try await other.call("count", .object([])) } == (isShared ? .lost : nil))
            await one.end(.failed)
            await other.end(.failed)
            var next = try await Playing(environment, index: 2)
            #expect(try await next.call("count", .object([])).text == "1")
            await environment.shutdown()
        }
    }

    @Test(
        "A server that cannot be used says why", .enabled(if: PluginProgram.hasPython, "python3 is not on this machine")
    )
    func refused() async throws {
        #expect(await kind { _ = try await made(program, .object([]), "old") } == .contract)
        #expect(await kind { _ = try await made(program, .object([]), "endless") } == .contract)
        #expect(await kind { _ = try await made(program, ["tools": ["cuont"]]) } == .start)
        #expect(
            await kind { _ = try await made(try PluginProgram("print('banner')\nimport time; time.sleep(60)")) }
                == .contract)
        let narrow = try await made(program, ["tools": ["show"]])
        #expect(try await Playing(narrow).opening.tools.map(\.name) == ["show"])
        await narrow.shutdown()
    }

    /// A server behind a URL: sessions by header; every other answer is a stream of events.
    private static func server(loses: Bool = false) -> ScriptedServer {
        let calls = Mutex(0)
        return ScriptedServer { question in
            let id = question.json["id"] ?? .null
            func answer(_ result: JSONValue) -> HTTPReply {
                let json: JSONValue = ["jsonrpc": "2.0", "id": id, "result": result]
                if (id.intValue ?? 0).isMultiple(of: 2) {
                    return HTTPReply(200, json, [("Content-Type", "application/json")])
                }
                let events =
                    ": hello\r\nevent: message\r\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}\r\n\r\n"
                    + "event: message\r\ndata: \(json.text)\r\n\r\n"
                return HTTPReply(
                    status: 200, body: Array(events.utf8), headers: [("Content-Type", "text/event-stream")])
            }
            switch question.json["method"]?.stringValue {
            case "initialize":
                var reply = answer([
                    "protocolVersion": "2025-06-18", "capabilities": ["tools": .object([])],
                    "serverInfo": ["name": "far", "version": "1"],
                ])
                reply.headers.append(("mcp-session-id", "abc"))
                return reply
            case "notifications/initialized": return HTTPReply(status: 202, body: [])
            case "tools/list": return answer(["tools": [["name": "t", "inputSchema": ["type": "object"]]]])
            default:
                let isLost =
                    loses
                    && calls.withLock {
                        $0 += 1; return $0 > 1
                    }
                if isLost { return HTTPReply(404, ["error": "no session"]) }
                return answer(["content": [["type": "text", "text": "here"]]])
            }
        }
    }

    private func made(_ server: ScriptedServer) async throws -> any Environment {
        try await EnvironmentRegistry.standard.make(
            "mcp", options: ["endpoint": "http://h/mcp", "timeout_s": 2],
            context: EnvironmentContext(poster: { server }))
    }

    @Test("Streamable HTTP: a session for each episode, ended with it; one that is lost is an error")
    func http() async throws {
        let server = Self.server()
        let environment = try await made(server)
        var game = try await Playing(environment)
        #expect(try await game.call("t", ["x": 1]).text == "here")
        #expect(try await game.call("t", ["x": 1]).text == "here")
        await game.end()
        await environment.shutdown()
        let calls = server.questions.filter { $0.json["method"]?.stringValue == "tools/call" }
        #expect(
            calls.allSatisfy {
                $0.header("Mcp-Session-Id") == "abc" && $0.header("MCP-Protocol-Version") == "2025-06-18"
            })
        #expect(calls.first?.json["params"]?["arguments"] == ["x": 1])
        #expect(server.questions.allSatisfy { $0.header("Accept") == "application/json, text/event-stream" })
        #expect(server.ended.count == 2)

        var losing = try await Playing(made(Self.server(loses: true)))
        _ = try await losing.call("t", .object([]))
        #expect(await kind { _ = try await losing.call("t", .object([])) } == .lost)
    }
}
