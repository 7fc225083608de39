import JSON

/// Arguments that a syntax writes as bare text: what they mean depends on what the tool declares.
enum DeclaredValue {
    /// The value; nil when it is declared as something else than a string and is no JSON. Not declared, it is JSON where it
    /// is some, else a string.
    static func read(_ text: String, declared schema: JSONValue?) -> JSONValue? {
        let types = schema.map { Self.types(of: $0, depth: 0) } ?? []
        let word = text.trimmed
        if types.contains("string") {
            return word == "null" && types.contains("null") ? .null : .string(text)
        }
        switch word {
        case "True": return .bool(true)
        case "False": return .bool(false)
        case "None": return .null
        default: break
        }
        if let value = try? JSONValue(parsing: word.utf8, maxDepth: TurnBuilder.mostDepth) { return value }
        return types.isEmpty ? .string(text) : nil
    }

    private static func types(of schema: JSONValue, depth: Int) -> Set<String> {
        guard depth < 8 else { return [] }
        var found: Set<String> = []
        if let type = schema["type"] {
            found.formUnion(type.stringValue.map { [$0] } ?? type.arrayValue?.compactMap(\.stringValue) ?? [])
        } else if let options = schema["enum"]?.arrayValue, options.allSatisfy({ $0.stringValue != nil }) {
            found.insert("string")
        } else if schema["const"]?.stringValue != nil {
            found.insert("string")
        }
        for key in ["anyOf", "oneOf", "allOf"] {
            for part in schema[key]?.arrayValue ?? [] { found.formUnion(types(of: part, depth: depth + 1)) }
        }
        return found
    }
}

extension String {
    fileprivate var trimmed: String {
        let bytes = Array(utf8)
        guard let first = bytes.firstIndex(where: { $0 > 0x20 }), let last = bytes.lastIndex(where: { $0 > 0x20 })
        else {
            return ""
        }
        return String(decoding: bytes[first...last], as: UTF8.self)
    }
}
