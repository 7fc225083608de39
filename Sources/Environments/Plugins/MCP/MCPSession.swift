import Experience
import JSON

/// A server of the Model Context Protocol that has been greeted, and the tools that it has.
struct MCPSession: Sendable {
    let transport: any MCPTransport
    /// What the server is called, and in which version.
    let server: (name: String?, version: String)
    let instructions: String?
    let tools: [Tool]

    // The newest that we know, asked for; the others a server may answer with.
    private static let version = "2025-06-18"
    private static let versions = ["2024-11-05", "2025-03-26", version, "2025-11-25"]
    private static let (mostPages, mostTools) = (100, 1024)

    /// Greets a server and lists its tools; `wanted` are the names of those that a policy is shown, all where it is empty.
    init(_ transport: any MCPTransport, title: String, wanted: [String]) async throws(EnvironmentError) {
        self.transport = transport
        let hello = try await Self.result(
            transport, title, "initialize",
            [
                "protocolVersion": .string(Self.version), "capabilities": .object([]),
                "clientInfo": ["name": "assay", "version": "1"],
            ])
        guard let version = hello["protocolVersion"]?.stringValue, Self.versions.contains(version) else {
            throw EnvironmentError(
                .contract,
                "'\(title)' speaks version \(hello["protocolVersion"]?.text.cut(to: 40) ?? "none"); we know "
                    + Self.versions.joined(separator: ", "))
        }
        guard hello["capabilities"]?["tools"]?.unlessNull != nil else {
            throw EnvironmentError(.start, "'\(title)' has no tools")
        }
        server = (hello["serverInfo"]?["name"]?.stringValue, hello["serverInfo"]?["version"]?.stringValue ?? "")
        instructions = hello["instructions"]?.stringValue
        transport.agreed(on: version)
        try await transport.tell("notifications/initialized")
        tools = try await Self.tools(transport, title, wanted)
    }

    /// Calls a tool; what that answers, failures among it, is text to the policy.
    func call(_ call: ToolCall, bytes: Int) async throws(EnvironmentError) -> ToolResult {
        let answer = try await transport.ask(
            "tools/call", ["name": .string(call.name), "arguments": call.arguments ?? .object([])])
        if let error = answer["error"]?.unlessNull {
            let text = error["message"]?.stringValue ?? error.text
            return ToolResult(to: call, "error: " + BoundedText.head(text, bytes: bytes), outcome: .rejected)
        }
        let result = answer["result"] ?? .null
        let text = BoundedText.head(MCPContent.text(result), bytes: bytes)
        return ToolResult(to: call, text, outcome: result["isError"]?.boolValue == true ? .failed : .ok)
    }

    private static func tools(
        _ transport: any MCPTransport, _ title: String, _ wanted: [String]
    ) async throws(EnvironmentError) -> [Tool] {
        var tools: [Tool] = []
        var cursor: String?
        for _ in 0..<mostPages {
            let page = try await result(
                transport, title, "tools/list", cursor.map { ["cursor": .string($0)] } ?? .object([]))
            tools += try EpisodeReply.tools(page["tools"] ?? .null, title)
            if tools.count > mostTools { break }
            let next = page["nextCursor"]?.stringValue
            if next == nil || next == cursor {
                guard !wanted.isEmpty else { return tools }
                for name in wanted where !tools.contains(where: { $0.name == name }) {
                    throw EnvironmentError(
                        .start, "'\(title)' has no tool '\(name)'" + name.hint(among: tools.map(\.name)))
                }
                return tools.filter { wanted.contains($0.name) }
            }
            cursor = next
        }
        throw EnvironmentError(.contract, "'\(title)' lists tools without end: \(tools.count) so far")
    }

    private static func result(
        _ transport: any MCPTransport, _ title: String, _ method: String, _ parameters: JSONValue
    ) async throws(EnvironmentError) -> JSONValue {
        let answer = try await transport.ask(method, parameters)
        if let result = answer["result"], result.objectValue != nil { return result }
        let why = answer["error"]?["message"]?.stringValue ?? answer.text
        throw EnvironmentError(.start, "'\(title)' refused '\(method)': \(why.cut(to: 500))")
    }
}

/// What a tool answered, as text.
enum MCPContent {
    /// Its parts one below the other; the structured content where there are none.
    static func text(_ result: JSONValue) -> String {
        let parts = (result["content"]?.arrayValue ?? []).map(part)
        if parts.isEmpty, let structured = result["structuredContent"]?.unlessNull { return structured.text }
        return parts.joined(separator: "\n")
    }

    private static func part(_ part: JSONValue) -> String {
        switch part["type"]?.stringValue {
        case "text": return part["text"]?.stringValue ?? ""
        case "resource":
            let resource = part["resource"] ?? .null
            return resource["text"]?.stringValue ?? "[resource \(resource["uri"]?.stringValue ?? "without a name")]"
        case "resource_link":
            return "[resource \(part["uri"]?.stringValue ?? "without a name")]"
        case let kind:
            let type = part["mimeType"]?.stringValue.map { " " + $0 } ?? ""
            return "[\(kind ?? "something")\(type), which cannot be shown as text]"
        }
    }
}
