import Experience
import Synchronization
import TestServers
import Testing

@testable import Rollout

/// What is no sample is never handed over as one: it is asked for again, gone on with, or failed with its own word.
@Suite(.timeLimit(.minutes(5))) struct NoSampleTests {
    private static func choice(
        _ index: Int, _ text: String, ids: String, logprobs: String, finish: String, more: String = ""
    ) -> String {
        """
        {"index":\(index),"text":"\(text)","logprobs":{"token_logprobs":\(logprobs)},"finish_reason":\(finish),\
        "token_ids":\(ids),"prompt_token_ids":[7,8]\(more)}
        """
    }

    private static let good = choice(0, "ab", ids: "[1,2]", logprobs: "[-1,-2]", finish: "\"stop\"")

    /// Runs `n` samples of one problem; `body` gives the answer to the POST of a number.
    private func run(
        n: Int = 1, server kind: ServerKind = .vllm,
        _ change: @escaping @Sendable (inout RolloutOptions) -> Void = { _ in },
        _ body: @escaping @Sendable (Int, FaultServer.Request) -> String
    ) async throws -> (collected: Collected, summary: RolloutSummary, posts: [FaultServer.Request]) {
        let server = try FaultServer { request, connection in
            connection.reply(200, body(request.number, request))
            return .keep
        }
        defer { server.stop() }
        var options = RolloutOptions()
        options.concurrency = 4
        change(&options)
        let engine = RolloutEngine(
            driver: try CurlDriver(), endpoints: [try Endpoint(url: server.url, server: kind, model: "tiny")],
            sampling: SamplingParameters(), seed: 1, options: options,
            retry: RetryPolicy(attempts: 3, baseDelay: 0.01, maxDelay: 0.02))
        let (collected, summary) = try await Harness.run(engine, Harness.items(1, n: n))
        #expect(server.posts.count == summary.requests)
        return (collected, summary, server.posts)
    }

    private static func answer(_ choices: String...) -> String { #"{"choices":[\#(choices.joined(separator: ","))]}"# }

    @Test(arguments: ["abort", "cancelled", "Aborted"])
    func anAbortWithoutTokensIsAskedAgain(word: String) async throws {
        let run = try await run { number, _ in
            number < 3
                ? Self.answer(Self.choice(0, "", ids: "[]", logprobs: "[]", finish: "\"\(word)\""))
                : Self.answer(Self.good)
        }
        #expect(run.collected.completions.map(\.completion.text) == ["ab"])
        #expect(run.summary.retries == ["aborted": 3] && run.collected.completions.first?.unusable == nil)
    }

    @Test func whatIsAlwaysAbortedFailsWithItsWord() async throws {
        let run = try await run { _, _ in
            Self.answer(Self.choice(0, "", ids: "[]", logprobs: "[]", finish: "\"abort\""))
        }
        #expect(run.collected.completions.isEmpty && run.summary.failures == ["aborted": 1])
    }

    /// The others are kept as they came, and the aborted one goes on from its own beginning.
    @Test func eachChoiceStandsAlone() async throws {
        let run = try await run(n: 3, { $0.samplesPerRequest = 3 }) { number, request in
            if number == 0 {
                return Self.answer(
                    Self.good, Self.choice(1, "x", ids: "[5]", logprobs: "[-1]", finish: "\"abort\""),
                    Self.choice(2, "", ids: "[]", logprobs: "[]", finish: "\"abort\""))
            }
            return request.body.contains("[7,8,5]")
                ? Self.answer(Self.choice(0, "y", ids: "[6]", logprobs: "[-2]", finish: "\"stop\""))
                : Self.answer(Self.good)
        }
        let samples = run.collected.completions.sorted { $0.completion.index < $1.completion.index }
        #expect(samples.map(\.completion.text) == ["ab", "xy", "ab"])
        #expect(samples.map(\.completion.tokenIDs) == [[1, 2], [5, 6], [1, 2]])
        #expect(run.posts.count == 3 && run.summary.resumptions == 1)
    }

    @Test(arguments: ["content_filter", "content_filter: SAFETY", "RECITATION", "refusal"])
    func aFilterIsFinal(word: String) async throws {
        let run = try await run { _, _ in
            Self.answer(Self.choice(0, "ab", ids: "[1,2]", logprobs: "[-1,-2]", finish: "\"\(word)\""))
        }
        #expect(
            run.collected.completions.isEmpty && run.summary.failures == ["contentFilter": 1] && run.posts.count == 1)
    }

    /// In the row of the status that they stand for.
    @Test(arguments: [
        ("\"error\"", #","error":{"code":502,"message":"upstream"}"#, "http502", 3), ("\"error\"", "", "http200", 2),
        ("\"error\"", #","error":{"code":400,"message":"bad"}"#, "http400", 1), ("\"timeout\"", "", "http504", 3),
    ])
    func errorsInsideChoices(finish: String, more: String, word: String, requests: Int) async throws {
        let run = try await run { _, _ in
            Self.answer(Self.choice(0, "ab", ids: "[1,2]", logprobs: "[-1,-2]", finish: finish, more: more))
        }
        #expect(run.collected.completions.isEmpty && run.summary.failures == [word: 1] && run.posts.count == requests)
    }

    @Test(arguments: ["load", "insufficient_system_resource"])
    func aServerWithoutRoomIsAskedAgain(word: String) async throws {
        let run = try await run { number, _ in
            number < 8
                ? Self.answer(Self.choice(0, "", ids: "[]", logprobs: "[]", finish: "\"\(word)\""))
                : Self.answer(Self.good)
        }
        #expect(run.collected.completions.count == 1 && run.summary.refusals == ["http503": 8])
    }

    @Test func sglangsAbortIsTheStatusThatItNames() async throws {
        let run = try await run(server: .sglang) { number, _ in
            number < 5
                ? #"{"text":"","output_ids":[],"meta_info":{"finish_reason":{"type":"abort","message":"queue is full","status_code":503},"completion_tokens":0}}"#
                : #"{"text":"ab","output_ids":[1,2],"meta_info":{"finish_reason":{"type":"stop"},"completion_tokens":2,"output_token_logprobs":[[-1,1,null],[-2,2,null]]}}"#
        }
        #expect(run.collected.completions.map(\.completion.text) == ["ab"] && run.summary.refusals == ["http503": 5])
    }

    @Test func anAnswerWithoutTextAndTokensIsNone() async throws {
        let empty = #"{"choices":[{"index":0,"text":"","finish_reason":"stop"}]}"#
        let run = try await run { number, _ in number == 0 ? empty : Self.answer(Self.good) }
        #expect(run.collected.completions.map(\.completion.text) == ["ab"] && run.summary.retries == ["reply": 1])
        // A model that ends at once has sampled the end.
        let ended = try await self.run { _, _ in
            #"{"choices":[{"index":0,"text":"","finish_reason":"stop"}],"usage":{"completion_tokens":1}}"#
        }
        #expect(ended.collected.completions.map(\.completion.text) == [""])
    }

    @Test func anUnknownWordIsKeptAsSent() async throws {
        let run = try await run { _, _ in
            Self.answer(Self.choice(0, "ab", ids: "[1,2]", logprobs: "[-1,-2]", finish: "\"repetition\""))
        }
        let sample = try #require(run.collected.completions.first?.completion)
        #expect(sample.finish == .stop && sample.stopReason == "repetition")
    }

    /// A prefix never ends within a character: the server would not say which text its second half makes.
    @Test func whatIsGoneOnWithEndsWithAWholeCharacter() async throws {
        let run = try await run { number, request in
            if number == 0 {
                return
                    #"{"choices":[{"index":0,"text":"a","finish_reason":"abort","token_ids":[1,9,8],"prompt_token_ids":[7],"logprobs":{"token_logprobs":[-1,-1,-1],"tokens":["a","","\ufffd"]}}]}"#
            }
            #expect(request.body.contains("[7,1]"), "\(request.body)")
            return
                #"{"choices":[{"index":0,"text":"é","finish_reason":"stop","token_ids":[9,8],"logprobs":{"token_logprobs":[-1,-1],"tokens":["","é"]}}]}"#
        }
        let sample = try #require(run.collected.completions.first?.completion)
        #expect(sample.text == "aé" && sample.tokenIDs == [1, 9, 8])
    }

    /// A server that names the version at the end only may have begun with an older one.
    @Test func aVersionIsNeverNewerThanTheWeights() async throws {
        let server = try FaultServer { request, connection in
            let version = request.number == 0 ? 3 : 5
            connection.reply(
                200,
                #"{"text":"ab","output_ids":[1,2],"meta_info":{"finish_reason":{"type":"stop"},"completion_tokens":2,"weight_version":"\#(version)","output_token_logprobs":[[-1,1,null],[-2,2,null]]}}"#
            )
            return .keep
        }
        defer { server.stop() }
        var options = RolloutOptions()
        options.concurrency = 1
        let engine = RolloutEngine(
            driver: try CurlDriver(), endpoints: [try Endpoint(url: server.url, server: .sglang, model: "tiny")],
            sampling: SamplingParameters(), seed: 1, options: options)
        let (collected, _) = try await Harness.run(engine, Harness.items(3, n: 1))
        let versions = collected.completions.map(\.completion.weightSpans).map { $0.map(\.version) }
        #expect(versions == [[3], [3], [5]])
    }

    @Test func aSpentQuotaEndsTheRunAtOnce() async throws {
        let server = try FaultServer { _, connection in
            connection.reply(
                429,
                #"{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","code":"insufficient_quota"}}"#
            )
            return .keep
        }
        defer { server.stop() }
        let engine = try Harness.engine([server]) { $0.concurrency = 2 }
        await #expect(throws: QuotaSpent.self) { _ = try await Harness.run(engine, Harness.items(50, n: 2)) }
        #expect(server.posts.count <= 3)
    }

    @Test func refusalsAreNoFailures() async throws {
        let refused = Mutex(0)
        let server = try FaultServer { request, connection in
            if request.number % 3 != 2 {
                refused.withLock { $0 += 1 }
                connection.reply(request.number % 2 == 0 ? 429 : 503, "{}")
            } else {
                connection.reply(200, Canned.completion())
            }
            return .keep
        }
        defer { server.stop() }
        let engine = try Harness.engine([server]) { options in
            options.attempts = 1
            options.retryBudget = 0
        }
        let (collected, summary) = try await Harness.run(engine, Harness.items(10, n: 2))
        #expect(collected.completions.count == 20 && summary.failures.isEmpty)
        #expect(summary.refusals.values.reduce(0, +) == refused.withLock { $0 })
    }

    @Test func theBudgetsOtherNameIsLearned() async throws {
        let server = try FaultServer { request, connection in
            if request.body.contains("\"max_tokens\"") {
                connection.reply(
                    400,
                    #"{"error":{"message":"Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."}}"#
                )
            } else {
                connection.reply(200, Canned.completion())
            }
            return .keep
        }
        defer { server.stop() }
        let engine = try Harness.engine([server]) { options in
            options.concurrency = 1
            options.attempts = 1
        }
        let (collected, summary) = try await Harness.run(engine, Harness.items(3, n: 2))
        #expect(collected.completions.count == 6 && summary.retries == ["http400": 1])
        // What was under way when the first error taught is asked again, too.
        let many = try Harness.engine([server]) { options in
            options.concurrency = 8
            options.attempts = 1
        }
        #expect(try await Harness.run(many, Harness.items(4, n: 2)).1.failures.isEmpty)
    }
}
