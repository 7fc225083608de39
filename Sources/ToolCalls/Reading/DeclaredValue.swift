import JSON

/// Arguments that a syntax writes as bare text: what they mean depends on what the tool declares.
enum DeclaredValue {
    /// What a schema lets a value be.
    private struct Kinds: OptionSet {
        let rawValue: UInt8
        static let string = Kinds(rawValue: 1)
        static let null = Kinds(rawValue: 2)
        static let other = Kinds(rawValue: 4)

        init(rawValue: UInt8) { self.rawValue = rawValue }

        init(_ type: String) { self = type == "string" ? .string : type == "null" ? .null : .other }
    }

    /// The value; nil when it is declared as something else than a string and is no JSON. Not declared, it is JSON where it
    /// is some, else a string.
    static func read(_ text: String, declared schema: JSONValue?) -> JSONValue? {
        let kinds = schema.map { Self.kinds(of: $0, depth: 0) } ?? []
        let word = text.utf8.trimmed
        if kinds.contains(.string) {
            return kinds.contains(.null) && word.elementsEqual("null".utf8) ? .null : .string(text)
        }
        switch word.first {
        case UInt8(ascii: "T") where word.elementsEqual("True".utf8): return .bool(true)
        case UInt8(ascii: "F") where word.elementsEqual("False".utf8): return .bool(false)
        case UInt8(ascii: "N") where word.elementsEqual("None".utf8): return .null
        default: break
        }
        if let value = try? JSONValue(parsing: word, maxDepth: TurnBuilder.mostDepth) { return value }
        return kinds.isEmpty ? .string(text) : nil
    }

    private static func kinds(of schema: JSONValue, depth: Int) -> Kinds {
        guard depth < 8 else { return [] }
        var found: Kinds = []
        if let type = schema["type"] {
            if let only = type.stringValue { found.insert(Kinds(only)) }
            for case .string(let one) in type.arrayValue ?? [] { found.insert(Kinds(one)) }
        } else if let options = schema["enum"]?.arrayValue, options.allSatisfy({ $0.stringValue != nil }) {
            found.insert(.string)
        } else if schema["const"]?.stringValue != nil {
            found.insert(.string)
        }
        for key in ["anyOf", "oneOf", "allOf"] {
            for part in schema[key]?.arrayValue ?? [] { found.formUnion(kinds(of: part, depth: depth + 1)) }
        }
        return found
    }
}

extension String.UTF8View {
    fileprivate var trimmed: Substring.UTF8View {
        guard let first = firstIndex(where: { $0 > 0x20 }), let last = lastIndex(where: { $0 > 0x20 }) else {
            return self[startIndex..<startIndex]
        }
        return self[first...last]
    }
}
