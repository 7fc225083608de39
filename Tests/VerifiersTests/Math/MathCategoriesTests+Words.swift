/// Spellings of answers, right and wrong: choice, text, hedge.
extension MathCategoriesTests {
    static let spelledWords: [MathCase] = [
        MathCase(
            "choice", "B",
            right: [
                "(B)", "B)", "B.", #"\text{B}"#, #"\textbf{(B)}"#, #"\mathbf{B}"#, "b", #"\text{(B)}"#, "(b)",
                "Option B", #"\text{Option B}"#, "Choice B", "B: 12", "B) 12", "[B]", #"\boxed{B}"#,
                #"\text{B. }12"#, #"\textbf{(B) }12"#, #"\mathrm{(B)}"#, "B",
            ],
            wrong: [
                "A", "C", "AB", "A, B", "A or B", "(A)", "not B", #"\text{A or B}"#, "12", "BB", "D",
            ]),
        MathCase(
            "choice", "A, C",
            right: [
                "AC", "A and C", "C, A", "A,C", #"\text{A and C}"#, #"\{A,C\}"#, "(A), (C)", #"A \& C"#, "A;C",
            ],
            wrong: [
                "A", "C", "A, B", "A, B, C", "ABC", "B, D",
            ]),
        MathCase(
            "text", #"\text{rectangle}"#,
            right: [
                "rectangle", "Rectangle", #"\textit{rectangle}"#, #"\mathrm{rectangle}"#, "a rectangle",
                #"\text{a rectangle}"#, #"\text{the rectangle}"#, #"\text{rectangle.}"#, #""rectangle""#,
                #"\text{Rectangle}"#,
            ],
            wrong: [
                "square", #"\text{not a rectangle}"#, #"\text{rectangle or square}"#,
                #"\text{rectangles and squares}"#, "4", "triangle",
            ]),
        MathCase(
            "text", #"\text{no solution}"#,
            right: [
                #"\text{No solution}"#, "no solution", #"\text{No Solution.}"#, "no solution.",
            ],
            wrong: [
                "0", #"\text{infinitely many solutions}"#, #"\text{one solution}"#, "1",
            ]),
        MathCase(
            "text", #"\text{True}"#,
            right: [
                "True", "true", "TRUE", #"\text{true}"#, #"\textbf{True}"#,
            ],
            wrong: [
                "False", "1", #"\text{not true}"#, "T or F",
            ]),
        MathCase(
            "text", #"\text{Alice and Bob}"#,
            right: [
                #"\text{Alice, Bob}"#, "Alice and Bob", #"\text{Bob and Alice}"#,
            ],
            wrong: [
                "Alice", "Bob", #"\text{Alice and Carol}"#, "Alice and Bobby",
            ]),
        MathCase(
            "hedge", "8",
            right: [],
            wrong: [
                #"8\text{ or }9"#, "8, 9", #"\pm8"#, #"7\text{ or }8"#, #"8\text{ and }9"#, "8-9", #"8\text{ to }9"#,
                "[8,9]", #"\{8,9\}"#, "8/9", #"x\ge8"#, ">8", #"8\text{ (or 9)}"#, "8?9", "8|9",
                #"8 \text{ maybe } 9"#, #"\text{either 8 or 9}"#, #"\text{not }8"#, #"\text{8 is wrong}"#, "8=9",
                #"8\ne9"#, #"\neq8"#, #"\lnot 8"#, #"\text{anything but 8}"#, #"8\text{ if n is even, otherwise }9"#,
                #"8\pm1"#, "8, 8, 9",
            ]),
    ]
}
