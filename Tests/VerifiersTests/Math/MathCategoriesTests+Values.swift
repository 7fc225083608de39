/// Spellings of answers, right and wrong: surd, logs, trig, complex, factorial, infinity, special.
extension MathCategoriesTests {
    static let spelledValues: [MathCase] = [
        MathCase(
            "surd", #"3\sqrt{2}"#,
            right: [
                #"\sqrt{18}"#, #"3\cdot\sqrt2"#, "3√2", "3*sqrt(2)", "3 sqrt 2", #"\frac{6}{\sqrt2}"#,
                #"3\times2^{1/2}"#, #"3\times2^{0.5}"#, "4.242641", #"\sqrt2\cdot 3"#, #"3\sqrt{\,2}"#,
                #"3\,\sqrt{2}"#, #"\sqrt{2}*3"#, #"3 \sqrt[2]{2}"#, #"(3)(\sqrt{2})"#,
            ],
            wrong: [
                #"2\sqrt{3}"#, #"\sqrt{6}"#, #"\sqrt{12}"#, "4.24", #"3+\sqrt2"#, #"\sqrt[3]{2}"#, #"\sqrt{32}"#,
                #"-3\sqrt2"#, #"\pm3\sqrt2"#, "4.2427", #"3\sqrt{2x}"#,
            ]),
        MathCase(
            "surd", #"\sqrt[3]{16}"#,
            right: [
                #"2\sqrt[3]{2}"#, #"2\cdot2^{1/3}"#, "16^{1/3}", "2^{4/3}", "∛16", "cbrt(16)", #"\sqrt[3]{2^4}"#,
            ],
            wrong: [
                "4", #"2\sqrt[3]{4}"#, #"\sqrt{16}"#, "16/3", #"3\sqrt{16}"#,
            ]),
        MathCase(
            "surd", #"\frac{1+\sqrt5}{2}"#,
            right: [
                #"\frac12+\frac{\sqrt5}{2}"#, #"(1+\sqrt{5})/2"#, #"0.5(1+\sqrt5)"#, #"\frac{2}{\sqrt5-1}"#,
                "1.6180339887", #"\sqrt{\frac{3+\sqrt5}{2}}"#,
            ],
            wrong: [
                #"1+\frac{\sqrt5}{2}"#, #"\frac{1-\sqrt5}{2}"#, #"1+\sqrt5/2"#, "1.618", #"\frac{\sqrt5-1}{2}"#,
            ]),
        MathCase(
            "surd", #"\sqrt{2}+\sqrt{3}"#,
            right: [
                #"\sqrt{5+2\sqrt6}"#, #"\sqrt3+\sqrt2"#, #"\frac{1}{\sqrt3-\sqrt2}"#,
            ],
            wrong: [
                #"\sqrt5"#, #"\sqrt6"#, #"\sqrt{5+\sqrt6}"#,
            ]),
        MathCase(
            "surd", #"\frac{\sqrt{3}}{2}"#,
            right: [
                #"\sqrt{3}/2"#, #"\frac{3}{2\sqrt3}"#, #"\sqrt{\frac34}"#, #"\sqrt{0.75}"#, #"\sin 60^\circ"#,
                #"\frac12\sqrt3"#, "0.8660254",
            ],
            wrong: []),
        MathCase(
            "logs", #"\log_2 3"#,
            right: [
                #"\frac{\ln3}{\ln2}"#, #"\frac{\log 3}{\log 2}"#, #"\log_4 9"#, #"\log_{2}{3}"#, #"\log_2(3)"#,
                #"\frac{1}{\log_3 2}"#, #"\lg 3/\lg 2"#,
            ],
            wrong: [
                #"\log_3 2"#, #"\ln 3"#, "1.5", #"\log_2 3x"#, #"\log 23"#,
            ]),
        MathCase(
            "logs", #"\ln 2"#,
            right: [
                #"\log_e 2"#, #"\ln(2)"#, #"-\ln\frac12"#, #"\frac12\ln4"#, "0.693147", #"\ln{2}"#,
            ],
            wrong: [
                #"\ln 3"#, #"\log_2 e"#, #"\log_{10}2"#, #"\ln 2+1"#, "0.69",
            ]),
        MathCase(
            "logs", "2",
            right: [
                #"\log_{10} 100"#, #"\log 100"#, #"\log_3 9"#, #"\ln e^2"#, #"\lg 100"#,
            ],
            wrong: [
                #"\log 10"#, #"\ln 100"#, #"\log_2 5"#,
            ]),
        MathCase(
            "logs", #"\ln(x^2 y)"#,
            right: [
                #"2\ln x+\ln y"#, #"\ln x^2+\ln y"#, #"\ln y + 2\ln x"#,
            ],
            wrong: [
                #"2\ln(xy)"#, #"\ln x^2\ln y"#, #"\ln(x^2+y)"#,
            ]),
        MathCase(
            "trig", #"\frac12"#,
            right: [
                #"\sin 30^\circ"#, #"\cos 60^\circ"#, #"\sin\frac{\pi}{6}"#, #"\cos(60°)"#, #"\sin(\pi/6)"#,
                #"\sin^2 45^\circ"#, #"\sin{30^{\circ}}"#,
            ],
            wrong: [
                #"\sin 30"#, #"\cos 30^\circ"#, #"\sin 60^\circ"#, #"\tan 30^\circ"#, #"\sin\pi/6x"#,
            ]),
        MathCase(
            "trig", #"\sqrt3"#,
            right: [
                #"\tan 60^\circ"#, #"\cot 30^\circ"#, #"\tan\frac{\pi}{3}"#, #"2\cos\frac{\pi}{6}"#,
            ],
            wrong: []),
        MathCase(
            "trig", #"\sin 2x"#,
            right: [
                #"2\sin x\cos x"#, #"2\cos x\sin x"#, #"\sin(2x)"#, #"\frac{2\tan x}{1+\tan^2x}"#,
            ],
            wrong: [
                #"2\sin x"#, #"\sin x^2"#, #"\sin^2 x"#, #"\cos 2x"#, #"2\sin^2x"#,
            ]),
        MathCase(
            "trig", #"\sec^2\theta"#,
            right: [
                #"1+\tan^2\theta"#, #"\frac{1}{\cos^2\theta}"#, #"(\cos\theta)^{-2}"#,
            ],
            wrong: [
                #"1-\tan^2\theta"#, #"\tan^2\theta"#, #"\cos^2\theta"#,
            ]),
        MathCase(
            "trig", #"\frac{\pi}{4}"#,
            right: [
                #"\arctan 1"#, #"\tan^{-1}1"#, #"\arcsin\frac{\sqrt2}{2}"#,
                #"\sin^{-1}\left(\frac{1}{\sqrt2}\right)"#, #"\text{arctan}(1)"#, #"\operatorname{arctan}(1)"#,
            ],
            wrong: [
                #"\frac{1}{\tan 1}"#, "45", #"\arctan 2"#, "0.785",
            ]),
        MathCase(
            "trig", #"\sin x+\cos x"#,
            right: [
                #"\cos x+\sin x"#, #"\sqrt2\sin(x+\frac{\pi}{4})"#,
            ],
            wrong: []),
        MathCase(
            "complex", "3+4i",
            right: [
                "4i+3", #"3+4\mathrm{i}"#, "3 + 4 i", "(2+i)^2", #"5e^{i\arctan(4/3)}"#, "3+i4", #"3+4\cdot i"#,
                #"\frac{25}{3-4i}"#, "3-(-4i)", #"3+4\imath"#,
            ],
            wrong: [
                "3-4i", "4+3i", "7", "5", "7i", "3+4", "-3+4i", "3+4j^2",
            ]),
        MathCase(
            "complex", "-i",
            right: [
                "i^3", #"\frac{1}{i}"#, "0-i", "-1i", #"e^{-i\pi/2}"#, #"\cos270^\circ+i\sin270^\circ"#,
            ],
            wrong: [
                "i", "-1", "1-i",
            ]),
        MathCase(
            "complex", #"2\left(\cos\frac{\pi}{3}+i\sin\frac{\pi}{3}\right)"#,
            right: [
                #"1+\sqrt3i"#, #"1+i\sqrt3"#, #"2e^{i\pi/3}"#, #"2e^{\frac{\pi i}{3}}"#,
            ],
            wrong: [
                #"\sqrt3+i"#, #"1-i\sqrt3"#, "2",
            ]),
        MathCase(
            "factorial", "120",
            right: [
                "5!", #"\frac{6!}{6}"#, #"5\cdot4!"#, #"\binom{10}{3}"#, "{}_{10}C_3", "C_{10}^{3}",
                #"\dbinom{10}{7}"#, "^{10}C_3", "C(10,3)", "10C3", #"\frac{10!}{3!7!}"#, "_{6}P_{3}", "P(6,3)",
            ],
            wrong: [
                "5", "5!!", "6!", #"\binom{10}{4}"#, "_{5}P_{3}", "4!",
            ]),
        MathCase(
            "factorial", #"\binom{n}{2}"#,
            right: [
                #"\frac{n(n-1)}{2}"#, #"\frac{n^2-n}{2}"#, #"{n\choose 2}"#, #"\frac{n!}{2!(n-2)!}"#,
            ],
            wrong: [
                #"\frac{n(n+1)}{2}"#, #"\binom{n}{3}"#, "n(n-1)", #"\frac{n}{2}"#,
            ]),
        MathCase(
            "factorial", "n!",
            right: [
                #"n\cdot(n-1)!"#, #"\frac{(n+1)!}{n+1}"#,
            ],
            wrong: [
                "(n-1)!", "(n+1)!", "n",
            ]),
        MathCase(
            "infinity", #"\infty"#,
            right: [
                #"+\infty"#, "∞", #"\text{infinity}"#, "infinity", #"\text{Infinity}"#, "oo", "inf",
            ],
            wrong: [
                #"-\infty"#, "0", "10^{100}", #"\frac{1}{\infty}"#, "8", #"\text{undefined}"#,
            ]),
        MathCase(
            "infinity", #"-\infty"#,
            right: [
                "-∞", #"\text{negative infinity}"#,
            ],
            wrong: []),
        MathCase(
            "special", "e^2",
            right: [
                "e^{2}", #"\mathrm{e}^2"#, #"\exp(2)"#, #"e\cdot e"#, #"\exp 2"#, #"{\rm e}^2"#,
            ],
            wrong: [
                "2e", "7.389", "e^{-2}", "2^e",
            ]),
        MathCase(
            "special", #"\pi r^2"#,
            right: [
                #"r^2\pi"#, #"\pi\cdot r^2"#,
            ],
            wrong: [
                #"2\pi r"#, #"\pi r"#, #"\pi^2r"#,
            ]),
        MathCase(
            "special", #"\frac{\pi^2}{6}"#,
            right: [
                #"\pi^2/6"#, "1.6449341",
            ],
            wrong: []),
        MathCase(
            "special", "|x-3|",
            right: [
                "|3-x|", #"\left|x-3\right|"#, #"\lvert x-3\rvert"#, #"\sqrt{(x-3)^2}"#, "abs(x-3)",
            ],
            wrong: [
                "x-3", "3-x", "|x+3|", "|x|-3",
            ]),
        MathCase(
            "special", #"\lfloor x\rfloor+1"#,
            right: [
                #"1+\lfloor x\rfloor"#, #"\left\lfloor x\right\rfloor+1"#, #"\lfloor x+1\rfloor"#,
            ],
            wrong: [
                #"\lceil x\rceil"#, "x+1",
            ]),
        MathCase(
            "special", #"\max(3,5)"#,
            right: [
                "5"
            ],
            wrong: []),
        MathCase(
            "special", #"\sum_{k=1}^{10}k"#,
            right: [
                "55"
            ],
            wrong: []),
        MathCase(
            "special", #"\prod_{k=1}^{5}k"#,
            right: [
                "120"
            ],
            wrong: []),
        MathCase(
            "special", #"3\pmod 7"#,
            right: [
                "3", #"3\mod 7"#, #"x\equiv3\pmod7"#, "3 (mod 7)",
            ],
            wrong: [
                "4", #"3\pmod 8"#, "7",
            ]),
        MathCase(
            "special", #"x^2\ge0"#,
            right: [
                #"x^2\geq0"#
            ],
            wrong: []),
        MathCase(
            "special", #"\frac{1}{3}x^3+C"#,
            right: [
                #"\frac{x^3}{3}+C"#, #"C+\frac{x^3}{3}"#, #"\frac13x^3+C"#,
            ],
            wrong: [
                "x^3+C", #"\frac{x^3}{3}-1"#,
            ]),
    ]
}
