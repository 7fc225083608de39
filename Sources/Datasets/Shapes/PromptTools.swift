internal import JSON

/// The tools that a row's model may call, as the member `tools` of a request is.
enum PromptTools {
    /// Tools of a member, a list or a text that holds one; nil where there are none. Functions that stand bare get the
    /// wrapping that chat routes want; `isWrapped` says so. Throws `ShapeError`.
    static func tools(_ value: JSONValue, at path: String) throws -> (tools: JSONValue?, isWrapped: Bool) {
        if value.isNull || value.stringValue == "" { return (nil, false) }
        guard let list = value.arrayValue ?? value.stringValue.flatMap({ JSONValue.embedded(in: $0)?.arrayValue })
        else {
            throw ShapeError("\"\(path)\" is no list of tools")
        }
        var isWrapped = false
        let tools = try list.enumerated().map { index, element -> JSONValue in
            let element = element.stringValue.flatMap(JSONValue.embedded) ?? element
            guard let members = element.withoutNulls.objectValue else {
                throw ShapeError("\"\(path).\(index)\" is no tool")
            }
            if element["type"]?.stringValue != nil, element["name"] == nil || element["function"] != nil {
                return .object(members)
            }
            // The newer routes' tools have name and parameters beside their type.
            guard element["name"]?.stringValue != nil else { return .object(members) }
            isWrapped = true
            let function = members.compactMap { member -> JSONValue.Member? in
                switch member.key {
                case "name", "description", "strict": member
                case "parameters", "input_schema", "inputSchema": .init("parameters", schema(member.value))
                default: nil
                }
            }
            return ["type": "function", "function": .object(function)]
        }
        return (tools.isEmpty ? nil : .array(tools), isWrapped)
    }

    /// A schema of an object; parameters by name, as xLAM's and ToolACE's rows list them, become its properties.
    private static func schema(_ value: JSONValue) -> JSONValue {
        guard let members = value.objectValue else { return ["type": "object", "properties": [:]] }
        if value["properties"] != nil || value["type"]?.stringValue == "object" {
            // BFCL's schemas call an object what Python does.
            return .object(members.map { $0.key == "type" && $0.value == "dict" ? .init("type", "object") : $0 })
        }
        let types = [
            "str": "string", "int": "integer", "float": "number", "bool": "boolean", "list": "array", "dict": "object",
        ]
        let properties = members.map { member -> JSONValue.Member in
            guard let inner = member.value.objectValue else { return .init(member.key, ["description": member.value]) }
            let lifted = inner.map { part -> JSONValue.Member in
                let bare = part.value.stringValue?.split(separator: ",").first.map(String.init)
                guard part.key == "type", let bare else { return part }
                return .init("type", .string(types[bare] ?? bare))
            }
            return .init(member.key, .object(lifted))
        }
        return ["type": "object", "properties": .object(properties)]
    }
}
