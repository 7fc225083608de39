import Experience
import JSON
import Synchronization
import TestServers
import Testing

@testable import Rollout

/// Whole calls over HTTP: the gateway before a scripted policy.
@Suite(.serialized, .timeLimit(.minutes(1))) struct AgentRoutesTests {
    private static func run(
        episodes: Int = 1, _ reply: @escaping @Sendable (String) -> String? = { _ in "The answer is 3." },
        _ body: @escaping @Sendable (TestServer, AgentGateway) async throws -> Void
    ) async throws -> [SampledCompletion] {
        let policy = try TemplateServer(reply)
        defer { policy.server.stop() }
        var rollout = RolloutOptions()
        rollout.concurrency = 16
        let engine = RolloutEngine(
            driver: try CurlDriver(),
            endpoints: [try Endpoint(url: policy.server.url, server: .llamacpp, model: "tiny")],
            sampling: SamplingParameters(), seed: 1, options: rollout,
            retry: RetryPolicy(attempts: 2, baseDelay: 0.01, maxDelay: 0.05))
        let gateway = AgentGateway(options: EpisodeOptions(), agent: AgentOptions(), run: "r")
        let work = AsyncStream<WorkItem> { work in
            work.yield(WorkItem(ordinal: 0, problem: Problem(id: "p"), missing: Array(0..<episodes)))
            work.finish()
        }
        let kept = Kept()
        try await TestServer.run(episodes: gateway) { server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    _ = try await gateway.sample(over: engine, { await work.first { _ in true } }) { batch in
                        kept.completions.withLock { $0 += batch.completions }
                    }
                }
                try await body(server, gateway)
                group.cancelAll()
                try await group.waitForAll()
            }
        }
        return kept.completions.withLock { $0 }
    }

    private final class Kept: Sendable { let completions = Mutex<[SampledCompletion]>([]) }

    private static func lease(_ server: TestServer) async throws -> JSONValue {
        var lease = JSONValue.null
        try await eventually {
            let reply = try await server.post("/v1/episodes", [:] as JSONValue)
            if reply.status == 200 { lease = try reply.json }
            return reply.status == 200
        }
        return lease
    }

    private static let chat: JSONValue = ["model": "m", "messages": [["role": "user", "content": "What is 1+2?"]]]

    @Test func anEpisodeFromItsLeaseToItsEnd() async throws {
        let kept = try await Self.run { server, _ in
            let lease = try await Self.lease(server)
            let key = lease["api_key"]?.stringValue ?? ""
            let path =
                lease["base_url"]?.stringValue?.split(separator: "127.0.0.1:\(server.port)").last.map(String.init) ?? ""
            let first = try await server.post("\(path)/chat/completions", Self.chat)
            #expect(first.status == 200)
            #expect(first.json["choices"]?.arrayValue?.first?["message"]?["content"] == "The answer is 3.")
            // The key alone says which episode it is, and the same request gets the same reply, in any form.
            var streamed = Self.chat
            if case .object(var members) = streamed {
                members.append(.init("stream", true))
                streamed = .object(members)
            }
            let second = try await server.post(
                "/v1/chat/completions", streamed, headers: ["Authorization": "Bearer \(key)"])
            #expect(second.headers["x-assay-repeated"] == "true")
            #expect(second.text.hasSuffix("data: [DONE]\n\n"))
            let third = try await server.post(
                "/v1/messages", ["max_tokens": 9, "messages": [["role": "user", "content": "hi"]]],
                headers: ["x-api-key": key])
            #expect(third.json["type"] == "message")
            let fourth = try await server.post("\(path)/responses", ["input": "hi"])
            #expect(fourth.json["object"] == "response")
            let end = try await server.post("/v1/episodes/\(key)/end", ["reward": 1])
            #expect(end.json["kept"] == true && end.json["turns"] == 3)
            #expect(try await server.post("/v1/episodes/\(key)/end", ["reward": 1]).json == end.json)
            let late = try await server.post("\(path)/chat/completions", Self.chat)
            #expect(late.status == 409 && late.headers["x-should-retry"] == "false")
        }
        #expect(kept.count == 1 && kept.first?.episode?.verdict?.score == 1)
    }

    @Test func strangersAreToldInTheirProtocol() async throws {
        _ = try await Self.run { server, _ in
            let chat = try await server.post("/v1/chat/completions", Self.chat)
            #expect(chat.status == 401)
            #expect(chat.json["error"]?["code"] == "invalid_api_key")
            let messages = try await server.post("/v1/messages", Self.chat, headers: ["x-api-key": "ep-0-0-1-guess"])
            #expect(messages.status == 401 && messages.json["error"]?["type"] == "authentication_error")
            #expect(try await server.post("/v1/episodes/ep-0-0-1-guess/end", [:] as JSONValue).status == 404)
            let lease = try await Self.lease(server)
            let key = lease["api_key"]?.stringValue ?? ""
            let broken = try await server.post("/episodes/\(key)/v1/chat/completions", Array("{".utf8))
            #expect(broken.status == 400)
            #expect(try await server.post("/v1/episodes/\(key)/end", ["reward": "x"]).status == 400)
            #expect(try await server.post("/v1/episodes/\(key)/end", ["reword": 1]).status == 400)
        }
    }

    @Test func aServerWithoutARunSaysSo() async throws {
        try await TestServer.run { (server: TestServer) async throws in
            #expect(try await server.post("/v1/episodes", [:] as JSONValue).status == 501)
            #expect(try await server.post("/v1/chat/completions", Self.chat).status == 400)
        }
    }
}
