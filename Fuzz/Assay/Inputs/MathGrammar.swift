/// Makes expressions in LaTeX and plain text whose numbers are boundary values, and answers that hold them.
enum MathGrammar {
    /// An expression; every construct that the grader knows takes part.
    static func expression(_ random: inout FuzzRandom, depth: Int = 0) -> String {
        if depth > 3 || random.oneIn(4) { return leaf(&random) }
        func inner(_ random: inout FuzzRandom) -> String { expression(&random, depth: depth + 1) }
        var text = random.pick(templates)
        // Each hole is filled by itself: # is an expression, @ a number.
        while let hole = text.firstIndex(where: { $0 == "#" || $0 == "@" }) {
            let filling = text[hole] == "#" ? inner(&random) : Boundary.number(&random)
            text.replaceSubrange(hole...hole, with: filling.filter { $0 != "#" && $0 != "@" })
            if text.utf8.count > 4000 { break }
        }
        return text
    }

    private static func leaf(_ random: inout FuzzRandom) -> String {
        random.oneIn(4) ? random.pick(atoms) : Boundary.number(&random)
    }

    private static let atoms = [
        "x", "y", "n", "k", "\\pi", "e", "i", "\\infty", "\\theta", "\\emptyset", "\\mathbb{R}", "\\mathbb{Z}", "A",
        "\\text{Yes}", "\\text{no solution}", "0.\\overline{3}", "1{,}000", "1,000,000", "\\%", "C", "(B)", "\\$5",
        "\\circ", "\\hat{i}", "π", "∞", "√2", "²", "½", "\\cdots", "\\ldots", "2024-02-30", "4:30 p.m.",
        "5\\text{ cm}^2", "1011_2", "f(x)", "f^{-1}(x)",
    ]

    private static let templates = [
        "\\binom{@}{@}", "\\binom{#}{#}", "{@ \\choose @}", "C(@,@)", "P(@, @)", "@!", "(#)!", "@!!", "!@",
        "\\frac{#}{#}", "\\frac{@}{@}", "\\dfrac @ @", "#/#", "@/@", "# + #", "# - #", "#-(#)", "-#", "-(-#)",
        "# \\cdot #", "# \\times #", "#*#", "#^{#}", "#^#", "@^{@}", "#**#", "\\sqrt{#}", "\\sqrt[@]{#}",
        "\\sqrt[#]{#}", "|#|", "\\left|#\\right|", "\\gcd(@,@)", "\\operatorname{lcm}(@, @)", "\\gcd(#,#)",
        "# \\bmod #", "@ \\bmod @", "# \\pmod{@}", "@ mod @", "\\lfloor # \\rfloor", "\\lceil # \\rceil",
        "\\sum_{n=@}^{@} #", "\\sum_{k=@}^{@} k", "\\prod_{k=@}^{@} #", "\\prod_{i=@}^{@} i", "\\int_{@}^{@} # dx",
        "\\lim_{x \\to @} #", "\\log_{@} #", "\\log_@(@)", "\\ln(#)", "\\log #", "\\exp(#)", "e^{#}", "\\sin(#)",
        "\\cos #", "\\tan(#)", "\\arcsin(#)", "\\sin^{@} #", "\\sin^{-1}(#)", "\\sin(@^\\circ)", "\\max(#,#)",
        "\\min(@,@,@)", "@.\\overline{@}", "@ \\frac{@}{@}", "@_{@}", "@_{(@)}", "@\\%", "@ \\%", "\\$@",
        "@\\text{ cm}", "@ \\text{ km/h}", "@^\\circ", "@ \\times 10^{@}", "@e@", "@E@", "(#, #)", "[#, #]", "(#, #]",
        "(-\\infty, #)", "(#,#) \\cup [#,#]", "\\{#, #, #\\}", "\\{@,@,\\ldots,@\\}", "x = #", "x=@", "x < #",
        "# \\le x < #", "x \\neq @", "|x| < #", "y = #x + #", "#x^{@} + #x + @", "x^{@}", "(x+@)^{@}", "# \\pm #",
        "@ \\pm @\\sqrt{@}", "# \\text{ or } #", "#, #, #", "@ and @",
        "\\begin{pmatrix} # & # \\\\ # & # \\end{pmatrix}", "[[@,@],[@,@]]",
        "\\begin{bmatrix} @ \\\\ @ \\end{bmatrix}", "\\begin{cases} # & x<@ \\\\ # & x \\ge @ \\end{cases}", "@ + @i",
        "(#)i", "\\overline{#}", "\\text{#}", "\\mathrm{#}", "\\left( # \\right)", "((#))", "\\{x : x > @\\}",
        "\\mathbb{R} \\setminus \\{@\\}", "@:@", "@:@ a.m.", "@ \\text{ hours } @ \\text{ minutes}", "@/@/@", "@-@-@",
        "January @, @", "\\tbinom{@}{@}", "\\phi(@)", "\\varphi(@)", "f(@) = #", "\\langle #, # \\rangle",
        "#\\vec{i} + #\\vec{j}", "{}_{@}C_{@}", "^{@}P_{@}", "n^{@} - @n", "@ \\mid @", "# \\equiv # \\pmod{@}",
        "\\det #", "\\sqrt{-@}", "\\frac{@}{@ - @}", "@ \\div @", "@÷@", "@×@", "@ − @", "@·@", "@²", "√@", "@½",
        "\\cbrt{@}", "@^{@^{@}}", "\\frac12", "\\frac{@!}{@!@!}", "(@)(@)", "@(@)", "@x@", "\\underline{#}",
        "\\boxed{#}", "# \\approx #", "# = # = #", "# : #",
    ]

    /// A completion whose answer is `answer`, as models write them.
    static func completion(_ answer: String, _ random: inout FuzzRandom) -> String {
        let text = random.pick(answers)
        guard let hole = text.lastIndex(of: "#") else { return text }
        return text[..<hole] + answer + text[text.index(after: hole)...]
    }

    private static let answers = [
        "\\boxed{#}", "The answer is $\\boxed{#}$.", "\\boxed{\\boxed{#}}", "So we get $#$.", "$$#$$", "\\(#\\)",
        "\\[ # \\]", "#", "The answer is #", "The final answer is: $#$. I hope it is correct.", "#### #",
        "<answer>#</answer>", "<think>maybe 7</think>\n\\boxed{#}", "**Answer:** #", "Answer: #", "A: #", "x = #",
        "= #", "\\boxed{1} or \\boxed{#}", "\\fbox{#}", "\\boxed #", "\\boxed{#", "<think>#", "答案是 #",
        "{\"answer\": \"#\"}", "```\n#\n```", "not \\boxed{#}", "# is wrong; #",
    ]
}
