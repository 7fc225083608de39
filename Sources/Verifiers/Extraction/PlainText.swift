/// An answer's words and marks without its markup, lower case unless asked: `\text{No, such } n` is no , such n.
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
                let name = folded[(start + 1)..<index]
                if name.isEmpty {
                    index += 1
                } else if !Markup.contains(name) {
                    tokens.append(String(decoding: folded[start..<index], as: UTF8.self))
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

    /// The text without commands for words and looks, their braces and `$`: `\text{all }n\ge 4` is all n\ge 4.
    static func flattened(_ folded: some Collection<UInt8>) -> [UInt8] {
        let folded = Array(folded)
        var output: [UInt8] = []
        var closing: Set<Int> = []
        var index = 0
        folded.withUnsafeBufferPointer { bytes in
            while index < bytes.count {
                let byte = bytes[index]
                let start = index
                index += 1
                if byte == Ascii.backslash {
                    while index < bytes.count, Ascii.isLetter(bytes[index]) { index += 1 }
                    let name = bytes[(start + 1)..<index]
                    if closing.count < 64, Markup.text.contains(name), index < bytes.count,
                        bytes[index] == Ascii.openBrace,
                        let close = bytes.closingBrace(of: index, in: 0..<bytes.count)
                    {
                        closing.insert(close)
                        index += 1
                    } else if name.isEmpty, index < bytes.count, ",;:! ()[]".utf8.contains(bytes[index]) {
                        index += 1
                        output.append(Ascii.space)
                    } else if Markup.looks.contains(name) {
                        output.append(Ascii.space)
                    } else {
                        output += bytes[start..<index]
                    }
                } else if !closing.contains(start), byte != Ascii.dollar {
                    output.append(byte == UInt8(ascii: "~") ? Ascii.space : byte)
                }
            }
        }
        return output
    }

    /// Where the spaces and the markup that lead to a position begin: `\;\text{` before `(about`. `passing` are further marks
    /// between the two.
    static func startOfMarkup(before position: Int, in folded: [UInt8], passing: StaticString) -> Int {
        let marks = UnsafeBufferPointer(start: passing.utf8Start, count: passing.utf8CodeUnitCount)
        var end = position
        while end > 0 {
            if Ascii.isSpace(folded[end - 1]) || marks.contains(folded[end - 1]) {
                end -= 1
                continue
            }
            var start = end
            if start > 1, folded[start - 1] == Ascii.openBrace { start -= 1 }
            if ",;:!".utf8.contains(folded[start - 1]) {
                start -= 1
            } else {
                while start > 0, Ascii.isLetter(folded[start - 1]) { start -= 1 }
            }
            guard start > 0, start < end, folded[start - 1] == Ascii.backslash else { return end }
            let name = folded[start..<end].prefix(while: Ascii.isLetter)
            guard name.isEmpty || Markup.contains(name) else { return end }
            end = start - 1
        }
        return end
    }
}
