import Testing

@testable import Verifiers

@Suite struct LetterAnswerTests {
    private func letters(_ text: String) -> String? {
        LetterAnswer(text.utf8).map { String(decoding: $0.letters, as: UTF8.self) }
    }

    @Test func aTextTooLongIsNoLetter() {
        let longest = "C" + String(repeating: " ", count: 4095)
        #expect(letters(longest) == "C")
        #expect(letters(longest + " ") == nil)
        // However much of it is markup.
        #expect(letters("C" + String(repeating: "$", count: 4096) + "D") == nil)
    }

    static let alone: [(text: String, letters: String?)] = [
        ("C", "C"), ("(C)", "C"), ("C. 42", "C"), ("C) 42", "C"), ("C: 42", "C"), ("C:D", nil), ("C.", "C"),
        ("(C) Cecile", "C"), ("C Cecile", "C"), ("A number", nil), ("J. 42", "J"), ("K. 42", nil),
        ("(C) 42 or (D) 43", nil), ("ACD", "ACD"), ("A, C and D", "ACD"), ("(", nil), ("(C", nil),
    ]

    @Test(arguments: alone)
    func lettersAreReadAloneOrBeforeTheirChoice(_ example: (text: String, letters: String?)) {
        #expect(letters(example.text) == example.letters, "\(example.text)")
    }

    static let labelled: [(text: String, value: String?)] = [
        ("\\textbf{(B) }42", "42"), ("\\text{(A) 5}", "5"), ("{A. 5}", "5"), ("(E) -3", "-3"), ("(F) 3", nil),
        ("(A) five", nil), ("A 5", nil), ("\\frac{A. 5}{2}", nil), ("[A. 5", nil), ("A", nil),
        ("\\textbf{(B)}\\ 42", "42"), ("$A:~.5", ".5"),
    ]

    @Test(arguments: labelled)
    func whatStandsAfterALabelIsItsValue(_ example: (text: String, value: String?)) {
        let value = LetterAnswer.value(in: Array(example.text.utf8)).map { String(decoding: $0, as: UTF8.self) }
        #expect(value == example.value, "\(example.text)")
    }
}
