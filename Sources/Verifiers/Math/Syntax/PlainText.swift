/// An answer's words and marks without its markup, lower case unless asked: `\\text{No, such } n` is no , such n.
enum PlainText {
    static func tokens(_ folded: [UInt8], keepsCase: Bool = false) -> [String] {
        var tokens: [String] = []
        var index = 0
        while index < folded.count, tokens.count < 256 {
            let byte = folded[index]
            let start = index
            index += 1
            if byte == Ascii.backslash {
                while index < folded.count, Ascii.isLetter(folded[index]) { index += 1 }
                let name = String(decoding: folded[(start + 1)..<index], as: UTF8.self)
                if name.isEmpty {
                    index += 1
                } else if !Vocabulary.textCommands.contains(name), !Vocabulary.ignored.contains(name) {
                    tokens.append("\\" + name)
                }
            } else if Ascii.isLetter(byte) || byte >= 0x80 {
                while index < folded.count,
                    Ascii.isLetter(folded[index]) || folded[index] >= 0x80 || folded[index] == UInt8(ascii: "'")
                {
                    index += 1
                }
                tokens.append(
                    String(
                        decoding: keepsCase ? Array(folded[start..<index]) : folded[start..<index].map(Ascii.lower),
                        as: UTF8.self))
            } else if !Ascii.isSpace(byte), !"{}$*~".utf8.contains(byte) {
                tokens.append(String(UnicodeScalar(byte)))
            }
        }
        return tokens
    }
}
