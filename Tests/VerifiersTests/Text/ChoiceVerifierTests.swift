import Experience
import Testing
import Verifiers

@Suite struct ChoiceVerifierTests {
    @Test(arguments: [
        "B", "(B)", "\\boxed{B}", "\\boxed{\\text{(B)}}", "<answer>B</answer>", "The answer is B.",
        "The answer is (B) 23.",
        "Answer: B", "ANSWER: **B**", "The answer is B, not A.", "The answer is for sure B, it can't be A or C.",
        "The answer is not A but B.", "<think>A or C?</think>The answer is B", "La réponse est B.",
        "Die Antwort ist B.",
        "La respuesta es B.", "A resposta é B.", "Ответ: B", "答案是B。", "答えはBです。", "정답은 B입니다.", "I pick (B) here.",
        "The answer is B because A is too small.", "The correct answer is B: 23 is prime.",
        "B) blue", "**B. blue**", "B: 23", "(B) 23 is prime.\nIt has no divisors.", "**B**) blue\n",
    ])
    func oneLetterIsTaken(_ response: String) async throws {
        let right = try await verdict("choice", response, gold: "B")
        #expect(right.outcome == .correct)
        let wrong = try await verdict("choice", response, gold: "C")
        #expect(wrong.outcome != .correct)
    }

    @Test(arguments: [
        "The answer is not B.", "The answer isn't B.", "The answer is A or B.", "The answer is B or A.",
        "The answer is either A or B, I am not sure.", "The answer is A, B", "The answer is A B C",
        "The answer is B and C.",
        "\\boxed{A, B}", "\\boxed{B or C}", "\\boxed{\\text{not } B}", "\\boxed{ABCD}", "<answer>A B C D</answer>",
        "(A) 21 (B) 23 (C) 27", "<think>B</think>", "<think>The answer is B", "The answer is anything but B.",
        "La réponse n'est pas B.", "Die Antwort ist nicht B.", "La respuesta no es B.", "答案不是B。", "答案是A或B。", "",
        "The answer is neither A nor B.", "B is not the answer. The answer is C.", "\\boxed{B",
        "B) blue\nC) red", "A) 21 B) 23", "B) is wrong", "1. A) Rome\n2. B) Madrid", "B) or C)",
        "B. I am not sure, maybe C.",
    ])
    func denialsAndListsAreNotPaid(_ response: String) async throws {
        let verdict = try await verdict("choice", response, gold: "B")
        #expect(verdict.outcome != .correct && verdict.score == 0)
    }
}
