/// One table of a report's slices: the whole first, then each breakdown under a heading of its own, columns aligned.
enum SliceTable {
    /// A breakdown with more slices is folded away in a table of its own.
    private static let longest = 12

    /// `row` gives a slice's cells, its name first, or nil to leave it out; the breakdown is nil for the whole.
    static func make(
        _ label: String, head: [String], report: Report, row: (Breakdown?, Slice) -> [Markup]?
    ) -> Markup {
        var groups: [Page.RowGroup] = []
        if let all = row(nil, report.overall) { groups.append(.init(name: nil, rows: [all])) }
        var folded = Markup()
        for breakdown in report.breakdowns {
            let rows = breakdown.slices.compactMap { row(breakdown, $0) }
            if rows.isEmpty { continue }
            if rows.count <= longest {
                groups.append(.init(name: "by \(words(breakdown.by))", rows: rows))
            } else {
                let title = "\(label), by \(words(breakdown.by)): \(rows.count)"
                folded.add("<details><summary>\(title)</summary>\n")
                folded.add(Page.table(title, head: head, rows: rows))
                folded.add("</details>\n")
            }
        }
        if groups.isEmpty { return folded }
        var tables = Page.table(label, head: head, groups: groups)
        tables.add(folded)
        return tables
    }

    private static func words(_ key: String) -> String { key.replacing("_", with: " ") }
}
