import Experience

/// The samples of a filter as a table: sorted by its heads, each row a link to its sample.
struct SampleTableView {
    let filter: SampleFilter
    let page: SamplePage
    /// Address of the page of samples; nil in a file, where rows lead to the samples below.
    let base: String?
    let pageSize: Int

    private struct Column {
        var name: String
        var sort: SampleClause.Field?
        var isWords = false
        var cell: (SampleRow) -> Markup
    }

    var table: Markup {
        if page.rows.isEmpty {
            if page.total == 0 { return "<p class=\"soft\">No sample fits this filter.</p>\n" }
            return "<p class=\"flag\">There is no page \(filter.page + 1).</p>\n\(pager)"
        }
        let columns = columns
        var table = Page.table(
            "Samples", head: columns.map(head),
            groups: [
                .init(
                    name: nil, rows: page.rows.enumerated().map { row(columns, $0.element, at: $0.offset) },
                    ids: page.rows.map { "s\($0.id)" })
            ], words: Set(columns.indices.filter { columns[$0].isWords }))
        table.add(pager)
        return table
    }

    private func row(_ columns: [Column], _ row: SampleRow, at offset: Int) -> [Markup] {
        let name: Markup = "\(row.problem.cut(to: 60)) #\(row.index)"
        return ["<a href=\"\(address(row, at: offset))\">\(name)</a>"] + columns.dropFirst().map { $0.cell(row) }
    }

    private func address(_ row: SampleRow, at offset: Int) -> String {
        guard let base else { return "#sample-\(row.id)" }
        var alone = filter
        alone.place = filter.page * pageSize + offset
        alone.page = 0
        return "\(base)/\(row.id)\(alone.query)"
    }

    // Columns in which nothing differs, or nothing stands, are left out.
    private var columns: [Column] {
        let rows = page.rows
        func varies<Value: Hashable>(_ value: (SampleRow) -> Value) -> Bool { Set(rows.map(value)).count > 1 }
        func text(_ value: String?, _ limit: Int = 60) -> Markup {
            value.map { "\($0.replacing("\n", with: " ").cut(to: limit))" } ?? "\(Format.none)"
        }
        func mono(_ value: String?) -> Markup {
            value.map { "<code>\($0.replacing("\n", with: " ").cut(to: 60))</code>" } ?? "\(Format.none)"
        }
        var columns = [
            Column(name: "sample", sort: .group) { _ in Markup() },
            Column(name: "verdict", sort: .outcome, isWords: true) { VerdictView.short($0.outcome) },
            Column(name: "reason", sort: .reason, isWords: true) { text($0.reason) },
            Column(name: "extracted", sort: .extracted, isWords: true) { mono($0.extracted) },
        ]
        if rows.contains(where: { $0.gold != nil }) {
            columns.append(Column(name: "gold", sort: .gold, isWords: true) { mono($0.gold) })
        }
        if varies(\.score), rows.contains(where: { ![nil, 0, 1].contains($0.score) }) {
            columns.append(Column(name: "score", sort: .score) { "\(Format.number($0.score))" })
        }
        columns.append(Column(name: "tokens", sort: .tokens) { "\($0.tokens.map(Format.count) ?? Format.none)" })
        if rows.contains(where: { $0.entropy != nil }) {
            columns.append(Column(name: "entropy", sort: .entropy) { "\(Format.number($0.entropy))" })
        }
        if rows.contains(where: { $0.advantage != nil }) {
            columns.append(Column(name: "advantage", sort: .advantage) { "\(Format.number($0.advantage))" })
        }
        columns.append(Column(name: "ms", sort: .ms) { "\(Format.number($0.milliseconds))" })
        if varies(\.finish) { columns.append(Column(name: "finish", sort: .finish, isWords: true) { text($0.finish) }) }
        if varies(\.model) { columns.append(Column(name: "model", sort: .model, isWords: true) { text($0.model, 40) }) }
        if varies(\.dataset) {
            columns.append(Column(name: "dataset", sort: .dataset, isWords: true) { text($0.dataset, 40) })
        }
        return columns
    }

    private func head(_ column: Column) -> Markup {
        guard base != nil, let field = column.sort else { return "\(column.name)" }
        var sorted = filter
        let current = filter.sort.field ?? .group
        let isCurrent = current == field
        let isFirstDown = field.isNumber && field != .group
        sorted.page = 0
        sorted.sort = SampleSort(
            field == .group ? nil : field, isDescending: isCurrent ? !filter.sort.isDescending : isFirstDown)
        let arrow = isCurrent ? (filter.sort.isDescending ? " ↓" : " ↑") : ""
        return "<a href=\"\(sorted.query)\">\(column.name)\(arrow)</a>"
    }

    private var pager: Markup {
        guard base != nil else { return Markup() }
        let pages = (page.total + pageSize - 1) / pageSize
        if pages < 2, filter.page == 0 { return Markup() }
        func link(_ number: Int, _ words: Markup, _ attributes: Markup) -> Markup {
            var other = filter
            other.page = number
            return "<a \(attributes) href=\"\(other.query)\">\(words)</a>"
        }
        var links: Markup = "<nav class=\"pager\" aria-label=\"Pages\">"
        if filter.page > 0 {
            links.add(link(0, "« first", ""))
            links.add(link(min(filter.page, pages) - 1, "← previous", "rel=\"prev\" data-key=\"p\""))
        }
        links.add(
            filter.page < pages
                ? "<span>page \(filter.page + 1) of \(Format.count(pages))</span>"
                : "<span>there \(pages == 1 ? "is one page" : "are \(Format.count(pages)) pages")</span>")
        if filter.page + 1 < pages {
            links.add(link(filter.page + 1, "next →", "rel=\"next\" data-key=\"n\""))
            links.add(link(pages - 1, "last »", ""))
        }
        links.add("</nav>\n")
        return links
    }
}
