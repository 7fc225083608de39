internal import JSON

/// Several golds of one problem: a JSON list of texts in the place of one.
enum ListedGolds {
    /// The listed texts; nil where the answer is one gold, a list of numbers in brackets among them.
    static func texts(_ answer: String?) -> [String]? {
        guard let answer, answer.utf8.first == UInt8(ascii: "["), answer.utf8.last == UInt8(ascii: "]"),
            answer.utf8.contains(UInt8(ascii: "\"")), answer.utf8.count <= 1 << 20,
            let list = (try? JSONValue(parsing: answer.utf8))?.arrayValue, !list.isEmpty
        else { return nil }
        let texts = list.compactMap(\.stringValue)
        return texts.count == list.count && texts.count <= 64 ? texts : nil
    }
}
