import Testing
import Verifiers

/// Traps and spellings of our own pairs: what was paid wrongly or refused, by kind.
@Suite struct MathTrapTests {
    @Test(arguments: thousands + bases + choices + counted + angles + infinite)
    func boxed(_ example: MathCase) { example.check() }

    @Test(arguments: denied + supposed)
    func wholeResponses(_ example: MathCase) { example.check { $0 } }

    // A comma before three digits groups thousands, and is no decimal comma, whatever the digits.
    static let thousands: [MathCase] = [
        MathCase("one thousand", "1,000", right: ["1000", "10^3", "1{,}000"], wrong: ["1", "1.000", "1.0", "1,0"]),
        MathCase("with a zero", "2,050", right: ["2050"], wrong: ["2.05", "2.050"]),
        MathCase("answered", "3", right: ["3.0"], wrong: ["3,000"]),
        MathCase("decimals", "1.000", right: ["1"], wrong: ["1,000"]),
        MathCase("still a decimal comma", "0.05", right: ["0,05", "0,050"], wrong: ["5", "0,5"]),
        MathCase("two places", "2.05", right: ["2,05"], wrong: ["2,5", "205"]),
    ]

    // The last base that digits have.
    static let bases: [MathCase] = [
        MathCase("base 36", "-1_36", right: ["-1_{36}"], wrong: ["2", "-2_{36}"])
    ]

    static let choices: [MathCase] = [
        MathCase(
            "with its value", "(C) 15", right: ["\\text{(C)}", "\\textbf{(C)}\\ 15", "(C)\\ 15.0", "15"],
            wrong: ["\\textbf{(C)}\\ 16", "\\text{(C) }150", "\\textbf{(D)}\\ 15"]),
        MathCase("with a fraction", "(B) 1/2", right: ["(B)\\ 0.5"], wrong: ["(B)\\ 2", "(A)\\ \\frac12"]),
        MathCase(
            "in upright letters", "B", right: ["\\mathrm{(B)}\\,12", "\\mathrm{(B)}\\;\\pi"],
            wrong: ["\\mathrm{(C)}\\,12"]),
    ]

    static let counted: [MathCase] = [
        MathCase(
            "in words", "7", right: ["\\text{seven days}", "\\text{Seven students.}"],
            wrong: [
                "\\text{seven or eight days}", "\\text{seven times as many}", "\\text{seven hundred days}",
                "\\text{seven tenths}", "\\text{seven dozen}", "\\text{under seven days}",
            ]),
        MathCase(
            "with its name", "5 apples", right: ["\\text{five apples}"],
            wrong: ["\\text{five pears}", "\\text{six apples}"]),
        MathCase(
            "of a unit", "2 hours", right: ["\\text{two hours}"],
            wrong: ["\\text{two minutes}", "\\text{twenty hours}"]),
        MathCase(
            "below zero", "-3", right: ["\\text{negative three}", "\\text{minus three}"], wrong: ["\\text{three}"]),
    ]

    static let angles: [MathCase] = [
        MathCase(
            "minutes", "30^\\circ15'", right: ["30.25^\\circ", "30^{\\circ}15^{\\prime}", "30^\\circ 15'"],
            wrong: ["30.15^\\circ", "30^\\circ", "45^\\circ", "30^\\circ51'"]),
        MathCase(
            "seconds", "12^\\circ30'36''", right: ["12.51^\\circ", "12^\\circ 30' 36''"],
            wrong: ["12^\\circ30'", "12^\\circ36'30''"]),
        MathCase("answered", "22.5^\\circ", right: ["22^\\circ30'"], wrong: ["22^\\circ50'", "22^\\circ5'"]),
    ]

    static let infinite: [MathCase] = [
        MathCase(
            "in other words", "\\text{infinitely many}",
            right: [
                "\\text{infinitely many solutions}", "\\text{an infinite number}", "\\text{There are infinitely many}",
            ],
            wrong: ["\\text{finitely many}", "\\text{not infinitely many}", "\\text{no solutions}", "\\text{many}"])
    ]

    static let denied: [MathCase] = [
        MathCase(
            "in northern and southern languages", "12",
            right: [
                "Svaret är 12.", "Svaret er 12.", "Η απάντηση είναι 12.", "התשובה היא 12", "Svaret är inte 11 utan 12.",
            ],
            wrong: [
                "Svaret är inte 12.", "Svaret er ikke 12.", "Vastaus ei ole 12.", "Odpověď není 12.",
                "Η απάντηση δεν είναι 12.", "התשובה היא לא 12", "คำตอบไม่ใช่ 12", "Odgovor nije 12.", "Cevap 12 değildir.",
            ]),
        MathCase(
            "bounds", "12", right: ["La respuesta es 12."],
            wrong: [
                "La respuesta es menor que 12.", "La risposta è maggiore di 12.", "La réponse est supérieure à 12.",
                "Het antwoord is minder dan 12.", "Svaret är mindre än 12.", "답은 12보다 크다.",
            ]),
    ]

    static let supposed: [MathCase] = [
        MathCase(
            "and refuted", "6",
            right: [
                "If x=3, then y = 6.", "Assuming the worst case, the answer is 6.", "Suppose a=2; so the product is 6.",
            ],
            wrong: [
                "If the answer were 6, we would have a contradiction.", "Assume x = 6. Then we reach a contradiction.",
                "If n were 6 this would be impossible.", "Suppose n=6; that is impossible.",
                "Let us guess 6. It fails.",
                "Si la réponse était 6, on aurait une contradiction.", "The tempting answer is 6.",
            ])
    ]
}
