import Experience
import Foundation
import JSON
import TestServers
import Testing

@testable import Rollout

@Suite struct ServerAddressTests {
    @Test(arguments: [
        ("host:8000", "http://host:8000/v1/chat/completions"),
        ("http://host:8000/v1/", "http://host:8000/v1/chat/completions"),
        ("https://h/v1beta/openai/chat/completions", "https://h/v1beta/openai/chat/completions"),
        ("https://h/v1/chat/completions", "https://h/v1/chat/completions"),
        ("https://h/base?api-version=3", "https://h/base/v1/chat/completions?api-version=3"),
        ("http://user:secret@h:1/x", "http://user:secret@h:1/x/v1/chat/completions"),
    ])
    func routes(url: String, route: String) {
        #expect(ServerAddress(url).url("/v1/chat/completions") == route)
    }

    @Test func secretsAreNotShown() {
        #expect(ServerAddress("http://user:secret@h:1/x?key=secret").shown == "http://h:1/x")
        #expect(SecretURL.shown("https://a:b@c/d?e#f") == "https://c/d")
        #expect(SecretURL.marked("https://c/d?e") != SecretURL.marked("https://c/d?f"))
        #expect(!SecretURL.marked("https://c/d?secret").contains("secret"))
    }

    @Test func unixSockets() {
        let address = ServerAddress("unix:/run/vllm.sock:/base")
        #expect(
            address.socketPath == "/run/vllm.sock" && address.url("/v1/models") == "http://localhost/base/v1/models")
        #expect(address.shown == "unix:/run/vllm.sock:/base")
        #expect(ServerAddress("http+unix://%2Frun%2Fv.sock/x").socketPath == "/run/v.sock")
    }

    @Test(arguments: [
        ("2", 2.0), ("1.5s", 1.5), ("120ms", 0.12), ("1m30s", 90), ("6 seconds", 6), ("20s.", 20), ("6m0s", 360),
    ])
    func waits(text: String, seconds: Double) throws {
        #expect(abs(try #require(RetryHint.seconds(text)) - seconds) < 1e-9)
    }

    @Test func noWait() {
        for text in ["", "soon", "-1", "s", "."] { #expect(RetryHint.seconds(text) == nil, "\(text)") }
    }

    @Test func headersTakeTheEnvironment() throws {
        setenv("ASSAY_TEST_HEADER", "secret\n", 1)
        var options = RolloutOptions()
        options.headers = ["X-Key": "a ${ASSAY_TEST_HEADER}"]
        #expect(try options.headerLines() == ["X-Key: a secret"])
        options.headers = ["X-Key": "${ASSAY_TEST_NO_SUCH}"]
        #expect(throws: ConfigProblem.self) { try options.headerLines() }
    }

    /// `sampling.extra` is laid over the body last; null takes a member away.
    @Test func extraMembersReachTheServer() async throws {
        let server = try FaultServer { _, connection in
            connection.reply(200, Canned.completion())
            return .keep
        }
        defer { server.stop() }
        var sampling = SamplingParameters()
        sampling.stopTokenIDs = [3]
        sampling.minTokens = 2
        sampling.logitBias = ["5": 1]
        sampling.extra = ["top_p": nil, "guided": ["a": 1], "lora": "x"]
        var request = SampleRequest(input: .prompt(.text("q")), model: "m", sampling: sampling)
        request.logprobs = .off
        let endpoint = try Endpoint(
            url: server.url + "/?api-version=1", server: .vllm, model: "m", headers: ["X-A: b"])
        _ = try await SampleClient(driver: try CurlDriver()).sample(request, from: endpoint)
        let post = try #require(server.posts.first)
        #expect(post.path == "/v1/completions?api-version=1" && post.headers["x-a"] == "b")
        for part in [
            #""stop_token_ids":[3]"#, #""min_tokens":2"#, #""logit_bias":{"5":1}"#, #""guided":{"a":1}"#,
            #""lora":"x""#,
        ] {
            #expect(post.body.contains(part), "\(part)")
        }
        #expect(!post.body.contains("top_p") && !post.body.contains("\"logprobs\""))
    }

    @Test func theConfigurationSaysWhatLogprobsAre() throws {
        var request = SampleRequest(input: .prompt(.text("q")), model: "m", sampling: SamplingParameters())
        request.logprobs = .processed
        let endpoint = try Endpoint(url: "http://127.0.0.1:1", server: .vllm, model: "m")
        let reply = try ReplyReader(request, dialect: endpoint.dialect).finish(Array(Canned.completion().utf8))
        #expect(reply.completions.first?.logprobKind == .processed)
        // `off` without quotes is false to YAML.
        #expect(
            try JSONDecoder().decode([LogprobMode].self, from: Data(#"[false,"off","raw"]"#.utf8)) == [
                .off, .off, .raw,
            ])
    }

    @Test func whatExtraSaysOfTheDistributionCounts() {
        var sampling = SamplingParameters()
        var completion = Completion(text: "a")
        (completion.tokenIDs, completion.logprobs, completion.logprobKind) = ([1], [-1], .raw)
        #expect(sampling.obstacleToRatios(completion) == nil)
        for extra: JSONValue in [
            ["temperature": 0.5], ["top_p": 0.9], ["presence_penalty": 1], ["sampling_params": ["top_k": 5]],
        ] {
            sampling.extra = extra
            #expect(sampling.obstacleToRatios(completion) != nil, "\(extra.text)")
        }
        sampling.extra = ["stream": true]
        #expect(throws: ConfigProblem.self) { try sampling.validate() }
    }
}
