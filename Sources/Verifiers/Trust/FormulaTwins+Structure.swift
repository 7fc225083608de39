extension FormulaTwins {
    /// Parts that are missing, too many or exchanged.
    static let structures: [FormulaTwins] = [
        FormulaTwins(name: "pair", summary: "a pair in another order or another bracket") { draw in
            let (first, second) = (draw(2...9), draw(11...19))
            return Twin(
                gold: "(\(first), \(second))", same: "\\left(\\frac{\(2 * first)}{2}, \(second)\\right)",
                wrong: ["(\(second), \(first))", "\(second), \(first)", "\\{\(second), \(first)\\}"])
        },
        FormulaTwins(name: "ratio", summary: "a ratio turned round") { draw in
            let (first, second) = (draw(2...5), draw(7...11))
            return Twin(
                gold: "\(first):\(second)", same: "\(3 * first):\(3 * second)",
                wrong: ["\(second):\(first)", "\(first):\(second):1", "\(first + 1):\(second)"])
        },
        FormulaTwins(name: "ends", summary: "an interval with other ends") { draw in
            let (low, high) = (draw(-9...0), draw(1...9))
            return Twin(
                gold: "[\(low), \(high))", same: "\(low) \\le x < \(high)",
                wrong: [
                    "(\(low), \(high))", "[\(low), \(high)]", "\(low) \\le x \\le \(high)", "[\(low), \(high + 1))",
                ])
        },
        FormulaTwins(name: "root", summary: "one root of two") { draw in
            let root = draw(2...20)
            return Twin(
                gold: "x^2 = \(root * root)", same: "x = \\pm \(root)",
                wrong: ["x = \(root)", "x = -\(root)", "\(root)"])
        },
        FormulaTwins(name: "family", summary: "solutions of another period") { draw in
            let part = draw(3...9)
            return Twin(
                gold: "x = \\frac{\\pi}{\(part)} + k\\pi, k \\in \\mathbb{Z}",
                same: "x = -\\frac{\(part - 1)\\pi}{\(part)} + n\\pi, n \\in \\mathbb{Z}",
                wrong: [
                    "x = \\frac{\\pi}{\(part)} + 2k\\pi, k \\in \\mathbb{Z}",
                    "x = \\frac{\\pi}{\(part + 1)} + k\\pi, k \\in \\mathbb{Z}", "x = \\frac{\\pi}{\(part)}",
                ])
        },
        FormulaTwins(name: "members", summary: "a set with a member too many or too few") { draw in
            let low = draw(1...9)
            return Twin(
                gold: "\\{\(low), \(low + 1), \(low + 2)\\}",
                same: "\\{m \\in \\mathbb{Z} \\mid \(low) \\le m \\le \(low + 2)\\}",
                wrong: [
                    "\\{m \\in \\mathbb{Z} \\mid \(low) \\le m < \(low + 2)\\}", "\\{\(low), \(low + 2)\\}",
                    "\\{\(low), \(low + 1), \(low + 2), \(low + 3)\\}",
                ])
        },
        FormulaTwins(name: "cases", summary: "cases with their conditions exchanged") { draw in
            let (bound, factor) = (draw(1...9), draw(2...9))
            func cases(_ first: String, _ second: String) -> String {
                "\\begin{cases} x^3 & \\text{if } \(first) \\\\ \(factor)x & \\text{if } \(second) \\end{cases}"
            }
            return Twin(
                gold: cases("x < \(bound)", "x \\ge \(bound)"),
                same: "\\begin{cases} \(factor)x, & x \\ge \(bound) \\\\ x^3, & x < \(bound) \\end{cases}",
                wrong: [cases("x \\ge \(bound)", "x < \(bound)"), cases("x < \(bound + 1)", "x \\ge \(bound + 1)")])
        },
        FormulaTwins(name: "function", summary: "a function with another factor or argument") { draw in
            let factor = draw(2...20)
            return Twin(
                gold: "g(x)=\(factor)x \\text{ for all } x>0", same: "g(t)=\(factor)t",
                wrong: ["g(x)=\(factor + 1)x", "g(x)=\(factor)x+\(factor)", "g(2x)=\(factor)x"])
        },
        FormulaTwins(name: "dots", summary: "a sequence with another member") { draw in
            let step = draw(2...7)
            return Twin(
                gold: "\(step), \(2 * step), \\ldots, \(step)n",
                same: "\(step), \(2 * step), \(3 * step), \\dots, \(step)n",
                wrong: [
                    "\(step), \(2 * step), \(4 * step), \\dots, \(step)n",
                    "\(step), \(2 * step), \\ldots, \(step + 1)n",
                ])
        },
        FormulaTwins(name: "chain", summary: "a chain of equations that is not true") { draw in
            let value = draw(5...60)
            return Twin(
                gold: "\(value)", same: "x = \(value - 2)+2 = \(value)",
                wrong: ["x = \(value - 1) = \(value)", "y=1=2=\(value)", "P=\\frac{\(value)}{2}=\(value)"])
        },
        FormulaTwins(name: "approximation", summary: "an approximation that contradicts the value") { draw in
            // No twin is the value rounded to tens.
            let value = 10 * draw(30...90) + 3 * draw(0...2) + draw(1...2)
            return Twin(
                gold: "\(value)", same: "\(value).0 \\approx \(value)",
                wrong: ["\(value) \\approx \(value + 4)", "\(value)\\approx \(value - 3)"])
        },
    ]
}
