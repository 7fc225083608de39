import Experience

/// What conditions of cases say in words: "n is even", "n 为偶数", n ≡ 0 (mod 2).
enum Condition {
    /// The words that count, in their order: "if n is prime" and "n prime" are alike.
    static func words(_ condition: [UInt8]) -> [String] {
        PlainText.tokens(condition, keepsCase: true).filter { !fillers.contains($0.lowercased()) }
    }

    /// Whether both say that one letter is even, or odd, in whatever words or signs.
    static func isSameParity(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard let first = parity(left), let second = parity(right) else { return false }
        return first == second
    }

    /// Whether one says that a letter is even and the other that it is odd.
    static func isOppositeParity(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard let first = parity(left), let second = parity(right) else { return false }
        return first.letter == second.letter && first.isEven != second.isEven
    }

    // The letter, and whether it is even; nil for all other conditions.
    private static func parity(_ condition: [UInt8]) -> (letter: String, isEven: Bool)? {
        let words = words(condition).filter { !["(", ")", "number", "integer", "数"].contains($0) }
        let text = words.joined(separator: " ")
        for (signs, isEven) in signs {
            let letters = words.filter { $0.utf8.count == 1 && Ascii.isLetter($0.utf8.first ?? 0) }
            if letters.count == 1, signs.contains(text.replacing(letters[0], with: "n")) { return (letters[0], isEven) }
        }
        // n为偶数 is one word.
        let joined = words.flatMap(apart)
        guard joined.count == 2, let letter = joined.first(where: { $0.utf8.count == 1 }),
            let word = joined.first(where: { $0.utf8.count > 1 })
        else { return nil }
        let name = word.lowercased()
        if even.contains(name) { return (letter, true) }
        return odd.contains(name) ? (letter, false) : nil
    }

    /// What words say of the values that are meant, beside their letter: "for all even n", "for every prime p".
    static func kinds(_ words: [String]) -> Set<String> {
        var found: Set<String> = []
        for word in words.flatMap(apart).map({ $0.lowercased() }) {
            if even.contains(word) { found.insert("even") }
            if odd.contains(word) { found.insert("odd") }
            if let kind = otherKinds[word] { found.insert(kind) }
        }
        if words.contains(where: { $0.lowercased() == "non" }) { found.remove("negative") }
        return found
    }

    /// Whether two such sets exclude each other, or one leaves out values that the other speaks of.
    static func areOther(_ left: Set<String>, _ right: Set<String>) -> Bool {
        let pairs = [("rational", "irrational"), ("positive", "negative")]
        return left.intersection(narrowing) != right.intersection(narrowing)
            || pairs.contains { left.contains($0) && right.contains($1) || left.contains($1) && right.contains($0) }
    }

    // A set of numbers is often left to the question; these are said because they matter.
    private static let narrowing: Set<String> = ["even", "odd", "prime", "composite", "irrational", "negative"]
    private static let otherKinds: [String: String] = """
        prime primes primzahlen premiers primos простых 素数 质数 소수, composite 合数, rational rationals 有理数,
        irrational irrationals 无理数, positive 正整数, negative 负整数
        """.synonyms

    private static func apart(_ word: String) -> [String] {
        guard let first = word.utf8.first, Ascii.isLetter(first), word.utf8.contains(where: { $0 >= 0xE3 }),
            word.utf8.dropFirst().allSatisfy({ $0 >= 0x80 })
        else { return [String(word.drop { $0 == "为" || $0 == "是" || $0 == "為" })] }
        return [String(decoding: [first], as: UTF8.self)] + apart(String(word.dropFirst()))
    }

    private static let signs: [(Set<String>, Bool)] = [
        (
            ["n \\equiv 0 \\pmod 2", "n \\equiv 0 mod 2", "n \\bmod 2 = 0", "2 \\mid n", "2 | n", "n = 2 k"], true
        ),
        (
            [
                "n \\equiv 1 \\pmod 2", "n \\equiv 1 mod 2", "n \\bmod 2 = 1", "2 \\nmid n", "2 \\not \\mid n",
                "n = 2 k + 1",
            ], false
        ),
    ]
    private static let fillers: Set<String> = [
        "is", "are", "an", "a", "the", "if", "when", "for", "ist", "est", "es", "é", "è", "eine", "un",
    ]
    private static let even: Set<String> = [
        "even", "gerade", "pair", "par", "pari", "чётно", "четно", "чётное", "четное", "чётном", "четном", "偶数", "偶數",
        "偶",
        "偶数のとき", "が偶数", "が偶数のとき", "짝수", "이짝수", "çift", "chẵn", "genap", "parzyste", "parzysta", "सम", "زوجي", "زوجياً",
    ]
    private static let odd: Set<String> = [
        "odd", "ungerade", "impair", "impar", "dispari", "нечётно", "нечетно", "нечётное", "нечетное", "нечётном",
        "нечетном",
        "奇数", "奇數", "奇", "奇数のとき", "が奇数", "が奇数のとき", "홀수", "이홀수", "tek", "lẻ", "ganjil", "nieparzyste", "nieparzysta",
        "विषम", "فردي", "فردياً",
    ]
}
