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

    /// Takes time and says more than a score.
    struct Talkative: Verifier {
        let name: String
        let version = "1"
        var isRight = true

        func verify(_ item: VerificationItem) async -> Verdict { said }

        func verify(_ items: [VerificationItem]) async -> [Verdict] { items.map { _ in said } }

        private var said: Verdict {
            var verdict: Verdict = isRight ? .correct() : .incorrect(explanation: "\(name) says no")
            verdict.milliseconds = 100
            verdict.components = ["inner": 0.5]
            verdict.details = ["by": .string(name)]
            return verdict
        }
    }

    @Test("Each part's time, components, details and words are in the whole once", arguments: CombinationRule.allCases)
    func whatPartsSay(rule: CombinationRule) async {
        let item = VerificationItem(problem: Problem(id: "1", answer: "x"), completion: Completion(text: "x"))
        for (isRight, asked) in [(true, rule == .first ? 1 : 2), (false, [.first, .gate].contains(rule) ? 1 : 2)] {
            let parts = ["a", "b"].map { CombinedVerifier.Part(Talkative(name: $0, isRight: isRight)) }
            let whole = CombinedVerifier(rule, of: parts)
            let nested = CombinedVerifier(rule, of: [.init(whole, name: "whole")])
            let verdict = await whole.verdicts(of: [item])[0]
            #expect(verdict.milliseconds == 100 * Double(asked), "\(isRight)")
            #expect(verdict.components["a.inner"] == 0.5 && verdict.components["inner"] == nil)
            #expect(verdict.components.count == 2 * asked)
            let alone = asked == 1
            #expect((alone ? verdict.details : verdict.details?["a"]) == ["by": "a"])
            #expect(isRight || verdict.explanation?.contains("a says no") == true)
            #expect(await nested.verdicts(of: [item])[0].milliseconds == 100 * Double(asked))
            let routed = RouteVerifier(field: "v", routes: [:], fallback: whole)
            #expect(await routed.verdicts(of: [item])[0].milliseconds == 100 * Double(asked))
        }
    }

    @Test(
        arguments: [
            (["parts": [["verifier": "text", "option": [:]]]], "parts.0.option"),
            (["parts": [["verifier": "text", "wieght": 2]]], "parts.0.wieght"),
            (["parts": [["verifier": "text", "name": 2]]], "parts.0.name"),
        ] as [(JSONValue, String)])
    func misspeltPartsAreNotIgnored(options: JSONValue, key: String) {
        let error = #expect(throws: VerifierOptionsError.self) {
            try VerifierRegistry.standard.make("combine", options: options)
        }
        #expect(error?.key == key)
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
