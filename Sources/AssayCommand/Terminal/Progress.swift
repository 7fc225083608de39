import Foundation
import Numbers

/// Progress on stderr: one line redrawn in place on a terminal, a plain line every few seconds elsewhere.
struct Progress {
    private let isQuiet: Bool
    private let total: Int?
    private let base: Int
    private let unit: String
    private let start = ContinuousClock.now
    private var lastShown: ContinuousClock.Instant?

    /// Progress towards `total` units, of which `done` were there before; nil when the total is not known.
    init(unit: String, total: Int? = nil, done: Int = 0, isQuiet: Bool) {
        self.unit = unit
        self.total = total
        self.base = done
        self.isQuiet = isQuiet
    }

    /// Shows `done`, at most ten times a second on a terminal and every five seconds elsewhere.
    mutating func show(_ done: Int, note: String = "") {
        if isQuiet { return }
        let now = ContinuousClock.now
        let interval: Duration = Terminal.isInteractive ? .milliseconds(100) : .seconds(5)
        if now - (lastShown ?? (Terminal.isInteractive ? start - interval : start)) < interval { return }
        lastShown = now
        let seconds = (now - start) / .seconds(1)
        let rate = seconds > 0 ? Double(done - base) / seconds : 0
        var text = total.map { "\(done)/\($0) \(unit)" } ?? "\(done) \(unit)"
        text += String(format: "  %.*f/s", rate < 10 ? 1 : 0, rate)
        if let total, rate > 0, done < total { text += "  " + Self.duration(Double(total - done) / rate) + " left" }
        if !note.isEmpty { text += "  \(note)" }
        Terminal.progress(Terminal.isInteractive ? Self.fitted(text, fraction: fraction(done)) : text)
    }

    /// Clears the redrawn line.
    func finish() {
        if !isQuiet { Terminal.endProgress() }
    }

    private func fraction(_ done: Int) -> Double? { total.map { Double(done) / Double(max($0, 1)) } }

    /// One line of the terminal, which is narrower than it was when somebody made it so: what is wrapped is not redrawn.
    static func fitted(_ text: String, fraction: Double?, columns: Int = Terminal.columns) -> String {
        let room = max(columns - 1, 1)
        let whole = fraction.map { bar($0) + " " + text } ?? text
        if whole.count <= room { return whole }
        return text.count <= room ? text : text.prefix(room - 1) + "…"
    }

    private static func bar(_ fraction: Double) -> String {
        let width = 24
        let full = Int(clamping: fraction * Double(width), to: 0...width, .down)
        return String(repeating: "█", count: full) + String(repeating: "░", count: width - full)
    }

    private static func duration(_ seconds: Double) -> String {
        seconds < 90 ? "\(Int(clamping: seconds, .up)) s" : "\(Int(clamping: seconds / 60, .up)) min"
    }
}
