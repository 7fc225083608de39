import Testing
import Verifiers

@Suite struct AnswerExtractionTests {
    static let found: [(response: String, answer: String)] = [
        ("First \\boxed{3}. Then \\boxed{\\frac{5}{6}}", "\\frac{5}{6}"),
        ("It is \\fbox{88}", "88"),
        ("<think>\\boxed{1}</think> so \\boxed{9}", "9"),
        ("<answer> 31 </answer>", "31"),
        ("work\n#### 1,204", "1,204"),
        ("The final answer is $x=12$. I hope it is correct.", "$x=12$"),
        ("**Answer:** 46", "46"),
        ("Answer \\( \\frac{1}{9} \\)", "\\( \\frac{1}{9} \\)"),
        ("3+4=7\nA: 7", "7"),
        ("因此答案是 52。", "52"),
        ("La réponse est 61.", "61"),
        ("Die Antwort lautet 62.", "62"),
        ("La respuesta es 63.", "63"),
        ("A resposta é 64.", "64"),
        ("Ответ: 65", "65"),
        ("答えは 66 です。", "66"),
        ("정답은 67", "67"),
        ("Hence $y=4$ and finally $y^2=16$", "y^2=16"),
        ("So $2^{7}$", "128"), ("Thus \\(x+1\\)", "1+x"),
        ("we are left with 13 of the 40 coins, that is 27", "27"),
        ("In the end we have b + 5.", "b+5"), ("In the end we have 5 - b.", "5-b"),
        ("In the end we have 5 - a nice number.", "5"), ("In the end we have 5 - A nice number.", "5"),
    ]

    @Test(arguments: found)
    func theAnswerIsFound(_ example: (response: String, answer: String)) {
        let grade = MathGrader.grade(gold: example.answer, prediction: example.response)
        #expect(grade.isCorrect, "\(grade.extracted ?? "nothing"): \(grade.rule)")
        let other = MathGrader.grade(gold: "987654321", prediction: example.response)
        #expect(!other.isCorrect)
    }

    @Test(arguments: [
        "", "   ", "<think>still thinking \\boxed{5}", "so we get \\boxed{5", "\\boxed{}",
        "no number here at all, sorry to say",
    ])
    func noAnswer(_ response: String) {
        #expect(MathGrader.grade(gold: "5", prediction: response).reason != .equal)
        if !response.contains("sorry") {
            #expect(MathGrader.grade(gold: "5", prediction: response).reason == .noAnswer)
        }
    }

    @Test func adjacentBoxesJoinOnlyForAGoldOfSeveralParts() {
        let response = "\\boxed{4} and \\boxed{7}"
        #expect(MathGrader.grade(gold: "4, 7", prediction: response).isCorrect)
        #expect(MathGrader.grade(gold: "7", prediction: response).isCorrect)
        #expect(!MathGrader.grade(gold: "7", prediction: "\\boxed{4} or \\boxed{7}").isCorrect)
        var options = MathOptions()
        options.last = .box
        #expect(!MathGrader.grade(gold: "4, 7", prediction: response, options: options).isCorrect)
    }

    @Test func aSolutionAsGoldGivesItsBox() {
        let gold = "Since $a=2$ we have $a^5=\\boxed{32}$."
        #expect(MathGrader.grade(gold: gold, prediction: "2^5").isCorrect)
        #expect(!MathGrader.grade(gold: gold, prediction: "2").isCorrect)
    }

    @Test func explanationsNameTheSteps() {
        let (grade, trace) = MathGrader.explain(gold: "\\frac12", prediction: "\\boxed{0.5}")
        #expect(grade.isCorrect)
        #expect(trace.steps.first?.name == "gold")
        #expect(trace.steps.contains { $0.name == "candidate" && $0.result.hasPrefix("0.5") })
        #expect(trace.steps.last?.name == "verdict")
    }
}
