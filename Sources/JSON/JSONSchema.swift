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
    public func violation(in value: JSONValue) -> String? {
        Self.violation(of: schema, in: value).map { "$\($0.path) \($0.text)" }
    }

    // The path is put together on the way back, so that a value that fits costs no text.
    private struct Violation {
        var path = ""
        var text: String

        init(_ text: String) { self.text = text }

        func below(_ step: String) -> Violation {
            var outer = self
            outer.path = step + path
            return outer
        }
    }

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

    /// The keywords that a schema has: most have few, and each would be looked for among all of its members.
    private struct Keywords: OptionSet {
        let rawValue: UInt8
        static let type = Keywords(rawValue: 1)
        static let choice = Keywords(rawValue: 2)
        static let bound = Keywords(rawValue: 4)
        static let member = Keywords(rawValue: 8)
        static let element = Keywords(rawValue: 16)
        static let combination = Keywords(rawValue: 32)

        init(rawValue: UInt8) { self.rawValue = rawValue }

        init(of schema: JSONValue) {
            self = []
            guard case .object(let members) = schema else { return }
            for member in members { formUnion(Self.kind(of: member.key)) }
        }

        private static func kind(of keyword: String) -> Keywords {
            switch keyword {
            case "type": .type
            case "description", "title", "default": []
            case "properties", "required", "additionalProperties": .member
            case "enum", "const": .choice
            case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength": .bound
            case "items", "minItems", "maxItems", "uniqueItems": .element
            case "anyOf", "allOf", "oneOf", "not": .combination
            default: []
            }
        }
    }

    private static func violation(of schema: JSONValue, in value: JSONValue) -> Violation? {
        if let isAllowed = schema.boolValue { return isAllowed ? nil : Violation("is not allowed") }
        let keywords = Keywords(of: schema)
        if keywords.contains(.type), let type = schema["type"] {
            if let only = type.stringValue {
                if !isOf(only, value) { return Violation("is not \(only)") }
            } else {
                let types = type.arrayValue?.compactMap(\.stringValue) ?? []
                if !types.contains(where: { isOf($0, value) }) {
                    return Violation("is not \(types.joined(separator: " or "))")
                }
            }
        }
        if keywords.contains(.choice), let problem = choice(schema, value) { return problem }
        if keywords.contains(.bound), let problem = bounds(schema, value) { return problem }
        if keywords.contains(.member), let problem = members(schema, value) { return problem }
        if keywords.contains(.element), let problem = elements(schema, value) { return problem }
        return keywords.contains(.combination) ? combinations(schema, value) : nil
    }

    private static func choice(_ schema: JSONValue, _ value: JSONValue) -> Violation? {
        if let options = schema["enum"]?.arrayValue, !options.contains(where: { same($0, value) }) {
            return Violation("is none of \(JSONValue.array(options).text)")
        }
        if let only = schema["const"], !same(only, value) { return Violation("is not \(only.text)") }
        return nil
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

    private static func bounds(_ schema: JSONValue, _ value: JSONValue) -> Violation? {
        if let number = value.doubleValue {
            if let least = schema["minimum"]?.doubleValue, number < least { return Violation("is below \(least)") }
            if let most = schema["maximum"]?.doubleValue, number > most { return Violation("is above \(most)") }
            if let least = schema["exclusiveMinimum"]?.doubleValue, number <= least {
                return Violation("is not above \(least)")
            }
            if let most = schema["exclusiveMaximum"]?.doubleValue, number >= most {
                return Violation("is not below \(most)")
            }
        }
        if let text = value.stringValue {
            let count = text.unicodeScalars.count
            if let least = schema["minLength"]?.intValue, count < least { return Violation("is shorter than \(least)") }
            if let most = schema["maxLength"]?.intValue, count > most { return Violation("is longer than \(most)") }
        }
        return nil
    }

    private static func members(_ schema: JSONValue, _ value: JSONValue) -> Violation? {
        guard let members = value.objectValue else { return nil }
        for case .string(let key) in schema["required"]?.arrayValue ?? []
        where !members.contains(where: { $0.key == key }) {
            return Violation("is missing").below(".\(key)")
        }
        let (properties, others) = (schema["properties"], schema["additionalProperties"])
        for member in members {
            guard let part = properties?[member.key] ?? others else { continue }
            if let problem = violation(of: part, in: member.value) { return problem.below(".\(member.key)") }
        }
        return nil
    }

    private static func elements(_ schema: JSONValue, _ value: JSONValue) -> Violation? {
        guard let elements = value.arrayValue else { return nil }
        if let least = schema["minItems"]?.intValue, elements.count < least {
            return Violation("has fewer than \(least) items")
        }
        if let most = schema["maxItems"]?.intValue, elements.count > most {
            return Violation("has more than \(most) items")
        }
        if schema["uniqueItems"]?.boolValue == true, Set(elements).count != elements.count {
            return Violation("has items twice")
        }
        guard let part = schema["items"] else { return nil }
        for (index, element) in elements.enumerated() {
            if let problem = violation(of: part, in: element) { return problem.below("[\(index)]") }
        }
        return nil
    }

    private static func combinations(_ schema: JSONValue, _ value: JSONValue) -> Violation? {
        func fits(_ part: JSONValue) -> Bool { violation(of: part, in: value) == nil }
        for part in schema["allOf"]?.arrayValue ?? [] {
            if let problem = violation(of: part, in: value) { return problem }
        }
        if let parts = schema["anyOf"]?.arrayValue, !parts.contains(where: fits) {
            return Violation("fits no part of anyOf")
        }
        // Counted once: twice at each level would be 2^depth times at the last.
        if let count = schema["oneOf"]?.arrayValue?.count(where: fits), count != 1 {
            return Violation("fits \(count) parts of oneOf, not one")
        }
        if let part = schema["not"], fits(part) { return Violation("fits what it must not") }
        return nil
    }
}
