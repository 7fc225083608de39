extension JSONRow {
    /// What stands at a path; nil when absent. A member of exactly this name comes first; else names and positions follow
    /// each other with dots between, as in "reward_model.ground_truth", "choices.0.text" and "messages.-1.content", and a
    /// text that holds a JSON object or list is gone into.
    public func value(at path: String) -> JSONValue? {
        if let value = self[path] { return value }
        let parts = Self.parts(of: path)
        // The first name may hold dots itself, as flattened tables have it.
        for length in stride(from: parts.count - 1, to: 0, by: -1) {
            let name = parts[..<length].joined(separator: ".")
            if let value = self[name], let found = value.value(at: parts[length...]) { return found }
        }
        return nil
    }

    /// A string's text, any other non-null value's JSON text, at a path; nil for null and when absent.
    public func string(at path: String) -> String? {
        if let text = string(path) { return text }
        guard path.utf8.contains(UInt8(ascii: ".")), !has(path), let value = value(at: path) else { return nil }
        return value.isNull ? nil : value.stringValue ?? value.text
    }

    /// Whether something, null too, stands at a path.
    public func has(at path: String) -> Bool {
        has(path) || (path.utf8.contains(UInt8(ascii: ".")) && value(at: path) != nil)
    }

    /// A path's names; none where it is no path, or longer than any record is deep.
    private static func parts(of path: String) -> ArraySlice<Substring> {
        guard path.utf8.contains(UInt8(ascii: ".")), path.utf8.count <= 4096 else { return [] }
        let parts = path.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count <= 32 ? parts[...] : []
    }
}

extension JSONValue {
    /// Bytes of a text that is read as JSON at most.
    private static let embeddedLimit = 16 << 20

    /// The object or list that a text holds, as JSON or as Python writes it; nil for every other text.
    public static func embedded(in text: String) -> JSONValue? {
        guard let first = text.utf8.first(where: { $0 > 0x20 }),
            first == UInt8(ascii: "{") || first == UInt8(ascii: "[") || text.hasPrefix("array(["),
            text.utf8.count <= embeddedLimit
        else { return nil }
        return (try? JSONValue(parsing: text.utf8, maxDepth: 64)) ?? PythonLiteral.value(in: text)
    }

    fileprivate func value(at parts: ArraySlice<Substring>) -> JSONValue? {
        guard let first = parts.first else { return self }
        switch self {
        case .object:
            for length in stride(from: parts.count, to: 0, by: -1) {
                let name = parts.prefix(length).joined(separator: ".")
                if let found = self[name]?.value(at: parts.dropFirst(length)) { return found }
            }
            return nil
        case .array(let elements):
            guard let place = Int(first) else { return nil }
            let index = place < 0 ? elements.count &+ place : place
            return elements.indices.contains(index) ? elements[index].value(at: parts.dropFirst()) : nil
        case .string(let text): return JSONValue.embedded(in: text)?.value(at: parts)
        default: return nil
        }
    }
}
