/// Answers that there is nothing to find, in the words people use: "no solution", "None", "No such integer n exists".
enum Emptiness {
    static func isStated(_ folded: [UInt8]) -> Bool {
        // A set that holds the empty set is not empty.
        guard (2...400).contains(folded.count), !folded.starts(with: "\\{".utf8), mayBeWords(folded)
        else { return false }
        let tokens = PlainText.tokens(folded)
        // x \in \emptyset and S = \emptyset.
        if tokens.count == 3, signs.contains(tokens[2]), tokens[1] == "\\in" || tokens[1] == "=" { return true }
        let words = tokens.filter { $0.utf8.count > 1 || Ascii.isLetter($0.utf8.first ?? 0) }
        guard !words.isEmpty, words.allSatisfy({ !conditions.contains($0) }) else { return false }
        let text = words.joined(separator: " ").lowercased()
        if whole.contains(text) { return true }
        // "Keine Lösung außer 0" names one.
        let hasNumbers = folded.contains(where: Ascii.isDigit)
        if !hasNumbers, foreign.contains(where: text.contains) { return true }
        let isNegative =
            words.contains { ["no", "none", "neither", "nowhere"].contains($0) } || text.contains("not exist")
            || text.contains("n't exist")
        guard isNegative, !text.contains("no more "), !text.contains("no fewer "), !text.contains("no less "),
            !text.contains("no greater ")
        else {
            return false
        }
        return text.hasPrefix("no such") || text.hasPrefix("there is no") || text.hasPrefix("there are no")
            || text.hasPrefix("there exist no") || text.hasPrefix("there exists no") || text.contains("not exist")
            || text.contains("n't exist") || isSolutionless(words)
    }

    // Words of this alphabet or another, or the sign of the empty set: a look that spares numbers and formulas the rest.
    private static func mayBeWords(_ folded: [UInt8]) -> Bool {
        var letters = 0
        var isCommand = false
        for byte in folded {
            if byte >= 0x80 { return true }
            guard Ascii.isLetter(byte) else {
                isCommand = byte == Ascii.backslash
                letters = 0
                continue
            }
            letters += 1
            if letters > 1, !isCommand { return true }
        }
        return folded.first("mptyset") != nil || folded.first("arnothing") != nil
    }

    // "No real solutions", "it has no integer solution", "no pairs satisfy it".
    private static func isSolutionless(_ words: [String]) -> Bool {
        guard let no = words.firstIndex(of: "no"), no <= 6 else { return false }
        let rest = words[(no + 1)...].prefix(4)
        // "No limit exists", "no primes satisfy this".
        return rest.contains { things.contains($0) }
            || rest.dropFirst().contains { ["exist", "exists", "satisfy", "satisfies", "work", "works"].contains($0) }
    }

    private static let signs: Set<String> = ["\\emptyset", "\\varnothing"]
    private static let whole: Set<String> = [
        "there are none", "there is none", "the set is empty", "empty", "none", "\\emptyset", "\\varnothing",
        "empty set", "the empty set", "dne", "nothing", "none exist",
        "none exists",
    ]
    private static let things: Set<String> = [
        "solution", "solutions", "root", "roots", "value", "values", "pair", "pairs", "triple", "triples", "answer",
        "answers",
        "zero", "zeros",
    ]
    private static let conditions: Set<String> = ["if", "unless", "except", "when", "other", "otherwise", "but", "for"]
    private static let foreign = [
        "无解", "無解", "不存在", "没有解", "解なし", "aucune solution", "pas de solution", "keine lösung", "no hay solución",
        "no hay soluciones",
        "sin solución", "nessuna soluzione", "нет решений", "решений нет", "해가 없", "无实", "无整数解", "不存在", "解が存在しない",
        "存在しない",
        "keine reelle", "es gibt keine", "existiert nicht", "n'existe pas", "il n'y a pas", "aucun ", "no existe",
        "não há",
        "não existe", "sem solução", "не существует", "не имеет решений", "존재하지 않", "vô nghiệm", "không tồn tại",
        "không có nghiệm", "لا يوجد", "ليس له حل", "कोई हल नहीं", "मौजूद नहीं", "nie istnieje", "brak rozwiązań", "çözüm yok",
    ]
}
