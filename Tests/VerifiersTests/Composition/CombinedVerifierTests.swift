import Experience
import JSON
import Testing
import Verifiers

@Suite struct CombinedVerifierTests {
    /// Says what the response says: a number, "none", "error", "timeout".
    struct Echo: Verifier {
        let name: String
        let version = "1"
        let word: Int

        func verify(_ item: VerificationItem) async -> Verdict {
            switch item.completion.text.split(separator: " ")[word] {
            case "none": .noAnswer()
            case "error": .verifierError(reason: "broken")
            case "timeout": .timeout()
            case let text:
                (Double(text) ?? 0) >= 1 ? .correct(score: Double(text) ?? 0) : .incorrect(score: Double(text) ?? 0)
            }
        }
    }

    private static func judge(
        _ rule: CombinationRule, _ response: String, weights: [Double] = [1, 1], missing: MissingPart = .null
    ) async -> Verdict {
        let parts = weights.enumerated().map { index, weight in
            CombinedVerifier.Part(Echo(name: "p\(index)", word: index), weight: weight)
        }
        let item = VerificationItem(problem: Problem(id: "1", answer: "x"), completion: Completion(text: response))
        return await CombinedVerifier(rule, of: parts, missing: missing).verify(item)
    }

    @Test(arguments: [
        (CombinationRule.sum, "1 1", 2.0, Outcome.correct), (.sum, "1 0.5", 1.5, .incorrect),
        (.product, "0.5 1", 0.5, .incorrect), (.all, "1 0", 0, .incorrect), (.all, "1 1", 1, .correct),
        (.any, "0 1", 1, .correct), (.any, "0 0.5", 0.5, .incorrect), (.first, "none 1", 1, .correct),
        (.first, "error 1", 1, .correct), (.first, "0 1", 0, .incorrect), (.gate, "0 1", 0, .incorrect),
        (.gate, "1 0.5", 0.5, .incorrect), (.gate, "1 1", 1, .correct), (.sum, "none none", 0, .noAnswer),
    ])
    func rules(rule: CombinationRule, response: String, score: Double, outcome: Outcome) async {
        let verdict = await Self.judge(rule, response)
        #expect(verdict.score == score && verdict.outcome == outcome, "\(verdict)")
    }

    @Test func missingParts() async {
        let null = await Self.judge(.sum, "1 timeout")
        #expect(null.outcome == .timeout && null.score == nil)
        #expect(null.components == ["p0": 1, "p1": nil])
        #expect(await Self.judge(.sum, "1 error").outcome == .verifierError)
        #expect(await Self.judge(.sum, "1 error", missing: .zero).score == 1)
        #expect(await Self.judge(.sum, "1 error", weights: [1, 3], missing: .skip).score == 4)
    }

    @Test func laterPartsSeeOnlyWhatTheyMust() async {
        #expect(await Self.judge(.first, "1 1").components == ["p0": 1])
        #expect(await Self.judge(.gate, "0 1").components == ["p0": 0])
    }

    @Test func fromOptions() async throws {
        let options: JSONValue = [
            "rule": "gate",
            "parts": ["format", ["verifier": "text", "options": ["metric": "f1"], "name": "answer", "weight": 2]],
        ]
        let good = try await verdict("combine", "<think>a</think><answer>b</answer>", gold: "b", options: options)
        #expect(good.score == 2 && good.components == ["format": 1, "answer": 1])
        for (bad, key) in [
            (["parts": []], "parts"), (["parts": ["format", "format"]], "parts"), (["parts": ["nope"]], "parts.0"),
            (["rule": "best", "parts": ["format"]], "rule"),
            (["parts": [["verifier": "text", "options": ["metric": "x"]]]], "parts.0.options.metric"),
        ] as [(JSONValue, String)] {
            let error = #expect(throws: VerifierOptionsError.self) {
                try VerifierRegistry.standard.make("combine", options: bad)
            }
            #expect(error?.key == key)
        }
    }
}
