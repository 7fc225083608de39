import Experience
import JSON
import Testing

@Suite struct StoreVerdictsTests {
    let filled: FilledStore

    init() async throws { filled = try await FilledStore() }

    @Test func optionsThatSayTheSameAreOneScoring() async throws {
        func scoring(_ options: String) async throws -> Scoring {
            try await filled.store.scoring(verifier: "v", version: "1", options: JSONValue(parsing: options.utf8))
        }
        let first = try await scoring(#"{"a":1,"b":{"d":[1.50],"c":-0}}"#)
        #expect(first.options.text == #"{"a":1,"b":{"c":0,"d":[1.5]}}"#)
        for other in [#"{"b":{"c":0,"d":[15e-1]},"a":1.0}"#, #"{"a":7,"b":{"c":0.0,"d":[1.5]},"a":1e0}"#] {
            #expect(try await scoring(other) == first)
        }
        for other in [
            #"{"a":1,"b":{"d":[1.5]}}"#, #"{"a":"1","b":{"c":0,"d":[1.5]}}"#, #"{"a":1,"b":{"c":0,"d":[1.5,1]}}"#,
        ] {
            #expect(try await scoring(other).id != first.id)
        }
        // Beyond a double's digits.
        let (near, next) = (
            try await scoring(#"{"a":9007199254740992}"#), try await scoring(#"{"a":9007199254740993}"#)
        )
        #expect(near.id != next.id)
    }

    @Test func parametersThatSayTheSameAreOneSet() async throws {
        func set(_ parameters: String) async throws -> Int64 {
            try await filled.store.addAdvantageSet(
                run: filled.run, scoring: filled.scoring, estimator: "grpo",
                parameters: JSONValue(parsing: parameters.utf8))
        }
        #expect(try await set(#"{"eps":1e-6,"k":1}"#) == set(#"{"k":1.0,"eps":0.000001}"#))
        #expect(try await set(#"{"eps":1e-6}"#) != set(#"{"eps":1e-5}"#))
    }
}
