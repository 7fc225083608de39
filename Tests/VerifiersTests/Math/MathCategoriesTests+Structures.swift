/// Spellings of answers, right and wrong: inequality, interval, set, setbuilder, tuple, vector, matrix, plusminus, several.
extension MathCategoriesTests {
    static let spelledStructures: [MathCase] = [
        MathCase(
            "inequality", "x>3",
            right: [
                "3<x", #"(3,\infty)"#, #"x\in(3,\infty)"#, "2x>6", "x-3>0", "-x<-3", #"(3,+\infty)"#, #"x \gt 3"#,
                #"\{x\mid x>3\}"#, #"\{x: x>3\}"#, #"\{x\in\mathbb{R}\mid x>3\}"#, "x>3.0", #"(3;+\infty)"#,
                #"]3,\infty["#, #"3 < x < \infty"#,
            ],
            wrong: [
                #"x\ge3"#, "x<3", "x>-3", "y>3", #"[3,\infty)"#, "x>4", "3", "x=3", #"x>3\text{ or }x<0"#, "(3,4)",
                #"x\neq3"#,
            ]),
        MathCase(
            "inequality", #"-2\le x<5"#,
            right: [
                "[-2,5)", #"x\in[-2,5)"#, #"-2\leqslant x<5"#, #"x\ge-2\text{ and }x<5"#, #"5>x\ge-2"#,
                #"x<5, x\geq-2"#, "[-2;5)", "[-2,5[", #"-4\le2x<10"#,
            ],
            wrong: [
                "(-2,5]", "-2<x<5", "[-2,5]", #"-2\le x"#, "x<5", "[-2,6)", #"-2\le y<5"#,
            ]),
        MathCase(
            "inequality", #"x<-1\text{ or }x>4"#,
            right: [
                #"(-\infty,-1)\cup(4,\infty)"#, #"x>4\text{ or }x<-1"#, #"x\in(-\infty,-1)\cup(4,+\infty)"#,
                #"x<-1 \lor x>4"#, #"x<-1\vee x>4"#, #"(4,\infty)\cup(-\infty,-1)"#, "x^2-3x-4>0",
                #"\mathbb{R}\setminus[-1,4]"#,
            ],
            wrong: [
                "-1<x<4", "x<-1", "x>4", #"(-\infty,-1]\cup[4,\infty)"#, "(-1,4)", #"x<1\text{ or }x>4"#,
            ]),
        MathCase(
            "inequality", #"x\neq2"#,
            right: [
                #"(-\infty,2)\cup(2,\infty)"#, #"\mathbb{R}\setminus\{2\}"#, #"x\ne2"#, #"x<2\text{ or }x>2"#,
                #"2\neq x"#,
            ],
            wrong: [
                "x=2", #"x\ne-2"#, "2", "x>2",
            ]),
        MathCase(
            "inequality", #"a\le b"#,
            right: [
                #"b\ge a"#, #"a-b\le0"#,
            ],
            wrong: [
                #"a\ge b"#, "a<b", #"b\le a"#,
            ]),
        MathCase(
            "interval", "[0,1]",
            right: [
                "[0, 1]", #"0\le x\le1"#, #"\left[0,1\right]"#, #"x\in[0,1]"#, "[0;1]", #"\{x\mid0\le x\le1\}"#,
                #"[0,0.5]\cup[0.5,1]"#,
            ],
            wrong: [
                "(0,1)", "[0,1)", "0,1", #"\{0,1\}"#, "[1,0]", "(0,1]", "[0,2]",
            ]),
        MathCase(
            "interval", #"(-\infty,\frac12]"#,
            right: [
                #"x\le\frac12"#, #"(-\infty,0.5]"#, #"\left(-\infty,1/2\right]"#, #"]-\infty,1/2]"#, #"x\le 0.5"#,
            ],
            wrong: [
                #"(-\infty,\frac12)"#, #"[\frac12,\infty)"#, #"x<\frac12"#, #"(-\infty,2]"#,
            ]),
        MathCase(
            "interval", #"(-\infty,\infty)"#,
            right: [
                #"\mathbb{R}"#, #"\text{all real numbers}"#, #"x\in\mathbb{R}"#, #"(-\infty,+\infty)"#,
                #"\mathbf{R}"#, "ℝ", #"\text{all reals}"#, #"\text{all real }x"#,
            ],
            wrong: [
                #"(0,\infty)"#, #"\mathbb{Z}"#, #"\emptyset"#, #"\mathbb{C}"#,
            ]),
        MathCase(
            "interval", #"[1,2]\cup[3,4]"#,
            right: [
                #"[3,4]\cup[1,2]"#, #"1\le x\le2\text{ or }3\le x\le4"#, #"[1,2] \cup [3,4]"#,
                #"x\in[1,2]\cup[3,4]"#,
            ],
            wrong: [
                "[1,4]", #"[1,2]\cap[3,4]"#, "[1,2],[3,5]", #"(1,2)\cup(3,4)"#,
            ]),
        MathCase(
            "set", #"\{1,2,3\}"#,
            right: [
                #"\{3,2,1\}"#, "1,2,3", "{1,2,3}", #"\left\{1, 2, 3\right\}"#, #"\{1;2;3\}"#,
                #"\lbrace 1,2,3\rbrace"#, #"S=\{1,2,3\}"#, #"\{1,2\}\cup\{3\}"#, #"x\in\{1,2,3\}"#, #"\{1,2,3,3\}"#,
            ],
            wrong: [
                #"\{1,2\}"#, #"\{1,2,3,4\}"#, "(1,2,3)", "123", "[1,3]", "6", #"\{1,2,4\}"#,
            ]),
        MathCase(
            "set", #"\emptyset"#,
            right: [
                #"\varnothing"#, #"\{\}"#, "∅", #"\text{empty set}"#, #"\text{the empty set}"#, #"\{\,\}"#,
            ],
            wrong: [
                "0", #"\{0\}"#, #"\{\emptyset\}"#, "1",
            ]),
        MathCase(
            "set", #"\{\pm1,\pm2\}"#,
            right: [
                #"\{-2,-1,1,2\}"#, #"\{1,-1,2,-2\}"#, #"\pm1,\pm2"#,
            ],
            wrong: [
                #"\{1,2\}"#, #"\{-1,1\}"#,
            ]),
        MathCase(
            "set", #"\{x\mid x>0\}"#,
            right: [
                #"(0,\infty)"#, "x>0", #"\{y\mid y>0\}"#, #"\{x:x>0\}"#, #"\{x \in \mathbb{R} : x > 0\}"#,
            ],
            wrong: [
                #"\{x\mid x\ge0\}"#, #"\{x\mid x<0\}"#, "0",
            ]),
        MathCase(
            "setbuilder", #"\{2k\mid k\in\mathbb{Z}\}"#,
            right: [
                #"\{2n\mid n\in\mathbb{Z}\}"#, #"\{2k:k\in\mathbb{Z}\}"#,
            ],
            wrong: [
                #"\{3k\mid k\in\mathbb{Z}\}"#, #"\{2k\mid k\in\mathbb{N}\}"#, "2",
            ]),
        MathCase(
            "setbuilder", #"x=\frac{\pi}{2}+k\pi, k\in\mathbb{Z}"#,
            right: [
                #"\frac{\pi}{2}+k\pi, k\in\mathbb{Z}"#, #"x=\frac{\pi}{2}+n\pi, n\in\mathbb{Z}"#,
                #"x=\frac\pi2+\pi k, k \in \mathbb{Z}"#,
            ],
            wrong: [
                #"x=\frac{\pi}{3}+k\pi, k\in\mathbb{Z}"#, #"x=\frac{\pi}{2}+2k\pi, k\in\mathbb{Z}"#, #"\frac\pi2"#,
            ]),
        MathCase(
            "tuple", "(2,-3)",
            right: [
                "(2, -3)", #"\left(2,-3\right)"#, "(2;-3)", "(2.0,-3)", "(x,y)=(2,-3)", "(4/2,-3)",
                #"\langle2,-3\rangle"#, "P(2,-3)", "A(2,-3)", "x=2,y=-3",
            ],
            wrong: [
                "(-3,2)", "(2,3)", "2,-3,1", "[2,-3]", "(2,-3,0)", "-1", #"\{2,-3\}"#, #"(2,-3)\cup(5,6)"#,
            ]),
        MathCase(
            "tuple", "(1,2),(3,4)",
            right: [
                "(3,4),(1,2)", #"\{(1,2),(3,4)\}"#, #"(1,2)\text{ and }(3,4)"#, "(1,2);(3,4)",
                #"(1,2)\text{ or }(3,4)"#,
            ],
            wrong: [
                "(2,1),(3,4)", "(1,2)", "(1,2,3,4)", "(1,3),(2,4)", "((1,2),(3,4),(5,6))",
            ]),
        MathCase(
            "tuple", #"(\frac12,\sqrt3)"#,
            right: [
                #"(0.5,\sqrt3)"#, #"(1/2,\sqrt{3})"#,
            ],
            wrong: []),
        MathCase(
            "vector", #"\begin{pmatrix}1\\-2\\3\end{pmatrix}"#,
            right: [
                "(1,-2,3)", #"\begin{bmatrix}1\\-2\\3\end{bmatrix}"#,
                #"\left(\begin{array}{c}1\\-2\\3\end{array}\right)"#, #"\langle1,-2,3\rangle"#,
                #"\begin{pmatrix} 1 \\ -2 \\ 3 \\ \end{pmatrix}"#, #"\left\langle 1,-2,3\right\rangle"#,
            ],
            wrong: [
                #"\begin{pmatrix}1\\2\\3\end{pmatrix}"#, "(3,-2,1)", #"\begin{pmatrix}1&-2&3\end{pmatrix}"#,
                "(1,-2)", "2",
            ]),
        MathCase(
            "vector", #"2\mathbf{i}-3\mathbf{j}"#,
            right: [
                #"2\mathbf{i} - 3\mathbf{j}"#, #"-3\mathbf{j}+2\mathbf{i}"#, #"2\hat{i}-3\hat{j}"#, "2i-3j",
                #"2\vec{i}-3\vec{j}"#,
            ],
            wrong: [
                #"3\mathbf{i}-2\mathbf{j}"#, #"2\mathbf{i}+3\mathbf{j}"#,
            ]),
        MathCase(
            "matrix", #"\begin{pmatrix}1&2\\3&4\end{pmatrix}"#,
            right: [
                #"\begin{bmatrix}1&2\\3&4\end{bmatrix}"#, "[[1,2],[3,4]]",
                #"\left[\begin{array}{cc}1&2\\3&4\end{array}\right]"#, #"\begin{matrix}1&2\\3&4\end{matrix}"#,
                #"\begin{pmatrix} 1 & 2 \\[2pt] 3 & 4 \end{pmatrix}"#,
                #"\bigl(\begin{smallmatrix}1&2\\3&4\end{smallmatrix}\bigr)"#,
                #"A=\begin{pmatrix}1&2\\3&4\end{pmatrix}"#, #"\begin{pmatrix}1&\frac42\\3&4.0\end{pmatrix}"#,
            ],
            wrong: [
                #"\begin{pmatrix}1&3\\2&4\end{pmatrix}"#, #"\begin{pmatrix}1&2&3&4\end{pmatrix}"#,
                #"\begin{vmatrix}1&2\\3&4\end{vmatrix}"#, "-2", "1,2,3,4", #"\begin{pmatrix}1&2\\3&5\end{pmatrix}"#,
            ]),
        MathCase(
            "matrix", #"\frac12\begin{pmatrix}2&4\\6&8\end{pmatrix}"#,
            right: [
                #"\begin{pmatrix}1&2\\3&4\end{pmatrix}"#
            ],
            wrong: []),
        MathCase(
            "plusminus", #"\pm3"#,
            right: [
                "3,-3", #"\{-3,3\}"#, #"x=\pm3"#, #"3\text{ or }-3"#, #"-3\text{ and }3"#, "+3,-3", "x=3,x=-3", "±3",
                "+/-3", "3 or -3", "x = 3 or x = -3",
            ],
            wrong: [
                "3", "-3", #"\pm4"#, "[-3,3]", "9", "0", #"\pm3i"#, "3,3",
            ]),
        MathCase(
            "plusminus", #"1\pm\sqrt2"#,
            right: [
                #"1+\sqrt2,1-\sqrt2"#, #"x=1\pm\sqrt{2}"#, #"\{1-\sqrt2,1+\sqrt2\}"#, #"1\mp\sqrt2"#,
                #"\frac{2\pm\sqrt8}{2}"#,
            ],
            wrong: [
                #"1+\sqrt2"#, #"-1\pm\sqrt2"#, #"1\pm2"#, #"\sqrt2\pm1"#,
            ]),
        MathCase(
            "several", "2,5,7",
            right: [
                "2, 5, 7", "7,5,2", "2;5;7", "2, 5 and 7", #"2, 5, \text{ and } 7"#, #"\{2,5,7\}"#, "x=2,5,7",
                "x=2, x=5, x=7", #"2\text{ or }5\text{ or }7"#, #"x=2\text{ or }x=5\text{ or }x=7"#, #"2,\,5,\,7"#,
                "2, 5, and 7", #"x \in \{2,5,7\}"#, "2,5,7.",
            ],
            wrong: [
                "2,5", "2,5,8", "2,5,7,9", "257", "2.57", "14", "2,7",
            ]),
        MathCase(
            "several", #"\frac12,-3"#,
            right: [
                #"-3,\frac12"#, #"x=-3\text{ or }x=\frac12"#, "-3, 0.5",
            ],
            wrong: [
                #"\frac12,3"#, #"\frac12"#, "-3", #"-\frac12,3"#,
            ]),
    ]
}
