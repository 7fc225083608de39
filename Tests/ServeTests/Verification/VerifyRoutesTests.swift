import Experience
import JSON
import Serve
import Testing
import Verifiers

@Suite(.serialized) struct VerifyRoutesTests {
    @Test func oneItem() async throws {
        try await TestServer.run { (server: TestServer) async throws in
            let reply = try await server.post("/v1/verify", ["response": "so it is \\boxed{72}", "answer": "72"])
            #expect(reply.status == 200)
            #expect(reply.json["outcome"] == "correct")
            #expect(reply.json["score"]?.doubleValue == 1)
            #expect(reply.json["verifier"] == "math")
            #expect(reply.headers["x-request-id"] != nil)
            #expect(reply.headers["date"]?.hasSuffix("GMT") == true)
        }
    }

    @Test func aBatchKeepsItsOrder() async throws {
        try await TestServer.run { (server: TestServer) async throws in
            let items = (0..<700).map { index -> JSONValue in
                ["response": .string("\(index % 3)"), "answer": .int(index % 2), "verifier": "ignored"]
            }
            let reply = try await server.post("/v1/verify", ["items": .array(items), "verifier": "exact"])
            let verdicts = reply.json["verdicts"]?.arrayValue ?? []
            #expect(verdicts.count == 700)
            for (index, verdict) in verdicts.enumerated() {
                #expect(verdict["outcome"]?.stringValue == (index % 3 == index % 2 ? "correct" : "incorrect"))
            }
        }
    }

    @Test func emptyBatch() async throws {
        try await TestServer.run { (server: TestServer) async throws in
            let reply = try await server.post("/v1/verify", ["items": []])
            #expect(reply.json["verdicts"] == [])
        }
    }

    @Test(arguments: [
        ("", 400), ("{", 400), ("[]", 400), ("null", 400), ("{}", 400), ("{\"response\":1}", 400),
        ("{\"items\":{}}", 400), ("{\"items\":[1]}", 400), ("{\"items\":[{\"answer\":\"1\"}]}", 400),
        ("{\"response\":\"1\",\"answer\":\"1\",\"verifier\":\"maht\"}", 422),
        ("{\"response\":\"1\",\"answer\":\"1\"} x", 400), ("{\"response\":\"\\ud800\",\"answer\":null}", 200),
    ])
    func uglyBodies(body: String, status: Int) async throws {
        try await TestServer.run { (server: TestServer) async throws in
            let reply = try await server.post("/v1/verify", Array(body.utf8))
            #expect(reply.status == status, "\(reply.text)")
            if status != 200 { #expect(reply.json["error"]?["message"]?.stringValue?.isEmpty == false) }
        }
    }

    @Test func depthAndEncodingAreBounded() async throws {
        try await TestServer.run { (server: TestServer) async throws in
            let deep = Array(repeating: UInt8(ascii: "["), count: 100_000)
            #expect(try await server.post("/v1/verify", deep).status == 400)
            let nested = Array("{\"response\":\"1\",\"x\":".utf8) + deep
            #expect(try await server.post("/v1/verify", nested).status == 400)
            let invalid = Array("{\"response\":\"1\",\"x\":\"".utf8) + [0xFF] + Array("\"}".utf8)
            #expect(
                try await server.post("/v1/verify", invalid).json["error"]?["message"]?.stringValue?.contains("UTF-8")
                    == true)
        }
    }

    @Test func aMissingGoldIsNoZero() async throws {
        try await TestServer.run { (server: TestServer) async throws in
            let verdict = try await server.post("/v1/verify", ["response": "1"]).json
            #expect(verdict["outcome"] == "verifierError")
            #expect(verdict["score"] == .null)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func aHungVerifierEndsAtTheDeadlineAndFillsItsOwnLaneOnly() async throws {
        let (gate, bell) = (Gate(), AsyncStream<Void>.makeStream().continuation)
        try await TestServer.run(
            { $0.verifiers = ["gated": ["verifier": "gated", "max_pending": 2], "math": ["verifier": "math"]] },
            registry: Gated.registry(gate, bell)
        ) { (server: TestServer) async throws in
            let item: JSONValue = ["response": "1", "answer": "1", "verifier": "gated"]
            async let first = server.post("/v1/verify", item, headers: ["X-Deadline-Ms": "400"])
            async let second = server.post("/v1/verify", item, headers: ["X-Deadline-Ms": "400"])
            for verdict in try await [first.json, second.json] {
                #expect(verdict["outcome"] == "timeout")
                #expect(verdict["score"] == .null)
            }
            // Both are answered, and hang on.
            let refused = try await server.post("/v1/verify", item)
            #expect(refused.status == 503)
            #expect(refused.headers["retry-after"] == "1")
            let math = try await server.post("/v1/verify", ["response": "1", "answer": "1", "verifier": "math"])
            #expect(math.json["outcome"] == "correct")
            gate.open()
        }
    }

    @Test(
        "One item, a few or many: what is not judged by the deadline is a time-out, whatever its verifier is called",
        .timeLimit(.minutes(1)), arguments: ["math", "slow"])
    func deadlinesCountDuringJudging(name: String) async throws {
        var registry = VerifierRegistry.standard
        registry.register(name, summary: "never answers", make: { _ in SlowVerifier(name: name) })
        try await TestServer.run({ $0.verifiers = .object([.init(name, .string(name))]) }, registry: registry) {
            (server: TestServer) async throws in
            let item: JSONValue = ["response": "1", "answer": "1"]
            for count in [0, 1, 3, 200] {
                let body = count == 0 ? item : ["items": .array(Array(repeating: item, count: count))]
                let start = ContinuousClock.now
                let reply = try await server.post("/v1/verify", body, headers: ["X-Deadline-Ms": "200"])
                #expect(ContinuousClock.now - start < .seconds(20))
                let verdicts = count == 0 ? [reply.json] : reply.json["verdicts"]?.arrayValue ?? []
                #expect(verdicts.count == max(count, 1))
                #expect(verdicts.allSatisfy { $0["outcome"] == "timeout" && $0["reason"] == "deadline" })
            }
        }
    }

    @Test(arguments: [-1, 1])
    func aVerifierThatMiscountsIsAnErrorOfItsItems(surplus: Int) async throws {
        var registry = VerifierRegistry.standard
        registry.register("odd", summary: "miscounts", make: { _ in MiscountingVerifier(surplus: surplus) })
        try await TestServer.run({ $0.verifiers = ["odd": "odd"] }, registry: registry) {
            (server: TestServer) async throws in
            let item: JSONValue = ["response": "1", "answer": "1"]
            let one = try await server.post("/v1/verify", item)
            #expect(one.status == 200 && one.json["reason"] == "verdictCount", "\(one.text)")
            let many = try await server.post("/v1/verify", ["items": .array(Array(repeating: item, count: 40))])
            let verdicts = many.json["verdicts"]?.arrayValue ?? []
            #expect(
                verdicts.count == 40 && verdicts.allSatisfy { $0["reason"] == "verdictCount" && $0["score"] == .null })
        }
    }

    @Test(
        arguments: [
            (["m": ["verifier": "math", "max_pendin": 3]], "verifiers.m.max_pendin"),
            (["m": ["verifier": "math", "option": [:]]], "verifiers.m.option"),
            (["math": ["verifier": 3]], "verifiers.math.verifier"),
            (["m": ["verifier": "math", "max_pending": 0]], "verifiers.m.max_pending"),
        ] as [(JSONValue, String)])
    func misspeltVerifiersDoNotStart(verifiers: JSONValue, key: String) {
        var options = ServeOptions()
        options.verifiers = verifiers
        let error = #expect(throws: ConfigProblem.self) { try RewardServer(options: options, registry: .standard) }
        #expect(error.map { "\($0)" }?.contains(key) == true, "\(error.map { "\($0)" } ?? "")")
    }

    @Test func badDeadline() async throws {
        try await TestServer.run { (server: TestServer) async throws in
            let reply = try await server.post("/v1/verify", ["response": "1"], headers: ["X-Deadline-Ms": "soon"])
            #expect(reply.status == 400)
        }
    }
}

/// Gives another number of verdicts than it was given items.
struct MiscountingVerifier: Verifier {
    let name = "odd"
    let version = "1"
    let surplus: Int

    func verify(_ item: VerificationItem) async -> Verdict { .correct() }

    func verify(_ items: [VerificationItem]) async -> [Verdict] {
        Array(repeating: .correct(), count: items.count + surplus)
    }
}

/// Answers long after anybody waits.
struct SlowVerifier: Verifier {
    var name = "slow"
    let version = "1"

    func verify(_ item: VerificationItem) async -> Verdict {
        try? await Task.sleep(for: .seconds(30))
        return .correct()
    }
}
