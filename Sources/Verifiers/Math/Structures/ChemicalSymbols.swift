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

    /// A formula of chemistry or a configuration of electrons without its markup: H2O, SO42-, Al2(SO4)3, 1s22s22p6. Nil for
    /// anything else, a lone capital included.
    static func formula(_ folded: [UInt8]) -> String? {
        guard (2...200).contains(folded.count), !folded.contains(where: { "=<>/*|!:;'&%".utf8.contains($0) }),
            mayBeFormula(folded)
        else { return nil }
        let text = PlainText.tokens(folded, keepsCase: true).joined().filter { !"_^,".contains($0) }
        let bytes = Array(text.utf8)
        guard bytes.count > 1,
            bytes.allSatisfy({ Ascii.isLetter($0) || Ascii.isDigit($0) || "()[]+-.".utf8.contains($0) })
        else { return nil }
        if isConfiguration(bytes) { return text }
        let letters = bytes.filter(Ascii.isLetter)
        guard letters.count > 1 || bytes.contains(where: Ascii.isDigit), letters.contains(where: Ascii.isUpper),
            !Ascii.isDigit(bytes[0]), spell(letters)
        else { return nil }
        return text
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
                if index > start, !Vocabulary.isMarkup(folded[start..<index]) { return false }
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
        """.split(separator: " ").map(String.init))
}
