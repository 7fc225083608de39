/// Reads moves out of what a policy wrote: the last that is there counts, so that thinking aloud does no harm.
enum MoveReader {
    // A move stands near the end.
    private static let window = 4096

    /// The last integers of a text, at most `count`, in their order.
    static func integers(_ text: String, last count: Int) -> [Int] {
        var found: [Int] = []
        var digits: [UInt8] = []
        let bytes = Array(text.utf8.suffix(window))
        for (index, byte) in bytes.enumerated().reversed() {
            let isDigit = (0x30...0x39).contains(byte)
            if isDigit { digits.append(byte) }
            guard !digits.isEmpty, !isDigit || index == 0 else { continue }
            let sign = byte == UInt8(ascii: "-") && (index == 0 || !isWord(bytes[index - 1])) ? "-" : ""
            found.append(Int(sign + String(decoding: digits.reversed(), as: UTF8.self)) ?? (sign == "-" ? .min : .max))
            digits.removeAll()
            if found.count == count { break }
        }
        return found.reversed()
    }

    /// The last of these words that stands in a text as a word, whatever its case.
    static func word(_ text: String, among words: [String]) -> String? {
        let bytes = Array(text.utf8.suffix(window))
        var end = bytes.count
        while end > 0 {
            while end > 0, !isWord(bytes[end - 1]) { end -= 1 }
            var start = end
            while start > 0, isWord(bytes[start - 1]) { start -= 1 }
            let word = String(decoding: bytes[start..<end], as: UTF8.self).lowercased()
            if words.contains(word) { return word }
            end = start
        }
        return nil
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte >= 0x80
    }
}
