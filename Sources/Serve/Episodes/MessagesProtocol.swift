import Experience
import JSON
import Rollout

/// Anthropic's Messages (`/messages`).
struct MessagesProtocol: AgentProtocol {
    let path = "/messages"

    private static let known: Set<String> = [
        "model", "messages", "system", "tools", "tool_choice", "max_tokens", "stop_sequences", "stream", "temperature",
        "top_p", "top_k", "thinking", "output_format", "output_config", "mcp_servers", "container",
        // What says nothing of what is sampled.
        "metadata", "service_tier", "cache_control", "inference_geo",
    ]

    func read(_ body: JSONValue) throws(AgentFailure) -> AgentAsk {
        let reader = try RequestReader(body)
        try refuse(reader)
        guard let most = try reader.count("max_tokens") else { throw AgentFailure(.invalid, "'max_tokens' is missing") }
        var request = try reader.request(
            try messages(reader), schema: "input_schema", stops: "stop_sequences",
            choice: reader["tool_choice"]?["type"], known: Self.known)
        request.maxTokens = most
        if reader["tool_choice"]?["disable_parallel_tool_use"] == true {
            request.unheeded.append("disable_parallel_tool_use")
        }
        var ask = AgentAsk(request: request, isStreaming: try reader.bool("stream"), body: body)
        ask.wantsThoughts = ["enabled", "adaptive"].contains(reader["thinking"]?["type"]?.stringValue)
        return ask
    }

    private func refuse(_ reader: RequestReader) throws(AgentFailure) {
        if reader["mcp_servers"]?.arrayValue?.isEmpty == false || reader["container"] != nil {
            throw AgentFailure(
                .invalid, "'mcp_servers' and 'container' run at their vendor, not here: give the agent tools of its own"
            )
        }
        if reader["output_format"] != nil || reader["output_config"]?["format"]?.unlessNull != nil {
            throw AgentFailure(
                .invalid,
                "an output format would bend what the policy samples: ask for the form in the prompt, or let it call a tool"
            )
        }
    }

    private func messages(_ reader: RequestReader) throws(AgentFailure) -> [AgentMessage] {
        var messages: [AgentMessage] = []
        let system = try RequestReader.text(reader["system"], parts: ["text"])
        if !system.isEmpty { messages.append(AgentMessage(.system, system)) }
        var names: [String: String] = [:]
        let list = try reader.list("messages")
        for entry in list {
            switch entry["role"]?.stringValue {
            case "user": try appendUser(entry["content"], names, to: &messages)
            case "assistant":
                let message = try assistant(entry["content"])
                for call in message.calls { names[call.id] = call.name }
                messages.append(message)
            case let role:
                throw AgentFailure(.invalid, "a message's role is '\(role?.prefix(60) ?? "")': user or assistant")
            }
        }
        if list.isEmpty { throw AgentFailure(.invalid, "'messages' is missing or empty") }
        if messages.last?.role == .assistant {
            throw AgentFailure(
                .invalid, "the policy does not go on with words that are not its own: end with a user's message")
        }
        return messages
    }

    // A user's message holds results of tools, each a message of its own to a template, and text.
    private func appendUser(
        _ content: JSONValue?, _ names: [String: String], to messages: inout [AgentMessage]
    ) throws(AgentFailure) {
        guard let blocks = content?.arrayValue else {
            return messages.append(AgentMessage(.user, try RequestReader.text(content, parts: ["text"])))
        }
        var rest: [JSONValue] = []
        for block in blocks {
            guard block["type"] == "tool_result" else {
                rest.append(block)
                continue
            }
            let id = block["tool_use_id"]?.stringValue ?? ""
            let text = try RequestReader.text(block["content"], parts: ["text"])
            messages.append(AgentMessage(toolResult: text, to: id, name: names[id] ?? ""))
        }
        if rest.isEmpty, !blocks.isEmpty { return }
        messages.append(AgentMessage(.user, try RequestReader.text(.array(rest), parts: ["text"])))
    }

    private func assistant(_ content: JSONValue?) throws(AgentFailure) -> AgentMessage {
        guard let blocks = content?.arrayValue else {
            return AgentMessage(.assistant, try RequestReader.text(content, parts: ["text"]))
        }
        var (texts, calls): ([JSONValue], [ToolCall]) = ([], [])
        for block in blocks {
            switch block["type"]?.stringValue {
            case "tool_use":
                guard let name = block["name"]?.stringValue else {
                    throw AgentFailure(.invalid, "a tool_use has no name")
                }
                calls.append(
                    ToolCall(id: block["id"]?.stringValue ?? "", name: name, arguments: block["input"] ?? .object([])))
            // What the policy thought is in the tokens that are held.
            case "thinking", "redacted_thinking": continue
            default: texts.append(block)
            }
        }
        return AgentMessage(.assistant, try RequestReader.text(.array(texts), parts: ["text"]), calls: calls)
    }

    // MARK: Replies

    private func blocks(_ reply: AgentReply, _ ask: AgentAsk) -> [JSONValue] {
        var blocks: [JSONValue] = []
        if ask.wantsThoughts, let reasoning = reply.reasoning {
            blocks.append(["type": "thinking", "thinking": .string(reasoning), "signature": ""])
        }
        if !reply.text.isEmpty { blocks.append(["type": "text", "text": .string(reply.text)]) }
        for call in reply.calls {
            let input = call.arguments.flatMap { $0.objectValue == nil ? nil : $0 } ?? .object([])
            blocks.append(["type": "tool_use", "id": .string(call.id), "name": .string(call.name), "input": input])
        }
        return blocks
    }

    private func stop(_ reply: AgentReply) -> JSONValue {
        reply.finish == .length ? "max_tokens" : reply.calls.isEmpty ? "end_turn" : "tool_use"
    }

    private func usage(_ reply: AgentReply, output: Int) -> JSONValue {
        [
            "input_tokens": .int(reply.promptTokens - reply.heldTokens), "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": .int(reply.heldTokens), "output_tokens": .int(output),
        ]
    }

    private func message(
        _ reply: AgentReply, _ ask: AgentAsk, _ content: [JSONValue], stop: JSONValue, output: Int
    ) -> JSONValue {
        [
            "id": .string("msg_\(reply.id)"), "type": "message", "role": "assistant", "model": reply.model(ask),
            "content": .array(content), "stop_reason": stop, "stop_sequence": .null,
            "usage": usage(reply, output: output),
        ]
    }

    func whole(_ reply: AgentReply, to ask: AgentAsk) -> JSONValue {
        message(reply, ask, blocks(reply, ask), stop: stop(reply), output: reply.sampledTokens)
    }

    func events(_ reply: AgentReply, to ask: AgentAsk) -> EventWriter {
        var writer = EventWriter()
        func send(_ type: String, _ members: [JSONValue.Member]) {
            writer.event(type, .object([.init("type", .string(type))] + members))
        }
        send("message_start", [.init("message", message(reply, ask, [], stop: .null, output: 1))])
        for (index, block) in blocks(reply, ask).enumerated() {
            let at = JSONValue.Member("index", .int(index))
            var (start, deltas): (JSONValue, [JSONValue]) = (block, [])
            switch block["type"] {
            case "thinking":
                start = ["type": "thinking", "thinking": "", "signature": ""]
                deltas = [["type": "thinking_delta", "thinking": block["thinking"] ?? ""]]
            case "tool_use":
                start = [
                    "type": "tool_use", "id": block["id"] ?? "", "name": block["name"] ?? "", "input": .object([]),
                ]
                deltas = [["type": "input_json_delta", "partial_json": .string(block["input"]?.text ?? "{}")]]
            default:
                start = ["type": "text", "text": ""]
                deltas = [["type": "text_delta", "text": block["text"] ?? ""]]
            }
            send("content_block_start", [at, .init("content_block", start)])
            for delta in deltas { send("content_block_delta", [at, .init("delta", delta)]) }
            send("content_block_stop", [at])
        }
        send(
            "message_delta",
            [
                .init("delta", ["stop_reason": stop(reply), "stop_sequence": .null]),
                .init("usage", usage(reply, output: reply.sampledTokens)),
            ])
        send("message_stop", [])
        return writer
    }

    func failure(_ failure: AgentFailure) -> (status: Int, body: JSONValue) {
        let (status, type): (Int, String) =
            switch failure.kind {
            case .invalid, .over: (failure.kind.rawValue, "invalid_request_error")
            case .unknown: (401, "authentication_error")
            case .busy: (429, "rate_limit_error")
            case .upstream: (502, "api_error")
            case .timeout: (504, "timeout_error")
            case .overloaded: (529, "overloaded_error")
            }
        return (
            status, ["type": "error", "error": ["type": .string(type), "message": .string(failure.description)]]
        )
    }
}
