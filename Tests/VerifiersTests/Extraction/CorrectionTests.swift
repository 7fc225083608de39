import Testing
import Verifiers

/// One value that a text puts in another's place, in front of it or behind, in many languages.
@Suite struct CorrectionTests {
    @Test(arguments: [
        "答えは5ではなく6です。", "5ではなく6", "答えは5じゃなくて6です。", "정답은 5가 아니라 6입니다.", "정답은 5이 아니고 6이다.", "5 değil 6",
        "Cevap 5 değil, 6.", "La respuesta no es 5 sino 6.", "La respuesta correcta es 6, no 5.", "答案不是5而是6。", "是6而不是5",
        "Die Antwort ist nicht 5, sondern 6.", "Die Antwort ist 6 und nicht 5.", "La réponse est 6 et non 5.",
        "La réponse n'est pas 5 mais 6.",
        "Ответ: не 5, а 6.", "La risposta non è 5 ma 6.", "A resposta não é 5, mas sim 6.",
        "Het antwoord is niet 5 maar 6.",
        "Đáp án không phải là 5 mà là 6.", "Jawabannya bukan 5 melainkan 6.", "उत्तर 5 नहीं, 6 है", "الجواب ليس 5 بل 6",
        "The answer is not 5 but 6.", "The answer is 6 rather than 5.", "The answer is 5, no wait, 6.",
        "The answer is 5 -- scratch that, 6.", "5 is wrong; it is 6", "<answer>5, sorry, 6</answer>",
        "#### not 5 but 6",
        "\\boxed{\\text{not }5\\text{ but }6}", "\\boxed{6 \\text{ (not 5)}}", "The answer is 5... no, 6.",
        "The answer is 5, which is incorrect. The correct one is 6.", "The answer is ~~5~~ **6**.",
        "Die Antwort ist 5, nein, 6.",
        "La risposta è 5, anzi 6.", "Ответ 5, нет, 6.", "答案是5，不对，是6。", "答えは5、いや、6です。", "Instead of 5 the answer is 6.",
    ])
    func onlyWhatIsLeftStandingCounts(_ response: String) {
        #expect(MathGrader.grade(gold: "6", prediction: response).isCorrect)
        #expect(!MathGrader.grade(gold: "5", prediction: response).isCorrect)
    }

    @Test(arguments: [
        "答えは\\boxed{5}ではない。", "答えは\\boxed{5}ではなく、6です。", "정답은 \\boxed{5}이 아닙니다.", "\\boxed{5} değil.",
        "La respuesta no es \\boxed{5}, sino 6.", "Respuesta: \\boxed{5} no es correcto.",
        "Antwort: \\boxed{5} stimmt nicht.",
        "\\boxed{5} è sbagliato.", "\\boxed{5} nie jest poprawne.", "\\boxed{5} सही नहीं है।", "\\boxed{5} không đúng.",
        "\\boxed{5} yanlış.",
        "\\boxed{5} salah.", "\\boxed{5} está errado.", "\\boxed{5} خطأ", "So \\boxed{5} — no, 6.",
    ])
    func boxesAreRefusedBehindThem(_ response: String) {
        #expect(!MathGrader.grade(gold: "5", prediction: response).isCorrect)
    }

    @Test(arguments: [
        "The answer is 5, not 6.", "The answer is 5; 6 is wrong, since it is even.",
        "So the answer is \\boxed{5}. Don't forget the units.",
        "\\boxed{5}. No other solutions exist.",
        "答えは\\boxed{5}です。6ではないことに注意。", "It can't be 6, so the answer is 5.", "The answer is 5, but 6 is even.",
        "\\boxed{5} as required. \\boxed{}", "\\boxed{5}; the form is \\boxed{\\,}", "\\boxed{5} (as \\boxed{answer})",
        "\\boxed{5} \\boxed{\\phantom{0}}",
    ])
    func whatTakesNothingBack(_ response: String) {
        #expect(MathGrader.grade(gold: "5", prediction: response).isCorrect)
    }

    @Test func formulasAndChoicesAreCorrectedToo() {
        let rows = [
            ("\\frac13", "\\frac12", "The answer is not $\\frac12$ but $\\frac13$."),
            ("\\frac13", "\\frac12", "答えは$\\frac12$ではなく$\\frac13$です。"), ("B", "A", "答案不是A而是B。"),
            ("B", "A", "La respuesta no es A sino B."),
        ]
        for (right, wrong, response) in rows {
            #expect(MathGrader.grade(gold: right, prediction: response).isCorrect, "\(response)")
            #expect(!MathGrader.grade(gold: wrong, prediction: response).isCorrect, "\(response)")
        }
    }
}
