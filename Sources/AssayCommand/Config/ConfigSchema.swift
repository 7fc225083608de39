import Experience
import JSON

/// The configuration as a JSON schema, for editors, from the same fields that check it.
enum ConfigSchema {
    /// The schema document.
    static func json() throws -> JSONValue {
        let members = object(RunConfig.fields, try RunConfig().json()).objectValue ?? []
        return .object(
            [
                .init("$schema", "http://json-schema.org/draft-07/schema#"),
                .init("title", "assay configuration"),
                .init("description", "What 'assay run' reads; 'assay init' writes one with every key explained."),
            ] + members)
    }

    private static func object(_ fields: [ConfigField], _ defaults: JSONValue?) -> JSONValue {
        // A section whose keys are all commented out is null.
        let members = fields.map { JSONValue.Member($0.name, value($0, defaults?[$0.name])) }
        return ["type": ["object", "null"], "additionalProperties": false, "properties": .object(members)]
    }

    private static func value(_ field: ConfigField, _ standard: JSONValue?) -> JSONValue {
        var members: [JSONValue.Member]
        switch field.kind {
        case .section(let inner): members = object(inner, standard).objectValue ?? []
        case .sections(let inner):
            members = [.init("type", ["array", "null"]), .init("items", object(inner, nil))]
        case .free: members = [.init("type", ["object", "null"])]
        case .value:
            members = []
            if !field.words.isEmpty {
                members.append(.init("enum", .array(field.words.map(JSONValue.string) + [.null])))
            } else if let type = type(of: standard) {
                members.append(.init("type", [.string(type), "null"]))
            }
            if let standard, !standard.isNull, standard.objectValue == nil {
                members.append(.init("default", standard))
            }
        }
        return .object([.init("description", .string(field.summary))] + members)
    }

    // Texts are also written as numbers and lists as one element; only what can be nothing else is said.
    private static func type(of standard: JSONValue?) -> String? {
        guard let standard else { return nil }
        if standard.boolValue != nil { return "boolean" }
        return standard.doubleValue == nil ? nil : "number"
    }
}
