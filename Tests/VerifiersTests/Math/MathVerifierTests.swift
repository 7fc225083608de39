import Experience
import JSON
import Testing
import Verifiers

@Suite struct MathVerifierTests {
    private func verdict(_ gold: String?, _ text: String, _ options: JSONValue = .object([])) async throws -> Verdict {
        var registry = VerifierRegistry()
        MathVerifier.register(in: &registry)
        let verifier = try registry.make("math", options: options)
        return await verifier.verify(
            VerificationItem(problem: Problem(id: "p", answer: gold), completion: Completion(text: text)))
    }

    @Test func outcomesCarryScoreReasonAndExtraction() async throws {
        let right = try await verdict("18", "so \\boxed{18}")
        #expect(right.outcome == .correct && right.score == 1 && right.reason == "equal" && right.extracted == "18")
        let wrong = try await verdict("18", "so \\boxed{19}")
        #expect(wrong.outcome == .incorrect && wrong.score == 0 && wrong.reason == "different")
        let silent = try await verdict("18", "")
        #expect(silent.outcome == .noAnswer && silent.score == 0 && silent.reason == "noAnswer")
    }

    @Test func aGoldThatCannotBeReadIsOurError() async throws {
        for gold in [nil, "", "  "] {
            let verdict = try await verdict(gold, "\\boxed{18}")
            #expect(verdict.outcome == .verifierError && verdict.score == nil && verdict.reason == "unparsedGold")
        }
    }

    @Test func badOptionsNameTheKey() async throws {
        await #expect { _ = try await verdict("1", "1", ["percent": "sometimes"]) } throws: { error in
            (error as? VerifierOptionsError)?.key == "percent"
        }
        await #expect { _ = try await verdict("1", "1", ["max_steps": 3]) } throws: { error in
            (error as? VerifierOptionsError)?.key == "max_steps"
        }
        await #expect { _ = try await verdict("1", "1", ["require_boxed": "yes"]) } throws: { error in
            (error as? VerifierOptionsError)?.key == "require_boxed"
        }
        await #expect { _ = try await verdict("1", "1", ["persent": "either"]) } throws: { error in
            (error as? VerifierOptionsError)?.key == "persent"
        }
    }

    @Test func requireBoxedIgnoresOtherAnswers() async throws {
        #expect(try await verdict("18", "#### 18", ["require_boxed": true]).outcome == .noAnswer)
        #expect(try await verdict("18", "#### 18").outcome == .correct)
    }
}
