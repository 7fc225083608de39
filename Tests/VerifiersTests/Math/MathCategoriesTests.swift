import Testing
import Verifiers

/// One gold with answers that are right and answers that are wrong.
struct MathCase: CustomTestStringConvertible {
    var category: String
    var gold: String
    var right: [String]
    var wrong: [String]

    init(_ category: String, _ gold: String, right: [String], wrong: [String]) {
        self.category = category
        self.gold = gold
        self.right = right
        self.wrong = wrong
    }

    var testDescription: String { "\(category): \(gold)" }

    /// Every right answer is paid and no wrong one, each in the text that `wrapping` makes of it.
    func check(wrapping: (String) -> String = { "So we find \\boxed{\($0)}." }) {
        for answer in right {
            let grade = MathGrader.grade(gold: gold, prediction: wrapping(answer))
            #expect(grade.reason == .equal, "\(answer): \(grade.extracted ?? "-"), \(grade.rule)")
        }
        for answer in wrong {
            let grade = MathGrader.grade(gold: gold, prediction: wrapping(answer))
            #expect(!grade.isCorrect, "\(answer): \(grade.extracted ?? "-"), \(grade.rule)")
        }
    }
}

@Suite struct MathCategoriesTests {
    @Test(arguments: numbers + algebra + structures + words)
    func verdicts(_ example: MathCase) { example.check() }

    @Test(
        arguments: spelledNumbers + spelledMeasures + spelledValues + spelledAlgebra + spelledStructures + spelledWords)
    func spellings(_ example: MathCase) { example.check() }

    static let numbers: [MathCase] = [
        MathCase(
            "integer", "-318", right: ["-318", "−318", "-318.0", "- 318", "(-318)"], wrong: ["318", "-319", "-3 18"]),
        MathCase(
            "big integer", "40238726007709377354370243392300398571937486",
            right: ["40238726007709377354370243392300398571937486.0"],
            wrong: ["40238726007709377354370243392300398571937487", "4.0238726007709377e43"]),
        MathCase("decimal", "17.25", right: ["69/4", "17\\frac14", "17.250"], wrong: ["17.3", "1725", "17.26"]),
        MathCase(
            "repeating decimal", "0.2\\overline{7}", right: ["\\frac{5}{18}", "0.2\\bar{7}", "0.2777\\ldots"],
            wrong: ["0.27", "0.\\overline{27}", "\\frac{27}{99}"]),
        MathCase(
            "scientific", "4.7\\times10^{-8}", right: ["4.7e-8", "0.000000047"], wrong: ["4.7e-9", "0", "-4.7e-8"]),
        MathCase(
            "fraction", "\\frac{9}{14}", right: ["9/14", "\\dfrac{18}{28}", "\\frac9{14}"],
            wrong: ["14/9", "\\frac{9}{41}"]),
        MathCase(
            "mixed number", "3\\frac{2}{5}", right: ["17/5", "3.4", "3 2/5"], wrong: ["\\frac{6}{5}", "3\\frac{5}{2}"]),
        MathCase("percent", "35\\%", right: ["35", "0.35", "35 percent"], wrong: ["3500", "65\\%"]),
        MathCase(
            "money", "\\$2{,}480.60", right: ["2480.60", "$2,480.60", "2480.6 dollars"],
            wrong: ["2,480.06", "2480.60 euros"]),
        MathCase(
            "units", "8.4\\text{ m/s}", right: ["8.4", "8.4 \\mathrm{m}/\\mathrm{s}"],
            wrong: ["8.4\\text{ km/h}", "4.8\\text{ m/s}"]),
        MathCase(
            "area units", "54\\text{ square feet}", right: ["54\\text{ ft}^2", "54"],
            wrong: ["54\\text{ ft}", "54\\text{ ft}^3"]),
        MathCase(
            "thousands", "5300612", right: ["5,300,612", "5{,}300{,}612", "5\\,300\\,612", "5.300.612"],
            wrong: ["530,061", "(5,300,612)"]),
        MathCase("ratio", "4:7", right: ["8:14", "4 : 7", "4 to 7"], wrong: ["7:4", "4:7:1"]),
        MathCase("base", "312_5", right: ["312_{5}"], wrong: ["312_6", "82", "213_5"]),
        MathCase("time", "\\text{7:05 a.m.}", right: ["7:05", "07:05 AM"], wrong: ["7:05\\text{ p.m.}", "7:50"]),
        MathCase("date", "\\text{June 9, 2031}", right: ["June 9, 2031"], wrong: ["\\text{June 8, 2031}", "9"]),
        MathCase(
            "surd", "5\\sqrt{7}", right: ["\\sqrt{175}", "\\frac{35}{\\sqrt7}", "5\\cdot 7^{1/2}", "5√7"],
            wrong: ["7\\sqrt5", "\\sqrt{57}", "13.2"]),
        MathCase(
            "nested surd", "\\sqrt{7}-\\sqrt{2}", right: ["\\sqrt{9-2\\sqrt{14}}"],
            wrong: ["\\sqrt5", "\\sqrt{9+2\\sqrt{14}}"]),
        MathCase("arguments without braces", "\\frac{5}{2}", right: ["\\frac52"], wrong: ["\\frac.52", "\\frac25"]),
        MathCase("root", "\\sqrt[3]{54}", right: ["3\\sqrt[3]{2}", "54^{1/3}"], wrong: ["3\\sqrt2", "\\sqrt{54}"]),
        MathCase("power", "3^{200}", right: ["9^{100}", "27^{66}\\cdot 9"], wrong: ["3^{200}+1", "3^{201}"]),
        MathCase(
            "pi", "\\frac{7\\pi}{3}", right: ["7\\pi/3", "2\\pi+\\frac{\\pi}{3}", "7.330383"],
            wrong: ["\\frac{3\\pi}{7}", "7.33", "\\frac{22}{3}"]),
        MathCase("e", "e^{3}-e", right: ["e(e^2-1)", "e(e-1)(e+1)"], wrong: ["e^2", "e^3+e"]),
        MathCase(
            "log", "\\log_5 12", right: ["\\frac{\\ln 12}{\\ln 5}", "\\log_{25}144"],
            wrong: ["\\log_{12}5", "\\frac{12}{5}"]),
        MathCase(
            "trig value", "\\frac{\\sqrt6-\\sqrt2}{4}", right: ["\\sin 15^\\circ", "\\cos\\frac{5\\pi}{12}"],
            wrong: ["\\sin 75^\\circ", "\\cos 15"]),
        MathCase(
            "complex", "5-12i", right: ["-12i+5", "(3-2i)^2", "5 - 12\\mathrm{i}"], wrong: ["5+12i", "-7", "13"]),
        MathCase("factorial", "5040", right: ["7!", "\\frac{8!}{8}"], wrong: ["6!", "7"]),
        MathCase(
            "binomial", "\\binom{9}{4}", right: ["126", "\\frac{9!}{4!5!}", "C(9,4)", "_9C_4"],
            wrong: ["\\binom94+1", "3024"]),
        MathCase("sum", "\\sum_{k=1}^{12} k^2", right: ["650"], wrong: ["649", "78"]),
        MathCase("determinant", "\\begin{vmatrix}2&5\\\\1&4\\end{vmatrix}", right: ["3"], wrong: ["-3"]),
        MathCase("infinity", "-\\infty", right: ["-∞"], wrong: ["\\infty", "-10^{99}"]),
    ]

    static let algebra: [MathCase] = [
        MathCase(
            "polynomial", "6x^2-x-12", right: ["(2x-3)(3x+4)", "-12-x+6x^2"], wrong: ["(2x+3)(3x-4)", "6y^2-y-12"]),
        MathCase(
            "rational function", "\\frac{2x}{x^2-9}", right: ["\\frac{1}{x-3}+\\frac1{x+3}"],
            wrong: ["\\frac{2x}{x^2+9}", "\\frac1{x-3}"]),
        MathCase(
            "symbolic power", "7^{m+2}", right: ["49\\cdot7^m", "\\frac{7^{m+3}}{7}"], wrong: ["7^m+49", "14^{m}"]),
        MathCase(
            "trig identity", "\\cos 2t", right: ["1-2\\sin^2 t", "\\cos^4 t-\\sin^4 t"],
            wrong: ["2\\cos t", "1-2\\sin^2(2t)"]),
        MathCase(
            "log law", "\\ln\\frac{a^2}{b}", right: ["2\\ln a-\\ln b"], wrong: ["2\\ln a+\\ln b", "\\ln a-\\ln b"]),
        MathCase("absolute value", "|x|", right: ["\\sqrt{x^2}"], wrong: ["x", "-x"]),
        MathCase("case of variables", "v+w", right: ["w+v"], wrong: ["V+W", "v_w"]),
        MathCase("subscripts", "a_1a_3", right: ["a_{3}a_{1}"], wrong: ["a_{13}", "a_1+a_3"]),
        MathCase("functions", "f(x)+1", right: ["1+f(x)"], wrong: ["f(y)+1", "fx+1", "f'(x)+1"]),
        MathCase("equation", "3x-4y=8", right: ["4y=3x-8", "y=\\frac34x-2"], wrong: ["3x+4y=8", "3x-4y", "8"]),
        MathCase("assignment", "k=-6", right: ["-6", "k=-6"], wrong: ["m=-6", "6"]),
        MathCase(
            "chain", "\\frac{5}{8}", right: ["\\frac58\\approx0.63", "P(B)=\\frac58=0.625"],
            wrong: ["\\frac58\\approx 3", "\\frac58=\\frac78"]),
    ]

    static let structures: [MathCase] = [
        MathCase(
            "inequality", "x\\ge-4", right: ["-4\\le x", "[-4,\\infty)", "2x+8\\ge0"],
            wrong: ["x>-4", "x\\le-4", "y\\ge-4"]),
        MathCase(
            "double inequality", "-1<x\\le6", right: ["(-1,6]", "x>-1\\text{ and }x\\le6"], wrong: ["[-1,6)", "x\\le6"]),
        MathCase(
            "quadratic inequality", "x^2>9", right: ["x<-3\\text{ or }x>3", "(-\\infty,-3)\\cup(3,\\infty)"],
            wrong: ["x>3", "(-3,3)"]),
        MathCase(
            "interval", "(2,9]", right: ["(2,9]", "]2,9]", "\\left(2;9\\right]"], wrong: ["[2,9]", "(2,9)", "(9,2]"]),
        MathCase("union", "[0,2]\\cup[2,5]", right: ["[0,5]"], wrong: ["[0,2)\\cup(2,5]"]),
        MathCase(
            "real line less a point", "\\mathbb{R}\\setminus\\{7\\}",
            right: ["x\\ne7", "(-\\infty,7)\\cup(7,\\infty)"], wrong: ["\\mathbb{R}", "\\{7\\}"]),
        MathCase("set", "\\{4,9,16\\}", right: ["\\{16,9,4\\}", "4,9,16"], wrong: ["\\{4,9\\}", "\\{4,9,16,25\\}"]),
        MathCase("empty set", "\\emptyset", right: ["\\{\\}", "\\varnothing"], wrong: ["\\{0\\}", "0"]),
        MathCase("set builder", "\\{x\\mid x>2\\}", right: ["(2,\\infty)"], wrong: ["[2,\\infty)"]),
        MathCase(
            "tuple", "(6,-1)", right: ["(6,-1)", "x=6, y=-1", "\\langle6,-1\\rangle"],
            wrong: ["(-1,6)", "[6,-1]", "(6,-1,0)"]),
        MathCase("tuples", "(1,5),(5,1)", right: ["(5,1),(1,5)"], wrong: ["(1,5)", "(1,1),(5,5)"]),
        MathCase(
            "matrix", "\\begin{pmatrix}1&0\\\\\\frac12&x\\end{pmatrix}",
            right: ["\\begin{bmatrix}1&0\\\\0.5&x\\end{bmatrix}"],
            wrong: ["\\begin{pmatrix}1&\\frac12\\\\0&x\\end{pmatrix}"]),
        MathCase(
            "plus or minus", "\\pm\\sqrt{11}", right: ["\\sqrt{11},-\\sqrt{11}", "x=\\pm\\sqrt{11}"],
            wrong: ["\\sqrt{11}", "\\pm11"]),
        MathCase("several answers", "2, -9", right: ["-9, 2", "x=2\\text{ or }x=-9"], wrong: ["2", "2, 9", "2,-9,1"]),
        MathCase("hedge", "6", right: ["6"], wrong: ["6\\text{ or }7", "5,6", "\\pm6", "x\\ge6", "[6,6.5]"]),
    ]

    static let words: [MathCase] = [
        MathCase("choice", "D", right: ["(D)", "\\text{D}", "d", "D. 17"], wrong: ["A", "CD", "D\\text{ or }A"]),
        MathCase("choices", "ACD", right: ["A, C, D", "DCA"], wrong: ["AC", "ABD"]),
        MathCase(
            "words", "\\text{isosceles}", right: ["Isosceles", "\\textbf{isosceles}"],
            wrong: ["scalene", "\\text{not isosceles}"]),
        MathCase("number word", "7", right: ["\\text{seven}"], wrong: ["\\text{eight}"]),
        MathCase("unicode", "\\frac{3}{4}x^2", right: ["¾x²", "（3/4）x^2"], wrong: ["¼x²"]),
        MathCase(
            "damaged LaTeX", "\\frac{2}{\\sqrt{3}}",
            right: ["\\\\frac{2}{\\\\sqrt{3}}", "\u{0C}rac{2}{\\sqrt3}", "{{\\frac2{\\sqrt3}}}"],
            wrong: ["\\frac{2}{3}"]),
    ]
}
