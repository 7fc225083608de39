internal import JSON

/// What the content of a message says where it is no plain text: one part or a list of them, in the shapes of all vendors.
struct ContentParts {
    private(set) var text = ""
    private(set) var thoughts = ""
    /// Calls of tools among the parts.
    private(set) var calls: [JSONValue] = []

    private static let depth = 8

    init(_ value: JSONValue) { read(value, isThought: false, depth: Self.depth) }

    /// The thoughts in a list of them, `reasoning_details` (OpenRouter) or `thinking_blocks` (LiteLLM): texts, or summaries where
    /// there are only those.
    static func thoughts(in value: JSONValue) -> String {
        var parts = ContentParts(.null)
        parts.read(value, isThought: true, depth: depth)
        return parts.thoughts
    }

    private mutating func read(_ value: JSONValue, isThought: Bool, depth: Int) {
        if depth == 0 { return }
        switch value {
        case .string(let piece): if isThought { thoughts += piece } else { text += piece }
        case .array(let parts): for part in parts { read(part, isThought: isThought, depth: depth - 1) }
        case .object: readPart(value, isThought: isThought, depth: depth)
        case .number, .bool, .null: break
        }
    }

    private mutating func readPart(_ part: JSONValue, isThought: Bool, depth: Int) {
        let type = part["type"]?.stringValue?.lowercased() ?? ""
        if ["tool_use", "tool_call", "function_call"].contains(type) { return calls.append(part) }
        let isThought = isThought || type.contains("thinking") || type.contains("reasoning")
        if let thought = (part["thinking"] ?? part["reasoning"])?.unlessNull {
            read(thought, isThought: true, depth: depth - 1)
        }
        for name in ["text", "refusal", "content", "parts", "summary", "value"] {
            guard let inner = part[name]?.unlessNull else { continue }
            return read(inner, isThought: isThought, depth: depth - 1)
        }
    }
}
