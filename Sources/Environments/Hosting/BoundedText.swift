/// Texts cut to bytes, never inside a character's bytes.
enum BoundedText {
    /// The first bytes, and how many there were.
    static func head(_ text: String, bytes: Int) -> String {
        if text.utf8.count <= bytes { return text }
        return slice(text, from: 0, bytes: bytes) + "\n[… of \(text.utf8.count) bytes]"
    }

    /// At most `bytes` of a text from a byte on; from the next character where that is inside of one.
    static func slice(_ text: String, from: Int, bytes: Int) -> String {
        let all = text.utf8
        guard from < all.count else { return "" }
        var start = all.index(all.startIndex, offsetBy: from)
        while start < all.endIndex, start.samePosition(in: text.unicodeScalars) == nil {
            start = all.index(after: start)
        }
        var end = all.index(start, offsetBy: bytes, limitedBy: all.endIndex) ?? all.endIndex
        while end > start, end < all.endIndex, end.samePosition(in: text.unicodeScalars) == nil {
            end = all.index(before: end)
        }
        return String(text[start..<end])
    }
}
