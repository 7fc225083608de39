/// Tables of words, each written as one text.
extension String {
    /// What stands between blanks.
    package var words: [String] { split(whereSeparator: \.isWhitespace).map(String.init) }

    /// What stands between commas and line breaks, blanks around it dropped.
    package var phrases: [String] {
        split { $0 == "," || $0.isNewline }.compactMap { part in
            guard let first = part.firstIndex(where: { !$0.isWhitespace }),
                let last = part.lastIndex(where: { !$0.isWhitespace })
            else { return nil }
            return String(part[first...last])
        }
    }

    /// The words of each phrase, all of which stand for its first.
    package var synonyms: [String: String] {
        var table: [String: String] = [:]
        for words in phrases.map(\.words) { for word in words { table[word] = words[0] } }
        return table
    }
}
