import JSON
import Testing

@Suite struct JSONSchemaTests {
    @Test(arguments: [
        (#"{"type": "integer", "minimum": 1, "maximum": 3}"#, ["1", "3", "2.0"], ["0", "4", "1.5", "\"1\""]),
        (#"{"exclusiveMinimum": 1, "exclusiveMaximum": 3}"#, ["2", "1.01", "2.99"], ["1", "3"]),
        (
            #"{"type": ["string", "null"], "minLength": 2, "maxLength": 3}"#, ["\"ab\"", "\"abc\"", "null"],
            ["\"a\"", "\"abcd\"", "1"]
        ),
        (#"{"enum": [1, "a", null]}"#, ["1", "1.0", "\"a\"", "null"], ["2", "\"b\""]),
        (#"{"const": {"a": 1, "b": 2}}"#, [#"{"b": 2, "a": 1}"#], [#"{"a": 1}"#]),
        (
            #"{"type": "array", "minItems": 1, "maxItems": 2, "uniqueItems": true, "items": {"type": "number"}}"#,
            ["[1]", "[1, 2]"],
            ["[]", "[1, 2, 3]", "[1, 1]", "[\"a\"]"]
        ),
        (
            #"{"required": ["a"], "properties": {"a": {"type": "boolean"}}, "additionalProperties": false}"#,
            [#"{"a": true}"#],
            ["{}", #"{"a": 1}"#, #"{"a": true, "b": 1}"#]
        ),
        (#"{"allOf": [{"minimum": 1}, {"maximum": 2}]}"#, ["1"], ["0", "3"]),
        (#"{"anyOf": [{"type": "null"}, {"minimum": 5}]}"#, ["null", "5"], ["4"]),
        (#"{"oneOf": [{"minimum": 1}, {"maximum": 2}]}"#, ["0", "3"], ["1", "2"]),
        (#"{"not": {"type": "string"}}"#, ["1"], ["\"a\""]),
    ])
    func fitsOrDoesNot(schema: String, good: [String], bad: [String]) throws {
        let schema = try JSONSchema(JSONValue(parsing: schema.utf8))
        for text in good { #expect(schema.violation(in: try JSONValue(parsing: text.utf8)) == nil, "\(text)") }
        for text in bad { #expect(schema.violation(in: try JSONValue(parsing: text.utf8)) != nil, "\(text)") }
    }

    @Test(arguments: [
        (#"{"a": [{"b": 1}, {"b": "x"}]}"#, "$.a[1].b is not integer"), (#"{"a": [{}]}"#, "$.a[0].b is missing"),
        (#"{"a": [1]}"#, "$.a[0] is not object"), ("[]", "$ is not object"),
    ])
    func aViolationHasItsPath(value: String, sentence: String) throws {
        let schema = JSONSchema(
            known: [
                "type": "object",
                "properties": [
                    "a": ["items": ["type": "object", "required": ["b"], "properties": ["b": ["type": "integer"]]]]
                ],
            ])
        #expect(schema.violation(in: try JSONValue(parsing: value.utf8)) == sentence)
    }

    @Test func aKeywordThatIsNotKnownIsAnError() {
        #expect(throws: JSONSchema.Problem.self) { try JSONSchema(["items": ["pattern": "a"]]) }
    }
}
