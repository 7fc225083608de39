import JSON
import Testing
import Verifiers

@Suite struct MathOptionsTests {
    /// What each policy decides: gold, answer, verdict under the default, and under the other choice.
    static let policies: [(option: JSONValue, gold: String, answer: String, normally: Bool)] = [
        (["percent": "fraction"], "20\\%", "20", true),
        (["rounding": "exact"], "2.83", "2\\sqrt2", true),
        (["units": "required"], "12\\text{ kg}", "12", true),
        (["units": "ignored"], "12\\text{ kg}", "12\\text{ g}", false),
        (["assignments": "keep"], "x=3", "3", true),
        (["listOrder": "kept"], "1, 2", "2, 1", true),
        (["intervals": "keep"], "[1,2]", "1\\le x\\le2", true),
        (["unsimplified": "reject"], "\\frac12", "\\frac24", true),
        (["bareLog": "natural"], "2", "\\log 100", true),
        (["textCase": "kept"], "\\text{north}", "North", true),
    ]

    @Test(arguments: policies)
    func everyPolicyTurnsItsVerdict(_ policy: (option: JSONValue, gold: String, answer: String, normally: Bool)) throws
    {
        let response = "\\boxed{\(policy.answer)}"
        #expect(MathGrader.grade(gold: policy.gold, prediction: response).isCorrect == policy.normally)
        let options = try MathOptions(policy.option)
        #expect(
            MathGrader.grade(gold: policy.gold, prediction: response, options: options).isCorrect != policy.normally)
    }

    @Test func roundingIsRelativeToTheGoldsDigits() {
        let rows: [(String, String, Bool)] = [
            ("\\sqrt3", "1.732051", true), ("\\sqrt3", "1.73205", true), ("\\sqrt3", "1.7321", false),
            ("0.67", "\\frac23", true), ("0.67", "0.7", false), ("9", "9.0000001", false), ("0.0000002", "0", false),
        ]
        for (gold, answer, expected) in rows {
            #expect(
                MathGrader.grade(gold: gold, prediction: "\\boxed{\(answer)}").isCorrect == expected,
                "\(gold) \(answer)")
        }
    }
}
