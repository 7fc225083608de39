/// What characters beyond ASCII stand for.
enum UnicodeSigns {
    static func isInvisible(_ value: UInt32) -> Bool {
        switch value {
        case 0x00AD, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2064, 0x2066...0x2069, 0xFEFF, 0xFE00...0xFE0F: true
        default: false
        }
    }

    /// Arabic, Persian, Devanagari, Bengali, Thai and mathematical digits.
    static func decimalDigit(_ value: UInt32) -> UInt8? {
        guard value >= 0x0660 else { return nil }
        for start: UInt32 in [0x0660, 0x06F0, 0x0966, 0x09E6, 0x0E50] where value >= start && value < start + 10 {
            return UInt8(value - start)
        }
        return value >= 0x1D7CE && value <= 0x1D7FF ? UInt8((value - 0x1D7CE) % 10) : nil
    }

    /// Mathematical bold, italic, script and other letters as plain ones.
    static func plainLetter(_ value: UInt32) -> String? {
        switch value {
        case 0x1D400...0x1D6A3:
            let offset = UInt8((value - 0x1D400) % 52)
            return String(UnicodeScalar(offset < 26 ? 0x41 + offset : 0x47 + offset))
        case 0x210E: return "h"
        case 0x1D6A8...0x1D7C9:
            let offset = (value - 0x1D6A8) % 58
            if offset < 25 { return names[0x391 + offset] }
            return offset >= 26 && offset < 51 ? names[0x3B1 + offset - 26] : nil
        default: return nil
        }
    }

    static let raised: [UInt32: UInt8] = [
        0x2070: 0x30, 0x00B9: 0x31, 0x00B2: 0x32, 0x00B3: 0x33, 0x2074: 0x34, 0x2075: 0x35, 0x2076: 0x36, 0x2077: 0x37,
        0x2078: 0x38, 0x2079: 0x39, 0x207A: 0x2B, 0x207B: 0x2D, 0x207D: 0x28, 0x207E: 0x29, 0x1D43: 0x61, 0x1D47: 0x62,
        0x1D9C: 0x63, 0x1D48: 0x64, 0x1D49: 0x65, 0x1D4D: 0x67, 0x02B0: 0x68, 0x2071: 0x69, 0x02B2: 0x6A, 0x1D4F: 0x6B,
        0x02E1: 0x6C, 0x1D50: 0x6D, 0x207F: 0x6E, 0x1D56: 0x70, 0x02B3: 0x72, 0x02E2: 0x73, 0x1D57: 0x74, 0x1D58: 0x75,
        0x1D5B: 0x76, 0x02B7: 0x77, 0x02E3: 0x78, 0x02B8: 0x79, 0x1DBB: 0x7A,
    ]

    static let vulgarFractions: [UInt32: (Int, Int)] = [
        0xBD: (1, 2), 0xBC: (1, 4), 0xBE: (3, 4), 0x2153: (1, 3), 0x2154: (2, 3), 0x2155: (1, 5), 0x2156: (2, 5),
        0x2157: (3, 5), 0x2158: (4, 5), 0x2159: (1, 6), 0x215A: (5, 6), 0x2150: (1, 7), 0x215B: (1, 8), 0x215C: (3, 8),
        0x215D: (5, 8), 0x215E: (7, 8), 0x2151: (1, 9), 0x2152: (1, 10),
    ]

    /// The ASCII or LaTeX spelling of a sign.
    static let names: [UInt32: String] = {
        var table: [UInt32: String] = [:]
        for line in spellings.split(separator: "\n") {
            for entry in line.split(separator: "  ") {
                let signs = entry.prefix { $0 != " " }
                let spelling = entry.dropFirst(signs.count + 1)
                let command = spelling.split(separator: "\\", omittingEmptySubsequences: false).dropFirst().last ?? ""
                let endsInCommand = !command.isEmpty && command.utf8.allSatisfy(Ascii.isLetter)
                for scalar in signs.unicodeScalars { table[scalar.value] = spelling + (endsInCommand ? " " : "") }
            }
        }
        let greek = [
            "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu",
            "xi", "omicron", "pi", "rho", "sigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
        ]
        for (offset, name) in greek.enumerated() {
            table[0x3B1 + UInt32(offset)] = "\\\(name) "
            table[0x391 + UInt32(offset)] = "\\\(name.prefix(1).uppercased())\(name.dropFirst()) "
        }
        return table
    }()

    // Signs and their spelling, two spaces between entries; a command that ends one is followed by a space.
    private static let spellings = #"""
        −﹣–—‐‑ -  ﹢ +  ×✕ \times  ⋅·∙• \cdot  ∗ *  ÷ \div  ⁄∕ /  √ \surd  ∛ \cbrt  ∞ \infty  ± \pm  ∓ \mp
        ≤⩽≦ \le  ≥⩾≧ \ge  ≠ \ne  ≈ \approx  ≡ \equiv  ∈ \in  ∉ \notin  ∪⋃ \cup  ∩⋂ \cap  ∖ \setminus
        ∅Ø \emptyset  ℝ \mathbb{R}  ℤ \mathbb{Z}  ℕ \mathbb{N}  ℚ \mathbb{Q}  ℂ \mathbb{C}  °º˚ ^\circ
        ′’‘ '  ″ ''  ∧ \wedge  ∨ \vee  ∣ \mid  ⟨〈 \langle  ⟩〉 \rangle  ⌊ \lfloor  ⌋ \rfloor  ⌈ \lceil
        ⌉ \rceil  ∠ \angle  △ \triangle  → \to  ⇒ \Rightarrow  …⋯ \ldots  ，、 ,  ； ;  ：∶ :  。｡ .  “” "
        ∑ \sum  ∏ \prod  ∫ \int  € \EUR  £ \GBP  ¥￥ \JPY  ₹ \INR  ¢ \cent  µ \mu  ⅈ i  ⅇ e  ⊂ \subset
        ⊆ \subseteq  ϕ \phi  ϑ \theta  ϵ \epsilon  ϱ \rho  ϰ \kappa  Ω \Omega  ∆ \Delta  K K  Å \AA
        ℃ ^\circ C  ℉ ^\circ F  ℏ \hbar  ℓ \ell  ℙ \mathbb{P}  ℵ \aleph  ∀ \forall  ∃ \exists  ∄ \nexists
        ¬ \neg  ∇ \nabla  ∂ \partial  ⊥ \perp  ∥ \parallel  ∘ \circ  ⊕ \oplus  ⊗ \otimes  ⇔⟺↔⟷ \iff
        ⟹ \Rightarrow  ⟶↦⟼ \to  ⇐⟸←⟵ \leftarrow  ∝ \propto  ∼ \sim  ≃ \simeq  ≅ \cong  ⊃ \supset
        ⊇ \supseteq  ⊄⊈ \nsubseteq  ⊊ \subsetneq  ⊋ \supsetneq  ∋ \ni  ≪ \ll  ≫ \gg  ≺ \prec  ≻ \succ
        ≼ \preceq  ≽ \succeq  ⊢ \vdash  ⊨ \models  ≮ \nless  ≯ \ngtr  ≰ \nleq  ≱ \ngeq  ∤ \nmid  ‖ \|  ‴ '''
        """#
}
