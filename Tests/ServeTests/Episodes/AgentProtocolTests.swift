import Experience
import JSON
import Testing

@testable import Rollout
@testable import Serve

@Suite struct AgentProtocolTests {
    static let call = ToolCall(id: "call_0_0", name: "add", arguments: ["a": 1])
    static func reply(_ text: String, calls: [ToolCall] = [], finish: FinishReason = .stop) -> AgentReply {
        AgentReply(
            id: "x", model: "tiny", text: text, reasoning: nil, calls: calls, finish: finish, promptTokens: 10,
            heldTokens: 4, sampledTokens: 3, createdAt: 5000, turn: 0)
    }

    /// The same conversation as each protocol sends it.
    static let asked: [(any AgentProtocol, JSONValue)] = [
        (
            ChatProtocol(),
            [
                "model": "m",
                "messages": [
                    [
                        "role": "developer",
                        "content": [["type": "text", "text": "be "], ["type": "text", "text": "kind"]],
                    ],
                    ["role": "user", "content": "q"],
                    [
                        "role": "assistant", "content": .null,
                        "tool_calls": [
                            [
                                "id": "c1", "type": "function",
                                "function": ["name": "add", "arguments": #"{ "a" : 1.0 }"#],
                            ]
                        ],
                    ], ["role": "tool", "tool_call_id": "c1", "content": "3"],
                ], "tools": [["type": "function", "function": ["name": "add", "parameters": ["type": "object"]]]],
                "max_completion_tokens": 7,
            ]
        ),
        (
            ResponsesProtocol(),
            [
                "model": "m", "instructions": "be kind",
                "input": [
                    ["role": "user", "content": [["type": "input_text", "text": "q"]]],
                    ["type": "reasoning", "summary": []],
                    ["type": "function_call", "call_id": "c9", "name": "add", "arguments": #"{"a":1}"#, "id": "fc"],
                    ["type": "function_call_output", "call_id": "c9", "output": "3"],
                ], "tools": [["type": "function", "name": "add", "parameters": ["type": "object"]]],
                "max_output_tokens": 7,
            ]
        ),
        (
            MessagesProtocol(),
            [
                "model": "m", "max_tokens": 7, "system": [["type": "text", "text": "be kind"]],
                "messages": [
                    ["role": "user", "content": "q"],
                    [
                        "role": "assistant",
                        "content": [
                            ["type": "thinking", "thinking": "hm", "signature": ""],
                            ["type": "tool_use", "id": "t1", "name": "add", "input": ["a": 1]],
                        ],
                    ],
                    ["role": "user", "content": [["type": "tool_result", "tool_use_id": "t1", "content": "3"]]],
                ], "tools": [["name": "add", "input_schema": ["type": "object"]]],
            ]
        ),
    ]

    @Test func oneConversationIsOneInEveryProtocol() throws {
        var seen: [AgentRequest] = []
        for (kind, body) in Self.asked {
            var request = try kind.read(body).request
            // Names of calls are the protocol's own.
            for place in request.messages.indices {
                request.messages[place].callID = ""
                for call in request.messages[place].calls.indices {
                    request.messages[place].calls[call].id = ""
                    let arguments = request.messages[place].calls[call].arguments
                    request.messages[place].calls[call].arguments = arguments?.canonical
                }
            }
            seen.append(request)
        }
        #expect(Set(seen).count == 1)
        #expect(seen.first?.messages.map(\.role) == [.system, .user, .assistant, .tool])
        #expect(seen.first?.messages.first?.text == "be kind" && seen.first?.maxTokens == 7)
    }

    @Test func whatCannotBeDoneIsRefusedWithAWord() {
        let user: JSONValue = [["role": "user", "content": "q"]]
        let image: JSONValue = [["role": "user", "content": [["type": "image_url", "image_url": ["url": "x"]]]]]
        let refused: [(any AgentProtocol, JSONValue, String)] = [
            (ChatProtocol(), ["messages": user, "n": 3], "seed"),
            (ChatProtocol(), ["messages": user, "logprobs": true], "trainer"),
            (ChatProtocol(), ["messages": user, "response_format": ["type": "json_object"]], "prompt"),
            (ChatProtocol(), ["messages": user, "functions": []], "tools"),
            (ChatProtocol(), ["messages": image], "text alone"), (ChatProtocol(), ["messages": []], "messages"),
            (ChatProtocol(), [], "object"), (ChatProtocol(), ["messages": user, "stream": "yes"], "true or false"),
            (ChatProtocol(), ["messages": user, "max_tokens": 0], "above 0"),
            (ChatProtocol(), ["messages": user, "stop": [1]], "strings"),
            (ChatProtocol(), ["messages": user, "tools": [["type": "function"]]], "name"),
            (ChatProtocol(), ["messages": [["role": "function", "content": "q"]]], "role"),
            (ResponsesProtocol(), ["input": "q", "previous_response_id": "r"], "whole conversation"),
            (ResponsesProtocol(), ["input": "q", "tools": [["type": "web_search"]]], "vendor"),
            (ResponsesProtocol(), ["input": [["type": "item_reference", "id": "x"]]], "input item"),
            (ResponsesProtocol(), ["input": "q", "text": ["format": ["type": "json_schema"]]], "prompt"),
            (MessagesProtocol(), ["messages": user], "max_tokens"),
            (
                MessagesProtocol(), ["messages": [["role": "assistant", "content": "x"]], "max_tokens": 1],
                "not its own"
            ),
            (
                MessagesProtocol(),
                ["messages": user, "max_tokens": 1, "tools": [["type": "bash_20250124", "name": "b"]]], "vendor"
            ),
        ]
        for (kind, body, word) in refused {
            let failure = #expect(throws: AgentFailure.self) { _ = try kind.read(body) }
            #expect(failure?.kind == .invalid && failure?.description.contains(word) == true, "\(body.text)")
        }
    }

    @Test func whatIsNotHeededIsNamed() throws {
        let body: JSONValue = [
            "messages": [["role": "user", "content": "q"]], "temperature": 0.2, "foo": 1, "presence_penalty": 1,
            "frequency_penalty": 0, "tool_choice": "required", "user": "u", "parallel_tool_calls": false, "bar": .null,
        ]
        let request = try ChatProtocol().read(body).request
        #expect(Set(request.unheeded) == ["foo", "presence_penalty", "tool_choice", "parallel_tool_calls"])
        #expect(request.temperature == 0.2)
    }

    @Test func chatStreamsAsItsServersDo() throws {
        let ask = AgentAsk(request: AgentRequest(messages: []), isStreaming: true, wantsUsage: true, body: [])
        let text = String(
            decoding: ChatProtocol().events(Self.reply("hi", calls: [Self.call]), to: ask).bytes, as: UTF8.self)
        let events = text.split(separator: "\n\n").map { $0.dropFirst(6) }
        #expect(events.last == "[DONE]")
        let chunks = try events.dropLast().map { try JSONValue(parsing: $0.utf8) }
        let deltas = chunks.compactMap { $0["choices"]?.arrayValue?.first?["delta"] }
        #expect(deltas.first?["role"] == "assistant")
        #expect(deltas.compactMap { $0["content"]?.stringValue }.joined() == "hi")
        let pieces = deltas.compactMap { $0["tool_calls"]?.arrayValue?.first }
        #expect(pieces.first?["id"] == "call_0_0" && pieces.first?["function"]?["name"] == "add")
        #expect(pieces.compactMap { $0["function"]?["arguments"]?.stringValue }.joined() == #"{"a":1}"#)
        #expect(chunks.dropLast().last?["choices"]?.arrayValue?.first?["finish_reason"] == "tool_calls")
        #expect(chunks.last?["usage"]?["total_tokens"] == 13 && chunks.last?["choices"] == [])
    }

    @Test func responsesStreamAsTheirServersDo() throws {
        let ask = AgentAsk(request: AgentRequest(messages: []), isStreaming: true, body: [])
        let kind = ResponsesProtocol()
        let text = String(decoding: kind.events(Self.reply("hi", calls: [Self.call]), to: ask).bytes, as: UTF8.self)
        let events = try text.split(separator: "\n\n").map {
            try JSONValue(parsing: $0.split(separator: "data: ")[1].utf8)
        }
        #expect(
            events.map { $0["type"]?.stringValue ?? "" } == [
                "response.created", "response.in_progress", "response.output_item.added", "response.content_part.added",
                "response.output_text.delta", "response.output_text.done", "response.content_part.done",
                "response.output_item.done", "response.output_item.added", "response.function_call_arguments.delta",
                "response.function_call_arguments.done", "response.output_item.done", "response.completed",
            ])
        #expect(events.map { $0["sequence_number"]?.intValue } == Array(0..<13))
        #expect(events.last?["response"]?["output"]?.arrayValue?.map { $0["type"] } == ["message", "function_call"])
        let cut = kind.whole(Self.reply("h", finish: .length), to: ask)
        #expect(cut["status"] == "incomplete" && cut["incomplete_details"]?["reason"] == "max_output_tokens")
    }

    @Test func messagesStreamAsTheirServersDo() throws {
        let ask = AgentAsk(request: AgentRequest(messages: []), isStreaming: true, body: [])
        let text = String(
            decoding: MessagesProtocol().events(Self.reply("hi", calls: [Self.call]), to: ask).bytes, as: UTF8.self)
        let events = try text.split(separator: "\n\n").map {
            try JSONValue(parsing: $0.split(separator: "data: ")[1].utf8)
        }
        #expect(
            events.map { $0["type"]?.stringValue ?? "" } == [
                "message_start", "content_block_start", "content_block_delta", "content_block_stop",
                "content_block_start",
                "content_block_delta", "content_block_stop", "message_delta", "message_stop",
            ])
        #expect(events[7]["delta"]?["stop_reason"] == "tool_use" && events[7]["usage"]?["output_tokens"] == 3)
        #expect(events[5]["delta"]?["partial_json"] == #"{"a":1}"#)
    }

    @Test func failuresHaveEachProtocolsForm() {
        let busy = AgentFailure(.busy, "later")
        #expect(ChatProtocol().failure(busy).body["error"]?["type"] == "rate_limit_error")
        #expect(MessagesProtocol().failure(busy).body["type"] == "error")
        #expect(MessagesProtocol().failure(AgentFailure(.overloaded, "x")).status == 529)
        #expect(ResponsesProtocol().failure(AgentFailure(.unknown, "x")).status == 401)
        #expect(busy.retryAfter == 1 && AgentFailure(.invalid, "x").retryAfter == nil)
    }
}
