import Experience
import JSON
import Testing

@Suite struct RankingVerifiersTests {
    @Test func classification() async throws {
        let options: JSONValue = ["labels": ["good", "very good", "bad"]]
        #expect(
            try await verdict("classification", "It is very good.", gold: "very good", options: options).outcome
                == .correct)
        #expect(try await verdict("classification", "good or bad", gold: "good", options: options).reason == "hedged")
        #expect(try await verdict("classification", "who knows", gold: "good", options: options).outcome == .noAnswer)
        #expect(try await verdict("classification", "good", gold: "fine", options: options).reason == "unparsedGold")
    }

    @Test func ranking() async throws {
        #expect(
            try await verdict("ranking", "b, a, c", gold: "a, b, c").score.map { abs($0 - 2 / 3.0) < 1e-12 } == true)
        #expect(try await verdict("ranking", "[\"a\", \"b\", \"c\"]", gold: "a > b > c").outcome == .correct)
        for other in ["a, a, b", "a, b", "a, b, c, a", "a, b, d"] {
            #expect(try await verdict("ranking", other, gold: "a, b, c").reason == "notAPermutation", "\(other)")
        }
        #expect(try await verdict("ranking", "b, a", gold: "a, b", options: ["metric": "mrr"]).score == 0.5)
    }

    @Test func citations() async throws {
        #expect(try await verdict("citation", "So [1][3], and [1, 3].", gold: "1, 3").outcome == .correct)
        let half = try await verdict("citation", "As [1] says [note].", gold: "1 2 3")
        #expect(half.score == 0.5 && half.components["precision"] == 1)
        #expect(try await verdict("citation", "none", gold: "1").outcome == .noAnswer)
    }

    @Test func grounding() async throws {
        let same = try await verdict("grounding", "<answer>[0, 0, 10, 10]</answer>", gold: "0,0,10,10")
        #expect(same.score == 1)
        let third = try await verdict("grounding", "[5, 0, 15, 10]", gold: "0,0,10,10")
        #expect(third.outcome == .incorrect && third.score.map { abs($0 - 1 / 3.0) < 1e-12 } == true)
        #expect(try await verdict("grounding", "[9,9,1,1]", gold: "0,0,10,10").score == 0)
        let point: JSONValue = ["task": "point"]
        #expect(try await verdict("grounding", "(10, 10)", gold: "0,0,10,10", options: point).outcome == .correct)
        #expect(try await verdict("grounding", "(11, 10)", gold: "0,0,10,10", options: point).outcome == .incorrect)
    }
}
