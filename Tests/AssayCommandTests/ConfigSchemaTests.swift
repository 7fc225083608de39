import Experience
import JSON
import Testing

@testable import AssayCommand

/// The schema says of every key what the check of a configuration knows.
struct ConfigSchemaTests {
    @Test func everyKeyIsThereAndNoOther() throws {
        func compare(_ fields: [ConfigField], _ schema: JSONValue?, _ path: String) {
            let properties = schema?["properties"]?.objectValue ?? []
            #expect(properties.map(\.key) == fields.map(\.name), "\(path)")
            #expect(schema?["additionalProperties"]?.boolValue == false)
            for field in fields {
                let property = schema?["properties"]?[field.name]
                #expect(property?["description"]?.stringValue == field.summary)
                switch field.kind {
                case .section(let inner): compare(inner, property, "\(path).\(field.name)")
                case .sections(let inner): compare(inner, property?["items"], "\(path).\(field.name)")
                case .value where !field.words.isEmpty:
                    #expect(property?["enum"]?.arrayValue?.compactMap(\.stringValue) == field.words)
                case .value, .free: break
                }
            }
        }
        compare(RunConfig.fields, try ConfigSchema.json(), "")
    }

    @Test func versionIsSemantic() {
        let parts = Version.number.split(separator: ".")
        #expect(parts.count == 3 && parts.allSatisfy { Int($0) != nil })
        #expect(Version.text.hasPrefix(Version.number))
    }
}
