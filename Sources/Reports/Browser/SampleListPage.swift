import Experience
import Numbers

/// A page of samples: the query line, what it found, the table.
struct SampleListPage {
    let run: Run
    let filter: SampleFilter
    let page: SamplePage
    let base: String?
    let pageSize: Int
    /// Verdicts of the whole run, the most frequent first.
    let outcomes: [(value: String?, count: Int)]
    /// Reasons among what was found.
    let reasons: [(value: String?, count: Int)]

    var body: Markup {
        var body: Markup = "<h1>Samples of \(run.name)</h1>\n"
        if run.isSimulated { body.add(Page.simulated) }
        if base != nil {
            body.add(form)
            body.add(chips)
        } else if !filter.clauses.isEmpty {
            body.add("<p class=\"soft\">Chosen by <code>\(SampleQuery.line(filter.clauses))</code></p>\n")
        }
        // Asked again in a moment it says more: with script it is.
        let again: Markup = page.isPartial && base != nil ? " data-again=\"1500\"" : ""
        body.add("<p role=\"status\"\(again)>\(found)</p>\n")
        if isWaiting { return body }
        body.add(SampleTableView(filter: filter, page: page, base: base, pageSize: pageSize).table)
        return body
    }

    // Whether nothing can be shown yet: only the run's own order needs no table.
    private var isWaiting: Bool {
        page.isPreparing && page.rows.isEmpty && (!filter.clauses.isEmpty || filter.sort != SampleSort())
    }

    private var found: Markup {
        if isWaiting {
            return """
                A table to filter and sort \(Format.count(page.total)) samples by is being made: load the page again in a moment
                """
        }
        let pages = (page.total + pageSize - 1) / pageSize
        let place = pages > 1 && filter.page < pages ? ", page \(filter.page + 1) of \(Format.count(pages))" : ""
        var words: Markup = "\(Format.count(page.total)) \(page.total == 1 ? "sample" : "samples")\(place)"
        switch page.search {
        case .indexed: words.add("; texts were searched by whole words, in an index")
        case .part(let share):
            words.add(
                "<strong> among the first \(Format.percent(share, decimals: 0)) of the texts</strong>: the search goes on, load the page again"
            )
        case .scanned, nil: break
        }
        if page.isPreparing { words.add("; a table to filter and sort by is being made, load the page again for it") }
        if base != nil, page.total > 0 {
            words.add(" · <a href=\"\(base ?? "").jsonl\(filter.query)\" download>as JSON Lines</a>")
        }
        return words
    }

    private var form: Markup {
        let line = SampleQuery.line(filter.clauses)
        var form: Markup = """
            <form class="filter" method="get" role="search"><div class="grow"><label for="q">filter, such as <code>outcome:incorrect \
            tokens&gt;500 text:"therefore"</code></label><input class="wide" id="q" name="q" value="\(line)" \
            autocomplete="off" spellcheck="false"></div>

            """
        if filter.sort != SampleSort() {
            let name = (filter.sort.isDescending ? "-" : "") + (filter.sort.field ?? .group).rawValue
            form.add("<input type=\"hidden\" name=\"sort\" value=\"\(name)\">")
        }
        if filter.shade != .entropy {
            form.add("<input type=\"hidden\" name=\"shade\" value=\"\(filter.shade.rawValue)\">")
        }
        form.add("<button>Filter</button> <a href=\"?\">all samples</a></form>\n")
        let fields = SampleClause.Field.allCases.map(\.rawValue).joined(separator: ", ")
        form.add(
            """
            <details><summary class="soft">What a filter may say</summary><p class="soft">Terms with spaces between, all of which \
            must hold: <code>field:value</code>, <code>field~part</code>, <code>number&gt;5</code>, <code>&lt;</code>, \
            <code>&lt;=</code>, <code>&gt;=</code>; <code>-</code> before a term turns it round; <code>field:none</code> \
            has no value; a word alone is searched in texts. Fields: \(fields).</p></details>

            """)
        return form
    }

    private var chips: Markup {
        var chips: Markup = "<ul class=\"chips\" aria-label=\"Narrow by\">"
        for (value, count) in outcomes {
            let clause = SampleClause(.outcome, .equals, value)
            chips.add("<li>\(chip(clause, VerdictView.short(value), count))</li>")
        }
        for (value, count) in reasons where count < page.total {
            guard let value else { continue }
            chips.add("<li>\(chip(SampleClause(.reason, .equals, value), "reason \(value.cut(to: 40))", count))</li>")
        }
        chips.add("</ul>\n")
        return outcomes.isEmpty && reasons.isEmpty ? Markup() : chips
    }

    private func chip(_ clause: SampleClause, _ words: Markup, _ count: Int) -> Markup {
        var narrowed = SampleFilter()
        narrowed.terms = filter.clauses.filter { $0.field != clause.field } + [clause]
        (narrowed.sort, narrowed.shade) = (filter.sort, filter.shade)
        return "<a href=\"\(narrowed.query)\">\(words) \(Format.count(count))</a>"
    }
}
