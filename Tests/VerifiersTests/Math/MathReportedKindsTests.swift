import JSON
import Testing
import Verifiers

/// Kinds of answers that people report graders for: each with other numbers and words than the report's.
@Suite struct MathReportedKindsTests {
    @Test(
        arguments: proofs + commas + chains + residues + words + quantifiers + families + measures + programs + shapes
            + relations)
    func boxed(_ example: MathCase) { example.check() }

    @Test(arguments: extraction)
    func wholeResponses(_ example: MathCase) { example.check { $0 } }

    @Test(.enabled(if: Shared.exists("data/math/public.jsonl"), "../shared is absent"))
    func publicCases() throws {
        var right = 0
        let rows = try Shared.rows("data/math/public.jsonl")
        for row in rows {
            let grade = MathGrader.grade(
                gold: row["gold"]?.stringValue ?? "", prediction: row["pred"]?.stringValue ?? "")
            let expected = row["expected"]?.boolValue ?? false
            #expect(expected || !grade.isCorrect, "\(row["id"]?.stringValue ?? "") is paid: \(grade.rule)")
            if grade.isCorrect == expected { right += 1 }
        }
        #expect(100 * right >= 97 * rows.count, "\(right) of \(rows.count)")
    }

    // Agreement far beyond a double's digits is no proof.
    static let proofs: [MathCase] = [
        MathCase("nearly a power", "\\sqrt{9^{400}+2}", right: ["\\sqrt{2+3^{800}}"], wrong: ["3^{400}"]),
        MathCase("nearly one", "\\cos(10^{-50})", right: [], wrong: ["1"]),
        MathCase("saturated", "\\tanh(120)", right: [], wrong: ["1"]),
        MathCase("small exponent", "e^{3^{-250}}", right: [], wrong: ["1"]),
        MathCase("ordinary", "\\sqrt{5+2\\sqrt6}", right: ["\\sqrt2+\\sqrt3"], wrong: ["\\sqrt{10}"]),
        MathCase("cube roots", "\\sqrt[3]{2+\\sqrt5}+\\sqrt[3]{2-\\sqrt5}", right: ["1"], wrong: ["2"]),
        MathCase(
            "large binomial", "\\frac{\\binom{1800}{700}}{6}+\\frac13", right: ["\\frac{\\binom{1800}{700}+2}{6}"],
            wrong: ["\\frac{\\binom{1800}{700}+3}{6}"]),
    ]

    static let commas: [MathCase] = [
        MathCase("a set is no decimal", "1.2", right: ["1,2"], wrong: ["\\{1,2\\}", "\\lbrace 1,2\\rbrace"]),
        MathCase("a set of decimals", "\\{3.14\\}", right: ["3.14"], wrong: ["\\{3,14\\}"]),
        MathCase("groups of thousands", "1.234", right: ["1.2340"], wrong: ["1,234"]),
        MathCase(
            "parts have an order", "(a) 5 (b) 7", right: ["(a) 5, (b) 7", "5, 7"], wrong: ["(a) 7 (b) 5", "7, 5"]),
        MathCase("program's bases", "0x1F", right: ["31", "0x1f"], wrong: ["0", "1F"]),
        MathCase("list or decimal", "4,6", right: ["4, 6", "6, 4", "\\{4,6\\}"], wrong: ["4.6"]),
        MathCase("two digits", "14,25", right: ["14, 25"], wrong: ["14.25"]),
        MathCase("decimal comma", "0,75", right: ["0.75", "3/4"], wrong: ["75"]),
        MathCase("thousands", "2,350", right: ["2350", "2,350"], wrong: ["350, 2", "2.350"]),
        MathCase("whole number", "27318", right: ["27,318"], wrong: ["\\{27,318\\}"]),
        MathCase("Indian groups", "4356789", right: ["43,56,789"], wrong: ["43,56,780"]),
        MathCase("Indian groups in a gold", "43,56,789", right: ["4356789"], wrong: ["43567890", "435678"]),
        MathCase("clock", "10:40", right: ["10:40"], wrong: ["1:4", "5:20", "\\frac14"]),
        MathCase("ratio", "3:20", right: ["6:40"], wrong: ["20:3"]),
    ]

    static let chains: [MathCase] = [
        MathCase("contradiction", "9", right: ["x = 4+5 = 9"], wrong: ["x = 4 = 9", "y=2=3=9"]),
        MathCase("hedged", "640", right: ["640", "640.0 \\approx 640"], wrong: ["640 \\approx 646"]),
        MathCase(
            "rounded", "\\frac23", right: ["\\frac23 \\approx 0.667", "p = \\frac23 = 0.667"],
            wrong: ["p = \\frac12 = \\frac23"]),
        MathCase(
            "named", "4\\sqrt2", right: ["|w_1-w_2| = \\sqrt{32} = 4\\sqrt2"],
            wrong: ["|w_1-w_2| = \\sqrt{30} = 4\\sqrt2"]),
        MathCase("determinant", "\\det M = 7", right: ["7"], wrong: ["8"]),
        MathCase("mean", "\\bar{y} = 12", right: ["12", "\\bar{y}=12"], wrong: ["21"]),
        MathCase("operator", "31", right: ["4\\star3 = 4^2+5\\cdot3 = 31"], wrong: ["4\\star3 = 31 = 32"]),
        MathCase("solved", "|t| = 6", right: ["t = \\pm 6"], wrong: ["t = 6", "t = \\pm 5"]),
        MathCase("quadratic", "x^2 = 25", right: ["x = \\pm 5"], wrong: ["x = 5"]),
    ]

    static let residues: [MathCase] = [
        MathCase(
            "modulus kept", "4 \\mod 9", right: ["4 \\pmod 9", "x \\equiv 13 \\pmod{9}"],
            wrong: ["4 \\pmod{7}", "5 \\pmod 9"]),
        MathCase("operator", "3", right: ["17 \\bmod 7"], wrong: ["17 \\bmod 5"]),
    ]

    static let words: [MathCase] = [
        MathCase(
            "yes", "Yes", right: ["\\text{Yes, such a polynomial exists.}", "Yes"],
            wrong: ["\\text{No, none does.}", "\\text{No}"]),
        MathCase(
            "no", "No.", right: ["\\text{No, this cannot be done.}"], wrong: ["\\text{No solution}", "\\text{Yes}"]),
        MathCase(
            "none", "\\text{no solution}",
            right: ["\\text{No real solutions}", "\\emptyset", "\\text{None}", "\\text{No such pair exists}"],
            wrong: ["0", "\\text{infinitely many solutions}", "\\text{no solution unless } a = 1"]),
        MathCase(
            "denied of some alone", "\\emptyset", right: ["x=\\emptyset", "\\text{no such number}"],
            wrong: [
                "S \\ne \\emptyset", "\\{\\emptyset\\}", "\\text{no solution if } k = 2", "\\text{no other solution}",
                "\\text{no more than 2 solutions}", "\\text{no fewer than 2 solutions}",
                "\\text{no less than 2 solutions}", "\\text{no greater solution}",
            ]),
        MathCase("elements", "\\text{NO}_2", right: ["\\mathrm{NO_2}", "\\ce{NO2}"], wrong: ["\\ce{NO3}"]),
        MathCase("case of elements", "\\mathrm{PB}", right: ["\\text{PB}"], wrong: ["\\text{Pb}"]),
        MathCase("ion", "\\ce{CO3^2-}", right: ["\\mathrm{CO_3^{2-}}"], wrong: ["\\mathrm{CO_3^{-}}"]),
        MathCase("number words", "38", right: ["\\text{thirty-eight}"], wrong: ["\\text{thirty-seven}"]),
        MathCase("fraction words", "\\frac34", right: ["\\text{three quarters}"], wrong: ["\\text{one quarter}"]),
        MathCase(
            "odds", "\\frac{2}{7}", right: ["2 \\text{ in } 7", "2 \\text{ out of } 7"], wrong: ["7 \\text{ in } 2"]),
        MathCase("dozen", "60", right: ["5\\text{ dozen}"], wrong: ["6\\text{ dozen}"]),
        MathCase(
            "remark", "\\frac{58}{7}",
            right: ["\\frac{58}{7} \\text{ (about }8.29\\text{ metres)}", "\\text{Answer: }\\frac{58}{7}"],
            wrong: ["8 \\text{ (about }\\frac{58}{7})"]),
        MathCase(
            "ordinal", "9", right: ["9^{\\text{th}}", "9^{\\mathrm{th}}\\ grade", "9th"], wrong: ["8^{\\text{th}}"]),
        MathCase("sentence", "The largest value of \\( m \\) is 318.", right: ["318"], wrong: ["319"]),
        MathCase(
            "permutations", "All solutions are $(1, 1, 4)$ and its permutations", right: ["(1,1,4),(1,4,1),(4,1,1)"],
            wrong: ["(1,1,4)"]),
        MathCase("spellings of one", "64 \\text{ or } 2^6", right: ["64"], wrong: ["65"]),
    ]

    static let quantifiers: [MathCase] = [
        MathCase(
            "for all", "g(x)=5x \\text{ for all } x>0", right: ["g(x)=5x", "g(t)=5t"], wrong: ["g(x)=4x", "g(x)=5x+5"]),
        MathCase(
            "constant", "f(x) = dx, d \\in \\mathbb{R}", right: ["f(x) = mx \\text{ for some real constant } m"],
            wrong: ["f(x) = mx+1 \\text{ for some real constant } m"]),
        MathCase(
            "integration", "\\frac{x^4}{4} - 2x + C", right: ["\\frac{x^4}{4}-2x+c"], wrong: ["\\frac{x^4}{4}+2x+c"]),
        MathCase("angle", "2R\\cos C", right: ["2R\\cos C"], wrong: ["2R\\cos A"]),
        MathCase(
            "all such", "m\\geq7", right: ["\\text{All positive integers }m\\text{ with }m\\geq7"],
            wrong: ["\\text{All integers }m\\text{ with }m\\geq6"]),
        MathCase("mapping", "f(x) = 3x^2", right: ["f: x \\mapsto 3x^2"], wrong: ["f: x \\mapsto 2x^2"]),
        MathCase("argument", "f(n) = n", right: ["f(k) = k"], wrong: ["f(2n) = n"]),
    ]

    static let families: [MathCase] = [
        MathCase(
            "shifted", "x = \\frac{\\pi}{5} + k\\pi, k \\in \\mathbb{Z}",
            right: ["x = -\\frac{4\\pi}{5} + n\\pi, n \\in \\mathbb{Z}"],
            wrong: ["x = \\frac{\\pi}{5} + 2k\\pi, k \\in \\mathbb{Z}"]),
        MathCase(
            "split", "x = k\\pi, k \\in \\mathbb{Z}",
            right: ["x = 2k\\pi \\text{ or } x = \\pi + 2k\\pi, k \\in \\mathbb{Z}"],
            wrong: ["x = 2k\\pi, k \\in \\mathbb{Z}"]),
        MathCase(
            "congruence", "n \\equiv 3 \\pmod{8}",
            right: ["n = 8t + 3, t \\in \\mathbb{Z}", "n = 8t - 5, t \\in \\mathbb{Z}"],
            wrong: ["n = 8t + 4, t \\in \\mathbb{Z}"]),
        MathCase(
            "members", "\\{2, 3, 4\\}", right: ["\\{m \\in \\mathbb{Z} \\mid 2 \\le m \\le 4\\}"],
            wrong: ["\\{m \\in \\mathbb{Z} \\mid 2 \\le m < 4\\}"]),
    ]

    static let measures: [MathCase] = [
        MathCase(
            "converted", "3\\text{ km}", right: ["3000\\text{ m}", "3"], wrong: ["3\\text{ m}", "300\\text{ m}"]),
        MathCase(
            "speed", "18\\ \\mathrm{km/h}", right: ["5\\ \\mathrm{m/s}", "18\\,\\mathrm{km\\,h^{-1}}"],
            wrong: ["18\\ \\mathrm{m/s}"]),
        MathCase(
            "fraction of units", "9.8\\text{ m/s²}", right: ["9.8\\ \\frac{\\text{m}}{\\text{s}^2}"],
            wrong: ["9.8\\ \\frac{\\text{m}}{\\text{s}}"]),
        MathCase(
            "compound", "200\\text{ minutes}", right: ["3\\text{ hours }20\\text{ minutes}"],
            wrong: ["3\\text{ hours }30\\text{ minutes}"]),
        MathCase("ohms", "56\\,\\Omega", right: ["56\\text{ ohms}"], wrong: ["65\\text{ ohms}"]),
        MathCase("celsius", "21\\text{ degrees Celsius}", right: ["21^\\circ\\text{C}"], wrong: ["21^\\circ\\text{F}"]),
        MathCase("hour", "8:00\\text{ a.m.}", right: ["8\\text{ a.m.}"], wrong: ["8\\text{ p.m.}"]),
        MathCase("bare angle", "\\pi", right: [], wrong: ["180"]),
        MathCase(
            "subscripts", "\\frac{u_0^2}{2a}", right: ["\\frac{u^2_0}{2a}", "\\frac{{u}_{0}^2}{2a}"],
            wrong: ["\\frac{u_1^2}{2a}"]),
        MathCase(
            "named extremes", "F_{\\max}=\\frac{k}{3}", right: ["\\frac{k}{3}", "F_{\\text{max}}=\\frac{k}{3}"],
            wrong: ["\\frac{k}{4}"]),
        MathCase("phasor", "5 e^{i\\frac{\\pi}{6}}", right: ["5 \\angle 30^\\circ"], wrong: ["5 \\angle 60^\\circ"]),
    ]

    static let programs: [MathCase] = [
        MathCase("noise", "6", right: ["6.000000000000001", "5.999999999999999"], wrong: ["6.0001", "5.99999"]),
        MathCase("root", "\\sqrt{7}", right: ["2.6457513110645907"], wrong: ["2.6457523110645907"]),
        MathCase("noisy gold", "0.30000000000000004", right: ["0.3", "30\\%"], wrong: ["0.31"]),
        MathCase("long integer", "123456789012345678", right: [], wrong: ["123456789012345679.0"]),
        MathCase("signs", "8 - 3i", right: ["8+-3i"], wrong: ["8+3i"]),
        MathCase(
            "sympy", "(-\\infty, 1) \\cup (4, \\infty)", right: ["Union(Interval.open(-oo, 1), Interval.open(4, oo))"],
            wrong: ["Union(Interval(-oo, 1), Interval(4, oo))"]),
        MathCase("half open", "[0, 9)", right: ["Interval.Ropen(0, 9)"], wrong: ["Interval(0, 9)"]),
        MathCase("currency", "3400", right: ["CHF3,400", "Rs. 3400"], wrong: ["CHF3,401"]),
    ]

    static let relations: [MathCase] = [
        MathCase("conjugates", "\\bar{z}+z", right: ["2\\operatorname{Re} z", "z+\\overline{z}"], wrong: ["2z"]),
        MathCase("moduli", "|z|^2", right: ["z\\bar{z}"], wrong: ["z^2"]),
        MathCase("real part", "\\operatorname{Re} z", right: ["\\frac{z+\\bar z}{2}"], wrong: ["z", "|z|"]),
        MathCase(
            "subset", "P \\subset Q", right: ["P ⊂ Q", "Q \\supset P"],
            wrong: ["Q \\subset P", "P \\subsetneq Q", "P \\not\\subset Q", "P = Q"]),
        MathCase("much less", "x \\ll y", right: ["x ≪ y", "y \\gg x"], wrong: ["y \\ll x", "x < y"]),
        MathCase("entails", "S \\vdash T", right: ["S ⊢ T"], wrong: ["T \\vdash S"]),
        MathCase("contains", "M \\ni m", right: ["m \\in M", "M ∋ m"], wrong: ["m \\ni M", "m \\notin M"]),
        MathCase("not", "y \\ge 7", right: ["y \\not< 7", "y \\nless 7", "y ≮ 7"], wrong: ["y \\not> 7"]),
        MathCase(
            "composition", "h\\circ(k\\circ m)", right: ["(h ∘ k) ∘ m", "h \\circ k \\circ m"],
            wrong: ["k\\circ h\\circ m", "hkm"]),
        MathCase("degrees", "45^\\circ C", right: ["45°C", "45℃"], wrong: ["46°C"]),
        MathCase(
            "negation", "\\neg r \\iff s", right: ["¬r ⇔ s", "\\lnot r \\Leftrightarrow s"], wrong: ["r \\iff s"]),
        MathCase("product", "abe", right: ["eab"], wrong: ["abd"]),
        MathCase("anagram", "low", right: ["\\text{low}"], wrong: ["owl"]),
        MathCase("sequence", "CADB", right: ["CADB"], wrong: ["ABCD", "CABD"]),
        MathCase("choices", "BDE", right: ["B, D and E", "DBE"], wrong: ["BD"]),
        MathCase("lcm", "\\text{LCM}(6, 10)", right: ["30", "\\text{lcm}(6, 10)"], wrong: ["60"]),
        MathCase("powers", "n^{(k)}", right: ["n⁽ᵏ⁾"], wrong: ["n⁽ʲ⁾"]),
    ]

    static let shapes: [MathCase] = [
        MathCase(
            "cases", "\\begin{cases} x^3, & x < 2 \\\\ 4x, & x \\ge 2 \\end{cases}",
            right: ["\\begin{cases} 4x & \\text{if } x \\ge 2 \\\\ x^3 & \\text{if } x < 2 \\end{cases}"],
            wrong: ["\\begin{cases} 4x & \\text{if } x < 2 \\\\ x^3 & \\text{if } x \\ge 2 \\end{cases}"]),
        MathCase("parts", "(a) 8; (b) 11", right: ["8, 11", "a) 8, b) 11"], wrong: ["8, 12"]),
        MathCase("dots", "2, 4, \\ldots, 2n", right: ["2, 4, 6, \\dots, 2n"], wrong: ["2, 4, 8, \\dots, 2n"]),
        MathCase("pairs", "(1, 4)(1, 9)", right: ["(1,4), (1,9)"], wrong: ["(1,4), (9,1)"]),
        MathCase(
            "ascending", "\\frac43, 2, \\sqrt5", right: ["\\frac43 < 2 < \\sqrt5"], wrong: ["\\frac43 < 3 < \\sqrt5"]),
        MathCase(
            "integral", "2", right: ["\\int_0^{\\pi}\\sin x\\,dx", "\\int_{0}^{2} t\\,dt"],
            wrong: ["\\int_0^{\\pi}\\cos x\\,dx"]),
        MathCase("pole", "0", right: [], wrong: ["\\int_{-1}^{1} \\frac{1}{x}\\,dx"]),
        MathCase(
            "zeta", "\\frac{\\pi^4}{90}", right: ["\\sum_{k=1}^{\\infty}\\frac{1}{k^4}"],
            wrong: ["\\sum_{k=1}^{\\infty}\\frac{1}{k^2}"]),
        MathCase("damage", "7\text{ days}", right: ["7"], wrong: ["8"]),
        MathCase("struck out", "8", right: ["8"], wrong: ["\\cancel{8}"]),
    ]

    static let extraction: [MathCase] = [
        MathCase(
            "a box that is denied", "5",
            right: [
                "There is no solution other than \\boxed{5}.", "x cannot be less than 5, so the minimum is \\boxed{5}.",
                "It is not 4, but \\boxed{5}.", "不难得到答案为\\boxed{5}。", "\\boxed{5}. This is not hard to see.",
                "\\boxed{5}. Note that $x = 2$ does not satisfy the equation.",
                "If $n$ is not even, we get \\boxed{5}.",
            ],
            wrong: [
                "The answer is not \\boxed{5}.", "The answer isn't \\boxed{5}.", "It cannot be \\boxed{5}.",
                "A common wrong answer is \\boxed{5}.", "One may be tempted to say \\boxed{5}.", "答案不是\\boxed{5}。",
                "A resposta não é \\boxed{5}.",
            ]),
        MathCase(
            "a box that is taken back", "5", right: ["\\boxed{5}. That works.", "\\boxed{5} is not wrong."],
            wrong: [
                "\\boxed{5} is wrong.", "\\boxed{5} is a wrong answer.", "\\boxed{5} would be wrong here.",
                "\\boxed{5} (incorrect)", "\\boxed{5} does not work.", "\\boxed{5}? That doesn't satisfy the equation.",
                "\\boxed{5}. So it's wrong.", "\\boxed{5}. Actually, no.", "\\boxed{5} ist falsch.",
                "\\boxed{5} est fausse.", "\\boxed{5} 是错误的。", "I get \\boxed{5}. But this overcounts.",
            ]),
        MathCase(
            "taken back", "9",
            right: ["The answer is 9. Nothing is wrong with it.", "First I had 8. The answer is 9."],
            wrong: [
                "The answer is 9. No wait, that is wrong: we get $4$.",
                "Assume the answer is 9. Then $2=3$, a contradiction. So $x=4$.",
                "\\boxed{9}. That is incorrect, it should be 4.", "The answer is 9, though it may be 4.",
            ]),
        MathCase(
            "conclusion", "18",
            right: [
                "From $a+b=20$ we see that a = 2.\nThus Rosa sells 18 tickets.",
                "The result is a number of degree 3.\nSo the total is $18$.",
            ],
            wrong: ["Thus Rosa sells 18 tickets.\nSo in all there are 19."]),
        MathCase(
            "plain formula", "6\\pi", right: ["So we obtain 6π.", "Hence the volume is 6\\pi."],
            wrong: ["So we obtain 6."]),
        MathCase(
            "polynomial", "4x+7", right: ["Hence the remainder is 4x + 7."], wrong: ["Hence the remainder is 4x - 7."]),
        MathCase("exam", "B", right: ["故选：B", "【答案】B", "答案选B", "正解はBです。", "故选 B."], wrong: ["故选：C"]),
        MathCase(
            "tokens", "\\frac{5}{8}",
            right: [
                "<|begin_of_box|>\\frac{5}{8}<|end_of_box|>", "Ans: \\frac{5}{8}", "Answer:\n```\n\\frac{5}{8}\n```",
            ], wrong: ["<|begin_of_box|>\\frac{8}{5}<|end_of_box|>"]),
        MathCase(
            "approximated box", "\\sqrt5", right: ["we get \\boxed{\\sqrt5} \\approx \\boxed{2.24}"],
            wrong: ["we get \\boxed{\\sqrt5}. Also \\boxed{2}"]),
        MathCase("empty box", "77", right: ["$\\boxed{77}$ is it, given in \\boxed{} as asked."], wrong: ["\\boxed{}"]),
        MathCase(
            "line after the box", "C", right: ["As \\boxed{E_1 < E_2}, the first is lower.\n\n**Answer: C**"],
            wrong: ["As \\boxed{E_1 < E_2}.\n\n**Answer: D**"]),
        MathCase(
            "labelled boxes", "3, 8", right: ["(a) \\boxed{3}\n\n(b) \\boxed{8}"],
            wrong: ["First \\boxed{3}.\n\nThen finally \\boxed{8}"]),
    ]
}
