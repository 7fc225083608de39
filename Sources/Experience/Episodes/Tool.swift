public import JSON

/// A function that the policy may call, as a request's `tools` lists it.
public struct Tool: Sendable, Hashable {
    /// What a call names; unique in its list.
    public var name: String
    /// What the model is told of it.
    public var description: String
    /// JSON Schema of the arguments; an object schema.
    public var parameters: JSONValue

    /// A tool; without `parameters` it takes none.
    public init(
        name: String, description: String, parameters: JSONValue = ["type": "object", "properties": .object([])]
    ) {
        self.name = name
        self.description = description
        self.parameters = parameters
    }

    /// A tool from `{type: function, function: {…}}` or from the inner object alone; nil without a name.
    public init?(_ json: JSONValue) {
        let function = json["function"] ?? json
        guard let name = function["name"]?.stringValue, !name.isEmpty else { return nil }
        self.init(name: name, description: function["description"]?.stringValue ?? "")
        if let schema = function["parameters"] ?? function["inputSchema"] ?? function["input_schema"] {
            parameters = schema
        }
    }

    /// As OpenAI's chat API has it, which templates read too.
    public var json: JSONValue {
        [
            "type": "function",
            "function": ["name": .string(name), "description": .string(description), "parameters": parameters],
        ]
    }
}
