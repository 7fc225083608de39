/// Answers that there are infinitely many, in the words people use: "infinitely many solutions", "an infinite number".
enum Boundless {
    static func isStated(_ folded: [UInt8]) -> Bool {
        guard (8...120).contains(folded.count), folded.first("nfinite") != nil else { return false }
        let words = PlainText.tokens(folded).filter { $0 != "." && $0 != "," }
        return words.count <= 9 && words.allSatisfy { known.contains($0) }
            && words.contains { $0 == "infinite" || $0 == "infinitely" }
    }

    private static let known: Set<String> = [
        "infinite", "infinitely", "many", "number", "of", "an", "there", "are", "is", "has", "have", "it", "the",
        "system",
        "equation", "solution", "solutions", "roots", "values", "pairs", "triples", "such", "integers", "numbers",
        "ways",
        "points",
    ]
}
