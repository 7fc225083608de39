import Experience

/// Symbols of the elements, whose case says which they are: CO is carbon monoxide, Co cobalt.
enum ChemicalSymbols {
    /// Whether a text, markup and digits aside, can be read as symbols one after the other. "No" is an answer of its own.
    static func spell(_ text: [UInt8]) -> Bool {
        guard text.contains(where: Ascii.isUpper) else { return false }
        let letters = TextAnswer.normal(text, keepsCase: true).filter { !Ascii.isDigit($0) && $0 != UInt8(ascii: "+") }
        guard (1...16).contains(letters.count), letters.allSatisfy(Ascii.isLetter),
            letters.contains(where: Ascii.isUpper),
            !(letters.count == 2 && letters.map(Ascii.lower).elementsEqual("no".utf8))
        else { return false }
        // Symbols of one and of two letters overlap: the places that can be reached.
        var reachable = [true] + [Bool](repeating: false, count: letters.count)
        for start in letters.indices where reachable[start] {
            for length in 1...2 where start + length <= letters.count {
                if symbols.contains(String(decoding: letters[start..<(start + length)], as: UTF8.self)) {
                    reachable[start + length] = true
                }
            }
        }
        return reachable[letters.count]
    }

    /// Whether the case of what is spelled in symbols can be no accident: NaCl and Na, not HI and not He, which is a word; what
    /// is marked as chemistry always.
    static func hasEvidentCase(_ text: [UInt8]) -> Bool {
        let letters = TextAnswer.normal(text, keepsCase: true).filter(Ascii.isLetter)
        guard text.first("\\ce{") == nil else { return true }
        return letters.contains { !Ascii.isUpper($0) } && !words.contains(String(decoding: letters, as: UTF8.self))
    }

    /// Whether capitals stand among small letters as in no word: KoH.
    static func hasMixedCase(_ text: [UInt8]) -> Bool {
        let letters = TextAnswer.normal(text, keepsCase: true).filter(Ascii.isLetter).dropFirst()
        return letters.contains(where: Ascii.isUpper) && letters.contains { !Ascii.isUpper($0) }
    }

    // Symbols that are words of their own.
    private static let words: Set<String> = ["As", "At", "Be", "He", "In", "No", "Os", "La", "Re", "Ho", "Es"]

    /// A formula with how many of it: 2H2O. Nil for one without a count.
    static func counted(_ folded: [UInt8]) -> String? {
        guard folded.count <= 200, folded.contains(where: Ascii.isUpper) else { return nil }
        let text = PlainText.tokens(folded, keepsCase: true).joined().filter { !"_^,".contains($0) }
        let count = text.utf8.prefix(while: Ascii.isDigit).count
        let rest = Array(text.utf8.dropFirst(count))
        guard count > 0, rest.contains(where: Ascii.isDigit) || rest.contains(where: { !Ascii.isUpper($0) }) else {
            return nil
        }
        return formula(rest).map { text.prefix(count) + $0 }
    }

    /// Whether a formula is answered by the same symbols with a count before them: N2 is no 2N.
    static func isOtherCount(_ gold: [UInt8], _ prediction: [UInt8]) -> Bool {
        guard let left = formula(gold), left.utf8.contains(where: Ascii.isDigit), formula(prediction) == nil else {
            return false
        }
        let right = PlainText.tokens(prediction, keepsCase: true).joined().filter { !"_^,".contains($0) }
        guard let first = right.utf8.first, Ascii.isDigit(first),
            formula(Array(right.utf8.drop(while: Ascii.isDigit))) != nil
                || right.utf8.count(where: Ascii.isLetter) == 1
        else { return false }
        return left != right
    }

    /// A formula of chemistry or a configuration of electrons without its markup: H2O, SO42-, Al2(SO4)3, 1s22s22p6. Nil for
    /// anything else, a lone capital included.
    static func formula(_ folded: [UInt8]) -> String? {
        guard (2...200).contains(folded.count), !folded.contains(where: { $0.isOne(of: "=<>/*|!:;'&%") }),
            mayBeFormula(folded)
        else { return nil }
        // A dot before the water of a crystal.
        let tokens = PlainText.tokens(folded, keepsCase: true).map { $0 == "\\cdot" ? "." : $0 }
        let text = tokens.joined().filter { !"_^,".contains($0) }
        let bytes = Array(text.utf8)
        guard bytes.count > 1,
            bytes.allSatisfy({ Ascii.isLetter($0) || Ascii.isDigit($0) || $0.isOne(of: "()[]+-.") })
        else { return nil }
        if isConfiguration(bytes) { return text }
        let letters = bytes.filter(Ascii.isLetter)
        guard letters.count > 1 || bytes.contains(where: Ascii.isDigit), letters.contains(where: Ascii.isUpper),
            !Ascii.isDigit(bytes[0]), spell(letters)
        else { return nil }
        return text
    }

    /// The sides of an equation of reaction, each as its substances with their counts in one order; nil for anything else.
    static func reaction(_ folded: [UInt8]) -> [[String]]? {
        let arrows: Set<String> = ["\\to", "\\rightarrow", "\\longrightarrow", "\\Rightarrow", "\\rightleftharpoons"]
        guard folded.contains(where: Ascii.isUpper),
            (["arrow", "harpoons", "\\to", "->"] as [StaticString]).contains(where: { folded.first($0) != nil })
        else { return nil }
        var sides: [[String]] = [[""]]
        let tokens = PlainText.tokens(folded, keepsCase: true)
        for (index, token) in tokens.enumerated() {
            if arrows.contains(token) || token == ">" && index > 0 && tokens[index - 1] == "-" {
                sides.append([""])
            } else if token == "+" {
                sides[sides.count - 1].append("")
            } else if token != "-", !["_", "^", ",", "*", "\\cdot"].contains(token) {
                let last = sides[sides.count - 1].count - 1
                sides[sides.count - 1][last] += token
            }
        }
        let parts = sides.joined()
        let isChemistry = parts.allSatisfy { part in
            let letters = part.utf8.filter(Ascii.isLetter)
            return !letters.isEmpty && spell(Array(letters)) && !part.contains("\\")
        }
        // A + B -> C are letters of a law, not elements.
        guard sides.count == 2, isChemistry, parts.contains(where: { $0.utf8.count > 1 }) else { return nil }
        return sides.map { $0.sorted() }
    }

    // A capital or a shell, and no command of mathematics: a look that spares most answers the rest.
    private static func mayBeFormula(_ folded: [UInt8]) -> Bool {
        var (hasLetter, index) = (false, 0)
        while index < folded.count {
            let byte = folded[index]
            index += 1
            if byte == Ascii.backslash {
                let start = index
                while index < folded.count, Ascii.isLetter(folded[index]) { index += 1 }
                let name = folded[start..<index]
                if !name.isEmpty, !Markup.contains(name), !name.elementsEqual("cdot".utf8) { return false }
            } else if Ascii.isUpper(byte) || shells.contains(byte) {
                hasLetter = true
            }
        }
        return hasLetter
    }

    private static let shells = Array("spdf".utf8)

    // 1s22s22p6: shells by number and letter.
    private static func isConfiguration(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 3, Ascii.isDigit(bytes[0]), "spdf".utf8.contains(bytes[1]) else { return false }
        return bytes.allSatisfy { Ascii.isDigit($0) || "spdf".utf8.contains($0) }
    }

    private static let symbols: Set<String> = Set(
        """
        H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb Mo \
        Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl \
        Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og
        """.words)
}
