extension Substring {
    /// The first occurrence of a non-empty ASCII text, byte by byte.
    func firstOccurrence(of text: StaticString) -> Range<Index>? {
        let needle = Array(text.description.utf8)
        return utf8.indices.lazy.compactMap { self.match(needle, at: $0) }.first
    }

    /// The last occurrence of a non-empty ASCII text, byte by byte.
    func lastOccurrence(of text: StaticString) -> Range<Index>? {
        let needle = Array(text.description.utf8)
        return utf8.indices.reversed().lazy.compactMap { self.match(needle, at: $0) }.first
    }

    private func match(_ needle: [UInt8], at start: Index) -> Range<Index>? {
        guard utf8[start] == needle[0] else { return nil }
        var index = start
        for byte in needle {
            guard index < utf8.endIndex, utf8[index] == byte else { return nil }
            utf8.formIndex(after: &index)
        }
        return start..<index
    }
}
