/// Text made safe and measured for a terminal.
public enum TerminalText {
    /// Lines without anything that a terminal would obey: what files, servers and names hold may stand in any message.
    public static func shown(_ text: String) -> String {
        if !text.unicodeScalars.contains(where: isObeyed) { return text }
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { scalars.append(isObeyed(scalar) ? "\u{FFFD}" : scalar) }
        return String(scalars)
    }

    private static func isObeyed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: false
        case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// One line without anything that a terminal would obey: control and direction-changing characters become U+FFFD,
    /// line ends a visible mark.
    public static func safe(_ text: some StringProtocol) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A: scalars.append("⏎")
            case 0x09: scalars.append(" ")
            case 0x0D: continue
            case 0..<0x20, 0x7F..<0xA0, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF:
                scalars.append("\u{FFFD}")
            default: scalars.append(scalar)
            }
        }
        return String(scalars)
    }

    /// Columns that `text` takes: two for East Asian wide characters and emoji.
    static func width(_ text: String) -> Int {
        text.reduce(0) { sum, character in
            switch character.unicodeScalars.first?.value ?? 0 {
            case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
                0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
                return sum + 2
            default: return sum + 1
            }
        }
    }

    /// A line broken between words so that none is wider than `columns`, further ones two cells further in; as it is where
    /// `columns` is nil. A word that is wider stays whole.
    static func wrapped(_ line: String, to columns: Int?) -> [String] {
        guard let columns, width(line) > columns else { return [line] }
        let indent = String(line.prefix { $0 == " " })
        var lines: [String] = []
        var current = indent
        var isEmpty = true
        for word in line.dropFirst(indent.count).split(separator: " ", omittingEmptySubsequences: false) {
            if !isEmpty, width(current) + 1 + width(String(word)) > columns {
                lines.append(current)
                (current, isEmpty) = (indent + "  ", true)
                if word.isEmpty { continue }
            }
            current += (isEmpty ? "" : " ") + word
            isEmpty = false
        }
        return lines + [current]
    }

    /// `text` in at most `columns`, cut with an ellipsis.
    static func cut(_ text: String, to columns: Int) -> String {
        if width(text) <= columns { return text }
        var kept = ""
        var used = 0
        for character in text {
            used += width(String(character))
            if used > columns - 1 { break }
            kept.append(character)
        }
        return kept + "…"
    }
}
