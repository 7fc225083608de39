import Testing
import Verifiers

/// Answers that are made of the same signs and mean something else: names, units, elements, cases, quantifiers.
@Suite struct MathMeaningTests {
    @Test(arguments: names + units + chemistry + cases + quantifiers + rounding + families)
    func boxed(_ example: MathCase) { example.check() }

    static let names: [MathCase] = [
        MathCase(
            "coordinates", "(x,y)=(1,2)", right: ["(y,x)=(2,1)", "x=1, y=2", "(1,2)", "(x,y)=(1,2)"],
            wrong: ["(y,x)=(1,2)", "x=2, y=1", "(p,q)=(1,2)", "(2,1)"]),
        MathCase("three of them", "(a,b,c)=(1,2,3)", right: ["(c,b,a)=(3,2,1)"], wrong: ["(c,b,a)=(1,2,3)"]),
        MathCase("several points", "(a,b)=(1,2),(2,3)", right: ["(b,a)=(2,1),(3,2)"], wrong: ["(b,a)=(1,2),(2,3)"]),
        MathCase(
            "members of a set", "(m,n) \\in \\{(1,2),(3,4)\\}", right: ["(n,m) \\in \\{(2,1),(4,3)\\}"],
            wrong: ["(n,m) \\in \\{(1,2),(3,4)\\}"]),
        MathCase("names one by one", "x=1,y=2", right: ["(y,x)=(2,1)"], wrong: ["(y,x)=(1,2)"]),
        MathCase(
            "a parameter", "(x,y)=(t,2t), t\\in\\mathbb{R}", right: ["(y,x)=(2s,s), s\\in\\mathbb{R}"],
            wrong: ["(y,x)=(t,2t), t\\in\\mathbb{R}"]),
        MathCase(
            "a region", "(x,y) \\in [0,1]\\times[0,2]", right: ["(x,y) \\in [0,1]\\times[0,2]"],
            wrong: ["(y,x) \\in [0,1]\\times[0,2]"]),
        MathCase("a ratio", "a:b=2:3", right: ["b:a=3:2", "2:3"], wrong: ["b:a=2:3"]),
        MathCase(
            "a column", "\\begin{pmatrix}x\\\\y\\end{pmatrix}=\\begin{pmatrix}1\\\\2\\end{pmatrix}",
            right: ["\\begin{pmatrix}1\\\\2\\end{pmatrix}"],
            wrong: ["\\begin{pmatrix}y\\\\x\\end{pmatrix}=\\begin{pmatrix}1\\\\2\\end{pmatrix}"]),
        MathCase(
            "aligned equations", "\\begin{cases}x&=1\\\\y&=2\\end{cases}",
            right: ["\\begin{cases}x=1\\\\y=2\\end{cases}", "(x,y)=(1,2)"],
            wrong: ["\\begin{cases}x&=2\\\\y&=1\\end{cases}"]),
        MathCase(
            "two solutions", "x=1, y=2 \\text{ or } x=2, y=1", right: ["(x,y)=(2,1),(1,2)"],
            wrong: ["x=1,y=1 \\text{ or } x=2,y=2"]),
        MathCase(
            "words as names", "\\text{mean}=5, \\text{median}=1", right: ["\\text{median}=1, \\text{mean}=5"],
            wrong: ["\\text{mean}=1, \\text{median}=5"]),
        MathCase("roots by number", "x_1=1,x_2=2", right: ["\\{1,2\\}", "x=1,2"], wrong: ["\\{1,3\\}"]),
    ]

    static let units: [MathCase] = [
        MathCase("milligrams", "3 mg", right: ["3\\text{ mg}", "0.003 g"], wrong: ["3 Mg", "3\\text{ Mg}"]),
        MathCase("metres", "5 m", right: ["5\\text{ m}"], wrong: ["5 M"]),
        MathCase("megawatts", "5\\text{ MW}", right: ["5 MW"], wrong: ["5\\text{ mW}", "5 mW"]),
        MathCase("millilitres", "5 mL", right: ["5 ml"], wrong: ["5 ML"]),
        MathCase("seconds", "5 s", right: ["5\\text{ s}"], wrong: ["5 S", "5\\text{ S}"]),
        MathCase("nanometres", "2 nm", right: ["2\\text{ nm}"], wrong: ["2 Nm"]),
        MathCase("millimetres", "7\\text{ mm}", right: ["7 mm"], wrong: ["7\\text{ MM}", "7\\text{ Mm}"]),
        MathCase("one reading", "5\\text{ Hz}", right: ["5\\text{ hz}"], wrong: ["5\\text{ mHz}"]),
        MathCase("bits", "7\\text{ Gb}", right: ["7\\text{ Gb}"], wrong: ["7\\text{ GB}"]),
    ]

    static let chemistry: [MathCase] = [
        MathCase("a count before", "\\ce{N2}", right: ["\\mathrm{N_2}"], wrong: ["\\ce{2N}", "2N"]),
        MathCase("salt", "NaCl", right: ["\\ce{NaCl}"], wrong: ["NACL", "nacl"]),
        MathCase("marked", "\\ce{CaCO3}", right: ["CaCO_3"], wrong: ["\\ce{CACO3}"]),
        MathCase("capitals", "\\mathrm{KOH}", right: ["KOH"], wrong: ["\\mathrm{KoH}"]),
        MathCase("two symbols", "\\text{Si}", right: ["Si"], wrong: ["\\text{SI}"]),
        MathCase("a count", "2H_2O", right: ["2\\,\\mathrm{H_2O}"], wrong: ["H_4O_2"]),
        MathCase("words have none", "\\text{Paris}", right: ["\\text{PARIS}", "paris"], wrong: ["\\text{Prais}"]),
    ]

    static let cases: [MathCase] = [
        MathCase(
            "even and odd", "\\begin{cases} 0 & n \\text{ even} \\\\ 1 & n \\text{ odd}\\end{cases}",
            right: [
                "\\begin{cases} 1 & \\text{if } n \\text{ is odd} \\\\ 0 & \\text{if } n \\text{ is even}\\end{cases}",
                "\\begin{cases} 0 & n\\equiv 0\\pmod 2 \\\\ 1 & n\\equiv 1\\pmod 2\\end{cases}",
                "\\begin{cases} 1 & \\text{otherwise} \\\\ 0 & n \\text{ is even}\\end{cases}",
                "\\begin{cases} 0 & n\\text{为偶数} \\\\ 1 & n\\text{为奇数}\\end{cases}",
            ],
            wrong: [
                "\\begin{cases} 1 & n \\text{ even} \\\\ 0 & n \\text{ odd}\\end{cases}",
                "\\begin{cases} 1 & n\\equiv 0\\pmod 2 \\\\ 0 & n\\equiv 1\\pmod 2\\end{cases}",
            ]),
        MathCase(
            "no regions", "\\begin{cases} 1 & x\\in\\mathbb{Q} \\\\ 0 & x\\notin\\mathbb{Q}\\end{cases}",
            right: ["\\begin{cases} 0 & x\\notin\\mathbb{Q} \\\\ 1 & x\\in\\mathbb{Q}\\end{cases}"],
            wrong: ["\\begin{cases} 0 & x\\in\\mathbb{Q} \\\\ 1 & x\\notin\\mathbb{Q}\\end{cases}"]),
        MathCase(
            "divisors", "\\begin{cases} 1 & 3 \\mid n \\\\ 0 & 3 \\nmid n\\end{cases}",
            right: ["\\begin{cases} 0 & 3 \\nmid n \\\\ 1 & 3 \\mid n\\end{cases}"],
            wrong: ["\\begin{cases} 0 & 3 \\mid n \\\\ 1 & 3 \\nmid n\\end{cases}"]),
        MathCase(
            "aligned",
            "\\left\\{\\begin{aligned} 1, & \\quad n\\text{ even} \\\\ 0, &\\quad n\\text{ odd}\\end{aligned}\\right.",
            right: [],
            wrong: [
                "\\left\\{\\begin{aligned} 0, & \\quad n\\text{ even} \\\\ 1, &\\quad n\\text{ odd}\\end{aligned}\\right."
            ]),
        MathCase(
            "Russian", "0, если n чётно; 1, если n нечётно", right: [], wrong: ["1, если n чётно; 0, если n нечётно"]),
    ]

    static let quantifiers: [MathCase] = [
        MathCase(
            "the argument", "f(x)=x \\text{ for all } x",
            right: ["f(x)=x\\ \\forall x", "f(x)=x", "f(t)=t \\text{ for every } t"],
            wrong: ["f(x)=x \\text{ for some } x", "f(x)=x\\ \\exists x"]),
        MathCase("an inequality", "x^2\\ge 0\\text{ for all }x", right: [], wrong: ["x^2\\ge 0\\text{ for some }x"]),
        MathCase(
            "a constant", "f(x)=cx \\text{ for some constant } c", right: ["f(x)=kx \\text{ for any constant } k"],
            wrong: ["f(x)=c"]),
        MathCase(
            "even numbers", "f(n)=n\\text{ for all even }n", right: ["f(n)=n\\text{ for every even }n", "f(n)=n"],
            wrong: ["f(n)=n\\text{ for all odd }n", "f(n)=n\\text{ for all }n"]),
        MathCase(
            "rational numbers", "f(x)=2x\\text{ for all rational }x", right: ["f(x)=2x\\text{ for all }x"],
            wrong: ["f(x)=2x\\text{ for all irrational }x"]),
        MathCase(
            "left of it as is", "f(x)=x\\text{ for all non-negative }x", right: ["f(x)=x\\text{ for all }x"],
            wrong: ["f(x)=x\\text{ for all negative }x"]),
        MathCase("German", "f(x)=x für alle x", right: ["f(x)=x für jedes x"], wrong: ["f(x)=x für ein x"]),
        MathCase("Chinese", "f(x)=0 对所有x", right: [], wrong: ["f(x)=0 对某个x"]),
        MathCase("Japanese", "すべてのxに対してf(x)=0", right: [], wrong: ["あるxに対してf(x)=0"]),
    ]

    static let rounding: [MathCase] = [
        MathCase(
            "e-notation", "6.67e-11", right: ["6.674e-11", "6.6743\\times 10^{-11}", "66.7\\times10^{-12}"],
            wrong: ["6.68e-11", "6.7e-11", "6.674e-10"]),
        MathCase("powers of ten", "3.00\\times 10^8", right: ["2.998e8", "299792458"], wrong: ["2.98\\times 10^8"]),
        MathCase(
            "more places", "6.674\\times 10^{-11}", right: ["6.674e-11"], wrong: ["6.67\\times 10^{-11}", "6.67e-11"]),
        MathCase("one place is exact", "3.0\\times 10^8", right: ["3e8"], wrong: ["2.998\\times 10^8"]),
        MathCase("negative", "-1.60\\times10^{-19}", right: ["-1.602\\times10^{-19}"], wrong: ["1.602\\times10^{-19}"]),
    ]

    static let families: [MathCase] = [
        MathCase(
            "nobody declares the letter", "\\frac{\\pi}{4}+k\\pi",
            right: ["n\\pi+\\frac{\\pi}{4}", "n\\pi+\\frac{5\\pi}{4}, n\\in\\mathbb Z"],
            wrong: ["2n\\pi+\\frac{\\pi}{4}", "k\\pi+\\frac{5\\pi}{4}"]),
        MathCase(
            "intervals", "[k\\pi-\\frac{\\pi}{4}, k\\pi+\\frac{\\pi}{4}] (k\\in\\mathbb{Z})",
            right: ["[n\\pi-\\frac{\\pi}{4}, n\\pi+\\frac{\\pi}{4}], n\\in\\mathbb{Z}"],
            wrong: ["[n\\pi-\\frac{\\pi}{4}, n\\pi+\\frac{\\pi}{2}], n\\in\\mathbb{Z}"]),
        MathCase("或", "x=1或x=2", right: ["1,2", "1或2", "\\{1,2\\}"], wrong: ["1", "1,3"]),
        MathCase("oder", "x=1 oder x=2", right: ["1,2"], wrong: ["2"]),
        MathCase("o", "x=1 o x=2", right: ["1,2"], wrong: ["2"]),
        MathCase("hoặc", "x=1 hoặc x=2", right: ["1,2"], wrong: ["2"]),
        MathCase(
            "logarithm of ten", "\\sqrt{\\lg 2}", right: ["\\sqrt{\\log_{10} 2}", "\\sqrt{\\frac{\\ln 2}{\\ln 10}}"],
            wrong: ["\\sqrt{\\ln 2}"]),
    ]
}
