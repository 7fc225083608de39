/// Spellings of answers, right and wrong: poly, rational, equation, variables, latex, unicode, chain.
extension MathCategoriesTests {
    static let spelledAlgebra: [MathCase] = [
        MathCase(
            "poly", "x^2+2x+1",
            right: [
                "(x+1)^2", "1+2x+x^2", "x(x+2)+1", "(1+x)^2", "x²+2x+1", "x^{2}+2 x+1", "x**2+2*x+1",
                #"x\cdot x+2x+1"#, "(x+1)(x+1)",
            ],
            wrong: [
                "x^2-2x+1", "x^2+2x", "(x+1)^3", "y^2+2y+1", "X^2+2X+1", "x^2+2x+1=0", "x_2+2x+1", "2x^2+2x+1",
            ]),
        MathCase(
            "poly", "a^3-b^3",
            right: [
                "(a-b)(a^2+ab+b^2)", "-(b^3-a^3)", "-b^3+a^3", "a^{3}-b^{3}",
            ],
            wrong: [
                "(a-b)^3", "b^3-a^3", "a^3+b^3", "(a-b)(a^2-ab+b^2)",
            ]),
        MathCase(
            "poly", "-4x^3+7",
            right: [
                "7-4x^3", "-(4x^3-7)",
            ],
            wrong: []),
        MathCase(
            "rational", #"\frac{x+1}{x-1}"#,
            right: [
                #"1+\frac{2}{x-1}"#, #"\frac{-x-1}{1-x}"#, "(x+1)/(x-1)", #"\frac{(x+1)^2}{x^2-1}"#,
                "(x+1)(x-1)^{-1}", #"\frac{x}{x-1}+\frac{1}{x-1}"#,
            ],
            wrong: [
                #"\frac{x-1}{x+1}"#, "x+1/x-1", #"\frac{x+1}{1-x}"#, "-1", #"1+\frac{1}{x-1}"#,
            ]),
        MathCase(
            "rational", #"\frac{ab}{a+b}"#,
            right: [
                #"\frac{1}{\frac1a+\frac1b}"#, #"\frac{ba}{b+a}"#, #"\left(\frac1a+\frac1b\right)^{-1}"#,
            ],
            wrong: [
                #"\frac{a+b}{ab}"#, "a+b", #"\frac{ab}{a-b}"#,
            ]),
        MathCase(
            "equation", "y=2x+3",
            right: [
                "y-2x=3", "2x-y+3=0", "y = 3+2x", "-2x+y-3=0", "y=2x+3", "2x+3=y", "4x-2y=-6", "2x+3",
            ],
            wrong: [
                "y=3x+2", "y=2x-3", "x=2y+3", "y=2x", "2x+y+3=0", "5",
            ]),
        MathCase(
            "equation", "x^2+y^2=25",
            right: [
                "y^2+x^2=25", "x^2+y^2-25=0", "25=x^2+y^2", #"\frac{x^2}{25}+\frac{y^2}{25}=1"#,
            ],
            wrong: [
                "x^2+y^2=5", "x^2-y^2=25", "x^2+y^2", "25", "x^2+y^2=26",
            ]),
        MathCase(
            "equation", "x=7",
            right: [
                "7", "x = 7", "x=7.0", "7=x", #"x=\frac{14}{2}"#,
            ],
            wrong: [
                "y=7", "x=-7", "x=8", "x>7", "x=7, x=8",
            ]),
        MathCase(
            "equation", "(x-2)^2+(y+1)^2=9",
            right: [
                "x^2-4x+y^2+2y=4", "(y+1)^2+(x-2)^2=3^2",
            ],
            wrong: [
                "(x+2)^2+(y-1)^2=9", "(x-2)^2+(y+1)^2=3",
            ]),
        MathCase(
            "equation", "x=1, y=2",
            right: [
                "(x,y)=(1,2)", "y=2, x=1", "(1,2)", #"x=1\text{ and }y=2"#, #"\begin{cases}x=1\\y=2\end{cases}"#,
                "x=1; y=2",
            ],
            wrong: [
                "x=2, y=1", "(2,1)", "1", "x=1",
            ]),
        MathCase(
            "unicode", #"\frac{1}{2}"#,
            right: [
                "½", "１／２", "1⁄2", "0.5", "𝟏/𝟐", "1∕2",
            ],
            wrong: [
                "⅓", "¼", "１２",
            ]),
        MathCase(
            "unicode", "x^2-3",
            right: [
                "x²−3", "x² - 3", "x²﹣3",
            ],
            wrong: []),
        MathCase(
            "unicode", #"\sqrt{7}"#,
            right: [
                "√7", "√(7)", "√{7}", "√ 7",
            ],
            wrong: []),
        MathCase(
            "unicode", #"2\pi"#,
            right: [
                "2π", "2·π", "π×2", "2𝜋", "2 π",
            ],
            wrong: []),
        MathCase(
            "unicode", #"x\ge2"#,
            right: [
                "x≥2", "x⩾2", "2≤x",
            ],
            wrong: []),
        MathCase(
            "unicode", "10^{-3}",
            right: [
                "10⁻³", "0.001",
            ],
            wrong: []),
        MathCase(
            "unicode", #"30^\circ"#,
            right: [
                "30°", "30º",
            ],
            wrong: []),
        MathCase(
            "unicode", "(3,4)",
            right: [
                "（3，4）", "(3，4)",
            ],
            wrong: []),
        MathCase(
            "unicode", #"\{1,2\}"#,
            right: [
                "｛1，2｝", "{1，2}",
            ],
            wrong: []),
        MathCase(
            "unicode", #"A\cup B"#,
            right: [
                "A∪B"
            ],
            wrong: []),
        MathCase(
            "unicode", #"\alpha+\beta"#,
            right: [
                "α+β", "β+α",
            ],
            wrong: [
                "α-β", "a+b",
            ]),
        MathCase(
            "chain", #"\frac{5}{6}"#,
            right: [
                #"\frac56=0.8333..."#, #"\frac{10}{12}=\frac56"#, #"P=\frac56"#, #"\frac56\approx0.833"#,
                #"P(A\cup B)=\frac{5}{6}"#, #"1-\frac16=\frac56"#,
            ],
            wrong: [
                #"\frac16"#, #"\frac56=1"#, #"P=\frac16"#,
            ]),
        MathCase(
            "chain", "17",
            right: [
                #"2\cdot8+1=17"#, "x=8+9=17", "a_5=17", "f(3)=17", "|AB|=17", #"\text{Area}=17"#,
                #"\text{Area} = 17\text{ cm}^2"#, "AB=17", #"m\angle B=17"#, #"\overline{AB}=17"#, ##"\#S=17"##,
                "n=17",
            ],
            wrong: [
                #"2\cdot 8+1=18"#, "a+b=18", "17=18", "x=17y",
            ]),
        MathCase(
            "latex", #"\frac{3}{8}"#,
            right: [
                #"\dfrac{3}{8}"#, #"\tfrac38"#, #"\frac 3 8"#, #"\frac38"#, #"{3\over8}"#, "3/8", #"3\div8"#,
                #"\left(\frac38\right)"#, #"\displaystyle\frac{3}{8}"#, #"\frac{3}{8}\,"#, #"\mathrm{\frac{3}{8}}"#,
                #"\frac{\;3\;}{8}"#, #"\frac{3}{8}."#, #"${\frac{3}{8}}$"#, #"\(\frac38\)"#,
                #"\frac{3\phantom{0}}{8}"#, "0.375", #"\nicefrac{3}{8}"#, #"\frac{{3}}{{8}}"#, #"\textstyle\frac38"#,
                #"\ensuremath{\frac38}"#, "3 / 8", #"\frac{-3}{-8}"#,
            ],
            wrong: [
                #"\frac{8}{3}"#, "38", #"\frac{3}{8"#, "3", #"-\frac38"#, #"\frac{3}{80}"#,
            ]),
        MathCase(
            "latex", #"-\frac{3}{8}"#,
            right: [
                #"\frac{-3}{8}"#, #"\frac{3}{-8}"#, "-3/8", "-0.375", #"-\left(\frac38\right)"#, #"- \frac{3}{8}"#,
            ],
            wrong: []),
        MathCase(
            "latex", "2^{10}",
            right: [
                "1024", "2^10", "2**10", "4^5", "{2}^{10}",
            ],
            wrong: [
                "2^{1}0", "210", "20", "2_{10}",
            ]),
        MathCase(
            "latex", "x^{12}",
            right: [
                "x^{12}", "(x^3)^4", #"x^6\cdot x^6"#,
            ],
            wrong: [
                "x^12y", "x^{1}2", "12x",
            ]),
        MathCase(
            "variables", "ab",
            right: [
                "ba", #"a\cdot b"#, "a b", "a*b",
            ],
            wrong: [
                "a+b", "a_b", "a^b", "AB", "a/b",
            ]),
        MathCase(
            "variables", #"v_0 t+\frac12at^2"#,
            right: [
                #"\frac{at^2}{2}+v_0t"#, #"t(v_0+\frac{at}{2})"#,
            ],
            wrong: [
                #"vt+\frac12at^2"#, #"v_0t-\frac12at^2"#,
            ]),
        MathCase(
            "variables", "x_1+x_2",
            right: [
                "x_2+x_1", "x_{1}+x_{2}",
            ],
            wrong: [
                "x_1x_2", "x_{12}", "2x",
            ]),
        MathCase(
            "variables", #"\theta"#,
            right: [
                "θ", #"\theta"#,
            ],
            wrong: [
                #"\phi"#, "t", "0",
            ]),
        MathCase(
            "variables", "f'(x)",
            right: [
                "f'(x)", #"f^{\prime}(x)"#,
            ],
            wrong: [
                "f(x)", "f''(x)",
            ]),
    ]
}
