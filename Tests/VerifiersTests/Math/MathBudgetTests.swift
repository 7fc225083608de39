import Experience
import Testing
import Verifiers

@Suite struct MathBudgetTests {
    /// Each would take for ever, or all memory, if it were computed as written.
    @Test(arguments: [
        "9^{9^{9^{9}}}", "(10^7)!", "\\binom{10^{8}}{5\\cdot10^{7}}", "\\sum_{k=1}^{10^{11}}\\frac1k", "(a+b+c)^{5000}",
        "1e-99999999", "\\log(\\log(10^{10^{100}}))", "e^{e^{e^{e^{9}}}}",
        "\\sum_{k=0}^{900}\\binom{900}{k}(\\sqrt3)^k",
    ])
    func bombsAreWrongAnswers(_ bomb: String) {
        let grade = MathGrader.grade(gold: "12", prediction: "\\boxed{\(bomb)}")
        #expect(!grade.isCorrect && !grade.isGoldAtFault)
    }

    /// A tower as deep as golds may be, with a word at its top: looked through once.
    @Test(.timeLimit(.minutes(1))) func wordsDeepInAGold() {
        let gold = String(repeating: "x^", count: 60) + "\\text{apples}"
        #expect(MathGrader.grade(gold: gold, prediction: "\\boxed{42}").isCorrect == false)
    }

    /// Arithmetic that a machine word cannot hold, in either text: a verdict, and never the end of the process.
    @Test(arguments: [
        ("5", "\\binom{5}{-9223372036854775808}", false), ("0", "\\binom{5}{-9223372036854775808}", true),
        ("\\binom{5}{-9223372036854775808}", "5", false), ("0", "\\binom{5}{9223372036854775807}", true),
        ("8", "\\sum_{n=9223372036854775800}^{9223372036854775807} 1", true),
        ("7", "\\sum_{n=9223372036854775800}^{9223372036854775807} 1", false),
        ("1", "\\prod_{n=9223372036854775807}^{-9223372036854775808} n", true),
        ("5", "\\sqrt[-9223372036854775808]{5}", false), ("5", "(-9223372036854775808)!", false),
        ("9223372036854775808", "-(-9223372036854775808)", true),
        ("9223372036854775808", "|-9223372036854775808|", true),
        ("5", "2^{-9223372036854775808}", false), ("5", "1\\times10^{-9223372036854775808}", false),
    ])
    func theEndsOfAWordAreNumbers(gold: String, answer: String, isCorrect: Bool) {
        #expect(MathGrader.grade(gold: gold, prediction: "\\boxed{\(answer)}").isCorrect == isCorrect)
    }

    @Test func bombsThatAreEqualAreEqual() {
        #expect(MathGrader.grade(gold: "3^{90000}", prediction: "\\boxed{9^{45000}}").isCorrect)
        #expect(!MathGrader.grade(gold: "3^{90000}", prediction: "\\boxed{9^{45000}+2}").isCorrect)
        #expect(MathGrader.grade(gold: "800!", prediction: "\\boxed{800\\cdot799!}").isCorrect)
        #expect(!MathGrader.grade(gold: "7^{7^{7^7}}", prediction: "\\boxed{7^{7^{7^6}}}").isCorrect)
    }

    /// Every term of a sum is paid for.
    @Test func aSumTakesAsManyStepsAsItHasTerms() {
        var options = MathOptions()
        for (steps, terms, expected) in [(1000, 200, true), (1000, 400, false), (4000, 400, true)] {
            options.maxSteps = steps
            let grade = MathGrader.grade(
                gold: "\(terms * (terms + 1) / 2)", prediction: "\\boxed{\\sum_{k=1}^{\(terms)} k}", options: options)
            #expect(grade.isCorrect == expected, "\(steps) \(terms): \(grade.rule)")
        }
    }

    @Test(arguments: ["(", "{", "\\frac{", "\\sqrt{", "-", "|", "\\left[", "f(", "\\begin{matrix}", "$", "\\["])
    func deepNestingEnds(_ part: String) {
        for count in [25, 20_000] {
            let text = String(repeating: part, count: count)
            #expect(!MathGrader.grade(gold: "12", prediction: "\\boxed{\(text)1}").isCorrect)
            #expect(!MathGrader.grade(gold: "12", prediction: text).isCorrect)
            #expect(!MathGrader.grade(gold: text, prediction: "\\boxed{12}").isCorrect)
        }
    }

    @Test func anOverlongGoldIsOurError() async {
        let gold = String(repeating: "1+", count: 20_000) + "1"
        let item = VerificationItem(problem: Problem(id: "p", answer: gold), completion: Completion(text: "\\boxed{2}"))
        let verdict = await MathVerifier().verify(item)
        #expect(verdict.outcome == .verifierError && verdict.reason == "budget" && verdict.score == nil)
    }

    @Test func verdictsDoNotDependOnThreads() async {
        let pairs = (0..<64).map { ("\\sin\($0)^\\circ+\\sqrt{\($0)}", "\\sqrt{\($0)}+\\cos \(90 - $0)^\\circ") }
        let alone = pairs.map { MathGrader.grade(gold: $0.0, prediction: "\\boxed{\($0.1)}") }
        let together = await withTaskGroup(of: (Int, MathGrade).self) { group in
            for (index, pair) in pairs.enumerated() {
                group.addTask { (index, MathGrader.grade(gold: pair.0, prediction: "\\boxed{\(pair.1)}")) }
            }
            var grades = alone
            for await (index, grade) in group { grades[index] = grade }
            return grades
        }
        #expect(alone == together)
        let wrong = alone.filter { !$0.isCorrect }
        #expect(wrong.isEmpty)
    }
}
