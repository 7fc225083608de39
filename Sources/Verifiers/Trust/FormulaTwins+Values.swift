extension FormulaTwins {
    /// Values that nearly agree.
    static let values: [FormulaTwins] = [
        FormulaTwins(name: "near", summary: "a number that agrees to hundreds of digits") { draw in
            let (base, power, rest) = (draw(3...9), draw(150...400), draw(2...9))
            return Twin(
                gold: "\\sqrt{\(base)^{\(2 * power)}+\(rest)}", same: "\\sqrt{\(rest)+\(base)^{\(2 * power)}}",
                wrong: ["\(base)^{\(power)}", "\\sqrt{\(base)^{\(2 * power)}+\(rest + 1)}"])
        },
        FormulaTwins(name: "limit", summary: "the value that a function has almost reached") { draw in
            let power = draw(40...200)
            return Twin(
                gold: "\\cos(10^{-\(power)})", same: "\\cos\\left(\\frac{1}{10^{\(power)}}\\right)",
                wrong: ["1", "\\cos(10^{-\(power + 1)})"])
        },
        FormulaTwins(name: "tail", summary: "a long number with another last digit") { draw in
            let head = "\(draw(10_000_000...99_999_999))\(draw(10_000_000...99_999_999))"
            let last = draw(0...8)
            return Twin(
                gold: "\(head)\(last)", same: "\(head)\(last).0", wrong: ["\(head)\(last + 1)", "\(head)\(last + 1).0"])
        },
        FormulaTwins(name: "noise", summary: "a decimal that a program's rounding does not explain") { draw in
            let value = draw(2...90)
            return Twin(
                gold: "\(value)", same: "\(value).000000000000001", wrong: ["\(value).0001", "\(value - 1).9999"])
        },
        FormulaTwins(name: "percent", summary: "a percentage a hundred times too large") { draw in
            let value = draw(2...30)
            return Twin(
                gold: "\(value)", same: "\\frac{\(2 * value)}{2}", wrong: ["\(value * 100)\\%", "\(value)00\\%"])
        },
        FormulaTwins(name: "unit", summary: "the number with another unit") { draw in
            let (value, (large, small)) = (draw(2...60), draw.pair(of: units))
            return Twin(
                gold: "\(value)\\text{ \(large)}", same: "\(value)000\\text{ \(small)}",
                wrong: ["\(value)\\text{ \(small)}", "\(value)00\\text{ \(small)}"])
        },
        FormulaTwins(name: "angle", summary: "degrees as a bare number for radians") { draw in
            let part = draw(2...9)
            return Twin(
                gold: "\\frac{\\pi}{\(part)}", same: "\\frac{2\\pi}{\(2 * part)}",
                wrong: ["\\frac{180}{\(part)}", "\\frac{\\pi}{\(part + 1)}"])
        },
        FormulaTwins(name: "sign", summary: "the conjugate, or another sign") { draw in
            let (real, imaginary) = (draw(2...40), draw(41...80))
            return Twin(
                gold: "\(real) - \(imaginary)i", same: "\(real)+-\(imaginary)i",
                wrong: ["\(real) + \(imaginary)i", "-\(real) - \(imaginary)i", "\(imaginary) - \(real)i"])
        },
        FormulaTwins(name: "pole", summary: "an integral over a pole as the value zero") { draw in
            let end = draw(1...9)
            return Twin(
                gold: "0", same: "\\int_{-\(end)}^{\(end)} t^3\\,dt",
                wrong: ["\\int_{-\(end)}^{\(end)} \\frac{1}{t}\\,dt", "\\int_{0}^{\(end)} t^3\\,dt"])
        },
    ]

    private static let units = [("km", "m"), ("kg", "g"), ("m", "mm"), ("L", "mL"), ("kW", "W")]
}

extension TwinNumbers {
    fileprivate mutating func pair(of pairs: [(String, String)]) -> (String, String) {
        pairs[self(0...pairs.count - 1)]
    }
}
