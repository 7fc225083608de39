/// Words that turn an answer into its opposite.
enum Denial {
    /// As `Words.of` writes them: lower case, without apostrophes.
    private static let words: Set<String> = [
        "not", "isnt", "wasnt", "arent", "werent", "doesnt", "dont", "cannot", "cant", "never", "neither", "nor", "no",
        "except", "without", "hardly",
    ]

    /// Whether one of the last three words before an answer denies it.
    static func endsIn(_ words: some BidirectionalCollection<String>) -> Bool {
        words.suffix(3).contains(where: Self.words.contains)
    }

    /// Whether a number of the text is denied in its own clause.
    static func precedesNumber(in text: String) -> Bool {
        // Clauses end with punctuation; a point between digits is a decimal one.
        let clauses = text.split { $0.isNewline || ",;:!?".contains($0) }
            .flatMap { $0.replacing(". ", with: "\n").split(separator: "\n") }
        return clauses.contains { clause in
            guard let digit = clause.firstIndex(where: { $0.isASCII && $0.isNumber }) else { return false }
            return endsIn(Words.of(String(clause[..<digit].suffix(80))))
        }
    }
}
