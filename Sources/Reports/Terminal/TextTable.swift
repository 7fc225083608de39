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

    /// The lines; other columns in which no row has more than an empty cell or a dash are left out. Where all do not fit into
    /// `width` cells, those that do not follow below, behind the first column again.
    public func lines(width: Int? = nil) -> [String] {
        let kept = heading.indices.filter { column in
            column < fixed || rows.contains { !$0[column].isEmpty && $0[column] != Format.none }
        }
        let all = [heading] + rows
        let columns = kept.map { column in (column, all.map { TerminalText.width($0[column]) }.max() ?? 0) }
        return Self.blocks(columns, width: width).map { block in
            all.map { row in
                let cells = block.map { column, width in
                    let gap = String(repeating: " ", count: width - TerminalText.width(row[column]))
                    return column == 0 ? row[column] + gap : gap + row[column]
                }
                return String("  " + cells.joined(separator: "  ").trimmedEnd)
            }
        }.reduce(into: []) { lines, block in lines += (lines.isEmpty ? [] : [""]) + block }
    }

    // Columns with their widths, as many as fit beside each other; one at least beside the first.
    private static func blocks(_ columns: [(Int, Int)], width: Int?) -> [[(Int, Int)]] {
        guard let first = columns.first, let width else { return [columns] }
        var blocks = [[first]]
        var used = first.1 + 2
        for column in columns.dropFirst() {
            if used + column.1 + 2 > width, (blocks.last?.count ?? 0) > 1 {
                blocks.append([first])
                used = first.1 + 2
            }
            blocks[blocks.count - 1].append(column)
            used += column.1 + 2
        }
        return blocks
    }
}

extension String {
    fileprivate var trimmedEnd: Substring {
        var end = endIndex
        while end > startIndex, self[index(before: end)] == " " { end = index(before: end) }
        return self[..<end]
    }
}
