public import JSON

extension ToolCall {
    /// As the journal keeps it.
    public var json: JSONValue {
        [
            "id": .string(id), "name": .string(name), "arguments": arguments ?? .null,
            "fault": fault.map { .string($0.rawValue) } ?? .null,
            "explanation": explanation.map(JSONValue.string) ?? .null,
        ]
    }

    /// Reads what `json` makes; nil for anything else.
    public init?(_ json: JSONValue) {
        guard let id = json["id"]?.stringValue, let name = json["name"]?.stringValue else { return nil }
        self.init(
            id: id, name: name, arguments: json["arguments"]?.unlessNull,
            fault: json["fault"]?.stringValue.flatMap(ToolCallFault.init),
            explanation: json["explanation"]?.stringValue)
    }
}

extension Observation {
    /// As the journal keeps it; equal observations have equal bytes.
    public var json: JSONValue {
        [
            "results": .array(
                results.map {
                    [
                        "id": .string($0.callID), "name": .string($0.name), "text": .string($0.text),
                        "outcome": .string($0.outcome.rawValue),
                    ]
                }), "messages": .array(messages.map(\.json)), "reward": reward.map(JSONValue.double) ?? .null,
            "progress": progress.map(JSONValue.double) ?? .null, "done": .bool(isDone),
            "state": stateHash.map { .string(String($0, radix: 16)) } ?? .null,
        ]
    }

    /// Reads what `json` makes; nil for anything else.
    public init?(_ json: JSONValue) {
        guard let list = json["results"]?.arrayValue, let done = json["done"]?.boolValue else { return nil }
        let results = list.compactMap { entry -> ToolResult? in
            guard let id = entry["id"]?.stringValue, let name = entry["name"]?.stringValue,
                let text = entry["text"]?.stringValue,
                let outcome = entry["outcome"]?.stringValue.flatMap(ToolResult.Outcome.init)
            else { return nil }
            return ToolResult(to: ToolCall(id: id, name: name, arguments: nil), text, outcome: outcome)
        }
        guard results.count == list.count else { return nil }
        self.init(
            results: results, messages: (json["messages"]?.arrayValue ?? []).map { ChatMessage($0) },
            reward: json["reward"]?.doubleValue, progress: json["progress"]?.doubleValue, isDone: done,
            stateHash: json["state"]?.stringValue.flatMap { UInt64($0, radix: 16) })
    }
}

extension Turn {
    /// As the journal keeps it.
    public var json: JSONValue {
        [
            "turn": .int(number), "text": .string(action.text), "calls": .array(action.calls.map(\.json)),
            "observation": observation?.json ?? .null, "finish": .string(finish.rawValue),
            "request_id": .string(requestID), "sampled_tokens": .int(sampledTokens),
            "sampled_ms": .double(sampledMilliseconds), "env_ms": .double(environmentMilliseconds),
        ]
    }

    /// Reads what `json` makes; nil for anything else.
    public init?(_ json: JSONValue) {
        guard let number = json["turn"]?.intValue, let text = json["text"]?.stringValue,
            let list = json["calls"]?.arrayValue, let finish = json["finish"]?.stringValue.flatMap(FinishReason.init)
        else { return nil }
        let calls = list.compactMap { ToolCall($0) }
        guard calls.count == list.count else { return nil }
        self.init(
            number: number, action: Action(text: text, calls: calls),
            observation: json["observation"].flatMap { Observation($0) }, finish: finish,
            requestID: json["request_id"]?.stringValue ?? "", sampledTokens: json["sampled_tokens"]?.intValue ?? 0,
            sampledMilliseconds: json["sampled_ms"]?.doubleValue ?? 0,
            environmentMilliseconds: json["env_ms"]?.doubleValue ?? 0)
    }
}
