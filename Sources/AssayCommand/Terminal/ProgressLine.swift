import Foundation
import Numbers

/// A line of progress as it is written: figures first, a bar where there is room, colour where it is wanted.
struct ProgressLine {
    var done: Int
    /// nil when it is not known.
    var total: Int?
    var unit: String
    /// Units a second.
    var rate: Double
    var note = ""

    /// The figures alone, as a log takes them.
    var text: String {
        var text = total.map { "\(done)/\($0) \(unit)" } ?? "\(done) \(unit)"
        text += String(format: "  %.*f/s", rate < 10 ? 1 : 0, rate)
        if let total, rate > 0, done < total { text += "  " + Self.duration(Double(total - done) / rate) + " left" }
        if !note.isEmpty { text += "  \(note)" }
        return text
    }

    /// The line on a terminal of so many columns.
    func fitted(columns: Int, isColoured: Bool) -> String {
        Self.fitted(
            text, fraction: total.map { Double(done) / Double(max($0, 1)) }, columns: columns, isColoured: isColoured)
    }

    private static let longestBar = 24
    private static let shortestBar = 8

    /// One line of the terminal, which is narrower than it was when somebody made it so: what is wrapped is not redrawn. The
    /// bar gives way before the figures do.
    static func fitted(_ text: String, fraction: Double?, columns: Int, isColoured: Bool = false) -> String {
        let room = max(columns - 1, 1)
        let needed = width(text)
        guard needed <= room else {
            var (cut, used) = ("", 0)
            for character in text {
                let wide = width(String(character))
                if used + wide > room - 1 { break }
                cut.append(character)
                used += wide
            }
            return cut + "…"
        }
        let length = min(longestBar, room - needed - 1)
        guard let fraction, length >= shortestBar else { return text }
        return bar(fraction, length, isColoured: isColoured) + " " + text
    }

    private static func bar(_ fraction: Double, _ length: Int, isColoured: Bool) -> String {
        let full = Int(clamping: fraction * Double(length), to: 0...length, .down)
        let (done, rest) = (String(repeating: "█", count: full), String(repeating: "░", count: length - full))
        return isColoured ? "\u{1b}[36m\(done)\u{1b}[2m\(rest)\u{1b}[0m" : done + rest
    }

    // Cells of a terminal: ideographs and pictures take two, marks on other characters none.
    private static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { sum, scalar in
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format: return sum
            default: break
            }
            switch scalar.value {
            case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
                0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
                return sum + 2
            default: return sum + 1
            }
        }
    }

    private static func duration(_ seconds: Double) -> String {
        seconds < 90 ? "\(Int(clamping: seconds, .up)) s" : "\(Int(clamping: seconds / 60, .up)) min"
    }
}
