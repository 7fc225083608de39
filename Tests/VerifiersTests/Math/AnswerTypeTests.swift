import JSON
import Testing
import Verifiers

@Suite struct AnswerTypeTests {
    /// What each type decides; nil is a gold that is not of it.
    static let rows: [(type: String, gold: String, answer: String, expected: Bool?)] = [
        ("number", "0.64", "0.64N", true), ("number", "12", "x = 12", true), ("number", "5, 6", "6, 5", true),
        ("number", "5", "(5, 5)", false), ("number", "5", "5x", false), ("number", "2k+1", "1", nil),
        ("number", "e", "2.718281828", true), ("number", "3:4", "0.75", true),
        ("number", "5\\text{ m}", "500 cm", true),
        ("expression", "C", "c", false), ("expression", "a", "A", false), ("expression", "E", "(E)", true),
        ("expression", "C", "(C) 42", false),
        ("equation", "y=3x-2", "3x-2", false), ("equation", "y=3x-2", "2y=6x-4", true),
        ("equation", "3x-2", "3x-2+0", nil),
        ("interval", "(4,9)", "4<t<9", true), ("interval", "(4,9)", "[4,9]", false),
        ("interval", "(4,9)", "(4,9]", false),
        ("interval", "(4,5),(6,7)", "(4,5) \\cup (6,7)", true), ("interval", "12", "13", nil),
        ("interval", "(4,9)", "6.5", false),
        ("set", "(8,3)", "\\{3,8\\}", true), ("set", "8,3", "3,8,8", true), ("set", "8,3", "3", false),
        ("set", "8", "\\{8\\}", true),
        ("list", "8,3", "8, 3", true), ("list", "[8,3]", "(8,3)", true), ("list", "8,3", "3,8", false),
        ("list", "1,200", "1200", false), ("list", "1,200", "1, 200", true),
        ("tuple", "(4,9)", "4<x<9", false), ("tuple", "(4,9)", "(4, 9)", true), ("tuple", "(4,9)", "(9,4)", false),
        ("tuple", "(1,2),(3,4)", "(3,4), (1,2)", true), ("tuple", "12", "13", nil),
        ("choice", "E", "e", true), ("choice", "E", "2.718281828459045", false), ("choice", "BA", "A and B", true),
        ("choice", "(B)", "B", true), ("choice", "B", "\\text{(B) } 42", true), ("choice", "17", "A", nil),
        ("truth", "T", "true", true), ("truth", "No", "False", true), ("truth", "Yes", "Yes, since 2 < 3", true),
        ("truth", "F", "T", false), ("truth", "17", "true", nil), ("truth", "True", "1", false),
        ("text", "1/2", "0.5", false), ("text", "Blue", "blue", true), ("text", "Paris", "London", false),
    ]

    @Test(arguments: rows)
    func everyTypeDecidesWhatItSays(_ row: (type: String, gold: String, answer: String, expected: Bool?)) throws {
        let grade = MathGrader.grade(
            gold: row.gold, prediction: "\\boxed{\(row.answer)}", options: try MathOptions(["type": .string(row.type)]))
        if let expected = row.expected {
            #expect(grade.isCorrect == expected && !grade.isGoldAtFault, "\(row) \(grade)")
        } else {
            #expect(grade.reason == .unparsedGold && grade.isGoldAtFault, "\(row) \(grade)")
        }
    }

    @Test func whatIsDeniedIsNoChoice() throws {
        let options = try MathOptions(["type": "choice"])
        for (text, expected) in [("The answer is B.", true), ("The answer is not B", false), ("B or C", false)] {
            #expect(MathGrader.grade(gold: "B", prediction: text, options: options).isCorrect == expected, "\(text)")
        }
    }
}
