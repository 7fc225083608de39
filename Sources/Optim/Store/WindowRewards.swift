/// The reward of every row of a window as the estimator sees it, or why it has none.
struct WindowRewards: Sendable {
    /// Rewards, advantages and sums of penalties beyond this have the reason `overflow`: a trainer reads single precision, and
    /// the squares of what is below stay finite in double.
    static let largest = 1e38

    /// Nil where the row takes no part in anything.
    private(set) var values_N: [Double?]
    /// Why not, by row.
    private(set) var gaps: [Int: Undefined] = [:]

    /// No row has a reward yet but those without a gap.
    init(rows: [OptimizeWindow.Row]) {
        values_N = rows.map(\.score)
        for (row, gap) in rows.enumerated() {
            if let gap = gap.gap { leaveOut(row, gap) }
        }
    }

    /// Takes a row out.
    mutating func leaveOut(_ row: Int, _ reason: Undefined) {
        values_N[row] = nil
        gaps[row] = reason
    }

    /// Sets the reward of a row that takes part.
    mutating func set(_ row: Int, to value: Double) {
        guard values_N[row] != nil else { return }
        values_N[row] = value
        if !Self.isUsable(value) { leaveOut(row, .overflow) }
    }

    static func isUsable(_ value: Double) -> Bool { abs(value) <= largest }
}
