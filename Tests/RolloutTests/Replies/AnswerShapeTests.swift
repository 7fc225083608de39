import Experience
import Testing

@testable import Rollout

/// Good answers in the shapes of servers and gateways.
@Suite struct AnswerShapeTests {
    private func read(
        _ body: String, _ server: ServerKind = .openai, _ api: RolloutAPI = .chat, count: Int = 1, stream: Bool = false,
        ids: [Int32]? = nil, prompt: Prompt = .text("q")
    ) throws -> SampleReply {
        let input: SampleRequest.Input = ids.map { .ids($0) } ?? .prompt(prompt)
        var request = SampleRequest(input: input, model: "m", sampling: SamplingParameters())
        request.count = count
        request.isStreaming = stream
        let endpoint = try Endpoint(url: "http://127.0.0.1:1", server: server, model: "m", api: api)
        let reader = ReplyReader(request, dialect: endpoint.dialect)
        let bytes = Array(body.utf8)
        if !stream { return try reader.finish(bytes) }
        try bytes.withUnsafeBufferPointer { try reader.feed($0) }
        return try reader.finish([])
    }

    private func events(_ documents: String...) -> String {
        documents.map { "data: \($0)\n\n" }.joined() + "data: [DONE]\n\n"
    }

    private static let first =
        #"{"choices":[{"index":0,"delta":{"role":"assistant","content":"7"},"finish_reason":null}]}"#
    private static let last = #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#
    private static let whole = #"{"choices":[{"index":0,"message":{"content":"7"},"finish_reason":"stop"}]}"#

    @Test(arguments: [
        // OpenRouter: usage with an empty choice after the finish.
        #"{"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":{"completion_tokens":1}}"#,
        // Usage alone, with and without an empty list of choices; pings.
        #"{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":1}}"#, #"{"usage":{"completion_tokens":1}}"#,
        #"{"choices":null,"usage":null}"#, #"{"type":"ping"}"#,
        #"{"choices":[{"index":0,"delta":null,"finish_reason":"stop"}]}"#,
    ])
    func eventsBesideTheText(event: String) throws {
        for documents in [events(Self.first, Self.last, event), events(event, Self.first, Self.last)] {
            if event.contains("\"stop\""), documents.hasPrefix("data: \(event)") { continue }
            let reply = try read(documents, stream: true)
            #expect(reply.completions.map(\.text) == ["7"] && reply.failures.isEmpty, "\(documents)")
        }
    }

    /// Libraries that follow two servers at once, and proxies that turn chat into completions, say the text under both names.
    @Test(arguments: [
        (ServerKind.ollama, #"{"response":"7","message":{"content":"7","thinking":"a"},"thinking":"a","done":true}"#),
        (
            .openai,
            #"{"choices":[{"text":"7","message":{"content":"7","reasoning_content":"a"},"finish_reason":"stop"}]}"#
        ),
        (.vllm, #"{"choices":[{"message":{"content":"7","reasoning":"a"},"text":"7","finish_reason":"stop"}]}"#),
        (.openai, #"{"choices":[{"text":"","message":{"content":"7","reasoning":"a"},"finish_reason":"stop"}]}"#),
        (.openai, #"{"choices":[{"text":"7","message":{"content":null},"reasoning":"a","finish_reason":"stop"}]}"#),
    ])
    func textUnderTwoNamesIsOne(server: ServerKind, body: String) throws {
        for prompt in [Prompt.text("q"), .chat([ChatMessage(role: "user", content: "q")])] {
            let reply = try read(body, server, server == .ollama ? .generate : .chat, prompt: prompt)
            #expect(reply.completions.map(\.text) == ["7"], "\(body)")
            if case .chat = prompt { #expect(reply.completions.first?.reasoning == "a", "\(body)") }
        }
    }

    @Test func textAfterTheFinishIsRefused() {
        #expect(throws: SampleError.reply(.duplicateChoice(0))) {
            try read(events(Self.first, Self.last, Self.first), stream: true)
        }
    }

    @Test func whatComesDecidesHowItIsRead() throws {
        #expect(try read(Self.whole, stream: true).completions.map(\.text) == ["7"])
        #expect(try read("\n\n" + Self.whole, stream: true).completions.map(\.text) == ["7"])
        #expect(try read(events(Self.first, Self.last)).completions.map(\.text) == ["7"])
        #expect(try read("\u{FEFF}" + Self.whole).completions.map(\.text) == ["7"])
        #expect(try read("\u{FEFF}\n" + events(Self.first, Self.last), stream: true).completions.map(\.text) == ["7"])
        #expect(throws: SampleError.self) { try read("<html>Sign in</html>", stream: true) }
    }

    @Test(arguments: [
        (#"{"object":"error","message":"overloaded","code":503}"#, 503),
        (#"{"error":{"code":429,"message":"x"}}"#, 429),
        (#"{"error":{"code":"429","message":"x"}}"#, 429),
        (#"{"error":{"type":"overloaded_error","message":"x"}}"#, 529),
        (#"{"detail":"Not ready"}"#, 200),
        (#"{"type":"error","error":{"type":"rate_limit_error","message":"x"}}"#, 429),
    ])
    func errorsInsideAnAnswerOf200(body: String, status: Int) {
        for stream in [false, true] {
            let text = stream ? "data: \(body)\n\n" : body
            do {
                _ = try read(text, stream: stream)
                Issue.record("no error: \(body)")
            } catch let error as SampleError {
                guard case .server(let answer) = error else {
                    Issue.record("\(error)")
                    continue
                }
                #expect(answer.status == status, "\(body)")
            } catch {
                Issue.record("\(error)")
            }
        }
    }

    @Test(arguments: ["null", "4.0", "4"]) func countsOfUsage(count: String) throws {
        let body = Self.whole.dropLast() + #","usage":{"prompt_tokens":\#(count),"completion_tokens":\#(count)}}"#
        #expect(try read(String(body)).completions.first?.tokenCount == (count == "null" ? nil : 4))
    }

    @Test(arguments: [
        #"{"content":"7","reasoning_content":"think"}"#, #"{"content":"7","reasoning":"think"}"#,
        #"{"content":"7","reasoning":"think","reasoning_content":"think"}"#, #"{"content":"7","thinking":"think"}"#,
        #"{"content":[{"type":"thinking","thinking":[{"type":"text","text":"think"}]},{"type":"text","text":"7"}]}"#,
    ])
    func reasoningIsKeptApart(message: String) throws {
        let body = #"{"choices":[{"index":0,"message":\#(message),"finish_reason":"stop"}]}"#
        let sample = try #require(read(body).completions.first)
        #expect(sample.text == "7" && sample.reasoning == "think")
    }

    @Test func reasoningAndToolCallsInPieces() throws {
        let reply = try read(
            events(
                #"{"choices":[{"index":0,"delta":{"content":null,"reasoning":"th","reasoning_content":"th"}}]}"#,
                #"{"choices":[{"index":0,"delta":{"reasoning":"ink"}}]}"#,
                #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"calc","arguments":"{\"x\""}}]}}]}"#,
                #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]},"finish_reason":"tool_calls"}]}"#
            ), stream: true)
        let sample = try #require(reply.completions.first)
        #expect(sample.reasoning == "think" && sample.text.isEmpty && sample.finish == .stop)
        #expect(sample.toolCalls == #"[{"id":"a","name":"calc","arguments":"{\"x\":1}"}]"#)
    }

    @Test func sampledLogprobsOfFireworks() throws {
        let entry = #"{"token":"7","logprob":-2,"sampling_logprob":-1,"token_id":5,"bytes":[]}"#
        let body =
            #"{"choices":[{"index":0,"message":{"content":"7"},"finish_reason":"stop","logprobs":{"content":[\#(entry)]}}]}"#
        let sample = try #require(read(body).completions.first)
        #expect(sample.logprobs == [-1] && sample.logprobKind == .processed && sample.tokenIDs == [5])
    }

    /// Ids of joined tokens are dropped for each choice; an entry of plain ASCII is one token.
    @Test func joinedTokensOfSeveralChoices() throws {
        func choice(_ index: Int, _ text: String, _ bytes: String, _ id: Int) -> String {
            #"{"index":\#(index),"text":"\#(text)","finish_reason":"length","logprobs":{"content":[{"id":\#(id),"token":"\#(text)","bytes":\#(bytes),"logprob":-1}]}}"#
        }
        let body =
            #"{"choices":[\#(choice(0, "a", "[97]", 1)),\#(choice(1, "é", "[195,169]", 2)),\#(choice(2, "b", "[99]", 3))],"usage":{"completion_tokens":1}}"#
        let reply = try read(body, .llamacpp, .completions, count: 3)
        #expect(reply.completions.map(\.tokenIDs) == [[1], [], []])
        #expect(reply.completions.map(\.text) == ["a", "é", "b"])
    }

    @Test func llamaCppGivesAllIDs() throws {
        func entry(_ id: Int, _ bytes: String) -> String {
            #"{"id":\#(id),"token":"x","bytes":\#(bytes),"logprob":-\#(id)}"#
        }
        let body =
            #"[{"index":1,"content":"😀b","tokens":[9,8,7,3],"stop_type":"limit","tokens_predicted":4,"tokens_evaluated":2,"completion_probabilities":[\#(entry(7, "[240,159,152,128]")),\#(entry(3, "[98]"))]},{"index":0,"content":"a","tokens":[1,2],"stop_type":"eos","tokens_predicted":2,"completion_probabilities":[\#(entry(1, "[97]")),\#(entry(2, "[]"))]}]"#
        let reply = try read(body, .llamacpp, .auto, count: 2, ids: [5, 6])
        #expect(reply.completions.map(\.tokenIDs) == [[1, 2], [9, 8, 7, 3]] && reply.promptIDs == [5, 6])
        #expect(reply.completions.map(\.finish) == [.stop, .length])
        #expect(reply.completions.map(\.mask) == [[], [0, 0, 1, 1]])
        #expect(reply.completions.last?.logprobs == [0, 0, -7, -3])
    }

    @Test func entriesAreLaidOnTokens() {
        #expect(TokenAlignment.places(of: [1, 2], in: [1, 2]) == [0, 1])
        #expect(TokenAlignment.places(of: [3], in: [1, 2, 3]) == [2])
        // Either would do.
        #expect(TokenAlignment.places(of: [4, 5], in: [4, 4, 5]) == [nil, 2])
        #expect(TokenAlignment.places(of: [4], in: [5]) == nil)
        #expect(TokenAlignment.places(of: [1, 2, 3], in: [1]) == nil)
    }

    private func sglang(_ ids: [Int], _ total: Int, text: String, logprobs: [Int]? = nil, isEnd: Bool = false) -> String
    {
        let entries = (logprobs ?? ids).map { "[-1,\($0),null]" }.joined(separator: ",")
        let end = isEnd ? #"{"type":"stop"}"# : "null"
        return
            #"{"text":"\#(text)","output_ids":\#(ids),"meta_info":{"finish_reason":\#(end),"completion_tokens":\#(total),"output_token_logprobs":[\#(entries)]}}"#
    }

    @Test func sglangStreamsOfBothKinds() throws {
        let differences = events(
            sglang([5], 1, text: "a"), sglang([5], 2, text: "a"), sglang([6], 3, text: "b", isEnd: true))
        let wholes = events(
            sglang([5], 1, text: "a"), sglang([5, 5], 2, text: "aa"), sglang([5, 5, 6], 3, text: "aab", isEnd: true))
        let mixed = events(
            sglang([5], 1, text: "a"), sglang([5], 2, text: "a", logprobs: [5, 5]),
            sglang([6], 3, text: "b", logprobs: [5, 5, 6], isEnd: true))
        for stream in [differences, wholes, mixed] {
            let sample = try #require(read(stream, .sglang, .auto, stream: true).completions.first)
            #expect(sample.tokenIDs == [5, 5, 6] && sample.text == "aab" && sample.logprobs.count == 3)
        }
        #expect(throws: SampleError.reply(.wrongCount(ids: 2, counted: 3))) {
            try read(
                events(sglang([5], 1, text: "a"), sglang([6], 3, text: "b", isEnd: true)), .sglang, .auto, stream: true)
        }
    }

    /// Odd answers from public reports: ollama 4357, llmcord 84, sglang 17240, `--skip-tokenizer-init`, TensorRT-LLM 3280.
    @Test func oddAnswersOfServers() throws {
        let empties = events(
            #"{"choices":[{"index":0,"delta":{"content":"7"},"finish_reason":""}]}"#,
            #"{"choices":[{"index":0,"delta":{"content":"8"},"finish_reason":""}]}"#,
            #"{"choices":[{"index":0,"delta":{"content":""},"finish_reason":"length"}]}"#)
        let ended = try #require(read(empties, stream: true).completions.first)
        #expect(ended.text == "78" && ended.finish == .length)
        let gemini = events(
            Self.first, #"{"choices":[{"index":0,"delta":{},"finish_reason":null,"finishReason":"MAX_TOKENS"}]}"#)
        #expect(try read(gemini, stream: true).completions.first?.finish == .length)
        let prefixed = sglang([90, 91, 5, 6], 2, text: "ab", logprobs: [5, 6], isEnd: true)
        #expect(try read(prefixed, .sglang, .auto).completions.first?.tokenIDs == [5, 6])
        let mute = sglang([5, 6], 2, text: "ab", isEnd: true).replacing(#""text":"ab","#, with: "")
        #expect(throws: SampleError.self) { try read(mute, .sglang, .auto) }
        let long = String(repeating: "word ", count: 10)
        let again = events(
            #"{"choices":[{"index":0,"delta":{"content":"\#(long)"}}]}"#,
            #"{"choices":[{"index":0,"delta":{"content":"\#(long)end"},"finish_reason":"stop"}]}"#)
        #expect(try read(again, stream: true).completions.first?.text == long + "end")
    }

    /// ollama 7881: calls without an index are told apart by their ids.
    @Test func toolCallsWithoutIndex() throws {
        let body =
            #"{"choices":[{"index":0,"message":{"content":null,"tool_calls":[{"id":"a","function":{"name":"f","arguments":{"x":1}}},{"id":"b","function":{"name":"g","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}"#
        let calls = try read(body).completions.first?.toolCalls
        #expect(calls == #"[{"id":"a","name":"f","arguments":"{\"x\":1}"},{"id":"b","name":"g","arguments":"{}"}]"#)
    }
}
