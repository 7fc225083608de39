extension FormulaTwins {
    /// Signs that carry the value and are easily overlooked.
    static let notations: [FormulaTwins] = [
        FormulaTwins(name: "modulus", summary: "a residue of another modulus") { draw in
            let (residue, modulus) = (draw(2...9), draw(11...60))
            return Twin(
                gold: "\(residue) \\mod \(modulus)", same: "\(residue) \\pmod{\(modulus)}",
                wrong: [
                    "\(residue) \\pmod{\(modulus + 1)}", "x \\equiv \(residue) \\pmod{\(2 * modulus)}",
                    "\(residue + 1) \\pmod{\(modulus)}",
                ])
        },
        FormulaTwins(name: "base", summary: "digits of another base") { draw in
            let digits = "\(draw(1...2))\(draw(0...2))\(draw(0...2))\(draw(1...2))"
            return Twin(
                gold: "\(digits)_7", same: "\(digits)_{7}", wrong: ["\(digits)_{8}", "\(digits)_{5}", "\(digits)1_{7}"])
        },
        FormulaTwins(name: "listed", summary: "a list read as one decimal") { draw in
            let (first, second) = (draw(1...9), draw(11...99))
            return Twin(
                gold: "\(first),\(second)", same: "\(second), \(first)",
                wrong: ["\(first).\(second)", "\(first)\(second)", "\(first),\(second + 1)"])
        },
        FormulaTwins(name: "grouped", summary: "a number read as a list") { draw in
            let (head, tail) = (draw(1...99), draw(100...999))
            return Twin(
                gold: "\(head),\(tail)", same: "\(head)\(tail)",
                wrong: ["\(tail), \(head)", "\\{\(head),\(tail)\\}", "\(head).\(tail)"])
        },
        FormulaTwins(name: "clock", summary: "a time of day as a ratio") { draw in
            let (hour, minutes) = (2 * draw(1...5), 10 * draw(3...5))
            return Twin(
                gold: "\(hour):\(minutes)", same: "\\text{\(hour):\(minutes)}",
                wrong: ["\(hour / 2):\(minutes / 2)", "\\frac{\(hour)}{\(minutes)}", "\(2 * hour):\(2 * minutes)"])
        },
        FormulaTwins(name: "element", summary: "a symbol that differs by case alone") { draw in
            let symbol = draw.one(of: ["CO", "CS", "HF", "SN", "SC", "OS", "NP"])
            let element = "\(symbol.prefix(1))\(symbol.suffix(1).lowercased())"
            return Twin(
                gold: "\\text{\(symbol)}", same: "\\mathrm{\(symbol)}",
                wrong: ["\\text{\(element)}", "\\mathrm{\(element)}"])
        },
        FormulaTwins(name: "subscript", summary: "another index") { draw in
            let (letter, index) = (draw.one(of: ["u", "v", "p", "q"]), draw(0...7))
            return Twin(
                gold: "\\frac{\(letter)_\(index)^2}{2a}", same: "\\frac{\(letter)^2_{\(index)}}{2a}",
                wrong: ["\\frac{\(letter)_\(index + 1)^2}{2a}", "\\frac{\(letter)^2}{2a}"])
        },
        FormulaTwins(name: "relation", summary: "a relation turned round") { draw in
            let (first, second) = draw.two(of: ["M", "P", "Q", "S", "T"])
            let (sign, back) = draw.one(of: ["\\subset \\supset", "\\ll \\gg", "< >", "\\le \\ge"]).halves
            return Twin(
                gold: "\(first) \(sign) \(second)", same: "\(second) \(back) \(first)",
                wrong: ["\(second) \(sign) \(first)", "\(first) = \(second)", "\(first) \\ne \(second)"])
        },
        FormulaTwins(name: "composition", summary: "functions in another order") { draw in
            let (first, second) = draw.two(of: ["f", "g", "h", "k"])
            return Twin(
                gold: "\(first)\\circ(\(second)\\circ m)", same: "(\(first) ∘ \(second)) ∘ m",
                wrong: ["\(second)\\circ \(first)\\circ m", "\(first)\(second)m"])
        },
        FormulaTwins(name: "sequence", summary: "letters in another order") { draw in
            let (first, second) = draw.two(of: ["A", "B", "C"])
            return Twin(
                gold: "\(first)D\(second)E", same: "\\text{\(first)D\(second)E}",
                wrong: ["\(first)DE\(second)", "D\(first)E\(second)"])
        },
        FormulaTwins(name: "anagram", summary: "a word with its letters in another order") { draw in
            let (word, other) = draw.one(of: ["low owl", "who how", "saw was", "ten net", "evil vile"]).halves
            return Twin(gold: word, same: "\\text{\(word)}", wrong: [other, "\\text{\(other)}"])
        },
    ]
}

extension String {
    /// The two words it consists of.
    fileprivate var halves: (String, String) {
        let parts = split(separator: " ").map(String.init)
        return (parts.first ?? "", parts.last ?? "")
    }
}
