import Experience
import JSON
import Testing
import Verifiers

@Suite struct JSONVerifierTests {
    private static let schema: JSONValue = [
        "type": "object", "required": ["name", "age"],
        "properties": ["name": ["type": "string", "minLength": 1], "age": ["type": "integer", "minimum": 0]],
        "additionalProperties": false,
    ]

    @Test(
        arguments: [
            (#"{"name": "Ann", "age": 3}"#, Outcome.correct, "schema"), (#"{"name": "Ann"}"#, .incorrect, "schema"),
            (#"{"name": "Ann", "age": -1}"#, .incorrect, "schema"), (#"{"name": "", "age": 1}"#, .incorrect, "schema"),
            (#"{"name": "A", "age": 1, "x": 0}"#, .incorrect, "schema"),
            (#"{"name": "A", "age": 1.5}"#, .incorrect, "schema"),
            ("here:\n```json\n{\"name\": \"A\", \"age\": 1.0}\n```", .correct, "schema"), ("{", .incorrect, "invalid"),
            (String(repeating: "[", count: 9999), .incorrect, "invalid"), ("", .noAnswer, "noAnswer"),
        ])
    func schema(response: String, outcome: Outcome, reason: String) async throws {
        let verdict = try await verdict("json", response, options: ["schema": Self.schema])
        #expect(verdict.outcome == outcome && verdict.reason == reason, "\(verdict)")
    }

    @Test(.timeLimit(.minutes(1))) func alternativesWithinAlternativesAreLookedAtOnce() async throws {
        let schema = (0..<40).reduce(JSONValue.bool(false)) { inner, _ in ["oneOf": [inner]] }
        #expect(try await verdict("json", "1", options: ["schema": schema]).reason == "schema")
    }

    @Test func fieldsAgainstGold() async throws {
        let gold = #"{"a": 1, "b": [1, 2], "c": "x"}"#
        #expect(try await verdict("json", #"{"c": "x", "b": [1, 2], "a": 1.0}"#, gold: gold).outcome == .correct)
        let half = try await verdict("json", #"{"a": 1, "b": [2, 1], "c": "y"}"#, gold: gold)
        #expect(half.outcome == .incorrect && half.score.map { abs($0 - 1 / 3.0) < 1e-12 } == true)
        #expect(try await verdict("json", "{}", gold: "{").reason == "unparsedGold")
    }

    @Test func unknownKeywordsAreRefused() {
        #expect(throws: VerifierOptionsError.self) {
            try VerifierRegistry.standard.make("json", options: ["schema": ["patternProperties": [:]]])
        }
    }
}
