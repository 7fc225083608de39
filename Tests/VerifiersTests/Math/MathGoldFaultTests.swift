import Experience
import JSON
import Testing
import Verifiers

/// Golds that the verifier cannot judge by: each has a kind, and no completion of its problem has a score.
@Suite struct MathGoldFaultTests {
    static let faults: [(String, GoldFault.Kind)] = [
        ("", .empty), ("  \n", .empty), ("\\boxed{}", .empty),
        ("The fourth row was swapped with the third, which changes the sign and nothing else about it", .prose),
        ("Les deux joueurs peuvent toujours obtenir une partie nulle en jouant bien", .prose),
        ("\\text{every student who passed the first round was invited to the second one}", .prose),
        ("There is no value of $m$ for which these two lines are parallel to the plane.", .wordsBesideFormula),
        ("concave down on $(3, 8)$", .wordsBesideFormula), ("at most 9", .wordsBesideFormula),
        ("14 if k is odd", .wordsBesideFormula), ("2.5 feet wide by 4.5 feet tall", .wordsBesideFormula),
        ("B \\text{ is the reflection of } C", .wordsBesideFormula),
        ("The perimeter is 26 and the area of the whole figure is 40.", .partlyRead),
        ("The perimeter is 26 and the area of the whole figure is 17.", .partlyRead),
        ("\\frac{\\pi}{8} + n\\pi, \\text{any integer } n", .wordsBesideFormula),
        ("rising when $x > 4$", .wordsBesideFormula),
        ("The statement is true for all odd n", .wordsBesideFormula), ("any x works", .prose), ("see below", .prose),
        ("Proof.", .prose), ("N/A", .prose), ("Q.E.D.", .prose), ("略", .prose), ("证明见解析", .prose),
        ("siehe oben", .prose),
        ("см. решение", .prose), ("풀이 참조", .prose), ("Answers may vary", .prose), ("depends on n", .prose),
        ("true for all n", .wordsBesideFormula), ("The claim holds", .prose),
        ("y^{", .noFormula), ("\\frac{7}", .noFormula), ("4 + + ) 9", .noFormula),
        (String(repeating: "3+", count: 9000) + "1", .tooLong),
    ]

    @Test(arguments: faults)
    func kinds(_ gold: String, _ kind: GoldFault.Kind) async throws {
        let fault = try #require(MathGrader.fault(of: gold), "\(gold.prefix(80)) is judged by")
        #expect(fault.kind == kind, "\(gold.prefix(80)): \(fault.reason)")
        for answer in ["17", "x+1", "\\text{none of these}", "(1, 2)"] {
            let item = VerificationItem(
                problem: Problem(id: "p", answer: gold), completion: Completion(text: "So we get \\boxed{\(answer)}."))
            let verdict = await MathVerifier().verify(item)
            #expect(verdict.outcome == .verifierError && verdict.score == nil, "\(gold.prefix(80)), \(answer)")
            #expect(verdict.details?["gold_fault"]?.stringValue == kind.rawValue)
        }
    }

    /// Values, and words that people answer with the same words.
    @Test(arguments: [
        "7", "-\\frac{3}{8}", "\\text{Thursday}", "no solution", "acute triangle", "\\{\\text{blue}, \\text{green}\\}",
        "x = \\text{even}", "Yes, because the sum of three such numbers is always divisible by seven",
        "The smallest such number is 318.", "11 \\text{ red marbles}", "13 March", "(D)",
        "\\text{NaCl}", "4\\pi \\text{ cm}^2", "2, 4, \\ldots, 2n", "3\\text{ or }5", "the sixth root of unity",
        "P-value = 0.62", "two hundred thirty-one billion eight hundred forty-five million six hundred ten thousand",
        "\\begin{cases} 4 & \\text{if } n \\text{ is odd} \\\\ 6 & \\text{if } n \\text{ is even} \\end{cases}",
        "g(x) = 3x + c \\text{ for some constant } c", "所以答案是 12", "La respuesta es 28",
    ])
    func whatCanBeJudgedBy(_ gold: String) {
        let fault = MathGrader.fault(of: gold)
        #expect(fault == nil, "\(fault?.kind.rawValue ?? ""): \(fault?.reason ?? "")")
    }

    /// A sentence is read for its value as an answer is, and never for a letter or a number that only stands in it.
    @Test(arguments: [
        ("The greatest number of rooks is 14.", "14", "15"),
        ("Counting both cases and adding them, one sees that the total number of ways is $4 \\cdot 3^5$.", "972", "4"),
        (
            "After the second exchange of the two glasses the share of milk that remains is: \\(\\frac{9}{16}\\)",
            "9/16", "9"
        ),
    ])
    func sentencesAreRead(_ gold: String, _ right: String, _ wrong: String) {
        #expect(MathGrader.grade(gold: gold, prediction: "\\boxed{\(right)}").isCorrect)
        let grade = MathGrader.grade(gold: gold, prediction: "\\boxed{\(wrong)}")
        #expect(grade.reason == .different && !grade.isGoldAtFault, "\(grade.rule)")
    }

    @Test(arguments: [
        ("The two systems are both consistent only when $m$ is in the first of these sets.", "m"),
        ("$\\cos(u)=1$ holds whenever $u$ is a multiple of a full turn, for any integer $n$.", "n"),
        ("We compare the sums $a_k$ with the integral to see how fast the partial sums $s_k$ can grow here.", "s_k"),
    ])
    func aLetterInASentenceIsNotItsValue(_ gold: String, _ letter: String) {
        let grade = MathGrader.grade(gold: gold, prediction: "\\boxed{\(letter)}")
        #expect(!grade.isCorrect && grade.isGoldAtFault, "\(grade.rule)")
    }

    /// A stated type says what a gold is: words are words then, and a number is no interval.
    @Test func aStatedTypeSaysWhatAGoldIs() async {
        func fault(_ gold: String, _ type: JSONValue) async -> GoldFault.Kind? {
            let problem = Problem(id: "p", answer: gold, fields: JSONRow(["answer_type": type]))
            return await MathVerifier().goldFault(of: problem)?.kind
        }
        let sentence = "every student who passed the first round was invited to the second one"
        #expect(await fault(sentence, "text") == nil)
        #expect(await fault(sentence, "number") == .prose)
        #expect(await fault("17", "number") == nil)
        #expect(await fault("17", "interval") == .unreadable)
        #expect(await fault("17", "a riddle") == .unreadable)
    }

    /// Words are no products of their letters.
    @Test(arguments: [("are not metals", "ear not metals"), ("a cloud", "cloud a"), ("low", "owl")])
    func wordsAreNoProducts(_ gold: String, _ answer: String) {
        #expect(!MathGrader.grade(gold: gold, prediction: "\\boxed{\(answer)}").isCorrect)
        #expect(MathGrader.grade(gold: gold, prediction: "\\boxed{\\text{\(gold)}}").isCorrect)
    }

    @Test func itsOwnTextIsStillPaid() {
        let gold = "concave down on $(3, 8)$"
        #expect(MathGrader.grade(gold: gold, prediction: gold).isCorrect)
        #expect(MathGrader.grade(gold: gold, prediction: "\\boxed{\(gold)}").isCorrect)
    }

    /// Not paid, and not called wrong: nothing was decided.
    @Test(arguments: [
        ("12", "\\sum_{k=0}^{900}\\binom{900}{k}(\\sqrt3)^k"), ("\\pi", "(10^{7})!"), ("5", "9^{9^{9^{9}}}"),
        ("1, 2", "1, 9^{9^{9^{9}}}"), ("(4, 7)", "(4, 9^{9^{9^{9}}})"),
        ("7", String(repeating: "1+", count: 9000) + "1"),
    ])
    func whatTakesTooMuchIsUndecided(_ gold: String, _ bomb: String) async {
        let item = VerificationItem(
            problem: Problem(id: "p", answer: gold), completion: Completion(text: "\\boxed{\(bomb)}"))
        let verdict = await MathVerifier().verify(item)
        #expect(verdict.outcome == .incorrect && verdict.reason == "undecided" && verdict.score == 0, "\(verdict)")
        #expect(verdict.isUndecided)
    }

    @Test func whatIsShownToDifferIsDifferent() {
        let grade = MathGrader.grade(gold: "(4, 7)", prediction: "\\boxed{(9^{9^{9^{9}}}, 8)}")
        #expect(grade.reason == .different, "\(grade.rule)")
    }
}
