/// Mends commands whose backslash and first letter an escape turned into one control character: a tab and "ext" were `\text`,
/// a line break and "eq" were `\neq`.
enum EscapeRepair {
    static func repaired(_ text: [UInt8]) -> [UInt8] {
        guard text.contains(where: { letter($0) != nil }) else { return text }
        var output: [UInt8] = []
        for (index, byte) in text.enumerated() {
            if let letter = letter(byte), isCommand(letter, text[(index + 1)...], isFirst: index == 0) {
                output += [Ascii.backslash, letter]
            } else {
                output.append(byte)
            }
        }
        return output
    }

    /// The range with the character before it, where that is the damaged beginning of a command: whitespace is trimmed away.
    static func extended(_ range: Range<Int>, in bytes: Bytes) -> Range<Int> {
        guard range.lowerBound > 0, !range.isEmpty, let letter = letter(bytes[range.lowerBound - 1]),
            isCommand(letter, Array(bytes[range].prefix(20))[...], isFirst: true)
        else { return range }
        return (range.lowerBound - 1)..<range.upperBound
    }

    private static func letter(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x09: UInt8(ascii: "t")
        case 0x0A: UInt8(ascii: "n")
        case 0x0B: UInt8(ascii: "v")
        case 0x0C: UInt8(ascii: "f")
        case 0x0D: UInt8(ascii: "r")
        default: nil
        }
    }

    // The letters that follow complete a command: a word after a tab is none.
    private static func isCommand(_ letter: UInt8, _ rest: ArraySlice<UInt8>, isFirst: Bool) -> Bool {
        let tail = rest.prefix(16).prefix(while: Ascii.isLetter)
        let next = rest.dropFirst(tail.count)
        // "n \ne 3": an e alone is one after an operand only, and before a space.
        guard tail.count > 1 else {
            return ["ne", "to"].contains(String(decoding: [letter] + tail, as: UTF8.self)) && !isFirst
                && next.first == Ascii.space
        }
        let name = String(decoding: [letter] + tail, as: UTF8.self)
        // "An apple" after a tab is no tangent.
        if Vocabulary.functions[name] != nil {
            let argument = next.first { !Ascii.isSpace($0) } ?? 0
            return Ascii.isDigit(argument) || "\\({^_".utf8.contains(argument)
        }
        return Vocabulary.commands[name] != nil || Markup.text.contains(name)
            || ["theta", "tau", "nabla", "rho", "right", "tilde", "triangle", "vec", "varepsilon", "varphi"].contains(
                name)
    }
}
