import Experience
import JSON
import Rollout

/// OpenAI's Responses (`/responses`), stateless: the whole conversation is in `input`.
struct ResponsesProtocol: AgentProtocol {
    let path = "/responses"

    // `include` asks for parts that no policy of ours has.
    private static let known = Set(
        """
        model input instructions tools tool_choice max_output_tokens stream seed stop previous_response_id conversation
        background text prompt top_logprobs temperature top_p top_k parallel_tool_calls stream_options truncation include
        """.words
    ).union(RequestReader.silent)

    func read(_ body: JSONValue) throws(AgentFailure) -> AgentAsk {
        let reader = try RequestReader(body)
        try refuse(reader)
        var request = try reader.openAIRequest(try messages(reader), known: Self.known)
        request.maxTokens = try reader.count("max_output_tokens")
        return AgentAsk(request: request, isStreaming: try reader.bool("stream"), body: body)
    }

    private func refuse(_ reader: RequestReader) throws(AgentFailure) {
        for key in ["previous_response_id", "conversation"] where reader[key] != nil {
            throw AgentFailure(
                .invalid, "'\(key)' is not kept here: send the whole conversation in 'input' (store: false does so)")
        }
        if reader["prompt"] != nil { throw AgentFailure(.invalid, "'prompt' is kept at its vendor: send 'input'") }
        if try reader.bool("background") {
            throw AgentFailure(.invalid, "'background' is not done here: wait for the reply, or stream it")
        }
        if reader["top_logprobs"] != nil {
            throw AgentFailure(.invalid, "log-probs go to the trainer, not to the agent: leave 'top_logprobs' out")
        }
        if let type = reader["text"]?["format"]?["type"]?.stringValue, type != "text" {
            throw AgentFailure(
                .invalid,
                "text.format '\(type.prefix(60))' would bend what the policy samples: ask for the form in the prompt, or let "
                    + "it call a tool")
        }
    }

    private func messages(_ reader: RequestReader) throws(AgentFailure) -> [AgentMessage] {
        var messages: [AgentMessage] = []
        if let instructions = try reader.string("instructions") { messages.append(AgentMessage(.system, instructions)) }
        if let text = reader["input"]?.stringValue { return messages + [AgentMessage(.user, text)] }
        var names: [String: String] = [:]
        for item in try reader.list("input") {
            switch item["type"]?.stringValue ?? "message" {
            case "message": append(try message(item), to: &messages)
            case "function_call":
                guard let name = item["name"]?.stringValue, let id = item["call_id"]?.stringValue else {
                    throw AgentFailure(.invalid, "a function_call needs 'name' and 'call_id'")
                }
                names[id] = name
                let arguments = RequestReader.arguments(item["arguments"]?.stringValue ?? "{}")
                let call = ToolCall(id: id, name: name, arguments: arguments)
                append(AgentMessage(.assistant, "", calls: [call]), to: &messages)
            case "function_call_output":
                let id = item["call_id"]?.stringValue ?? ""
                let text = try RequestReader.text(item["output"], parts: RequestReader.textParts)
                messages.append(AgentMessage(toolResult: text, to: id, name: names[id] ?? ""))
            // What the policy thought is in the tokens that are held.
            case "reasoning": continue
            case let type:
                throw AgentFailure(
                    .invalid,
                    "an input item of type '\(type.prefix(60))' cannot be put to the policy: messages, function_call "
                        + "and function_call_output can")
            }
        }
        if messages.isEmpty { throw AgentFailure(.invalid, "'input' is missing or empty") }
        return messages
    }

    private func message(_ item: JSONValue) throws(AgentFailure) -> AgentMessage {
        let text = try RequestReader.text(item["content"], parts: RequestReader.textParts)
        switch item["role"]?.stringValue {
        case "system", "developer": return AgentMessage(.system, text)
        case "user": return AgentMessage(.user, text)
        case "assistant": return AgentMessage(.assistant, text)
        case let role: throw AgentFailure(.invalid, "a message's role is '\(role?.prefix(60) ?? "")'")
        }
    }

    // A turn is several items here: its text, and each of its calls.
    private func append(_ message: AgentMessage, to messages: inout [AgentMessage]) {
        guard message.role == .assistant, let last = messages.last, last.role == .assistant else {
            return messages.append(message)
        }
        messages[messages.count - 1].text += message.text
        messages[messages.count - 1].calls += message.calls
    }

    // MARK: Replies

    private func output(_ reply: AgentReply) -> [JSONValue] {
        var items: [JSONValue] = []
        if let reasoning = reply.reasoning {
            items.append([
                "id": .string("rs_\(reply.id)"), "type": "reasoning", "summary": [],
                "content": [["type": "reasoning_text", "text": .string(reasoning)]],
            ])
        }
        if !reply.text.isEmpty || reply.calls.isEmpty { items.append(message(reply, [part(reply.text)], "completed")) }
        for (index, call) in reply.calls.enumerated() {
            items.append(item(call, index, reply, arguments: call.argumentsText, "completed"))
        }
        return items
    }

    private func part(_ text: String) -> JSONValue {
        ["type": "output_text", "text": .string(text), "annotations": [], "logprobs": []]
    }

    private func message(_ reply: AgentReply, _ content: [JSONValue], _ status: JSONValue) -> JSONValue {
        [
            "id": .string("msg_\(reply.id)"), "type": "message", "status": status, "role": "assistant",
            "content": .array(content),
        ]
    }

    private func item(
        _ call: ToolCall, _ index: Int, _ reply: AgentReply, arguments: String, _ status: JSONValue
    ) -> JSONValue {
        [
            "id": .string("fc_\(reply.id)_\(index)"), "type": "function_call", "status": status,
            "arguments": .string(arguments), "call_id": .string(call.id), "name": .string(call.name),
        ]
    }

    func whole(_ reply: AgentReply, to ask: AgentAsk) -> JSONValue {
        response(reply, ask, output(reply), status: reply.finish == .length ? "incomplete" : "completed")
    }

    private func response(_ reply: AgentReply, _ ask: AgentAsk, _ output: [JSONValue], status: JSONValue) -> JSONValue {
        let isOver = status != "in_progress"
        let usage: JSONValue = [
            "input_tokens": .int(reply.promptTokens), "input_tokens_details": ["cached_tokens": .int(reply.heldTokens)],
            "output_tokens": .int(reply.sampledTokens), "output_tokens_details": ["reasoning_tokens": 0],
            "total_tokens": .int(reply.totalTokens),
        ]
        return [
            "id": .string("resp_\(reply.id)"), "object": "response", "created_at": .int(reply.seconds),
            "status": status,
            "background": false, "error": .null,
            "incomplete_details": status == "incomplete" ? ["reason": "max_output_tokens"] : .null,
            "instructions": ask.body["instructions"] ?? .null,
            "max_output_tokens": ask.body["max_output_tokens"] ?? .null,
            "model": reply.model(ask), "output": .array(output),
            "parallel_tool_calls": ask.body["parallel_tool_calls"] ?? true, "previous_response_id": .null,
            "reasoning": ["effort": .null, "summary": .null], "store": false,
            "temperature": ask.body["temperature"] ?? .null, "text": ["format": ["type": "text"]],
            "tool_choice": ask.body["tool_choice"] ?? "auto", "tools": ask.body["tools"] ?? [],
            "top_p": ask.body["top_p"] ?? .null, "truncation": "disabled", "usage": isOver ? usage : .null,
            "user": ask.body["user"] ?? .null, "metadata": ask.body["metadata"] ?? .object([]),
        ]
    }

    func events(_ reply: AgentReply, to ask: AgentAsk) -> EventWriter {
        var events = ResponseEvents()
        events.send("response.created", [.init("response", response(reply, ask, [], status: "in_progress"))])
        events.send("response.in_progress", [.init("response", response(reply, ask, [], status: "in_progress"))])
        let output = output(reply)
        for (place, item) in output.enumerated() {
            let at: [JSONValue.Member] = [.init("output_index", .int(place))]
            let named = [JSONValue.Member("item_id", item["id"] ?? .null)] + at
            switch item["type"] {
            case "message":
                let inside = named + [.init("content_index", 0)]
                events.send("response.output_item.added", at + [.init("item", message(reply, [], "in_progress"))])
                events.send("response.content_part.added", inside + [.init("part", part(""))])
                if !reply.text.isEmpty {
                    events.send(
                        "response.output_text.delta",
                        inside + [.init("delta", .string(reply.text)), .init("logprobs", [])])
                }
                events.send(
                    "response.output_text.done", inside + [.init("text", .string(reply.text)), .init("logprobs", [])])
                events.send("response.content_part.done", inside + [.init("part", part(reply.text))])
            case "function_call":
                let index = place - (output.count - reply.calls.count)
                let call = reply.calls[index]
                let text = JSONValue.string(call.argumentsText)
                events.send(
                    "response.output_item.added",
                    at + [.init("item", self.item(call, index, reply, arguments: "", "in_progress"))])
                events.send("response.function_call_arguments.delta", named + [.init("delta", text)])
                events.send(
                    "response.function_call_arguments.done",
                    named + [.init("name", .string(call.name)), .init("arguments", text)])
            default: events.send("response.output_item.added", at + [.init("item", item)])
            }
            events.send("response.output_item.done", at + [.init("item", item)])
        }
        let whole = whole(reply, to: ask)
        events.send(
            reply.finish == .length ? "response.incomplete" : "response.completed", [.init("response", whole)])
        return events.writer
    }

    func failure(_ failure: AgentFailure) -> (status: Int, body: JSONValue) { ChatProtocol.openAI(failure) }
}

/// Events that are numbered.
private struct ResponseEvents {
    private(set) var writer = EventWriter()
    private var number = 0

    mutating func send(_ type: String, _ members: [JSONValue.Member]) {
        writer.event(
            type, .object([.init("type", .string(type)), .init("sequence_number", .int(number))] + members))
        number += 1
    }
}
