import Experience
import JSON
import Verifiers

/// What a plug-in answers, read. What its contract does not allow is thrown; what is wrong in the numbers is left to the
/// host, which guards every environment alike.
struct EpisodeReply {
    let json: JSONValue
    /// Who is asked, for messages.
    let title: String

    // Of an episode's turn; what needs more is no text for a policy.
    private static let mostMessages = 256

    /// How the episode begins; `tools` where the reply names none.
    func opening(tools: [Tool]) throws(EnvironmentError) -> Opening {
        try refuse(by: .start)
        var opening = Opening(messages: try messages(), tools: tools, stateHash: hash)
        if let given = json["tools"]?.unlessNull { opening.tools = try Self.tools(given, title) }
        return opening
    }

    /// What a turn with these calls brought.
    func observation(of calls: [ToolCall]) throws(EnvironmentError) -> Observation {
        try refuse(by: .lost)
        var observation = Observation(messages: try messages(), stateHash: hash)
        let results = try list("results") ?? []
        // A result too many or too few belongs to no call, and the host says so.
        for (place, result) in results.enumerated() {
            let call = place < calls.count ? calls[place] : ToolCall(id: "", name: "", arguments: nil)
            observation.results.append(try self.result(result, of: call))
        }
        observation.reward = try number("reward")
        observation.progress = try number("progress")
        if let done = json["done"]?.unlessNull {
            guard let flag = done.boolValue else { throw wrong("done", "true or false", done) }
            observation.isDone = flag
        }
        return observation
    }

    /// The environment's verdict; nil where it has none.
    func verdict(correctAt: Double) -> Verdict? {
        if let error = json["error"]?.unlessNull {
            return .verifierError(reason: "raised", explanation: error.stringValue ?? error.text)
        }
        guard json["score"]?.unlessNull != nil || json["outcome"]?.unlessNull != nil else { return nil }
        if case .number(let score)? = json["score"], !score.doubleValue.isFinite {
            return .verifierError(
                reason: "nonFiniteScore", explanation: "'\(title)' gave a score that is no finite number")
        }
        return Verdict(reply: json, correctAt: correctAt)
    }

    /// A list of tools.
    static func tools(_ json: JSONValue, _ title: String) throws(EnvironmentError) -> [Tool] {
        guard let list = json.arrayValue else {
            throw EnvironmentError(.contract, "'\(title)': 'tools' must be a list, not \(json.text.cut(to: 100))")
        }
        var tools: [Tool] = []
        for entry in list {
            guard let tool = Tool(entry) else {
                throw EnvironmentError(.contract, "'\(title)': a tool without a name: \(entry.text.cut(to: 200))")
            }
            tools.append(tool)
        }
        return tools
    }

    private func refuse(by kind: EnvironmentError.Kind) throws(EnvironmentError) {
        guard let error = json["error"]?.unlessNull else { return }
        let said = json["kind"]?.stringValue.flatMap(EnvironmentError.Kind.init(rawValue:))
        throw EnvironmentError(said ?? kind, "'\(title)': \((error.stringValue ?? error.text).cut(to: 2000))")
    }

    private func messages() throws(EnvironmentError) -> [ChatMessage] {
        var messages: [ChatMessage] = []
        for message in try list("messages") ?? [] {
            guard message["role"]?.stringValue != nil, message["content"] != nil else {
                throw wrong("messages", "objects with role and content", message)
            }
            messages.append(ChatMessage(message))
        }
        if let text = json["text"]?.unlessNull {
            guard let text = text.stringValue else { throw wrong("text", "a text", text) }
            if !text.isEmpty { messages.append(ChatMessage(role: "user", content: text)) }
        }
        return messages
    }

    private func result(_ json: JSONValue, of call: ToolCall) throws(EnvironmentError) -> ToolResult {
        if let text = json.stringValue { return ToolResult(to: call, text) }
        guard let text = json["text"]?.stringValue else {
            throw wrong("results", "texts, or objects with 'text'", json)
        }
        var result = ToolResult(to: call, text)
        if let id = json["id"]?.stringValue { result.callID = id }
        if let given = json["outcome"]?.unlessNull {
            guard let outcome = given.stringValue.flatMap(ToolResult.Outcome.init(rawValue:)) else {
                let known = ToolResult.Outcome.allCases.map(\.rawValue).joined(separator: ", ")
                throw wrong("outcome", "one of \(known)", given)
            }
            result.outcome = outcome
        }
        return result
    }

    private func list(_ key: String) throws(EnvironmentError) -> [JSONValue]? {
        guard let given = json[key]?.unlessNull else { return nil }
        guard let list = given.arrayValue else { throw wrong(key, "a list", given) }
        if list.count > Self.mostMessages { throw wrong(key, "at most \(Self.mostMessages) of them", .int(list.count)) }
        return list
    }

    private func number(_ key: String) throws(EnvironmentError) -> Double? {
        guard let given = json[key]?.unlessNull else { return nil }
        if let flag = given.boolValue { return flag ? 1 : 0 }
        guard let number = given.doubleValue else { throw wrong(key, "a number", given) }
        return number
    }

    /// Any value that is equal for equal states.
    private var hash: UInt64? {
        json["state"]?.unlessNull.map { stateHash($0.canonical.text) }
    }

    private func wrong(_ key: String, _ expected: String, _ given: JSONValue) -> EnvironmentError {
        EnvironmentError(
            .contract, "'\(title)': expected \(expected) as '\(key)', not \(given.text.cut(to: 200))")
    }
}
