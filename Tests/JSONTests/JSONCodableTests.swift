import Foundation
import JSON
import Testing

/// JSON values through Foundation's coders.
@Suite struct JSONCodableTests {
    @Test(arguments: [
        "true", "false", "null", "7", "1.5", "\"text\"", "[]", "{}", #"{"a":[1,null,{"b":"c","d":false}]}"#,
    ])
    func comesBackAsItWas(text: String) throws {
        let value = try JSONValue(parsing: text.utf8)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let data = try encoder.encode(["v": value])
        #expect(String(decoding: data, as: UTF8.self) == "{\"v\":\(text)}")
        #expect(try JSONDecoder().decode([String: JSONValue].self, from: data)["v"] == value)
    }
}
