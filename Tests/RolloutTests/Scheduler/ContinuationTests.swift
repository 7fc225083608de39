import Experience
import JSON
import Synchronization
import TestServers
import Testing

@testable import Rollout

/// What was cut short is gone on with as if it had not been, or begun anew.
@Suite(.timeLimit(.minutes(5))) struct ContinuationTests {
    private static func answer(_ text: String, _ ids: String, _ logprobs: String, _ finish: String) -> String {
        Canned.completion(text: text, ids: ids, logprobs: logprobs).replacing("\"stop\"", with: "\"\(finish)\"")
    }

    /// One sample whose first answer is an abort after two tokens; what was asked second.
    private func second(
        _ sampling: SamplingParameters, prompt: Prompt = .text("q"), text: String = "ab"
    ) async throws -> (body: JSONValue, first: JSONValue, sample: Completion) {
        let server = try FaultServer { request, connection in
            let isFirst = request.number == 0
            connection.reply(
                200,
                Self.answer(
                    isFirst ? text : "c", isFirst ? "[1,2]" : "[3]", isFirst ? "[-1,-2]" : "[-3]",
                    isFirst ? "abort" : "stop"))
            return .keep
        }
        defer { server.stop() }
        let engine = RolloutEngine(
            driver: try CurlDriver(), endpoints: [try Endpoint(url: server.url, server: .vllm, model: "m")],
            sampling: sampling, seed: 1, options: RolloutOptions(),
            retry: RetryPolicy(attempts: 3, baseDelay: 0.01, maxDelay: 0.02))
        let item = WorkItem(ordinal: 0, problem: Problem(id: "p", prompt: prompt), missing: [0])
        let (collected, _) = try await Harness.run(engine, [item])
        let bodies = try server.posts.map { try JSONValue(parsing: $0.body.utf8) }
        try #require(bodies.count == 2)
        return (bodies[1], bodies[0], try #require(collected.completions.first?.completion))
    }

    @Test func budgetsAndSeedAreThoseOfTheRest() async throws {
        var sampling = SamplingParameters()
        (sampling.maxTokens, sampling.minTokens) = (10, 5)
        sampling.extra = ["max_completion_tokens": 8, "min_tokens": 6, "vllm_xargs": ["x": 1]]
        let (body, first, sample) = try await second(sampling)
        #expect(body["max_tokens"] == 8 && body["max_completion_tokens"] == 6 && body["min_tokens"] == 4)
        #expect(body["seed"] != first["seed"] && body["seed"]?.intValue != nil)
        #expect(sample.text == "abc" && sample.seed.map { Int($0) } == first["seed"]?.intValue)
    }

    @Test(arguments: [
        #"{"guided_json":{"type":"object"}}"#, #"{"structured_outputs":{"regex":"a+"}}"#, #"{"presence_penalty":0.5}"#,
        #"{"response_format":{"type":"json_object"}}"#, #"{"tools":[{"type":"function"}]}"#, #"{"stop":"bc"}"#,
    ])
    func whatCannotBeGoneOnWithBeginsAnew(extra: String) async throws {
        var sampling = SamplingParameters()
        sampling.extra = try JSONValue(parsing: extra.utf8)
        let (body, first, sample) = try await second(sampling)
        #expect(body["prompt"] == first["prompt"] && body["max_tokens"] == first["max_tokens"], "\(extra)")
        #expect(sample.text == "c" && sample.tokenIDs == [3])
    }

    @Test(arguments: [#"{"response_format":{"type":"text"}}"#, #"{"presence_penalty":0}"#, #"{"stop":"x"}"#, "{}"])
    func whatDoesNoHarmIsGoneOnWith(extra: String) async throws {
        var sampling = SamplingParameters()
        sampling.extra = try JSONValue(parsing: extra.utf8)
        #expect(try await second(sampling).sample.text == "abc", "\(extra)")
    }

    @Test func callsAndPicturesBeginAnew() throws {
        let sampling = SamplingParameters()
        let plain = Chat([ChatMessage(role: "user", content: "q")])
        let picture = ChatMessage(["role": "user", "content": [["type": "image_url", "image_url": ["url": "x"]]]])
        #expect(sampling.canContinue(.chat(plain), from: "a"))
        #expect(!sampling.canContinue(.chat(Chat(plain.messages, tools: [["type": "function"]])), from: "a"))
        #expect(!sampling.canContinue(.chat([picture]), from: "a"))
    }

    @Test func aBudgetThatIsUsedUpEndsTheSample() {
        var sampling = SamplingParameters()
        sampling.maxTokens = 2
        #expect(sampling.rest(behind: 2) == nil && sampling.rest(behind: 1)?.maxTokens == 1)
        sampling.extra = ["sampling_params": ["max_new_tokens": 9]]
        #expect(sampling.rest(behind: 3)?.extra?["sampling_params"]?["max_new_tokens"] == 6)
        #expect(sampling.rest(behind: 9) == nil)
    }

    /// Text that may become a stop text is held back while a stream runs.
    @Test func aCutStreamWithStopTextsBeginsAnew() async throws {
        let server = try FaultServer { request, connection in
            connection.startStream()
            connection.send(Canned.event("a", 1, prompt: "[7,8]"))
            if request.number > 0 { connection.send(Canned.event("b", 2, finish: "\"stop\"")) }
            return .close
        }
        defer { server.stop() }
        var options = RolloutOptions()
        options.stream = true
        var sampling = SamplingParameters()
        sampling.stop = ["zz"]
        let engine = RolloutEngine(
            driver: try CurlDriver(), endpoints: [try Endpoint(url: server.url, server: .vllm, model: "m")],
            sampling: sampling, seed: 1, options: options,
            retry: RetryPolicy(attempts: 3, baseDelay: 0.01, maxDelay: 0.02))
        let (collected, summary) = try await Harness.run(engine, Harness.items(1, n: 1))
        #expect(collected.completions.first?.completion.text == "ab" && summary.resumptions == 0)
    }

    /// Runs four samples at once against a server that knows one route only.
    private func run(
        _ prompt: Prompt, api: RolloutAPI = .auto, knows route: String, _ status: Int, _ message: String
    ) async throws -> (texts: [String], summary: RolloutSummary, last: JSONValue?) {
        let server = try FaultServer { request, connection in
            if request.path != route {
                connection.pause(0.05)
                connection.reply(status, #"{"error":{"message":"\#(message)","type":"invalid_request_error"}}"#)
            } else if route.contains("chat") {
                connection.reply(
                    200, #"{"choices":[{"index":0,"message":{"content":"7"},"finish_reason":"stop"}]}"#)
            } else {
                connection.reply(200, #"{"choices":[{"index":0,"text":"7","finish_reason":"stop"}]}"#)
            }
            return .keep
        }
        defer { server.stop() }
        let engine = RolloutEngine(
            driver: try CurlDriver(), endpoints: [try Endpoint(url: server.url, server: .openai, model: "m", api: api)],
            sampling: SamplingParameters(), seed: 1, options: RolloutOptions(),
            retry: RetryPolicy(attempts: 3, baseDelay: 0.01, maxDelay: 0.02))
        let item = WorkItem(ordinal: 0, problem: Problem(id: "p", prompt: prompt), missing: [0, 1, 2, 3])
        let (collected, summary) = try await Harness.run(engine, [item])
        let last = try server.posts.last.map { try JSONValue(parsing: $0.body.utf8) }
        return (collected.completions.map(\.completion.text), summary, last)
    }

    @Test(arguments: [
        (
            404,
            "This is a chat model and not supported in the v1/completions endpoint. Did you mean to use v1/chat/completions?"
        ),
        (400, "model x is not supported on /v1/completions, use /v1/chat/completions"), (404, "Not Found"),
        (404, "Invalid URL (POST /v1/completions)"),
    ])
    func aServerThatKnowsOnlyChatIsAskedForChat(status: Int, message: String) async throws {
        let run = try await run(.text("q"), knows: "/v1/chat/completions", status, message)
        #expect(run.texts == ["7", "7", "7", "7"] && run.summary.failures.isEmpty)
        #expect(run.last?["messages"]?.text == #"[{"role":"user","content":"q"}]"#)
        #expect(Array(run.summary.routes.values) == ["/v1/chat/completions"])
    }

    @Test(arguments: [
        (
            404,
            "This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use v1/completions?"
        ),
        (400, "As of transformers v4.44, you must provide a chat template if the tokenizer does not define one."),
    ])
    func aServerThatKnowsNoChatIsAskedForText(status: Int, message: String) async throws {
        let run = try await run(
            .chat([ChatMessage(role: "user", content: "q")]), knows: "/v1/completions", status, message)
        #expect(run.texts == ["7", "7", "7", "7"] && run.last?["prompt"] == "q")
    }

    /// What is said counts; and where no route is there, one more request finds it out.
    @Test func theRouteIsNotChangedOtherwise() async throws {
        let chat = "use /v1/chat/completions"
        let stated = try await run(.text("q"), api: .completions, knows: "/v1/chat/completions", 404, chat)
        #expect(stated.summary.failures == ["http404": 4] && stated.summary.routes.isEmpty)
        let absent = try await run(.text("q"), knows: "/none", 404, "Not Found")
        #expect(absent.summary.failures == ["http404": 4] && absent.summary.requests == 8)
        let model = try await run(.text("q"), knows: "/none", 404, "The model m does not exist, not found")
        #expect(model.summary.requests == 4)
    }
}
