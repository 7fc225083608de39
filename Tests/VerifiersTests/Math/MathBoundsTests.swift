import Testing

/// The last answer that is right and the first that is wrong, on both sides of what decides.
@Suite struct MathBoundsTests {
    @Test(arguments: clocks + units + money + dates + intervals + wholeNumbers + numberWords)
    func boxed(_ example: MathCase) { example.check() }

    static let clocks: [MathCase] = [
        MathCase(
            "a clock's ratio", "10:40", right: ["10:40:00"], wrong: ["10:40:01", "20:80", "5:20", "1:4", "10:41"]),
        MathCase("hours up to 24", "24:30", right: ["24:30"], wrong: ["4:5", "12:15"]),
        MathCase("no hour", "25:30", right: ["5:6"], wrong: ["6:5"]),
        MathCase("no minute", "24:60", right: ["2:5"], wrong: ["5:2"]),
        MathCase("minutes of one digit", "5:09", right: ["5:9"], wrong: ["5:10", "9:5"]),
    ]

    static let units: [MathCase] = [
        MathCase("nine times", "5\\text{ m}^9", right: ["5\\text{ m}^9"], wrong: ["5\\text{ m}^8"]),
        MathCase("the power's sign", "5\\text{ m}^{-2}", right: ["5\\text{ m}^{-2}"], wrong: ["5\\text{ m}^2"]),
        MathCase("squared", "5\\text{ m squared}", right: ["5\\text{ m}^2"], wrong: ["5\\text{ m}^3", "5\\text{ m}"]),
        MathCase("cubed", "5\\text{ m cubed}", right: ["5\\text{ m}^3"], wrong: ["5\\text{ m}^2", "5\\text{ m}"]),
        MathCase(
            "cubes", "1\\text{ m}^3", right: ["1000\\text{ L}", "1000000\\text{ cm}^3"],
            wrong: ["100\\text{ cm}^3", "100\\text{ L}"]),
    ]

    static let money: [MathCase] = [
        MathCase("cents", "\\$5", right: ["500\\text{ cents}", "5"], wrong: ["5\\text{ cents}", "50\\text{ cents}"]),
        MathCase("a sign and a word", "5\\text{ euros}", right: ["€5", "\\text{€}5"], wrong: ["\\$5", "£5"]),
        MathCase("pounds", "£12", right: ["12\\text{ pounds}"], wrong: ["€12"]),
        MathCase("millions", "\\$1.2\\text{ million}", right: ["1200000"], wrong: ["\\$1.2", "\\$1200", "12000000"]),
        MathCase("billions", "\\$3\\text{ billion}", right: ["3000000000"], wrong: ["3000000"]),
    ]

    static let dates: [MathCase] = [
        MathCase(
            "a day", "\\text{July 4, 1776}", right: ["7/4/1776", "1776-07-04"],
            wrong: ["July 5, 1776", "July 4, 1777", "June 4, 1776", "1776-07-05", "1776-04-08"]),
        MathCase("a day of any year", "\\text{July 4}", right: ["July 4", "July 4, 1776"], wrong: ["July 5"]),
        MathCase(
            "a leap day", "\\text{Feb 29, 2024}", right: ["February 29, 2024"],
            wrong: ["Feb 28, 2024", "March 1, 2024"]),
    ]

    static let intervals: [MathCase] = [
        MathCase("open", "(2,9)", right: ["2<x<9"], wrong: ["2\\le x<9", "2<x\\le9", "(2,9]", "[2,9)"]),
        MathCase("from an end", "[2,\\infty)", right: ["x\\ge2"], wrong: ["x>2", "(2,\\infty)", "[2,\\infty]"]),
        MathCase("to an end", "(-\\infty,2]", right: ["x\\le2"], wrong: ["x<2", "(-\\infty,2)"]),
        MathCase("nothing between", "(2,2)", right: ["\\emptyset"], wrong: ["\\{2\\}"]),
        MathCase("the wrong way round", "[3,2]", right: ["\\emptyset"], wrong: ["[2,3]"]),
        MathCase(
            "less a point", "[0,1)\\cup(1,2]", right: ["[0,2]\\setminus\\{1\\}"],
            wrong: ["[0,2]", "(0,2)\\setminus\\{1\\}", "[0,1]\\cup(1,2]"]),
    ]

    static let wholeNumbers: [MathCase] = [
        MathCase(
            "a list", "\\{1,2,3\\}",
            right: [
                "\\{n \\in \\mathbb{N}: n<4\\}", "\\{n \\in \\mathbb{Z}: 1 \\le n<4\\}",
                "\\{n \\in \\mathbb{Z}: 0<n\\le 3\\}",
                "\\{1,2,3,3\\}",
            ],
            wrong: [
                "\\{n \\in \\mathbb{N}: n<3\\}", "\\{n \\in \\mathbb{N}: n\\le 4\\}",
                "\\{n \\in \\mathbb{Z}: 1 < n<4\\}", "\\{n \\in \\mathbb{Z}: 0 \\le n<4\\}", "\\{1,2\\}",
            ]),
        MathCase(
            "from a number on", "n\\ge 4, n\\in\\mathbb{Z}",
            right: ["n>3, n\\in\\mathbb{Z}", "n\\in\\mathbb{Z}, n\\ge 4"],
            wrong: ["n>4, n\\in\\mathbb{Z}", "n\\ge3, n\\in\\mathbb{Z}"]),
        MathCase(
            "positive", "\\mathbb{Z}^+", right: ["\\{n \\in \\mathbb{Z}: n>0\\}", "\\{n \\in \\mathbb{Z}: n\\ge 1\\}"],
            wrong: ["\\{n \\in \\mathbb{Z}: n\\ge 0\\}", "\\{n \\in \\mathbb{Z}: n>1\\}"]),
    ]

    static let numberWords: [MathCase] = [
        MathCase("the first", "0", right: ["\\text{zero}"], wrong: ["\\text{one}"]),
        MathCase("teens", "19", right: ["\\text{nineteen}"], wrong: ["\\text{ninety}", "\\text{nine ten}"]),
        MathCase("without a hyphen", "99", right: ["ninetynine", "ninety nine"], wrong: ["ninetyten", "ninetyeight"]),
        MathCase("hundreds", "900", right: ["\\text{nine hundred}"], wrong: ["\\text{nine}", "\\text{nine thousand}"]),
        MathCase("no number before", "100", right: ["\\text{hundred}"], wrong: ["\\text{one}"]),
        MathCase(
            "scales come down", "2300000", right: ["\\text{two million three hundred thousand}"],
            wrong: ["\\text{three hundred thousand two million}", "\\text{two million three hundred}"]),
        MathCase("dozens and scores", "40", right: ["\\text{two score}"], wrong: ["\\text{two dozen}"]),
        MathCase("parts", "\\frac23", right: ["\\text{two thirds}"], wrong: ["\\text{three thirds}", "\\text{two}"]),
    ]
}
