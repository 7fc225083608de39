/// One table of a report's slices: the whole first, then each breakdown under a heading of its own, columns aligned.
enum SliceTable {
    /// A breakdown with more slices is folded away in a table of its own.
    private static let longest = 12

    /// `row` gives a slice's cells, its name first, or nil to leave it out; the breakdown is nil for the whole.
    static func make(
        _ label: String, head: [String], report: Report, row: (Breakdown?, Slice) -> [Markup]?
    ) -> Markup {
        var parts: [(breakdown: Breakdown?, rows: [[Markup]])] = [(nil, [row(nil, report.overall)].compactMap { $0 })]
        for breakdown in report.breakdowns {
            parts.append((breakdown, breakdown.slices.compactMap { row(breakdown, $0) }))
        }
        parts.removeAll { $0.rows.isEmpty }
        // A column in which no slice has a figure says nothing.
        let kept = head.indices.filter { column in
            column == 0 || parts.contains { $0.rows.contains { $0[column].text != Format.none } }
        }
        func cut<Cell>(_ cells: [Cell]) -> [Cell] { kept.map { cells[$0] } }
        var groups: [Page.RowGroup] = []
        var folded = Markup()
        for (breakdown, rows) in parts {
            let rows = rows.map(cut)
            guard let breakdown, rows.count > longest else {
                groups.append(.init(name: breakdown.map { "by \(words($0.by))" }, rows: rows))
                continue
            }
            let title = "\(label), by \(words(breakdown.by)): \(rows.count)"
            folded.add("<details><summary>\(title)</summary>\n")
            folded.add(Page.table(title, head: cut(head), rows: rows))
            folded.add("</details>\n")
        }
        if groups.isEmpty { return folded }
        var tables = Page.table(label, head: cut(head).map { "\($0)" }, groups: groups)
        tables.add(folded)
        return tables
    }

    private static func words(_ key: String) -> String { key.replacing("_", with: " ") }
}
