extension FormulaTwins {
    /// Words that decide what was answered.
    static let sentences: [FormulaTwins] = [
        FormulaTwins(name: "withdrawn", summary: "the right answer, then taken back for another") { draw in
            let (value, other) = (draw(11...60), draw(61...99))
            let doubt = draw.one(of: ["that is wrong", "that is not right", "that cannot be", "this is incorrect"])
            return Twin(
                gold: "\(value)", same: "\\frac{\(2 * value)}{2}",
                responses: [
                    "The answer is \(value). No wait, \(doubt): we get $\(other)$.",
                    "\\boxed{\(value)}. Wait, \(doubt). It should be \(other).",
                    "I first thought the answer is \(value). But it fails the check, so we get $\(other)$.",
                    "The answer is \(value), though it might be \(other).",
                ])
        },
        FormulaTwins(name: "supposed", summary: "the right answer supposed, and refuted") { draw in
            let (value, other) = (draw(11...60), draw(61...99))
            let verb = draw.one(of: ["Suppose", "Assume", "Imagine"])
            return Twin(
                gold: "\(value)", same: "\\frac{\(2 * value)}{2}",
                responses: [
                    "\(verb) the answer is \(value). Then $2=3$, a contradiction. So $x=\(other)$.",
                    "One might guess the answer is \(value).\nHowever we find $x=\(other)$.",
                ])
        },
        FormulaTwins(name: "struck", summary: "the right answer struck out") { draw in
            let value = draw(2...99)
            return Twin(
                gold: "\(value)", same: "\\frac{\(2 * value)}{2}",
                wrong: ["\\cancel{\(value)}", "\\bcancel{\(value)} \(value + 1)", "\\xcancel{\(value)}"])
        },
        FormulaTwins(name: "bound", summary: "a bound in the place of a value") { draw in
            let value = draw(5...90)
            return Twin(
                gold: "\(value)", same: "\\frac{\(2 * value)}{2}",
                wrong: ["x \\ge \(value)", "\(value) \\text{ or more}", "\\text{more than } \(value)", "> \(value)"])
        },
        FormulaTwins(name: "verdict", summary: "the opposite judgement") { draw in
            let (word, opposite) = draw.two(of: ["Yes", "No"])
            return Twin(
                gold: word, same: "\\text{\(word), and a proof follows.}",
                wrong: [
                    "\\text{\(opposite), and a proof follows.}", opposite,
                    "\\text{\(word == "Yes" ? "None" : "No solution")}",
                ])
        },
        FormulaTwins(name: "nothing", summary: "zero, or everything, for nothing") { draw in
            let kind = draw.one(of: ["solution", "real solutions", "integer solution"])
            return Twin(
                gold: "\\text{no \(kind)}", same: "\\emptyset",
                wrong: ["0", "\\text{infinitely many solutions}", "\\text{no \(kind) unless } a = \(draw(1...9))"])
        },
    ]
}
