import Experience
import Testing

@testable import Rollout

/// Shapes that one vendor or gateway has, of public reports: token ids under other names, words for the end, lists that are none,
/// events within events.
@Suite struct VendorShapeTests {
    private func read(
        _ body: String, _ server: ServerKind = .openai, count: Int = 1, stream: Bool = false, top: Int = 0
    ) throws -> SampleReply {
        var sampling = SamplingParameters()
        sampling.topLogprobs = top
        var request = SampleRequest(input: .prompt(.text("q")), model: "m", sampling: sampling)
        request.count = count
        request.isStreaming = stream
        let endpoint = try Endpoint(url: "http://127.0.0.1:1", server: server, model: "m", api: .chat)
        let reader = ReplyReader(request, dialect: endpoint.dialect)
        let bytes = Array(body.utf8)
        if !stream { return try reader.finish(bytes) }
        try bytes.withUnsafeBufferPointer { try reader.feed($0) }
        return try reader.finish([])
    }

    private func events(_ documents: [String]) -> String {
        documents.map { "data: \($0)\n\n" }.joined() + "data: [DONE]\n\n"
    }

    private func choice(_ members: String, message: String = "", finish: String = "\"stop\"") -> String {
        let more = members.isEmpty ? "" : "," + members
        let extra = message.isEmpty ? "" : "," + message
        return #"{"index":0,"message":{"content":"ab"\#(extra)},"finish_reason":\#(finish)\#(more)}"#
    }

    private static let logprobs =
        #""logprobs":{"content":[{"token":"a","logprob":-1},{"token":"b","logprob":-2}]}"#

    /// sglang 34488, 18398, 1557 of NeMo Gym; litellm; Fireworks; lmdeploy 3708; NeMo RL; mlx-lm; Together.
    @Test(arguments: [
        ("", #""sglext":{"input_ids":[7],"output_ids":[[1,2]]}"#),
        ("", #""sglext":{"prompt_token_ids":[7],"completion_token_ids":[1,2]}"#), (#""output_ids":[1,2]"#, ""),
        (#""completion_token_ids":[1,2]"#, ""),
        (#""provider_specific_fields":{"token_ids":[1,2],"stop_reason":null}"#, ""),
        (#""token_ids":[1,2],"provider_specific_fields":{"token_ids":[1,2]}"#, ""),
        (#""raw_output":{"prompt_token_ids":[7],"completion_token_ids":[1,2]}"#, ""),
        (#""meta_info":{"output_token_logprobs":[[-1,1,null],[-2,2,null]]}"#, ""),
    ])
    func idsUnderOtherNames(members: String, root: String) throws {
        let all = Self.logprobs + (members.isEmpty ? "" : "," + members)
        for body in [
            #"{"choices":[\#(choice(all))]\#(root.isEmpty ? "" : "," + root)}"#,
            #"{\#(root.isEmpty ? "" : root + ",")"choices":[\#(choice(all))]}"#,
        ] {
            let sample = try #require(read(body).completions.first)
            #expect(sample.tokenIDs == [1, 2] && sample.logprobs == [-1, -2], "\(body)")
        }
    }

    @Test(arguments: [
        (#""completion_token_ids":[1,2]"#, logprobs), (#""gen_tokens":[1,2]"#, logprobs),
        (#""prompt_token_ids":[7],"generation_token_ids":[1,2],"generation_log_probs":[-1,-2]"#, ""),
        ("", #""meta_info":{"output_token_logprobs":[[-1,1,null],[-2,2,null]]}"#),
        ("", #""logprobs":{"tokens":[1,2],"token_logprobs":[-1,-2],"top_logprobs":[]}"#),
        ("", #""logprobs":{"tokens":["a","b"],"token_ids":[1,2],"token_logprobs":["-1","-2"],"top_logprobs":{}}"#),
    ])
    func idsInMessagesAndLogprobs(message: String, members: String) throws {
        let body = #"{"choices":[\#(choice(members, message: message))]}"#
        let sample = try #require(read(body).completions.first)
        #expect(sample.tokenIDs == [1, 2] && sample.logprobs == [-1, -2], "\(body)")
    }

    @Test func twoListsThatDifferAreRefused() {
        let body =
            #"{"choices":[\#(choice(#""token_ids":[1,2],"provider_specific_fields":{"token_ids":[1,3]}"#))]}"#
        #expect(throws: SampleError.reply(.contradictoryIDs)) { try read(body) }
    }

    @Test func idsOfStreams() throws {
        func piece(_ text: String, _ id: Int, _ finish: String) -> String {
            #"{"choices":[{"index":0,"text":"\#(text)","logprobs":-\#(id),"delta":{"token_id":\#(id),"content":"\#(text)"},"finish_reason":\#(finish)}]}"#
        }
        let together = try #require(
            read(events([piece("a", 1, "null"), piece("b", 2, "\"stop\"")]), stream: true).completions.first)
        #expect(together.text == "ab" && together.tokenIDs == [1, 2] && together.logprobs == [-1, -2])
        func delta(_ index: Int, _ finish: String) -> String {
            #"{"choices":[{"index":\#(index),"delta":{"content":"ab"},"finish_reason":\#(finish)}]}"#
        }
        let last = #"{"choices":[],"sglext":{"input_ids":[7],"output_ids":[[1,2],[3]]}}"#
        let shared = try read(
            events([delta(1, "\"stop\""), delta(0, "\"stop\""), last]), .sglang, count: 2, stream: true)
        #expect(shared.completions.map(\.tokenIDs) == [[1, 2], [3]] && shared.promptIDs == [7])
    }

    /// sglang 30917 refuses `return_token_ids` in streamed chats.
    @Test func whatASGLangChatIsAskedFor() throws {
        var request = SampleRequest(
            input: .prompt(.chat([ChatMessage(role: "user", content: "q")])), model: "m", sampling: SamplingParameters()
        )
        let dialect = OpenAIDialect(server: .sglang, api: .chat)
        let whole = String(decoding: try dialect.encode(request).body, as: UTF8.self)
        request.isStreaming = true
        let streamed = String(decoding: try dialect.encode(request).body, as: UTF8.self)
        #expect(whole.contains("\"return_token_ids\":true") && !whole.contains("return_output_ids"))
        #expect(streamed.contains("\"return_output_ids\":true") && !streamed.contains("return_token_ids"))
    }

    /// Python writes infinities, and alternatives may have them or null (aphrodite 183, sglang 4097).
    @Test(arguments: ["-Infinity", "NaN", "null", "-1e40"], [0, 2])
    func alternativesWithoutProbability(value: String, top: Int) throws {
        let entry = #"{"token":"a","logprob":-1,"id":1,"top_logprobs":[{"token":"x","logprob":\#(value)}]}"#
        let body = #"{"choices":[\#(choice(#""logprobs":{"content":[\#(entry)]}"#))]}"#
        let sample = try #require(read(body, top: top).completions.first)
        #expect(sample.logprobs == [-1] && sample.tokenIDs == [1])
    }

    @Test func aSampledTokenOfNoProbability() throws {
        func body(_ value: String) -> String {
            #"{"choices":[\#(choice(#""token_ids":[1,2],"logprobs":{"token_logprobs":[-1,\#(value)]}"#))]}"#
        }
        let sample = try #require(read(body("-Infinity")).completions.first)
        #expect(sample.logprobs == [-1, -Float.greatestFiniteMagnitude])
        #expect(throws: SampleError.self) { try read(body("NaN")) }
        #expect(throws: SampleError.self) { try read(body("Infinity")) }
    }

    @Test(arguments: [
        (#"{"prompt_tokens":"3","completion_tokens":"4"}"#, 4), (#"{"input_tokens":3,"output_tokens":4}"#, 4),
        (#"{"prompt_tokens":-1,"completion_tokens":-1}"#, nil), (#"{"completion_tokens":4.5}"#, nil),
        (#"{"completion_tokens":1e20}"#, nil), ("[]", nil), (#"{"prompt_tokens":3,"total_tokens":7}"#, 4),
    ])
    func countsThatAreNone(usage: String, count: Int?) throws {
        let sample = try #require(read(#"{"choices":[\#(choice(""))],"usage":\#(usage)}"#).completions.first)
        #expect(sample.text == "ab" && sample.tokenCount == count)
    }

    /// evalscope 1432: Vertex cut a thought off, and counts it in the total alone.
    @Test func aCutThoughtIsASample() throws {
        let body =
            #"{"choices":[{"finish_reason":"length","index":0}],"usage":{"prompt_tokens":7180,"total_tokens":7193}}"#
        let sample = try #require(read(body).completions.first)
        #expect(sample.text.isEmpty && sample.finish == .length && sample.tokenCount == 13)
    }

    @Test(arguments: [
        "pause_turn", "terminated", "evicted", "client_closed", "malformed_model_output", "malformed_tool_use", "other",
        "unknown", "network-error", "exception", "engine_dead", "worker_crashed", "busy", "no_capacity",
        "out_of_memory",
        "expired", "deadline_exceeded", "UNEXPECTED_TOOL_CALL", "function_call_filter: MALFORMED_FUNCTION_CALL",
        "FINISH_REASON_UNSPECIFIED", "in_progress", "undefined", "nil", "guardrail_intervened",
    ])
    func wordsThatAreNoSample(word: String) {
        let reply = try? read(#"{"choices":[\#(choice("", finish: "\"\(word)\""))]}"#)
        #expect(reply?.completions.isEmpty != false, "\(word)")
    }

    @Test(arguments: [
        ("eos_token_id", FinishReason.stop), ("end_of_message", .stop), ("REASON_STOP", .stop), ("tool-calls", .stop),
        ("stop_token", .stop), ("incomplete", .length), ("model_context_window_exceeded", .length),
        ("FINISH_REASON_MAX_TOKENS", .length), ("out_of_tokens", .length), ("token_limit", .length),
    ])
    func wordsThatAreOne(word: String, finish: FinishReason) throws {
        let sample = try #require(
            read(#"{"choices":[\#(choice("", finish: "\"\(word)\""))]}"#).completions.first)
        #expect(sample.finish == finish, "\(word)")
    }

    @Test func endsThatAreObjectsOrNotYet() throws {
        let object = choice("", finish: #"{"type":"length","length":4}"#)
        #expect(try read(#"{"choices":[\#(object)]}"#).completions.first?.finish == .length)
        #expect(throws: SampleError.reply(.unfinished)) {
            try read(#"{"choices":[\#(choice("", finish: #"{"error":"worker died"}"#))]}"#)
        }
        for word in ["FINISH_REASON_UNSPECIFIED", "undefined", "None"] {
            let stream = ["a", "b"].map {
                #"{"choices":[{"index":0,"delta":{"content":"\#($0)"},"finish_reason":"\#($0 == "b" ? "stop" : word)"}]}"#
            }
            #expect(try read(events(stream), stream: true).completions.map(\.text) == ["ab"])
        }
    }

    /// Gateways in Lua write an empty list as {} (kong 1208), PHP an empty object as [].
    @Test func emptyListsAndObjects() throws {
        let lists =
            #""token_ids":{},"prompt_token_ids":{},"logprobs":{"content":[{"token":"a","logprob":-1,"bytes":{},"top_logprobs":{}}]}"#
        let lua = try #require(
            read(#"{"choices":[\#(choice(lists, message: #""tool_calls":{}"#))]}"#, top: 1).completions.first)
        #expect(lua.text == "ab" && lua.toolCalls == nil && lua.tokenIDs.isEmpty)
        let calls = choice("", message: #""tool_calls":[{}],"function_call":{}"#)
        #expect(try #require(read(#"{"choices":[\#(calls)]}"#).completions.first).toolCalls == nil)
        let php = [
            #"{"choices":[null]}"#, #"{"choices":[{"index":0,"delta":{"content":"ab"}}]}"#, #"{"choices":{}}"#,
            #"{"choices":[{"index":0,"delta":[],"finish_reason":"stop"}]}"#,
        ]
        #expect(try read(events(php), stream: true).completions.map(\.text) == ["ab"])
        for error in [#"{"code":0,"message":""}"#, "\"\"", "{}", "[]", "null", "false"] {
            let body = #"{"choices":[{"message":"ab","finish_reason":"stop"}],"error":\#(error)}"#
            #expect(try read(body).completions.map(\.text) == ["ab"], "\(body)")
        }
        let number = #"{"choices":[{"message":{"content":7},"finish_reason":"stop"}]}"#
        #expect(try read(number).completions.map(\.text) == ["7"])
    }

    /// openclaw 96497, manifest 2053, and what else stands around events.
    @Test(arguments: [
        "data: data: A\n\ndata: data: B\n\ndata: data: [DONE]\n\n",
        "data: : OPENROUTER PROCESSING\n\ndata: A\n\ndata: B\n\n",
        " data: A\n\n data: B\n\n", "\u{FEFF}data: A\n\n\u{FEFF}data: B\n\n", "data: A\n\n\0\0data: B\n\n",
        "data: Adata: B\n\n", "data: AB\n\n", "data: A\\n\\n\n\ndata: B\\n\\n\n\n", "data: A,\n\ndata: B,\n\n",
        "data: A\n\ndata: Bdata: [DONE]\n\n", "data: A\n\ndata: B\n\nevent: done\ndata: \n\n",
        "data: A\n\ndata: B\n\nevent: error\ndata:\n\n", "data: QA\n\ndata: QB\n\n",
    ])
    func eventsWithinEvents(body: String) throws {
        func piece(_ text: String, _ finish: String) -> String {
            #"{"choices":[{"index":0,"delta":{"content":"\#(text)"},"finish_reason":\#(finish)}]}"#
        }
        let (first, second) = (piece("a", "null"), piece("b", "\"stop\""))
        func quoted(_ text: String) -> String { "\"" + text.replacing("\"", with: "\\\"") + "\"" }
        // The marks go one after the other, as the pieces hold none of them.
        let stream = body.replacing("[DONE]", with: "\u{1}").replacing("QA", with: "\u{2}").replacing(
            "QB", with: "\u{3}"
        )
        .replacing("OPENROUTER PROCESSING", with: "\u{4}").replacing("A", with: first).replacing("B", with: second)
        .replacing("\u{1}", with: "[DONE]").replacing("\u{2}", with: quoted(first))
        .replacing("\u{3}", with: quoted(second)).replacing("\u{4}", with: "OPENROUTER PROCESSING")
        #expect(try read(stream, stream: true).completions.map(\.text) == ["ab"], "\(stream.debugDescription)")
    }

    /// rakazo 416: a gateway cuts texts by UTF-16 units.
    @Test func halvesOfCharacters() throws {
        func stream(_ pieces: [String]) -> String {
            events(
                pieces.map { #"{"choices":[{"index":0,"delta":{"content":"\#($0)"}}]}"# } + [
                    #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#
                ])
        }
        for (pieces, text) in [
            (["a\\ud83d", "\\ude00b"], "a😀b"), (["a\\ud83d", "", "\\ude00"], "a😀"), (["\\\\ud83d", "b"], "\\ud83db"),
            (["a\\ud83d"], "a\u{FFFD}"), (["\\ud83d", "b"], "\u{FFFD}b"), (["\\ud83d\\ude00", "b"], "😀b"),
        ] {
            #expect(try read(stream(pieces), stream: true).completions.map(\.text) == [text], "\(pieces)")
        }
    }

    /// litellm 3276 and 15962, llama.cpp 20226: all choices of a stream have one index, or their ends do.
    @Test func mixedChoicesAreRefused() throws {
        func delta(_ text: String, _ finish: String = "null", _ index: String = #""index":0,"#) -> String {
            #"{"choices":[{\#(index)"delta":{"content":"\#(text)"},"finish_reason":\#(finish)}]}"#
        }
        let mixed = [delta("a"), delta("x"), delta("b"), delta("y"), delta("", "\"stop\""), delta("", "\"stop\"")]
        #expect(throws: SampleError.reply(.duplicateChoice(0))) { try read(events(mixed), count: 2, stream: true) }
        let ends = [delta("ab"), delta("xy", "null", #""index":1,"#), delta("", "\"stop\""), delta("", "\"length\"")]
        #expect(throws: SampleError.reply(.duplicateChoice(0))) { try read(events(ends), count: 2, stream: true) }
        let unnamed =
            #"{"choices":[{"delta":{"content":"a"},"finish_reason":"stop"},{"delta":{"content":"x"},"finish_reason":"stop"}]}"#
        #expect(try read(events([unnamed]), count: 2, stream: true).completions.map(\.text) == ["a", "x"])
    }

    @Test(arguments: [
        #"{"content":"ab","provider_specific_fields":{"reasoning_content":"think"}}"#,
        #"{"content":"ab","reasoning_content":"think","provider_specific_fields":{"reasoning_content":"think"}}"#,
        #"{"content":"ab","thinking_content":"think"}"#, #"{"content":"ab","model_extra":{"reasoning":"think"}}"#,
    ])
    func thoughtsThatGatewaysKeepApart(message: String) throws {
        let sample = try #require(
            read(#"{"choices":[{"message":\#(message),"finish_reason":"stop"}]}"#).completions.first)
        #expect(sample.text == "ab" && sample.reasoning == "think")
    }

    @Test(arguments: [
        (200, #"{"error":"model is loading, please wait"}"#), (400, #"{"error":{"message":"Model is still loading"}}"#),
        (500, #"{"error":"llm server loading model"}"#),
        (500, #"{"error":"server busy, please try again.  maximum pending requests exceeded"}"#),
        (400, #"{"message":"Model is not ready for inference. Wait and try your request again."}"#),
        (200, #"{"statusCode":429,"message":"Rate limit is exceeded. Try again in 1 seconds."}"#),
    ])
    func loadingAndBusy(status: Int, body: String) {
        #expect(ServerError(status: status, body: Array(body.utf8)).isRefusal, "\(body)")
        if status == 200 {
            #expect(throws: SampleError.server(ServerError(status: 200, body: Array(body.utf8)))) { try read(body) }
        }
    }

    @Test func aModelThatFailedToLoadIsNotWaitedFor() {
        #expect(
            !ServerError(status: 500, body: Array(#"{"error":"error loading model: no such file"}"#.utf8)).isRefusal)
    }
}
