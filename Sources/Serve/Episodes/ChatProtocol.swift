import Experience
import JSON
import Rollout

/// OpenAI's chat completions (`/chat/completions`), as its clients send and read it.
struct ChatProtocol: AgentProtocol {
    let path = "/chat/completions"

    private static let known = Set(
        """
        model messages tools tool_choice max_tokens max_completion_tokens stop stream stream_options seed n logprobs
        top_logprobs response_format functions function_call temperature top_p top_k modalities audio logit_bias
        presence_penalty frequency_penalty parallel_tool_calls
        """.words
    ).union(RequestReader.silent)

    func read(_ body: JSONValue) throws(AgentFailure) -> AgentAsk {
        let reader = try RequestReader(body)
        try refuse(reader)
        var request = try reader.openAIRequest(try messages(reader), known: Self.known)
        let most = try reader.count("max_tokens")
        request.maxTokens = try reader.count("max_completion_tokens") ?? most
        for penalty in ["presence_penalty", "frequency_penalty"] {
            if let value = try reader.number(penalty), value != 0 { request.unheeded.append(penalty) }
        }
        return AgentAsk(
            request: request, isStreaming: try reader.bool("stream"),
            wantsUsage: reader["stream_options"]?["include_usage"]?.boolValue ?? false, body: body)
    }

    // What would change what the policy's tokens are, or cannot be had from it.
    private func refuse(_ reader: RequestReader) throws(AgentFailure) {
        if let n = try reader.count("n"), n != 1 {
            throw AgentFailure(.invalid, "'n' must be 1: send the request \(n) times, each with a 'seed' of its own")
        }
        let wantsLogprobs = try reader.bool("logprobs")
        if wantsLogprobs || reader["top_logprobs"] != nil {
            throw AgentFailure(.invalid, "log-probs go to the trainer, not to the agent: leave 'logprobs' out")
        }
        if let type = reader["response_format"]?["type"]?.stringValue, type != "text" {
            throw AgentFailure(
                .invalid,
                "response_format '\(type.prefix(60))' would bend what the policy samples: ask for the form in the prompt, or "
                    + "let it call a tool")
        }
        if reader["functions"] != nil || reader["function_call"] != nil {
            throw AgentFailure(.invalid, "'functions' is the earlier form: send 'tools' and 'tool_choice'")
        }
        if reader["audio"] != nil || reader["modalities"]?.arrayValue?.contains(where: { $0 != "text" }) == true {
            throw AgentFailure(.invalid, "the policy writes text alone: leave 'audio' and 'modalities' out")
        }
        if reader["logit_bias"]?.objectValue?.isEmpty == false {
            throw AgentFailure(.invalid, "'logit_bias' would bend what the policy samples: leave it out")
        }
    }

    private func messages(_ reader: RequestReader) throws(AgentFailure) -> [AgentMessage] {
        var messages: [AgentMessage] = []
        var names: [String: String] = [:]
        for entry in try reader.list("messages") {
            let text = try RequestReader.text(entry["content"], parts: RequestReader.textParts)
            switch entry["role"]?.stringValue {
            case "system", "developer": messages.append(AgentMessage(.system, text))
            case "user": messages.append(AgentMessage(.user, text))
            case "assistant":
                let calls = try calls(entry)
                for call in calls { names[call.id] = call.name }
                messages.append(AgentMessage(.assistant, text, calls: calls))
            case "tool":
                let id = entry["tool_call_id"]?.stringValue ?? ""
                messages.append(
                    AgentMessage(toolResult: text, to: id, name: names[id] ?? entry["name"]?.stringValue ?? ""))
            case let role:
                throw AgentFailure(
                    .invalid,
                    "a message's role is '\(role?.prefix(60) ?? "")': system, developer, user, assistant or tool")
            }
        }
        if messages.isEmpty { throw AgentFailure(.invalid, "'messages' is missing or empty") }
        return messages
    }

    private func calls(_ entry: JSONValue) throws(AgentFailure) -> [ToolCall] {
        var calls: [ToolCall] = []
        for call in entry["tool_calls"]?.arrayValue ?? [] {
            guard let name = call["function"]?["name"]?.stringValue else {
                throw AgentFailure(.invalid, "a member of 'tool_calls' has no function.name")
            }
            let arguments = call["function"]?["arguments"]?.unlessNull
            calls.append(
                ToolCall(
                    id: call["id"]?.stringValue ?? "", name: name,
                    arguments: arguments.map { $0.stringValue.map(RequestReader.arguments) ?? $0 } ?? .object([])))
        }
        return calls
    }

    private func finish(_ reply: AgentReply) -> JSONValue {
        reply.finish == .length ? "length" : reply.calls.isEmpty ? "stop" : "tool_calls"
    }

    private func usage(_ reply: AgentReply) -> JSONValue {
        [
            "prompt_tokens": .int(reply.promptTokens), "completion_tokens": .int(reply.sampledTokens),
            "total_tokens": .int(reply.totalTokens), "prompt_tokens_details": ["cached_tokens": .int(reply.heldTokens)],
            "completion_tokens_details": ["reasoning_tokens": 0],
        ]
    }

    func whole(_ reply: AgentReply, to ask: AgentAsk) -> JSONValue {
        var message: [JSONValue.Member] = [
            .init("role", "assistant"),
            .init("content", reply.text.isEmpty && !reply.calls.isEmpty ? .null : .string(reply.text)),
            .init("refusal", .null),
        ]
        if let reasoning = reply.reasoning { message.append(.init("reasoning_content", .string(reasoning))) }
        if !reply.calls.isEmpty {
            message.append(
                .init(
                    "tool_calls",
                    .array(
                        reply.calls.map {
                            [
                                "id": .string($0.id), "type": "function",
                                "function": ["name": .string($0.name), "arguments": .string($0.argumentsText)],
                            ]
                        })))
        }
        return [
            "id": .string("chatcmpl-\(reply.id)"), "object": "chat.completion", "created": .int(reply.seconds),
            "model": reply.model(ask),
            "choices": [
                ["index": 0, "message": .object(message), "logprobs": .null, "finish_reason": finish(reply)]
            ], "usage": usage(reply), "system_fingerprint": .null,
        ]
    }

    func events(_ reply: AgentReply, to ask: AgentAsk) -> EventWriter {
        var writer = EventWriter()
        func chunk(_ choices: JSONValue, usage: JSONValue = .null) {
            var members: [JSONValue.Member] = [
                .init("id", .string("chatcmpl-\(reply.id)")), .init("object", "chat.completion.chunk"),
                .init("created", .int(reply.seconds)), .init("model", reply.model(ask)),
                .init("system_fingerprint", .null), .init("choices", choices),
            ]
            if ask.wantsUsage { members.append(.init("usage", usage)) }
            writer.data(.object(members))
        }
        func delta(_ delta: JSONValue, finish: JSONValue = .null) {
            chunk([["index": 0, "delta": delta, "logprobs": .null, "finish_reason": finish]])
        }
        delta(["role": "assistant", "content": "", "refusal": .null])
        if let reasoning = reply.reasoning { delta(["reasoning_content": .string(reasoning)]) }
        if !reply.text.isEmpty { delta(["content": .string(reply.text)]) }
        for (index, call) in reply.calls.enumerated() {
            delta([
                "tool_calls": [
                    [
                        "index": .int(index), "id": .string(call.id), "type": "function",
                        "function": ["name": .string(call.name), "arguments": ""],
                    ]
                ]
            ])
            delta(["tool_calls": [["index": .int(index), "function": ["arguments": .string(call.argumentsText)]]]])
        }
        delta(.object([]), finish: finish(reply))
        if ask.wantsUsage { chunk([], usage: usage(reply)) }
        writer.done()
        return writer
    }

    func failure(_ failure: AgentFailure) -> (status: Int, body: JSONValue) { Self.openAI(failure) }

    /// As OpenAI's servers say it, in both of its protocols.
    static func openAI(_ failure: AgentFailure) -> (status: Int, body: JSONValue) {
        let (type, code): (String, String) =
            switch failure.kind {
            case .invalid: ("invalid_request_error", "invalid_request")
            case .unknown: ("invalid_request_error", "invalid_api_key")
            case .over: ("invalid_request_error", "episode_over")
            case .busy: ("rate_limit_error", "rate_limit_exceeded")
            case .upstream, .overloaded, .timeout: ("server_error", "upstream_error")
            }
        return (
            failure.kind.rawValue,
            [
                "error": [
                    "message": .string(failure.description), "type": .string(type), "param": .null,
                    "code": .string(code),
                ]
            ]
        )
    }
}
