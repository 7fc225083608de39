/// Mends commands whose backslash and first letter an escape turned into one control character: a tab and "ext" were `\text`,
/// a line break and "eq" were `\neq`.
enum EscapeRepair {
    static func repaired(_ text: [UInt8]) -> [UInt8] {
        guard text.contains(where: { letter($0) != nil }) else { return text }
        var output: [UInt8] = []
        for (index, byte) in text.enumerated() {
            if let letter = letter(byte), isCommand(letter, text[(index + 1)...]) {
                output += [Ascii.backslash, letter]
            } else {
                output.append(byte)
            }
        }
        return output
    }

    private static func letter(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x09: UInt8(ascii: "t")
        case 0x0A: UInt8(ascii: "n")
        case 0x0D: UInt8(ascii: "r")
        default: nil
        }
    }

    // The letters that follow complete a command, two of them at least: a word after a tab is none.
    private static func isCommand(_ letter: UInt8, _ rest: ArraySlice<UInt8>) -> Bool {
        let tail = rest.prefix(16).prefix(while: Ascii.isLetter)
        guard tail.count > 1 else { return false }
        let name = String(decoding: [letter] + tail, as: UTF8.self)
        return Vocabulary.commands[name] != nil && Vocabulary.functions[name] == nil
            || Vocabulary.textCommands.contains(name)
            || ["theta", "tau", "nabla", "rho", "right", "tilde", "triangle"].contains(name)
    }
}
