/// Spellings of answers, right and wrong: integer, decimal, repeat, mixed, percent, money, thousands, scientific.
extension MathCategoriesTests {
    static let spelledNumbers: [MathCase] = [
        MathCase(
            "integer", "144",
            right: [
                "144", "+144", "144.00", "144.", #"\text{144}"#, "12^2", #"\mathbf{144}"#, #"\boldsymbol{144}"#,
                #"1.44\times 10^2"#, "1.44e2", #"\frac{288}{2}"#, #"144\;"#, #"\,144"#, "n = 144", "N=144",
                #"\mathrm{144}"#, #"\bf 144"#, #"144\quad"#, #"\underline{144}"#, "$144$", #"\textbf{144}"#,
            ],
            wrong: [
                "-144", "1440", "14.4", "144.5", "1 44", "12", "144x", "144^2", "144!", "0144_8", #"144\%\%"#,
                #"\sqrt{144}"#, "144i",
            ]),
        MathCase(
            "decimal", "0.125",
            right: [
                ".125", "0.1250", "1/8", #"\frac18"#, #"12.5\%"#, #"1.25\times10^{-1}"#, "125/1000", "0,125",
                #"\dfrac{1}{8}"#,
            ],
            wrong: [
                "0.12", "0.13", "1.25", "0.0125", "-0.125", "1250",
            ]),
        MathCase(
            "decimal", "3.5",
            right: [
                "7/2", #"3\frac{1}{2}"#, "3.50", "3 1/2", "3½",
            ],
            wrong: [
                "4", "3", "5.3", "35", "7", "3.6",
            ]),
        MathCase(
            "repeat", #"0.\overline{142857}"#,
            right: [
                "1/7", #"\frac17"#, #"0.\dot{1}4285\dot{7}"#, #"0.142857142857\ldots"#, "0.(142857)",
            ],
            wrong: [
                #"0.\overline{14285}"#, "0.14",
            ]),
        MathCase(
            "repeat", #"\frac{7}{12}"#,
            right: [
                #"0.58\overline{3}"#, #"0.58\bar{3}"#, #"0.58\dot{3}"#, "0.5833...", #"0.58333\dots"#, "0.58(3)",
            ],
            wrong: [
                "0.583", #"0.\overline{583}"#, #"0.58\overline{33}4"#,
            ]),
        MathCase(
            "repeat", "1",
            right: [
                #"0.\overline{9}"#, #"0.999\ldots"#,
            ],
            wrong: []),
        MathCase(
            "repeat", #"0.\overline{12}"#,
            right: [
                #"0.\overline{1212}"#, "4/33", #"0.1\overline{21}"#,
            ],
            wrong: [
                #"0.1\overline{2}"#, "0.12",
            ]),
        MathCase(
            "repeat", #"0.1\overline{23}"#,
            right: [
                #"\frac{61}{495}"#, "0.1(23)", #"0.1\dot{2}\dot{3}"#, "0.12323...",
            ],
            wrong: []),
        MathCase(
            "mixed", #"2\frac{3}{4}"#,
            right: [
                "11/4", "2.75", "2 3/4", #"2\tfrac34"#, #"2\ \frac{3}{4}"#, #"2 \frac34"#, #"2+\frac34"#,
                #"2\,\dfrac{3}{4}"#,
            ],
            wrong: [
                #"3\frac{2}{4}"#, #"\frac{6}{4}"#, #"2\cdot\frac34"#, #"-2\frac34"#, "23/4", "1.5",
            ]),
        MathCase(
            "mixed", #"-1\frac{1}{2}"#,
            right: [
                "-1.5", "-3/2", #"-\frac32"#, "-1 1/2",
            ],
            wrong: [
                #"-\frac12"#, "0.5", "1.5",
            ]),
        MathCase(
            "percent", #"40\%"#,
            right: [
                "40", "0.4", "2/5", "40 percent", #"40\text{ percent}"#, "40 per cent", "40 %", #"\frac{2}{5}"#,
                #"40.0\%"#, #"40\ \%"#,
            ],
            wrong: [
                #"4\%"#, #"60\%"#, "4", "0.04", "400", #"-40\%"#, #"0.40\%"#,
            ]),
        MathCase(
            "percent", #"6.25\%"#,
            right: [
                "0.0625", #"\frac{1}{16}"#, #"6\frac14\%"#, "6.25",
            ],
            wrong: [
                #"6.2\%"#, "625", #"62.5\%"#,
            ]),
        MathCase(
            "percent", "0.3",
            right: [
                #"30\%"#, "3/10",
            ],
            wrong: [
                #"3\%"#, "30", #"300\%"#,
            ]),
        MathCase(
            "money", #"\$45.50"#,
            right: [
                "45.50", "45.5", #"\$45.5"#, "45.50 dollars", "$45.50", #"US\$45.50"#, "USD 45.50", "45.50 USD",
                #"\text{\$}45.50"#, #"\$ 45.50"#, #"45.50\text{ dollars}"#, #"\text{\$45.50}"#,
            ],
            wrong: [
                #"\$45.05"#, #"\$455.0"#, #"-\$45.50"#, #"\euro45.50"#, "45.50 euros", "£45.50",
            ]),
        MathCase(
            "money", "€120",
            right: [
                "120", "120 euros", "120€", #"\text{€}120"#, "120 EUR", "EUR 120",
            ],
            wrong: [
                #"\$120"#, "12", "1200", "120 pounds",
            ]),
        MathCase(
            "money", #"75\text{ cents}"#,
            right: [
                "75", "75¢", "75 cents",
            ],
            wrong: [
                #"\$75"#, "7.5",
            ]),
        MathCase(
            "money", #"\$1.2\text{ million}"#,
            right: [
                "1200000", #"\$1,200,000"#, "1.2 million dollars", "1.2 million",
            ],
            wrong: [
                "12000000", "1.2 billion",
            ]),
        MathCase(
            "money", "$12 million", right: ["12,000,000", "12 million dollars"],
            wrong: ["12", "$12 billion", "€12 million"]),
        MathCase(
            "money", "£3,499.99",
            right: [
                "3499.99", "£3499.99", "3,499.99 pounds",
            ],
            wrong: []),
        MathCase(
            "thousands", "1,234,567",
            right: [
                "1234567", "1{,}234{,}567", #"1\,234\,567"#, "1 234 567", "1.234.567", "1'234'567",
                #"1,\!234,\!567"#, "1~234~567", #"1\ 234\ 567"#, #"1\;234\;567"#,
            ],
            wrong: [
                "1234", "1,234,568", "1,234", "123,4567", "1.234567", "12345670",
            ]),
        MathCase(
            "thousands", "12{,}000",
            right: [
                "12000", "12,000", "12 000", #"12\,000"#, #"1.2\times10^4"#,
            ],
            wrong: [
                "12", "12.000", "120000", "1200", "12,00",
            ]),
        MathCase(
            "scientific", #"3.2\times10^5"#,
            right: [
                "320000", "3.2e5", "3.2E5", #"3.2\cdot10^5"#, "3.2 x 10^5", "3.2×10⁵", #"32\times10^4"#, "320,000",
                "3.2*10^5", #"3.2 \times 10^{5}"#, #"3.2\times{10}^{5}"#,
            ],
            wrong: [
                #"3.2\times10^{-5}"#, #"3.2\times10^6"#, "32000", "3.2", #"3.3\times10^5"#,
            ]),
        MathCase(
            "scientific", #"1.6\times10^{-19}"#,
            right: [
                "1.6e-19", "0.00000000000000000016", #"16\times10^{-20}"#,
            ],
            wrong: [
                "1.6e19", #"-1.6\times10^{-19}"#, "1.7e-19", "0", "1.6e-18",
            ]),
    ]
}
