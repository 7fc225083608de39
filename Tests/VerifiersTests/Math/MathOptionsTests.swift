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
        (["list_order": "kept"], "1, 2", "2, 1", true),
        (["intervals": "keep"], "[1,2]", "1\\le x\\le2", true),
        (["unsimplified": "reject"], "\\frac12", "\\frac24", true),
        (["bare_log": "natural"], "2", "\\log 100", true),
        (["text_case": "kept"], "\\text{north}", "North", true),
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

    @Test(arguments: [
        ("adjacentBoxes", "last", "it is called 'last' now"), ("units", "optional", "it is called 'convert' now"),
        ("listOrder", "kept", "did you mean 'list_order'?"), ("units", "requird", "did you mean 'required'?"),
        ("last", "lines", "did you mean 'line'?"), ("type", "numbers", "did you mean 'number'?"),
    ])
    func oldAndMistypedWordsAreRefusedWithTheRightOne(key: String, value: String, words: String) {
        #expect {
            _ = try VerifierRegistry.standard.make("math", options: .object([.init(key, .string(value))]))
        } throws: { error in
            (error as? VerifierOptionsError)?.key == key && "\(error)".contains(words)
        }
    }

    @Test func lastSaysWhichOfSeveralBoxesCount() throws {
        let rows: [(last: String, gold: String, text: String, expected: Bool)] = [
            ("exact-before-approximate", "\\frac13", "\\boxed{\\frac13} \\approx \\boxed{0.33}", true),
            ("line", "\\frac13", "\\boxed{\\frac13} \\approx \\boxed{0.33}", true),
            ("box", "\\frac13", "\\boxed{\\frac13} \\approx \\boxed{0.33}", false),
            (
                "line", "2, 9",
                "First \\boxed{4}.\nSo \\boxed{2}. The other root, by Vieta as above, is then \\boxed{9}", true
            ),
            ("box", "2, 9", "\\boxed{2} and \\boxed{9}", false),
            ("exact-before-approximate", "2, 9", "\\boxed{2} and \\boxed{9}", true),
            ("line", "2, 9", "\\boxed{2}\n\\boxed{9}", false), ("line", "9", "\\boxed{2}, then \\boxed{9}", true),
            ("box", "9", "\\boxed{2} or \\boxed{9}", false), ("line", "9", "\\boxed{2} or \\boxed{9}", false),
        ]
        for (last, gold, text, expected) in rows {
            let options = try MathOptions(["last": .string(last)])
            #expect(
                MathGrader.grade(gold: gold, prediction: text, options: options).isCorrect == expected,
                "\(last) \(text)")
        }
    }
}
