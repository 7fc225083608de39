/// Sets as computer algebra prints them, in the notation of mathematics: `Interval.open(5, oo)`, `Union(…)`, `FiniteSet(1, 2)`.
enum ProgramForms {
    static func rewritten(_ folded: [UInt8]) -> [UInt8] {
        let folded = python(mapped(alternatives(equivalents(quantities(folded)))))
        guard
            (["Interval", "FiniteSet", "EmptySet", "Union("] as [StaticString]).contains(where: {
                folded.first($0) != nil
            })
        else {
            return folded
        }
        return rewrite(folded[...], depth: 0)
    }

    // \SI{5}{m} and \qty{5}{m} of siunitx.
    private static func quantities(_ folded: [UInt8]) -> [UInt8] {
        guard folded.contains(UInt8(ascii: "S")) || folded.contains(UInt8(ascii: "q")) else { return folded }
        var text = folded
        for command in ["\\SI{", "\\qty{"] as [StaticString] {
            guard let start = text.first(command) else { continue }
            let open = start + command.utf8CodeUnitCount - 1
            let all = 0..<text.count
            let close = text.withUnsafeBufferPointer { bytes -> Int? in bytes.closingBrace(of: open, in: all) }
            guard let close, close + 1 < text.count, text[close + 1] == Ascii.openBrace else { continue }
            text.replaceSubrange((close + 1)...(close + 1), with: "\\text{ ".utf8)
            text.replaceSubrange(start..<open, with: [])
        }
        return text
    }

    // `a (or b)`, `a, i.e. b`, `a \text{ or equivalently } b`: one value in two spellings.
    private static func equivalents(_ folded: [UInt8]) -> [UInt8] {
        let mayBe = folded.contains(where: Ascii.isSpace) && folded.contains { $0.isOne(of: "q(.") }
        guard mayBe, folded.first("equivalent") != nil || folded.first("i.e.") != nil || folded.first("(or ") != nil
        else { return folded }
        var text = String(decoding: folded, as: UTF8.self)
        for words in ["or equivalently", "or, equivalently,", "or equivalent to", "equivalently", "i.e.,", "i.e."] {
            guard let found = text.firstRange(of: words) else { continue }
            text.replaceSubrange(found, with: "or")
            break
        }
        // The bracket around the second, whose words may have braces of their own.
        if let open = text.firstRange(of: "(or "), text.last == ")" {
            text.replaceSubrange(open, with: "or ")
            text.removeLast()
        }
        return Array(text.utf8)
    }

    // `a ## b` and `a \# \# b`: one value in two spellings.
    private static func alternatives(_ folded: [UInt8]) -> [UInt8] {
        guard folded.count(where: { $0 == UInt8(ascii: "#") }) > 1 else { return folded }
        let plain = folded.indices.filter {
            !(folded[$0] == Ascii.backslash && $0 + 1 < folded.count && folded[$0 + 1] == UInt8(ascii: "#"))
        }.map { folded[$0] }
        var output: [UInt8] = []
        for (index, byte) in plain.enumerated() {
            if byte != UInt8(ascii: "#") {
                output.append(byte)
            } else if !plain[..<index].reversed().drop(while: Ascii.isSpace).starts(with: "#".utf8) {
                output += "\\lor ".utf8
            }
        }
        return output
    }

    // f: x \mapsto 2x is f(x) = 2x.
    private static func mapped(_ folded: [UInt8]) -> [UInt8] {
        guard folded.first("\\mapsto") != nil, let colon = folded.firstIndex(of: Ascii.colon) else { return folded }
        let tokens = PlainText.tokens(Array(folded[..<colon]), keepsCase: true)
        let rest = folded[(colon + 1)...]
        guard tokens.count == 1, tokens[0].utf8.count == 1,
            let arrow = rest.indices.first(where: { rest[$0...].starts(with: "\\mapsto".utf8) })
        else { return folded }
        let argument = PlainText.tokens(Array(rest[..<arrow]), keepsCase: true)
        guard argument.count == 1 else { return folded }
        return Array("\(tokens[0])(\(argument[0]))=".utf8) + folded[(arrow + 7)...]
    }

    // Names with their opening bracket, and the brackets that mathematics has there.
    private static let intervals: [(name: String, open: UInt8, close: UInt8)] = [
        ("Interval.open(", UInt8(ascii: "("), UInt8(ascii: ")")),
        ("Interval.Lopen(", UInt8(ascii: "("), UInt8(ascii: "]")),
        ("Interval.Ropen(", UInt8(ascii: "["), UInt8(ascii: ")")), ("Interval(", UInt8(ascii: "["), UInt8(ascii: "]")),
    ]

    private static func rewrite(_ text: ArraySlice<UInt8>, depth: Int) -> [UInt8] {
        guard depth < 16 else { return Array(text) }
        var output: [UInt8] = []
        var index = text.startIndex
        while index < text.endIndex {
            let rest = text[index...]
            if let form = intervals.first(where: { rest.starts(with: $0.name.utf8) }),
                let close = closing(text, index + form.name.utf8.count - 1)
            {
                output.append(form.open)
                output += rewrite(text[(index + form.name.utf8.count)..<close], depth: depth + 1)
                output.append(form.close)
                index = close + 1
            } else if rest.starts(with: "Union(".utf8), let close = closing(text, index + 5) {
                let parts = members(text[(index + 6)..<close]).map { rewrite($0, depth: depth + 1) }
                output += parts.joined(separator: " \\cup ".utf8)
                index = close + 1
            } else if rest.starts(with: "FiniteSet(".utf8), let close = closing(text, index + 9) {
                output += "\\{".utf8
                output += rewrite(text[(index + 10)..<close], depth: depth + 1)
                output += "\\}".utf8
                index = close + 1
            } else if rest.starts(with: "EmptySet".utf8) {
                output += "\\emptyset ".utf8
                index += 8
            } else {
                output.append(text[index])
                index += 1
            }
        }
        return output
    }

    // `math.sqrt(3)`, `Rational(1, 2)`, `Matrix([[1, 2]])`, `3 + 4j`, `2*I`.
    private static func python(_ folded: [UInt8]) -> [UInt8] {
        let marks: [StaticString] = [
            "np.", "numpy.", "math.", "sympy.", "Rational(", "Fraction(", "Matrix(", "array(", "factorial(",
            "binomial(",
            "comb(", "\\texttt", "\\mathtt",
        ]
        if let values = dictionary(folded) { return values }
        guard hasCall(folded) || folded.contains(UInt8(ascii: "j")) || folded.first("tt{") != nil else { return folded }
        if isComplex(folded) { return folded.map { $0 == UInt8(ascii: "j") ? UInt8(ascii: "i") : $0 } }
        guard marks.contains(where: { folded.first($0) != nil }) else { return folded }
        var text = String(decoding: PlainText.flattened(folded), as: UTF8.self)
        for module in ["numpy.", "np.", "math.", "sympy."] { text = text.replacing(module, with: "") }
        for (name, before, between, after) in [
            ("Rational(", "(", ")/(", ")"), ("Fraction(", "(", ")/(", ")"), ("Matrix(", "", ",", ""),
            ("array(", "", ",", ""),
            ("factorial(", "(", ",", ")!"), ("binomial(", "\\binom{", "}{", "}"), ("comb(", "\\binom{", "}{", "}"),
        ] {
            guard let found = text.firstRange(of: name) else { continue }
            let bytes = Array(text.utf8)
            let open = text.utf8.distance(from: text.startIndex, to: found.upperBound) - 1
            guard let close = closing(bytes[...], open) else { continue }
            let arguments = members(bytes[(open + 1)..<close]).map { String(decoding: $0, as: UTF8.self) }
            text =
                text[..<found.lowerBound] + before + arguments.joined(separator: between) + after
                + String(decoding: bytes[(close + 1)...], as: UTF8.self)
        }
        return Array(text.utf8)
    }

    /// The I and E that sympy prints as the constants they are there; nil where no such letter or another capital stands.
    static func withConstants(_ folded: [UInt8]) -> [UInt8]? {
        func isAlone(_ index: Int) -> Bool {
            (index == 0 || !Ascii.isLetter(folded[index - 1]) && folded[index - 1] != Ascii.backslash)
                && (index + 1 == folded.count || !Ascii.isLetter(folded[index + 1]))
        }
        guard folded.contains(where: { $0 == UInt8(ascii: "I") || $0 == UInt8(ascii: "E") }) else { return nil }
        let capitals = folded.indices.filter { Ascii.isUpper(folded[$0]) }
        guard !capitals.isEmpty, folded.contains(where: Ascii.isDigit),
            capitals.allSatisfy({ "IE".utf8.contains(folded[$0]) && isAlone($0) })
        else { return nil }
        return folded.map { Ascii.isUpper($0) ? Ascii.lower($0) : $0 }
    }

    // A name of two letters or more right before a bracket or point, as programs have.
    private static func hasCall(_ folded: [UInt8]) -> Bool {
        guard folded.count > 3 else { return false }
        return folded.indices.dropFirst(2).contains {
            (folded[$0] == UInt8(ascii: "(") || folded[$0] == Ascii.point) && Ascii.isLetter(folded[$0 - 1])
                && Ascii.isLetter(folded[$0 - 2])
        }
    }

    // {x: 3, y: 4} gives each name its value.
    private static func dictionary(_ folded: [UInt8]) -> [UInt8]? {
        guard folded.contains(Ascii.colon), folded.contains(Ascii.comma) else { return nil }
        let text = folded.filter { !Ascii.isSpace($0) && $0 != Ascii.backslash }
        guard text.first == Ascii.openBrace, text.last == Ascii.closeBrace else { return nil }
        let parts = members(text.dropFirst().dropLast())
        let isNamed = parts.allSatisfy {
            Ascii.isLetter($0.first ?? 0) && $0.dropFirst().first == Ascii.colon && $0.count > 2
                && !$0.contains(where: { "<>=|".utf8.contains($0) })
        }
        guard parts.count > 1, isNamed else { return nil }
        return Array(parts.map { Array($0.prefix(1)) + "=".utf8 + $0.dropFirst(2) }.joined(separator: ", ".utf8))
    }

    // 3+4j, (3-4j): one letter, right after a digit.
    private static func isComplex(_ folded: [UInt8]) -> Bool {
        guard let index = folded.firstIndex(of: UInt8(ascii: "j")), index > 0, Ascii.isDigit(folded[index - 1]) else {
            return false
        }
        return folded.allSatisfy { Ascii.isDigit($0) || "+-.() j".utf8.contains($0) }
            && folded.count(where: { $0 == UInt8(ascii: "j") }) == 1
    }

    private static func closing(_ text: ArraySlice<UInt8>, _ open: Int) -> Int? {
        var depth = 0
        for index in open..<text.endIndex {
            if text[index] == UInt8(ascii: "(") { depth += 1 }
            if text[index] == UInt8(ascii: ")") { depth -= 1 }
            if depth == 0 { return index }
        }
        return nil
    }

    // Arguments between commas that no bracket holds.
    private static func members(_ text: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var parts: [ArraySlice<UInt8>] = []
        var (start, depth) = (text.startIndex, 0)
        for index in text.indices {
            if text[index] == UInt8(ascii: "(") { depth += 1 }
            if text[index] == UInt8(ascii: ")") { depth -= 1 }
            if depth == 0, text[index] == Ascii.comma {
                parts.append(text[start..<index])
                start = index + 1
            }
        }
        return parts + [text[start...]]
    }
}
