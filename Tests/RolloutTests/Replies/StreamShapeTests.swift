import Experience
import Testing

@testable import Rollout

/// Streams as servers and proxies send them.
@Suite struct StreamShapeTests {
    private func read(
        _ body: String, _ server: ServerKind = .openai, _ api: RolloutAPI = .chat, stream: Bool = true,
        piece: Int = .max
    ) throws -> SampleReply {
        var request = SampleRequest(input: .prompt(.text("q")), model: "m", sampling: SamplingParameters())
        request.isStreaming = stream
        let endpoint = try Endpoint(url: "http://127.0.0.1:1", server: server, model: "m", api: api)
        let reader = ReplyReader(request, dialect: endpoint.dialect)
        let bytes = Array(body.utf8)
        if !stream { return try reader.finish(bytes) }
        for start in stride(from: 0, to: bytes.count, by: min(piece, bytes.count)) {
            try bytes[start..<min(bytes.count, start + min(piece, bytes.count))].withUnsafeBufferPointer {
                try reader.feed($0)
            }
        }
        return try reader.finish([])
    }

    private func events(_ documents: [String]) -> String {
        documents.map { "data: \($0)\n\n" }.joined() + "data: [DONE]\n\n"
    }

    private func delta(_ members: String, finish: String = "null") -> String {
        #"{"choices":[{"index":0,"delta":{\#(members)},"finish_reason":\#(finish)}]}"#
    }

    private func text(_ text: String, finish: String = "null") -> String {
        delta(#""content":"\#(text)""#, finish: finish)
    }

    private static let end = #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#
    private static let usage = #"{"choices":[],"usage":{"completion_tokens":1}}"#

    @Test(arguments: [
        // DashScope without incremental_output; the whole again at the end; a short one that the count betrays.
        (["The", "The answer", "The answer is 7", "The answer is 7"], "", "The answer is 7"),
        (["7", "7"], usage, "7"), (["The answer", "The answer is 7"], "", "The answer is 7"),
        // Differences that begin alike by chance.
        (["1", "1", "2"], "", "112"), (["7", "7"], "", "77"), (["1", "12"], "", "112"),
        (["\n", "\n\n", "7"], "", "\n\n\n7"),
    ])
    func wholesAndDifferences(pieces: [String], more: String, expected: String) throws {
        let written = pieces.map { $0.replacing("\n", with: "\\n") }
        for name in ["content", "reasoning_content"] {
            let documents = written.map { delta("\"\(name)\":\"\($0)\"") } + [Self.end] + (more.isEmpty ? [] : [more])
            let sample = try #require(read(events(documents)).completions.first)
            #expect((name == "content" ? sample.text : sample.reasoning) == expected, "\(pieces)")
        }
    }

    @Test func wholesOfThoughtsAndText() throws {
        let sample = try #require(
            read(
                events([
                    delta(#""reasoning_content":"a b""#), delta(#""reasoning_content":"a b c""#),
                    delta(#""reasoning_content":"a b c","content":"7""#),
                    delta(#""reasoning_content":"a b c","content":"7 8""#, finish: "\"stop\""),
                ])
            ).completions.first)
        #expect(sample.reasoning == "a b c" && sample.text == "7 8")
    }

    @Test(arguments: [
        "null", "[]", "", "42", "true", "\"\"", "ping", ": keep-alive", "{}", #"{"type":"ping"}"#, "[{}]", " ",
    ])
    func eventsThatSayNothing(document: String) throws {
        let body = "data: \(document)\n\n" + events([text("7"), Self.end])
        let inside = "data: \(text("7"))\n\ndata: \(document)\n\n" + events([Self.end])
        for stream in [body, inside] {
            #expect(try read(stream).completions.map(\.text) == ["7"], "\(stream)")
        }
    }

    @Test func pingsOfOtherDialects() throws {
        let sglang =
            #"{"text":"7","output_ids":[1],"meta_info":{"finish_reason":{"type":"stop"},"completion_tokens":1}}"#
        #expect(try read("data: {\"type\":\"ping\"}\n\ndata: \(sglang)\n\n", .sglang, .auto).completions.count == 1)
        #expect(try read("event: ping\ndata: {\"t\":1}\n\ndata: \(sglang)\n\n", .sglang, .auto).completions.count == 1)
    }

    /// A proxy's comments, then an answer without any event around it.
    @Test(arguments: [1, 3, .max]) func whatIsNoEventStream(piece: Int) throws {
        let whole = #"{"choices":[{"index":0,"message":{"content":"7"},"finish_reason":"stop"}]}"#
        let comment = ": OPENROUTER PROCESSING\n\n"
        let bodies = [
            comment + comment + whole, String(repeating: comment, count: 4000) + events([text("7"), Self.end]),
            comment + "\n" + whole.replacing(",", with: ",\n"), whole,
            text("7") + "\n" + Self.end + "\n", comment + events([text("7"), Self.end]),
            "data: \(text("7"))\n\n\(Self.end)\n\n",
        ]
        for body in bodies {
            #expect(try read(body, piece: piece).completions.map(\.text) == ["7"], "\(body)")
            #expect(try read(body, stream: false).completions.map(\.text) == ["7"], "\(body)")
        }
    }

    @Test func linesOfOneEvent() throws {
        let broken = text("7").replacing(",\"finish", with: ",\ndata: \"finish")
        for end in ["\n", "\r\n", "\r"] {
            for body in [
                "data: \(broken)\n\ndata: \(Self.end)\n\n", "data: \(text("7"))\ndata: \(Self.end)\ndata: [DONE]\n\n",
            ] {
                let lines = body.replacing("\n", with: end)
                #expect(try read(lines).completions.map(\.text) == ["7"], "\(lines.debugDescription)")
            }
        }
    }

    @Test(arguments: [
        ("event: error\ndata: {\"message\":\"Rate limit reached\"}\n\n", 429),
        ("event: error\ndata: something broke\n\n", 200), ("data: upstream error: too many requests\n\n", 429),
        ("data: {\"error\":{\"type\":\"overloaded_error\",\"message\":\"x\"}}\n\n", 529),
        ("error: {\"code\":503,\"message\":\"x\",\"type\":\"unavailable_error\"}\n\n", 503),
        ("{\"error\":{\"message\":\"slow\",\"code\":429}}\n\n", 429),
        ("data: [{\"error\":{\"code\":429,\"message\":\"x\"}}]\n\n", 429),
    ])
    func errorsInTheMiddle(error: String, status: Int) {
        do {
            _ = try read("data: \(text("7"))\n\n" + error + events([Self.end]))
            Issue.record("no error: \(error)")
        } catch let failure as SampleError {
            if case .server(let answer) = failure {
                #expect(answer.status == status, "\(error)")
            } else {
                Issue.record("\(failure)")
            }
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test func theEndOfAStream() throws {
        #expect(try read("data: \(text("7", finish: "\"stop\""))\n\n").completions.map(\.text) == ["7"])
        // A provider that is lost looks like this behind some proxies.
        #expect(throws: SampleError.reply(.unfinished)) { try read(events([text("7")])) }
    }

    /// `--stream-output` of older versions: whole texts with ids as differences, or texts without ids.
    @Test(arguments: [
        (["The", "The answer", "The answer is"], [[1], [2], [3]]),
        (["The", "The answer", "The answer is"], [[], [], []]),
        (["The", " answer", " is"], [[1], [2], [3]]), (["The", " answer", " is"], [[], [], []]),
        (["The", "The answer", "The answer is"], [[1], [1, 2], [1, 2, 3]]),
    ])
    func sglangTexts(texts: [String], ids: [[Int]]) throws {
        let documents = zip(texts, ids).enumerated().map { number, piece in
            let end = number == texts.count - 1 ? #"{"type":"stop"}"# : "null"
            let ids = piece.1.isEmpty ? "" : #","output_ids":\#(piece.1)"#
            return
                #"{"text":"\#(piece.0)"\#(ids),"meta_info":{"finish_reason":\#(end),"completion_tokens":\#(number + 1)}}"#
        }
        let sample = try #require(read(events(documents), .sglang, .auto).completions.first)
        #expect(sample.text == "The answer is" && sample.tokenIDs == (ids[0].isEmpty ? [] : [1, 2, 3]))
    }

    @Test(arguments: [
        #""reasoning_details":[{"type":"reasoning.text","text":"thi"},{"type":"reasoning.summary","summary":"nk"}]"#,
        #""reasoning":"think","reasoning_details":[{"type":"reasoning.text","text":"think","format":null}]"#,
        #""thinking_blocks":[{"type":"thinking","thinking":"think","signature":"s"},{"type":"redacted_thinking","data":"x"}]"#,
        #""reasoning_content":"think","thinking_blocks":[{"type":"thinking","thinking":"think"}]"#,
        #""reasoning":{"content":"think"}"#,
    ])
    func thoughtsUnderEveryName(members: String) throws {
        let body = #"{"choices":[{"index":0,"message":{"content":"7",\#(members)},"finish_reason":"stop"}]}"#
        let streamed = events([delta(members), text("7"), Self.end])
        for sample in [try read(body, stream: false), try read(streamed)].map(\.completions.first) {
            #expect(sample?.text == "7" && sample?.reasoning == "think", "\(members)")
        }
    }

    @Test(arguments: [
        #"{"text":"7"}"#, #"{"type":"text","text":"7"}"#, #"{"parts":[{"text":"7"}]}"#, #"[{"text":{"value":"7"}}]"#,
        #"["7"]"#, #"[{"type":"output_text","text":"7"}]"#,
        #"[{"type":"thinking","thinking":"a"},{"type":"text","text":"7"}]"#,
    ])
    func contentInParts(content: String) throws {
        let body = #"{"choices":[{"index":0,"message":{"content":\#(content)},"finish_reason":"stop"}]}"#
        #expect(try read(body, stream: false).completions.map(\.text) == ["7"])
        #expect(try read(events([delta("\"content\":\(content)"), Self.end])).completions.map(\.text) == ["7"])
    }

    @Test(arguments: [
        // The name in each piece; arguments as the whole so far, as an object, and all again at the end.
        [
            #"{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":"}}"#,
            #"{"index":0,"function":{"name":"f","arguments":"1}"}}"#,
        ],
        [
            #"{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":"}}"#,
            #"{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}}"#,
        ],
        [#"{"index":0,"id":"a","function":{"name":"f","arguments":{"x":1}}}"#],
        [
            #"{"index":0,"id":"a","function":{"name":"f"}}"#, #"{"index":0,"function":{"arguments":"{\"x\":1}"}}"#,
            #"{"index":0,"function":{"arguments":"{\"x\":1}"}}"#,
        ],
    ])
    func callsInPieces(calls: [String]) throws {
        let documents = calls.map { delta("\"tool_calls\":[\($0)]") } + [delta("", finish: "\"tool_calls\"")]
        #expect(
            try read(events(documents)).completions.first?.toolCalls
                == #"[{"id":"a","name":"f","arguments":"{\"x\":1}"}]"#)
    }

    @Test func callsOfOtherShapes() throws {
        for message in [
            #"{"tool_calls":{"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}}}"#,
            #"{"content":[{"type":"tool_use","id":"a","name":"f","input":{"x":1}}]}"#,
        ] {
            let body = #"{"choices":[{"index":0,"message":\#(message),"finish_reason":"tool_calls"}]}"#
            #expect(
                try read(body, stream: false).completions.first?.toolCalls
                    == #"[{"id":"a","name":"f","arguments":"{\"x\":1}"}]"#)
        }
    }
}
