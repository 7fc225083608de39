import Experience

/// Golds that stand for no answer: "see below", "Proof.", "N/A", "略", "any x works". Whoever answers them is not wrong.
enum Placeholder {
    /// Whether a text is one, whole.
    static func isStated(_ folded: [UInt8]) -> Bool {
        guard folded.count <= 200 else { return false }
        let text = PlainText.flattened(folded).map(Ascii.lower).filter { !$0.isOne(of: "*`\"()[]{}") }
        let trimmed = String(decoding: text, as: UTF8.self).lowercased().trimmed
        var rest = trimmed[...]
        while let last = rest.last, ".。!?…".contains(last) { rest.removeLast() }
        let plain = String(rest)
        if plain.isEmpty || plain.allSatisfy({ "-–—_/".contains($0) }) { return !trimmed.isEmpty }
        if whole.contains(plain) { return true }
        let words = PlainText.tokens(folded).filter { Ascii.isWordByte($0.utf8.first ?? 0) }.map { $0.lowercased() }
        guard let first = words.first else { return false }
        // All of these are beyond ASCII, and to search is dear.
        if !plain.utf8.allSatisfy({ $0 < 0x80 }), joined.contains(where: plain.contains) { return true }
        if references.contains(first), words.count > 1 { return true }
        return words.contains(where: proofs.contains) || isClaim(words)
    }

    // A subject and a verb: "the claim holds", "it depends on n", "answers may vary".
    private static func isClaim(_ words: [String]) -> Bool {
        (subjects.contains(words[0]) && words.dropFirst().contains(where: claims.contains))
            || words.starts(with: ["by", "induction"])
            || words.first.map(dependences.contains) ?? false
            || (words.count > 1 && ["any", "all", "every"].contains(words[0])
                && words.last.map(verbs.contains) ?? false)
    }

    private static let whole: Set<String> = Set(
        """
        n/a, n.a, qed, q.e.d, tbd, tba, todo, fixme, none given, not given, not available, unknown, null, graph,
        figure, diagram, image, picture, sketch, omitted, answer omitted, essay, open-ended, open ended,
        free response, no answer, no answer given, no answer provided, not provided, the graph is shown, 略, 无, 暂无,
        無, 省略, 生략, 생략, нет ответа, ∎, sin respuesta, keine angabe, sans réponse, 答案略, 解略, 图略
        """.phrases)
    // "See the figure": what tells where to look.
    private static let references: Set<String> = [
        "see", "refer", "shown", "siehe", "vgl", "voir", "ver", "vea", "véase", "veja", "vedi", "zie", "см", "смотри",
        "xem",
        "lihat",
        "bkz", "zob",
    ]
    private static let proofs: Set<String> = [
        "proof", "proofs", "prove", "proved", "proven", "proving", "qed", "beweis", "preuve", "démonstration", "prueba",
        "demostración", "prova", "demonstração", "dimostrazione", "доказательство", "доказано", "bewijs", "dowód",
        "kanıt",
        "bukti", "omitted", "attached",
    ]
    private static let joined = ["证明", "證明", "证毕", "見解析", "见解析", "见答案", "见图", "如图", "参照", "참조", "증명", "証明", "図を参照"]
    private static let claims: Set<String> = [
        "holds", "hold", "works", "work", "follows", "follow", "depends", "depend", "converges", "diverges", "vary",
        "varies",
        "shown", "gilt",
    ]
    private static let subjects: Set<String> = [
        "the", "it", "this", "that", "answer", "answers", "statement", "claim", "result", "die", "der", "das", "es",
    ]
    private static let dependences: Set<String> = ["depends", "depending", "varies"]
    private static let verbs: Set<String> = ["works", "work", "possible", "true", "valid", "allowed"]
}
