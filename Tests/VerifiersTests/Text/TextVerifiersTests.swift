import Experience
import JSON
import Testing

@Suite struct TextVerifiersTests {
    @Test(
        "text: SQuAD normalisation, aliases, tags",
        arguments: [
            ("The Eiffel Tower.", "eiffel tower", Outcome.correct), ("<answer>U.S.A.</answer>", "usa", .correct),
            ("<think>no</think> Paris", "Paris", .correct), ("Lyon", "Paris", .incorrect), ("", "Paris", .noAnswer),
            ("<think>Paris", "Paris", .noAnswer), ("Paris or Lyon", "Paris", .incorrect),
            ("<answer>Paris", "Paris", .noAnswer), ("...", "Paris", .noAnswer),
        ])
    func text(response: String, gold: String, outcome: Outcome) async throws {
        #expect(try await verdict("text", response, gold: gold).outcome == outcome)
    }

    @Test func textAliasesAndF1() async throws {
        let fields: JSONValue = ["aliases": ["NYC"]]
        #expect(try await verdict("text", "nyc", gold: "New York", fields: fields).outcome == .correct)
        let f1 = try await verdict("text", "the big red dog", gold: "big dog", options: ["metric": "f1"])
        #expect(f1.score == 0.8 && f1.outcome == .correct)
        #expect(try await verdict("text", "x").reason == "noGold")
    }

    @Test(
        "numeric: tolerance, thousands, signs, hedges",
        arguments: [
            ("The answer is 1,234.50.", "1234.5", Outcome.correct), ("x = -3", "-3", .correct), ("−3", "-3", .correct),
            ("1e3", "1000", .correct), ("3", "-3", .incorrect), ("<answer>3 or 4</answer>", "3", .incorrect),
            ("none", "3", .noAnswer), (".5", "0.5", .correct), ("2.0000001", "2", .correct), ("2.1", "2", .incorrect),
            ("10-3", "3", .incorrect),
        ])
    func numeric(response: String, gold: String, outcome: Outcome) async throws {
        #expect(try await verdict("numeric", response, gold: gold).outcome == outcome, "\(response)")
    }

    @Test func numericGoldMustBeOneNumber() async throws {
        #expect(try await verdict("numeric", "3", gold: "about").reason == "unparsedGold")
    }

    @Test(
        "format",
        arguments: [
            ("<think>a</think><answer>b</answer>", "formed"), (" <think>a</think>\n<answer>b</answer>\n", "formed"),
            ("<think>a</think>", "tagCount"), ("<answer>b</answer><think>a</think>", "textOutside"),
            ("<think>a</think>x<answer>b</answer>", "textOutside"), ("<think> </think><answer>b</answer>", "emptyTag"),
            ("<think>a</think><answer>b</answer><answer>c</answer>", "tagCount"), ("", "tagCount"),
            ("<think>a<answer>b</think></answer>", "tagOrder"),
        ])
    func format(response: String, reason: String) async throws {
        #expect(try await verdict("format", response).reason == reason)
    }

    @Test func length() async throws {
        #expect(try await verdict("length", "a b c", options: ["max": 3]).outcome == .correct)
        let soft = try await verdict("length", "a b c d", options: ["max": 3, "soft": 4])
        #expect(soft.outcome == .incorrect && soft.score == 0.75)
        #expect(try await verdict("length", "a", options: ["min": 2]).reason == "short")
        #expect(try await verdict("length", "a", options: ["unit": "tokens"]).reason == "noTokens")
    }

    @Test func repetition() async throws {
        #expect(try await verdict("repetition", "one two three four five six").score == 1)
        let looped = try await verdict("repetition", String(repeating: "wait no ", count: 50))
        #expect(looped.outcome == .incorrect && (looped.score ?? 1) < 0.05)
    }

    @Test func patch() async throws {
        let gold = "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n-x = 1\n+x = 2\n y"
        let same = "```diff\n@@ -9,2 +9,2 @@\n-x = 1\n+x = 2\n```"
        #expect(try await verdict("patch", same, gold: gold).score == 1)
        #expect(try await verdict("patch", "-x = 1\n+x = 3", gold: gold).score == 0.5)
        #expect(try await verdict("patch", "I would change x", gold: gold).score == -1)
        let most = String(repeating: "+x = 2\n", count: 4000)
        #expect(try await verdict("patch", most, gold: gold).reason != "budget")
        #expect(try await verdict("patch", most + "+y", gold: gold).reason == "budget")
        #expect(try await verdict("patch", "+x = 2", gold: most + "+y").reason == "budget")
    }
}
