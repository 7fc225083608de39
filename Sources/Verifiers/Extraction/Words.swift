/// Words as SQuAD compares them: lower case, without punctuation, and without articles before a noun.
enum Words {
    static func of(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        var article: String?
        func end() {
            if word.isEmpty { return }
            let isArticle = ["a", "an", "the"].contains(word)
            if !isArticle { words.append(word) }
            article = isArticle ? word : nil
            word = ""
        }
        for scalar in text.lowercased().unicodeScalars {
            if scalar.properties.isWhitespace {
                end()
            } else if !isPunctuation(scalar) {
                word.unicodeScalars.append(scalar)
            }
        }
        end()
        // An article stands before a noun: what ends a text is none.
        return article.map { words + [$0] } ?? words
    }

    private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            true
        // ASCII symbols that Python's string.punctuation counts too.
        default: "$+<=>^`|~".unicodeScalars.contains(scalar)
        }
    }
}
