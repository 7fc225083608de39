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
        let line = ProgressLine(done: done, total: total, unit: unit, rate: rate, note: note)
        Terminal.progress(
            Terminal.isInteractive
                ? line.fitted(columns: Terminal.columns, isColoured: Terminal.hasColour) : line.text)
    }

    /// Clears the redrawn line.
    func finish() {
        if !isQuiet { Terminal.endProgress() }
    }
}
