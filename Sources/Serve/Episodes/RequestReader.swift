import Experience
import JSON
import Rollout

/// Reads members of an agent's request, bounded, with failures that name the member.
struct RequestReader {
    let body: JSONValue

    /// What a request may hold at most.
    private static let (mostMessages, mostTools, mostStops) = (8192, 1024, 16)

    init(_ body: JSONValue) throws(AgentFailure) {
        guard body.objectValue != nil else { throw AgentFailure(.invalid, "the body must be a JSON object") }
        self.body = body
    }

    subscript(key: String) -> JSONValue? { body[key]?.unlessNull }

    func string(_ key: String) throws(AgentFailure) -> String? {
        guard let value = self[key] else { return nil }
        guard let text = value.stringValue else { throw AgentFailure(.invalid, "'\(key)' must be a string") }
        return text
    }

    func bool(_ key: String) throws(AgentFailure) -> Bool {
        guard let value = self[key] else { return false }
        guard let flag = value.boolValue else { throw AgentFailure(.invalid, "'\(key)' must be true or false") }
        return flag
    }

    func number(_ key: String) throws(AgentFailure) -> Double? {
        guard let value = self[key] else { return nil }
        guard let number = value.doubleValue, number.isFinite else {
            throw AgentFailure(.invalid, "'\(key)' must be a number")
        }
        return number
    }

    func count(_ key: String) throws(AgentFailure) -> Int? {
        guard let number = try number(key) else { return nil }
        guard let count = Int(exactly: number), count >= 1 else {
            throw AgentFailure(.invalid, "'\(key)' must be a whole number above 0")
        }
        return count
    }

    func list(_ key: String, most: Int = mostMessages) throws(AgentFailure) -> [JSONValue] {
        guard let value = self[key] else { return [] }
        guard let list = value.arrayValue, list.count <= most else {
            throw AgentFailure(.invalid, "'\(key)' must be a list of at most \(most)")
        }
        return list
    }

    /// `stop` or `stop_sequences`: a string or a list of them.
    func stops(_ key: String) throws(AgentFailure) -> [String] {
        if let text = self[key]?.stringValue { return text.isEmpty ? [] : [text] }
        let list = try list(key, most: Self.mostStops)
        let texts = list.compactMap(\.stringValue)
        guard texts.count == list.count else { throw AgentFailure(.invalid, "'\(key)' must hold strings") }
        return texts.filter { !$0.isEmpty }
    }

    /// The tools; `schema` is the member that has a tool's schema where it stands beside its name.
    func tools(schema: String) throws(AgentFailure) -> [Tool] {
        var tools: [Tool] = []
        for entry in try list("tools", most: Self.mostTools) {
            if let type = entry["type"]?.stringValue, type != "function", type != "custom" || schema == "parameters" {
                throw AgentFailure(
                    .invalid,
                    "tools of type '\(type.prefix(60))' run at their vendor, not here: give the agent a function instead"
                )
            }
            guard var tool = Tool(entry) else { throw AgentFailure(.invalid, "a tool has no name") }
            if let own = entry[schema]?.unlessNull { tool.parameters = own }
            guard !tools.contains(where: { $0.name == tool.name }) else {
                throw AgentFailure(.invalid, "two tools are called '\(tool.name.prefix(60))'")
            }
            tools.append(tool)
        }
        return tools
    }

    /// A text, or the texts of parts of these types; nothing else can be put to the policy.
    static func text(_ content: JSONValue?, parts types: Set<String>) throws(AgentFailure) -> String {
        guard let content = content?.unlessNull else { return "" }
        if let text = content.stringValue { return text }
        guard let parts = content.arrayValue else {
            throw AgentFailure(.invalid, "a message's content must be a text or a list of parts")
        }
        var text = ""
        for part in parts {
            if let plain = part.stringValue {
                text += plain
                continue
            }
            let type = part["type"]?.stringValue ?? "text"
            guard types.contains(type), let piece = (part["text"] ?? part["refusal"])?.stringValue else {
                throw AgentFailure(
                    .invalid, "content of type '\(type.prefix(60))' cannot be put to the policy, which reads text alone"
                )
            }
            text += piece
        }
        return text
    }

    /// Types of OpenAI's content parts that hold text.
    static let textParts: Set<String> = ["text", "input_text", "output_text", "refusal"]

    /// Members of OpenAI's protocols that say nothing of what is sampled.
    static let silent =
        "user metadata store service_tier prompt_cache_key prompt_cache_retention safety_identifier".words

    /// What all protocols ask alike. `choice` is the kind of tool choice; members that are not `known` are not heeded.
    func request(
        _ messages: [AgentMessage], schema: String = "parameters", stops: String = "stop", choice: JSONValue?,
        known: Set<String>
    ) throws(AgentFailure) -> AgentRequest {
        var request = AgentRequest(messages: messages, tools: try tools(schema: schema))
        request.model = try string("model") ?? ""
        request.stop = try self.stops(stops)
        request.variant = self["seed"].map { "seed \($0.text)" } ?? ""
        request.temperature = try number("temperature")
        request.topP = try number("top_p")
        request.topK = try number("top_k").flatMap { Int(exactly: $0) }
        request.unheeded = (body.objectValue ?? []).filter { !known.contains($0.key) && !$0.value.isNull }
            .map { String($0.key.prefix(60)) }.prefix(32).sorted()
        switch choice {
        case nil, "auto": break
        case "none": request.readsCalls = false
        default: request.unheeded.append("tool_choice")
        }
        return request
    }

    /// What OpenAI's protocols ask alike.
    func openAIRequest(_ messages: [AgentMessage], known: Set<String>) throws(AgentFailure) -> AgentRequest {
        var request = try request(messages, choice: self["tool_choice"], known: known)
        if self["parallel_tool_calls"] == false { request.unheeded.append("parallel_tool_calls") }
        return request
    }

    /// Arguments of a call that an agent sends back, as a JSON text.
    static func arguments(_ text: String) -> JSONValue {
        (try? JSONValue(parsing: text.utf8, maxDepth: 64)).flatMap { $0.objectValue == nil ? nil : $0 } ?? .string(text)
    }
}

extension ToolCall {
    /// Its arguments as the JSON text that the OpenAI protocols have.
    var argumentsText: String { arguments.map { $0.stringValue ?? $0.text } ?? "{}" }
}
