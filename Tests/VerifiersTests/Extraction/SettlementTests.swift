import Testing
import Verifiers

/// Which answer a response settles on, when words deny it, offer others or bound it, in many languages.
@Suite struct SettlementTests {
    private func isPaid(_ response: String, gold: String = "42") -> Bool {
        MathGrader.grade(gold: gold, prediction: response).isCorrect
    }

    @Test(arguments: settled)
    func oneAnswerIsTaken(_ response: String) {
        #expect(isPaid(response))
    }

    @Test(arguments: open)
    func denialsAndOffersAreNotPaid(_ response: String) {
        #expect(!isPaid(response))
    }

    @Test(arguments: announced)
    func phrasesOfManyLanguagesAnnounce(_ phrase: String) {
        let response = "We had 7 and 6 before, as the problem says. " + phrase
        #expect(isPaid(response))
        #expect(!isPaid(response, gold: "43"))
    }

    @Test(arguments: boxed)
    func boxesAndTags(_ response: String) {
        #expect(isPaid(response, gold: "5"))
    }

    @Test(arguments: unboxed)
    func whatIsNoAnswerInABox(_ response: String) {
        #expect(!isPaid(response, gold: "5"))
    }

    @Test func alternativesThatAreEqualAreOneAnswer() {
        #expect(isPaid("The answer is 0.5 or 50\\%.", gold: "\\frac12"))
        #expect(!isPaid("The answer is 0.5 or 5\\%.", gold: "\\frac12"))
    }

    @Test func theRedTeamIsPaidNowhere() async {
        let report = await RedTeam(MathVerifier())
        #expect(report.usedSeeds > 0 && report.holes.isEmpty)
    }

    @Test func aFloodBeforeANumberIsNoAnswer() {
        #expect(!isPaid(String(repeating: "(", count: 50_000) + "42"))
        #expect(isPaid("So (((42))) it is."))
    }

    @Test func aFinalStatementAfterTheBoxesCounts() {
        #expect(isPaid("\\boxed{17} then. Final Answer: The final answer is $42$. I hope it is correct."))
        #expect(!isPaid("\\boxed{42} then. Final Answer: The final answer is $17$. I hope it is correct."))
        #expect(isPaid("\\boxed{42}. I hope this final answer is correct."))
    }

    static let settled: [String] = [
        "The answer is 42, not 41.", "The answer is 42.", "The answer is 42 because 6*7 = 42.",
        "The answer is clearly 42!", "The answer is 42 apples.", "So the answer is $42$.", "Answer: **42**",
        #"The final answer is: $\boxed{42}$"#, "The answer is therefore 42.", "The answer is indeed 42",
        "The answer is exactly 42.", "The answer is then equal to 42.", "The answer is (42).",
        "The answer is 42 dollars, not 41 dollars.", "The correct answer is: 42",
        #"So, the answer is 6 \times 7 = 42."#, "The answer is $x = 42$.", "**Final Answer:** 42",
        "Final answer: $42$.", "The final answer is 42 ", "ANSWER: 42", "answer = 42", "The answer is 42\n",
        "The answer is 42, as required.", "The answer is 42 (since 40+2=42).", "The answer is: \n\n42",
        "The answer is:\n$$42$$", "The answer is:\n\\[\n42\n\\]", "The answer is not 41 but 42.",
        "The answer is 42, no doubt.", "No doubt the answer is 42.",
    ]

    static let open: [String] = [
        "The answer is not 42.", #"The answer is not \(42\)."#, "The answer is definitely not 42",
        "The answer is either 41 or 42, I am not sure.", "The answer is 41 or 42.", "The answer is 42 or 41",
        "The answer is probably 41 or 42.", "The answer could be 41, 42, or 43.", "The answer isn't 42.",
        "The answer cannot be 42.", "The answer is anything but 42.", "It is not 42.", "42 is not the answer.",
        "The answer is between 41 and 43", "The answer is $41$ or $42$.", "The answer is 41/42",
        "The answer is never 42", "The answer is neither 41 nor 42", "La réponse n'est pas 42.",
        "Die Antwort ist nicht 42.", "La respuesta no es 42.", "A resposta não é 42.", "Ответ не 42.", "答案不是42。",
        "答えは42ではありません。", "정답은 42가 아닙니다.", "答案是41或42。", "Die Antwort ist 41 oder 42.", "La respuesta es 41 o 42.",
        "La réponse est 41 ou 42.", "Ответ: 41 или 42.", "A resposta é 41 ou 42.", "答えは41または42です。",
        "정답은 41 또는 42입니다.", "The answer is 42, or maybe 41.", "The answer is less than 42.",
        "The answer is more than 42", "The answer is at least 42.", "The answer is greater than 42.",
        "The correct answer is not 42, it is 41.", "Answer: not 42", "Answer: 41 or 42",
        "Answer: maybe 41, maybe 42", "The answer is 41 and 42.", "The answer is 41, 42, 43",
        "Final answer: one of 41, 42, 43", "The answer is 42 if n is odd and 41 if n is even.", "It is 41 and 42.",
        "The answer is other than 42.", "The answer is 42 or more.", "The answer is 42以上",
        "Answer: 42 if n is odd, otherwise 41",
    ]

    static let announced: [String] = [
        "答案是42。", "因此,答案为 42", "答案:42", "最终答案是：42", "所以答案是$42$。", "La réponse est 42.", "La réponse finale est 42",
        "Réponse : 42", "La réponse est donc 42.", "La solution est 42.", "Die Antwort ist 42.",
        "Die Antwort lautet: 42", "Antwort: 42", "Das Ergebnis ist 42.", "Die Lösung ist 42.",
        "Die endgültige Antwort ist 42.", "La respuesta es 42.", "La respuesta final es 42", "Respuesta: 42",
        "El resultado es 42.", "La solución es 42.", "A resposta é 42.", "A resposta final é 42.", "Resposta: 42",
        "O resultado é 42.", "Ответ: 42", "Ответ: 42.", "Ответ равен 42.", "Окончательный ответ: 42",
        "Правильный ответ — 42", "Итак, ответ 42.", "答えは42です。", "答え：42", "したがって、答えは 42 です。", "最終的な答えは42です。",
        "解答: 42", "정답: 42", "정답은 42입니다.", "따라서 답은 42입니다.", "답: 42", "최종 답은 42 입니다.", "La risposta è 42.",
        "Il risultato è 42.", "Het antwoord is 42.", "Odpowiedź: 42", "Odpowiedź to 42.", "Cevap 42.", "Cevap: 42",
        "Đáp án là 42.", "उत्तर: 42", "उत्तर 42 है।", "الجواب هو 42", "Svar: 42", "Svaret är 42.", "Jawaban: 42",
        "Jawabannya adalah 42.", "คำตอบคือ 42", "Відповідь: 42", "Odpověď: 42", "A válasz 42.", "Vastaus: 42",
        "Απάντηση: 42", "התשובה היא 42",
    ]

    static let boxed: [String] = [
        #"$\boxed{5}$ is the answer."#, #"\boxed{\boxed{5}}"#, #"\boxed {5}"#,
        "We get\n\\begin{align*}x&=\\boxed{5}\\end{align*}", "First \\boxed{4}, then \\boxed{5}.\n\nSo done.",
        #"\boxed{ \displaystyle 5 }"#, #"\boxed{\text{5}}"#, #"\boxed{\,5\,}"#, #"\boxed{$5$}"#, #"\boxed{\(5\)}"#,
        #"\boxed5"#, #"$\boxed 5$"#, #"<think>hmm \boxed{6}</think>\boxed{5}"#, "<answer>5</answer>",
        "<answer> $5$ </answer>", #"<answer>\boxed{5}</answer>"#, "<think>x</think>\n<answer>\\boxed{5}</answer>",
        "<answer>The answer is 5.</answer>", "#### 5", "#### $5", "Solution...\n#### 5.0", #"\boxed{x = 5}"#,
        #"\boxed{\mathbf{5}}"#, #"The answer is \fbox{5}"#,
    ]

    static let unboxed: [String] = [
        #"\boxed{4} but also 5"#, "<think>5</think>", #"<think>\boxed{5}"#, #"\boxed{5"#, "\\boxed{6}\n\n5",
        "<answer>6</answer> 5", "#### 6", #"\boxed{5 \text{ or } 6}"#, #"\boxed{}"#, "I do not know.",
        "<answer></answer>", #"\boxed{\text{I don't know}}"#, #"5 was my first guess but \boxed{7}"#,
    ]
}
