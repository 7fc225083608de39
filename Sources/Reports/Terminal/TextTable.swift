/// A table for a terminal: first column to the left, figures to the right.
public struct TextTable {
    private var rows: [[String]] = []
    private let heading: [String]
    private let fixed: Int

    /// A table with its column titles; the first `fixed` columns are shown even when they are empty.
    public init(_ heading: [String], fixed: Int = 1) {
        self.heading = heading
        self.fixed = fixed
    }

    /// Adds a row with as many cells as there are titles.
    public mutating func add(_ cells: [String]) { rows.append(cells) }

    /// The lines; other columns in which no row has more than an empty cell or a dash are left out.
    public var lines: [String] {
        let kept = heading.indices.filter { column in
            column < fixed || rows.contains { !$0[column].isEmpty && $0[column] != Format.none }
        }
        let all = [heading] + rows
        let widths = kept.map { column in all.map { TerminalText.width($0[column]) }.max() ?? 0 }
        return all.map { row in
            let cells = zip(kept, widths).map { column, width in
                let gap = String(repeating: " ", count: width - TerminalText.width(row[column]))
                return column == 0 ? row[column] + gap : gap + row[column]
            }
            return String("  " + cells.joined(separator: "  ").trimmedEnd)
        }
    }
}

extension String {
    fileprivate var trimmedEnd: Substring {
        var end = endIndex
        while end > startIndex, self[index(before: end)] == " " { end = index(before: end) }
        return self[..<end]
    }
}
