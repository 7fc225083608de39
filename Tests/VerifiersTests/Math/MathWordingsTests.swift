import Testing
import Verifiers

/// Answers in the words and notations people use for one thing, each beside near misses.
@Suite struct MathWordingsTests {
    @Test(
        arguments: described + cases + families + constants + emptiness + judgements + words + calculus + vectors
            + logic
            + programs + chemistry + variables)
    func boxed(_ example: MathCase) { example.check() }

    @Test(arguments: extraction)
    func wholeResponses(_ example: MathCase) { example.check { $0 } }

    // Sets in words, by their members.
    static let described: [MathCase] = [
        MathCase(
            "whole numbers", "\\text{All integers } m \\text{ with } m \\ge 18",
            right: [
                "m \\ge 18", "\\text{all integers greater than } 17", "\\{m \\in \\mathbb{Z} : m > 17\\}",
                "m \\ge 18,\\ m \\in \\mathbb{Z}", "\\text{every integer at least } 18", "\\text{所有不小于}18\\text{的整数}",
            ],
            wrong: ["m > 18", "\\text{all integers greater than } 18", "\\text{all real numbers } m \\ge 18", "18"]),
        MathCase(
            "strict without integers", "t > 4", right: ["\\text{all real } t > 4", "(4, \\infty)"],
            wrong: ["t \\ge 5", "\\text{all integers } t \\ge 5"]),
        MathCase(
            "excluded", "\\text{all positive integers except } 6",
            right: ["\\text{all positive integers } k \\ne 6", "\\text{every positive integer other than } 6"],
            wrong: ["\\text{all integers except } 6", "\\text{all positive integers except } 7"]),
        MathCase(
            "members", "\\{-1, 0, 1, 2\\}",
            right: [
                "\\{n \\in \\mathbb{Z} \\mid -2 < n < 3\\}", "\\text{the integers from } -1 \\text{ to } 2",
                "-1 \\le x \\le 2,\\ x \\in \\mathbb{Z}",
            ],
            wrong: ["[-1, 2]", "\\{n \\in \\mathbb{Z} \\mid -2 \\le n < 3\\}"]),
        MathCase(
            "properties", "\\text{all even positive integers}",
            right: ["\\text{every positive integer that is even}", "All positive even integers $k$"],
            wrong: ["\\text{all odd positive integers}", "\\text{all even integers}"]),
        MathCase(
            "multiples", "all integers not divisible by 7",
            right: ["\\text{all integers } n \\text{ not divisible by } 7"],
            wrong: ["\\text{all integers divisible by } 7", "\\text{all integers not divisible by } 8"]),
        MathCase(
            "congruent", "n \\equiv 4 \\pmod{11}",
            right: [
                "\\text{all integers congruent to } 4 \\text{ modulo } 11", "\\{11t + 4 : t \\in \\mathbb{Z}\\}",
                "n \\equiv 15\\ (\\mathrm{mod}\\ 11)", "n \\equiv 4 \\text{ (mod } 11)",
            ],
            wrong: ["\\text{all integers congruent to } 4 \\text{ modulo } 12", "\\{11t + 5 : t \\in \\mathbb{Z}\\}"]),
    ]

    static let cases: [MathCase] = [
        MathCase(
            "otherwise first", "$p_{Y}(y)=1 / 2$ for $y=1$, 2; otherwise, $p_{Y}(y)=0$",
            right: ["$p_{Y}(y)=1 / 2$ for $y=1$, 2; $p_{Y}(y)=0$ otherwise"],
            wrong: ["$p_{Y}(y)=1 / 2$ for $y=1$, 2; otherwise, $p_{Y}(y)=1$"]),
        MathCase(
            "by intervals", "\\begin{cases} 2x, & x < 3 \\\\ x^2 - 3, & x \\ge 3 \\end{cases}",
            right: [
                "\\begin{cases} x^2-3 & \\text{if } x \\in [3, \\infty) \\\\ 2x & \\text{otherwise} \\end{cases}",
                "f(x) = 2x \\text{ if } x < 3 \\text{ and } f(x) = x^2 - 3 \\text{ if } 3 \\le x",
                "\\left\\{\\begin{array}{ll} 2x, \\quad \\text{wenn } 3 > x \\\\ x^2-3, \\quad \\text{sonst} \\end{array}\\right.",
            ],
            wrong: [
                "\\begin{cases} 2x & x \\le 3 \\\\ x^2-3 & x > 3 \\end{cases}",
                "\\begin{cases} 2x & x \\ge 3 \\\\ x^2-3 & \\text{otherwise} \\end{cases}", "x^2-3", "2x",
            ]),
        MathCase(
            "parity", "\\begin{cases} n/2 & n \\text{ even} \\\\ 0 & n \\text{ odd} \\end{cases}",
            right: ["\\begin{cases} 0 & \\text{if } n \\text{ odd} \\\\ n/2 & \\text{otherwise} \\end{cases}"],
            wrong: ["\\begin{cases} 0 & \\text{if } n \\text{ even} \\\\ n/2 & \\text{otherwise} \\end{cases}"]),
    ]

    static let families: [MathCase] = [
        MathCase(
            "range in words", "x = \\frac{\\pi}{7} + 2\\pi k, k \\in \\mathbb{Z}",
            right: [
                "x = \\frac{15\\pi}{7} + 2\\pi n, n \\text{ is an integer}",
                "\\frac{\\pi}{7} + 2m\\pi,\\ m = 0, \\pm1, \\pm2, \\ldots",
            ],
            wrong: [
                "x = \\frac{\\pi}{7} + \\pi k, k \\in \\mathbb{Z}", "y = \\frac{\\pi}{7} + 2\\pi k, k \\in \\mathbb{Z}",
            ]),
        MathCase(
            "for all", "g(x) = 8x \\text{ pour tout } x \\in \\mathbb{R}",
            right: ["\\forall x \\in \\mathbb{R}: g(x) = 8x", "\\text{g(x) = 8x for all real numbers x}", "8x"],
            wrong: ["\\forall x \\in \\mathbb{R}: g(x) = 9x"]),
        MathCase(
            "conditions", "f(x) = 3x \\text{ for all } x > 0", right: ["f(x) = 3x", "f(t) = 3t \\text{ for } t > 0"],
            wrong: ["f(x) = 3x \\text{ for all } x < 0"]),
        MathCase(
            "a comma inside brackets ends no condition", "g(x)=2x",
            right: [
                "\\text{For all } x \\in (0, f(1)), g(x)=2x", "\\text{For all } x \\in [0, f(1)]: g(x)=2x",
                "\\text{For all } x \\in \\mathbb{R}, g(x)=2x",
            ],
            wrong: ["\\text{For all } x \\in (0, f(1)), g(x)=3x", "\\text{For all } x \\in (0, g(x)=2x"]),
    ]

    static let constants: [MathCase] = [
        MathCase(
            "constants", "f(x) = bx^3, b \\in \\mathbb{R}",
            right: [
                "f(x) = kx^3 \\text{ (} k \\text{ constant)}", "f(x)=dx^3,\\ d \\text{ arbitrary}",
                "f(x) = ax^3 \\text{ für eine Konstante } a", "f(x) = mx^3，其中$m$为常数",
            ],
            wrong: ["f(x) = kx^2 \\text{ (} k \\text{ constant)}", "f(x) = 3x^3"]),
        MathCase(
            "integration", "\\sin x + 4x + C",
            right: ["\\sin x + 4x + \\text{const}", "4x + \\sin x + \\text{constant}"],
            wrong: ["\\sin x + 5x + \\text{const}"]),
    ]

    static let emptiness: [MathCase] = [
        MathCase(
            "none", "\\text{no solution}",
            right: [
                "\\text{No primes satisfy this}", "S = \\emptyset", "\\{\\}", "\\text{Vô nghiệm}",
                "\\text{Нет решений}",
                "\\text{Aucune solution}", "\\text{não existe solução}",
            ],
            wrong: ["\\text{no more than } 4 \\text{ solutions}", "\\{0\\}", "\\text{one solution}"]),
        MathCase(
            "limit", "\\text{does not exist}",
            right: ["\\text{No limit exists}", "\\text{存在しない}", "\\text{existiert nicht}"],
            wrong: ["0", "\\infty"]),
    ]

    static let judgements: [MathCase] = [
        MathCase(
            "yes", "Yes, such a path exists.",
            right: ["\\text{はい}", "\\text{Да}", "\\text{Có}", "\\text{it is possible}"],
            wrong: ["\\text{Нет}", "\\text{不是}", "\\text{impossible}"]),
        MathCase("reasons", "Yes, $B_1 \\le B_2$", right: ["\\text{Yes}"], wrong: ["\\text{Yes, } B_1 \\ge B_2"]),
    ]

    static let words: [MathCase] = [
        MathCase(
            "a value after the label of a choice", "5",
            right: [
                "(A) 5", "\\text{(A) }5", "\\textbf{(A) } 5", "\\textbf{(A)}\\ 5", "\\text{(A) 5}", "A) 5", "A. 5",
                "\\mathrm{(A)}\\,5",
            ],
            wrong: ["(A) 6", "\\text{(A) }-5", "A5", "(F) 5"]),
        MathCase(
            "a gold with the label of its choice", "\\textbf{(B) } 42", right: ["42", "B", "(B) 42", "\\text{B}"],
            wrong: ["(C) 42", "C", "43"]),
        MathCase(
            "what is counted, in brackets", "61 (pieces of gum)",
            right: ["61", "61 pieces of gum", "\\displaystyle 61 (pieces of gum)"],
            wrong: ["16", "6,1 (pieces of gum)", "6.1"]),
        MathCase(
            "one thing counted", "10 (chalks)", right: ["10", "10 chalks"],
            wrong: ["1,0 (chalks)", "100 chalks", "1_0 chalks"]),
        MathCase("a unit in brackets stays", "4 (pounds of clothes)", right: ["4", "4 pounds"], wrong: ["4 kg", "5"]),
        MathCase("points stand between digits of words", "1.5 dogs", right: ["1.5"], wrong: ["15 dogs", "1,5,5 dogs"]),
        MathCase(
            "hundreds", "417", right: ["\\text{four hundred and seventeen}", "\\text{four hundred seventeen}"],
            wrong: ["\\text{four hundred seventy}", "\\text{four hundred ten seven}"]),
        MathCase(
            "a unit after hundreds", "105", right: ["\\text{one hundred five}"], wrong: ["\\text{one hundred fifty}"]),
        MathCase(
            "one unit after tens", "29", right: ["\\text{twenty nine}"],
            wrong: ["\\text{twenty five four}", "\\text{twenty eight one}", "\\text{twelve seventeen}"]),
        MathCase("hyphen", "63", right: ["sixty-three"], wrong: ["sixty-two"]),
        MathCase("dozens", "48", right: ["\\text{four dozen}"], wrong: ["\\text{five dozen}"]),
        MathCase("mixed", "4.5", right: ["\\text{four and a half}"], wrong: ["\\text{five and a half}"]),
        MathCase("Chinese numerals", "306", right: ["三百零六"], wrong: ["三百六十"]),
        MathCase("either spelling", "\\frac{7}{20} \\text{ (or } 0.35)", right: ["0.35", "7/20"], wrong: ["0.36"]),
        MathCase(
            "label", "\\frac{5}{13}", right: ["\\text{Probability: } \\frac{5}{13}"],
            wrong: ["\\text{Not: } \\frac{5}{13}"]),
        MathCase(
            "orders", "\\text{all permutations of } (1, 2, 5)",
            right: ["(1,2,5),(1,5,2),(2,1,5),(2,5,1),(5,1,2),(5,2,1)", "(5,2,1) \\text{ in any order}"],
            wrong: ["(1,2,5)", "(1,2,5) \\text{ and its cyclic permutations}"]),
        MathCase(
            "parts", "(1) 16; (2) 25", right: ["16, 25", "\\text{(a) } 16; \\text{(b) } 25", "(i)\\ 16,\\ (ii)\\ 25"],
            wrong: ["\\text{(a) } 16; \\text{(b) } 26", "25, 17"]),
    ]

    // Limits, derivatives and integrals by exact means only.
    static let calculus: [MathCase] = [
        MathCase(
            "sine", "5", right: ["\\lim_{x \\to 0} \\frac{\\sin 5x}{x}"],
            wrong: ["\\lim_{x \\to 0} \\frac{\\sin 4x}{x}"]),
        MathCase(
            "growth", "e^3", right: ["\\lim_{n\\to\\infty}\\left(1+\\frac3n\\right)^n"],
            wrong: ["\\lim_{n\\to\\infty}\\left(1+\\frac1n\\right)^n"]),
        MathCase(
            "quotient", "\\frac{2}{7}", right: ["\\lim_{x\\to\\infty} \\frac{2x^3+x}{7x^3-1}"],
            wrong: ["\\lim_{x\\to\\infty} \\frac{2x^3+x}{7x^4-1}"]),
        MathCase("no limit", "0", right: [], wrong: ["\\lim_{x\\to 0} \\frac{1}{x}", "\\lim_{x\\to\\infty} \\sin x"]),
        MathCase(
            "derivative", "6x^5\\cos x - x^6\\sin x", right: ["\\frac{d}{dx}\\left(x^6\\cos x\\right)"],
            wrong: ["\\frac{d}{dx}\\left(x^6\\sin x\\right)"]),
        MathCase(
            "rate by another", "\\frac{dv}{dt}", right: ["\\frac{dv}{dt}"], wrong: ["\\frac{dv}{ds}", "\\frac{v}{t}"]),
        MathCase("rate", "\\frac{dy}{dx} = 4y", right: ["y' = 4y"], wrong: ["\\frac{y}{x} = 4y"]),
        MathCase(
            "arctangent", "\\frac{\\pi}{4}", right: ["\\int_0^1 \\frac{dx}{1+x^2}"],
            wrong: ["\\int_0^1 \\frac{dx}{1+x}"]),
        MathCase(
            "improper", "\\frac{1}{6}", right: ["\\int_0^\\infty e^{-6t}\\,dt"], wrong: ["\\int_0^\\infty e^{6t}\\,dt"]),
        MathCase("signs", "(-1)^n", right: ["\\cos(n\\pi)"], wrong: ["(-1)^{n+1}", "\\sin(n\\pi)"]),
    ]

    static let vectors: [MathCase] = [
        MathCase(
            "lines", "(2,1,-3) + t(1,-2,4)",
            right: ["(x,y,z) = (3+2s, -1-4s, 1+8s)", "\\mathbf{r} = (2,1,-3) + u(-1,2,-4)"],
            wrong: ["(2,1,-3) + t(1,2,4)", "(2,1,-2) + t(1,-2,4)"]),
        MathCase("norm", "\\|w\\| = 3\\sqrt2", right: ["3\\sqrt2", "\\|w\\| = \\sqrt{18}"], wrong: ["2\\sqrt3"]),
        MathCase(
            "transposed", "[4, -1, 6]^T", right: ["\\begin{pmatrix} 4 \\\\ -1 \\\\ 6 \\end{pmatrix}"],
            wrong: ["(4, 6, -1)"]),
        MathCase("arrows", "\\overrightarrow{PQ}", right: ["\\vec{PQ}"], wrong: ["\\overrightarrow{QP}"]),
        MathCase("angles", "\\angle PQR", right: ["∠RQP"], wrong: ["\\angle QPR"]),
        MathCase("dots", "\\frac{\\dot{q}}{5}", right: ["\\dot q/5"], wrong: ["\\frac{\\ddot{q}}{5}"]),
        MathCase("triangle", "\\triangle KLM", right: ["\\text{triangle } KLM"], wrong: ["\\triangle KLN"]),
    ]

    static let logic: [MathCase] = [
        MathCase("implies", "r \\to s", right: ["r \\Rightarrow s"], wrong: ["s \\to r", "r = s"]),
        MathCase("and", "r \\wedge s", right: ["s ∧ r"], wrong: ["r \\vee s"]),
        MathCase("conclusion", "x = 6", right: ["3x = 18 \\Rightarrow x = 6"], wrong: ["3x = 18 \\Rightarrow x = 5"]),
    ]

    static let programs: [MathCase] = [
        MathCase("an escaped slash divides", "\\frac{1}{2}", right: ["1\\/2"], wrong: ["12"]),
        MathCase("an escaped minus is one", "-5", right: ["\\-5"], wrong: ["5", "\\+5"]),
        MathCase("no digit is passed over", "4\\%", right: ["4\\%"], wrong: ["4\\5", "4\\5\\%"]),
        MathCase("no member begins with a zero", "0,245", right: ["0.245"], wrong: ["0,0245"]),
        MathCase(
            "a group of thousands in a list", "10, 20, 25, 50", right: ["50, 25, 20, 10"], wrong: ["10, 20,025, 50"]),
        MathCase("a group of thousands with a zero", "89,034.79", right: ["89034.79"], wrong: ["89.03479"]),
        MathCase("module", "5\\sqrt2", right: ["5*math.sqrt(2)", "5*2**0.5"], wrong: ["5*math.sqrt(3)"]),
        MathCase("fraction", "\\frac{4}{9}", right: ["Fraction(4, 9)", "Rational(4, 9)"], wrong: ["Fraction(9, 4)"]),
        MathCase("complex", "3 - 8i", right: ["(3-8j)", "3 - 8*I"], wrong: ["(3+8j)"]),
        MathCase(
            "matrix", "\\begin{pmatrix} 1 & 6 \\\\ 0 & 2 \\end{pmatrix}", right: ["Matrix([[1, 6], [0, 2]])"],
            wrong: ["Matrix([[1, 0], [6, 2]])"]),
        MathCase("names", "x = 4, y = 9", right: ["{x: 4, y: 9}", "\\text{x = 4, y = 9}"], wrong: ["{x: 9, y: 4}"]),
        MathCase("counting", "\\binom{9}{4}", right: ["comb(9, 4)"], wrong: ["comb(9, 3)"]),
        MathCase("siunitx", "12\\text{ km}", right: ["\\SI{12}{km}"], wrong: ["\\SI{12}{m}"]),
        MathCase("tab", "r\\to s", right: ["r \to s"], wrong: ["s \to r"]),
        MathCase("return", "\\rho^4", right: ["\rho^4"], wrong: ["\rho^5"]),
    ]

    static let chemistry: [MathCase] = [
        MathCase(
            "reaction", "\\ce{N2 + 3H2 -> 2NH3}",
            right: [
                "3\\mathrm{H}_2 + \\mathrm{N}_2 \\to 2\\mathrm{NH}_3",
                "3\\mathrm{H}_2 + \\mathrm{N}_2 \\rightleftharpoons 2\\mathrm{NH}_3",
            ],
            wrong: ["2NH_3 \\to N_2 + 3H_2", "N_2 + 3H_2 \\to NH_3"]),
        MathCase(
            "water of a crystal", "\\ce{MgSO4.7H2O}", right: ["MgSO_4 \\cdot 7H_2O"], wrong: ["MgSO_4 \\cdot 5H_2O"]),
    ]

    // Other variables, false equations and lost digits are other answers.
    static let variables: [MathCase] = [
        MathCase(
            "letters", "x = 3 \\text{ or } x = 8", right: ["x = 8, 3", "3, 8"], wrong: ["n = 3, n = 8", "x = 3, n = 8"]),
        MathCase("argument", "f(m) = 2m", right: ["f(k) = 2k"], wrong: ["f(k) = 2m"]),
        MathCase(
            "labels in words", "6", right: ["\\text{Area} = 6"], wrong: ["\\text{not x = 6}", "\\text{not } x = 6"]),
        MathCase("false equations", "\\log 1000 = 3", right: ["\\log 1000 = 3"], wrong: ["\\log 1000 = 4"]),
        MathCase("digits", "36,018.25", right: ["36018.25"], wrong: ["36,18.25"]),
        MathCase("base", "212_{7}", right: ["212", "212_7"], wrong: ["212_{10}", "212_8"]),
        MathCase("unions", "\\{1, 2\\} \\cup [4, 6]", right: ["{1, 2} U [4, 6]"], wrong: ["{1, 2} U [4, 6)"]),
    ]

    static let extraction: [MathCase] = [
        MathCase(
            "a phrase ends with its sentence", "12",
            right: ["You guessed an answer! 7 + 5 equals 12.", "What is the answer? 7 + 5 = 12."],
            wrong: ["You guessed an answer! 7 + 5 equals 13.", "My guess of the answer is 12."]),
        MathCase(
            "a formula alone is the answer, whatever is in it", "f(x)=2x \\text{ for all } x>0",
            right: [
                "So the final answer is $f(x)=2x \\text{ for all } x>0$.",
                "Answer: \\(f(x)=2x \\text{ for all } x>0\\)",
                "因此，答案是$f(x)=2x \\text{ for all } x>0$。",
            ],
            wrong: [
                "So the final answer is $f(x)=2x \\text{ for all } x>1$.",
                "The answer is $f(x)=3x \\text{ for all } x>0$.",
            ]),
        MathCase(
            "no solution in dollars", "No solution",
            right: ["So, the final answer is $No solution$.", "the answer is $\\text{No solution}$."],
            wrong: ["So, the final answer is $One solution$.", "the answer is $0$."]),
        MathCase(
            "cases in dollars", "\\begin{cases} 2x, & x < 2 \\\\ 0, & x \\geq 2 \\end{cases}",
            right: ["the final answer is $f(x) = \\begin{cases} 2x, & x < 2. \\\\ 0, & x \\geq 2. \\end{cases}$."],
            wrong: ["the final answer is $f(x) = \\begin{cases} 2x, & x < 2. \\\\ 1, & x \\geq 2. \\end{cases}$."]),
        MathCase(
            "terms of two letters are no prose", "-(ab + ac + bc)",
            right: ["Hence the value is $-(ab + ac + bc)$."], wrong: ["Hence the value is $(ab + ac + bc)$."]),
        MathCase(
            "a title's point ends no sentence", "Mrs. Hilt", right: ["The answer is Mrs. Hilt."],
            wrong: ["The answer is Mrs. Smith."]),
        MathCase(
            "languages", "9\\sqrt{5}",
            right: [
                "정답은 $9\\sqrt{5}$입니다.", "अंतिम उत्तर $9\\sqrt{5}$ है।", "Câu trả lời là $9\\sqrt{5}$.",
                "Somit lautet die Antwort $9\\sqrt{5}$.", "答えは$9\\sqrt{5}$です。", "الجواب هو $9\\sqrt{5}$",
            ],
            wrong: ["정답은 $8\\sqrt{5}$입니다.", "अंतिम उत्तर $9\\sqrt{6}$ है।"]),
        MathCase(
            "marks", "(-\\infty, 8]",
            right: [
                "<final_answer>(-\\infty, 8]</final_answer>", "Final answer:\n\n$$\nx \\le 8\n$$", "boxed{x\\le 8}",
                "<｜begin▁of▁answer｜>x ≤ 8<｜end▁of▁answer｜>",
            ],
            wrong: ["<final_answer>(-\\infty, 8)</final_answer>"]),
        MathCase(
            "stated", "84",
            right: ["Since $4^2 = 16$, the count is 84.", "The answer follows from $2x = 8$.\nWe get $x = 84$."],
            wrong: ["Since $4^2 = 16$, the count is 85."]),
        MathCase(
            "open", "53",
            right: ["The answer is 53."],
            wrong: [
                "The answer is 53? No, it is 64.", "Answer: 53 (if not, then 64)", "答案大于53。", "Ответ больше 53.",
            ]),
        MathCase(
            "lines", "11, 17", right: ["1. \\boxed{11}\n2. \\boxed{17}", "Part 1: \\boxed{11}\nPart 2: \\boxed{17}"],
            wrong: []),
    ]
}
