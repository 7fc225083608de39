/// The part of JSON Schema (2020-12) that answers are described with: types, enums, ranges, lengths, properties, items
/// and their combinations. A keyword outside that part is an error of the schema, never ignored, unless that is asked for.
public struct JSONSchema: Sendable {
    /// A schema that uses what is not known here, in a sentence.
    public struct Problem: Error, Sendable, CustomStringConvertible {
        /// What is wrong with it.
        public var description: String
    }

    private static let known: Set<String> = [
        "type", "enum", "const", "properties", "required", "additionalProperties", "items", "minItems", "maxItems",
        "uniqueItems", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
        "anyOf", "allOf", "oneOf", "not", "title", "description", "default", "examples", "$schema", "$id",
    ]
    private let schema: JSONValue

    /// Throws a `Problem` for a schema that uses what is not known here.
    public init(_ schema: JSONValue) throws {
        try Self.check(schema, depth: 0)
        self.schema = schema
    }

    /// A schema of which only what is known here is asked for.
    public init(known schema: JSONValue) { self.schema = schema }

    /// The first thing that is wrong, with its path; nil when the value fits.
    public func violation(in value: JSONValue) -> String? { Self.violation(of: schema, in: value, at: "$") }

    private static func check(_ schema: JSONValue, depth: Int) throws {
        if schema.boolValue != nil { return }
        guard let members = schema.objectValue, depth < 64 else {
            throw Problem(description: "a schema must be an object")
        }
        for member in members {
            guard known.contains(member.key) else {
                throw Problem(description: "the schema keyword '\(member.key)' is not supported")
            }
            switch member.key {
            case "properties":
                for property in member.value.objectValue ?? [] { try check(property.value, depth: depth + 1) }
            case "items", "not", "additionalProperties": try check(member.value, depth: depth + 1)
            case "anyOf", "allOf", "oneOf":
                for part in member.value.arrayValue ?? [] { try check(part, depth: depth + 1) }
            default: break
            }
        }
    }

    private static func violation(of schema: JSONValue, in value: JSONValue, at path: String) -> String? {
        if let isAllowed = schema.boolValue { return isAllowed ? nil : "\(path) is not allowed" }
        if let type = schema["type"] {
            let types = type.stringValue.map { [$0] } ?? type.arrayValue?.compactMap(\.stringValue) ?? []
            if !types.contains(where: { isOf($0, value) }) {
                return "\(path) is not \(types.joined(separator: " or "))"
            }
        }
        if let options = schema["enum"]?.arrayValue, !options.contains(where: { same($0, value) }) {
            return "\(path) is none of \(JSONValue.array(options).text)"
        }
        if let only = schema["const"], !same(only, value) { return "\(path) is not \(only.text)" }
        return bounds(schema, value, path) ?? members(schema, value, path) ?? elements(schema, value, path)
            ?? combinations(schema, value, path)
    }

    private static func isOf(_ type: String, _ value: JSONValue) -> Bool {
        switch (type, value) {
        case ("object", .object), ("array", .array), ("string", .string), ("boolean", .bool), ("null", .null),
            ("number", .number):
            true
        case ("integer", .number(let number)): number.doubleValue == number.doubleValue.rounded()
        default: false
        }
    }

    /// Equal as JSON values: numbers by value, objects without regard to order.
    public static func same(_ left: JSONValue, _ right: JSONValue) -> Bool {
        switch (left, right) {
        case (.number(let a), .number(let b)): return a.text == b.text || a.doubleValue == b.doubleValue
        case (.array(let a), .array(let b)): return a.count == b.count && zip(a, b).allSatisfy { same($0, $1) }
        case (.object(let a), .object(let b)):
            let keys = Set(a.map(\.key))
            return keys == Set(b.map(\.key))
                && keys.allSatisfy { key in
                    guard let x = left[key], let y = right[key] else { return false }
                    return same(x, y)
                }
        default: return left == right
        }
    }

    private static func bounds(_ schema: JSONValue, _ value: JSONValue, _ path: String) -> String? {
        if let number = value.doubleValue {
            if let least = schema["minimum"]?.doubleValue, number < least { return "\(path) is below \(least)" }
            if let most = schema["maximum"]?.doubleValue, number > most { return "\(path) is above \(most)" }
            if let least = schema["exclusiveMinimum"]?.doubleValue, number <= least {
                return "\(path) is not above \(least)"
            }
            if let most = schema["exclusiveMaximum"]?.doubleValue, number >= most {
                return "\(path) is not below \(most)"
            }
        }
        if let text = value.stringValue {
            let count = text.unicodeScalars.count
            if let least = schema["minLength"]?.intValue, count < least { return "\(path) is shorter than \(least)" }
            if let most = schema["maxLength"]?.intValue, count > most { return "\(path) is longer than \(most)" }
        }
        return nil
    }

    private static func members(_ schema: JSONValue, _ value: JSONValue, _ path: String) -> String? {
        guard let members = value.objectValue else { return nil }
        for key in schema["required"]?.arrayValue?.compactMap(\.stringValue) ?? [] where value[key] == nil {
            return "\(path).\(key) is missing"
        }
        let properties = schema["properties"]
        for member in members {
            guard let part = properties?[member.key] ?? schema["additionalProperties"] else { continue }
            if let problem = violation(of: part, in: member.value, at: "\(path).\(member.key)") { return problem }
        }
        return nil
    }

    private static func elements(_ schema: JSONValue, _ value: JSONValue, _ path: String) -> String? {
        guard let elements = value.arrayValue else { return nil }
        if let least = schema["minItems"]?.intValue, elements.count < least {
            return "\(path) has fewer than \(least) items"
        }
        if let most = schema["maxItems"]?.intValue, elements.count > most {
            return "\(path) has more than \(most) items"
        }
        if schema["uniqueItems"]?.boolValue == true, Set(elements).count != elements.count {
            return "\(path) has items twice"
        }
        guard let part = schema["items"] else { return nil }
        for (index, element) in elements.enumerated() {
            if let problem = violation(of: part, in: element, at: "\(path)[\(index)]") { return problem }
        }
        return nil
    }

    private static func combinations(_ schema: JSONValue, _ value: JSONValue, _ path: String) -> String? {
        func fits(_ part: JSONValue) -> Bool { violation(of: part, in: value, at: path) == nil }
        for part in schema["allOf"]?.arrayValue ?? [] {
            if let problem = violation(of: part, in: value, at: path) { return problem }
        }
        if let parts = schema["anyOf"]?.arrayValue, !parts.contains(where: fits) {
            return "\(path) fits no part of anyOf"
        }
        // Counted once: twice at each level would be 2^depth times at the last.
        if let count = schema["oneOf"]?.arrayValue?.count(where: fits), count != 1 {
            return "\(path) fits \(count) parts of oneOf, not one"
        }
        if let part = schema["not"], fits(part) { return "\(path) fits what it must not" }
        return nil
    }
}
