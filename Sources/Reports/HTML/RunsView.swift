import Experience

/// The runs of a store as a table: sorted by its heads, two to eight of them ticked to be compared.
public enum RunsView {
    /// What the table can be sorted by; the first is the order when nothing is asked.
    public static let orders = ["date", "run", "model", "dataset", "pass", "entropy", "tokens"]

    /// Which runs of a store the table shows.
    public struct Page: Sendable, Hashable {
        /// Runs on a page.
        public static let size = 100

        /// One of `orders`, "-" before it for the other way; of a large store the runs of the page are sorted.
        public var order: String
        /// 0-based.
        public var number: Int
        /// A part of the runs' names.
        public var name: String

        /// The newest first.
        public init(order: String = "date", number: Int = 0, name: String = "") {
            self.order = order
            self.number = number
            self.name = name
        }

        fileprivate func address(order: String? = nil, number: Int? = nil) -> String {
            let (order, number) = (order ?? self.order, number ?? self.number)
            var items: [String] = []
            if !name.isEmpty { items.append("name=" + SampleFilter.encode(name)) }
            if order != "date" { items.append("sort=" + SampleFilter.encode(order)) }
            if number > 0 { items.append("page=\(number)") }
            return "/?" + items.joined(separator: "&")
        }
    }

    /// The table of a page's runs with the way to the others, of which there are `total` in all.
    public static func section(_ runs: [RunListing], of total: Int, _ page: Page) -> Markup {
        var section = Markup()
        if total > Page.size || !page.name.isEmpty {
            section.add(
                """
                <form class="filter" action="/" role="search"><div><label for="name">a part of the run’s name</label>\
                <input id="name" name="name" value="\(page.name)" autocomplete="off" spellcheck="false"></div>\
                <button>Find</button> <a href="/">all runs</a></form>

                """)
            let first = page.number * Page.size
            let shown =
                runs.isEmpty ? "none on this page" : "\(Format.count(first + 1)) to \(Format.count(first + runs.count))"
            section.add(
                "<p role=\"status\">\(Format.count(total)) \(total == 1 ? "run" : "runs"), the newest first: \(shown)</p>\n"
            )
        }
        section.add(table(runs, page))
        if total > Page.size || page.number > 0 { section.add(pager(total, page)) }
        return section
    }

    private static func pager(_ total: Int, _ page: Page) -> Markup {
        let pages = max((total + Page.size - 1) / Page.size, 1)
        var pager: Markup = "<nav class=\"pager\" aria-label=\"Pages\">"
        if page.number > 0 {
            let previous = min(page.number, pages) - 1
            pager.add("<a rel=\"prev\" data-key=\"p\" href=\"\(page.address(number: previous))\">← newer</a>")
        }
        pager.add(
            page.number < pages ? "<span>page \(page.number + 1) of \(pages)</span>" : "<span>no such page</span>")
        if page.number + 1 < pages {
            pager.add("<a rel=\"next\" data-key=\"n\" href=\"\(page.address(number: page.number + 1))\">older →</a>")
        }
        pager.add("</nav>\n")
        return pager
    }

    private static func table(_ runs: [RunListing], _ page: Page) -> Markup {
        let order = page.order
        if runs.isEmpty, page.name.isEmpty, page.number == 0 {
            return "<p class=\"soft\">The store has no runs.</p>\n"
        }
        if runs.isEmpty { return "<p class=\"soft\">No run is here.</p>\n" }
        let isReversed = order.hasPrefix("-")
        let key = isReversed ? String(order.dropFirst()) : order
        let names = ["run", "model", "dataset", "", "", "", "date", "", "pass", "", "entropy", "tokens", ""]
        let words = [
            "run", "model", "data set", "verifier", "n", "temp.", "made", "completions", "pass@1", "95 % interval",
            "entropy", "tokens", "",
        ]
        let head = zip(words, names).map { word, name -> Markup in
            if name.isEmpty { return "\(word)" }
            let isCurrent = name == key
            let arrow = isCurrent ? (isReversed ? " ↑" : " ↓") : ""
            let next = (isCurrent && !isReversed ? "-" : "") + name
            return "<a href=\"\(page.address(order: next))\">\(word)\(arrow)</a>"
        }
        var table: Markup = "<form action=\"/compare\" class=\"runs\">\n"
        table.add(
            Reports.Page.table(
                "Runs of the store", head: head,
                groups: [.init(name: nil, rows: sorted(runs, by: key, isReversed: isReversed).map(row))],
                words: [1, 2, 3], id: "runs"))
        table.add(
            runs.count > 1
                ? "<p><button>Compare the ticked runs</button> <span class=\"soft\">two to eight</span></p>\n</form>\n"
                : "</form>\n")
        return table
    }

    private static let simulated: Markup = " <small class=\"soft\">simulated</small>"

    private static func sorted(_ runs: [RunListing], by key: String, isReversed: Bool) -> [RunListing] {
        func less(_ one: RunListing, _ other: RunListing) -> Bool {
            switch key {
            case "run": one.run.name < other.run.name
            case "model": (one.settings.value("model") ?? "") < (other.settings.value("model") ?? "")
            case "dataset": (one.settings.value("dataset") ?? "") < (other.settings.value("dataset") ?? "")
            case "pass": (one.figures?.passAt1.value ?? -1) > (other.figures?.passAt1.value ?? -1)
            case "entropy": (one.figures?.entropy ?? -1) > (other.figures?.entropy ?? -1)
            case "tokens": (one.figures?.tokens ?? -1) > (other.figures?.tokens ?? -1)
            default: one.run.id > other.run.id
            }
        }
        return isReversed ? runs.sorted { less($1, $0) } : runs.sorted(by: less)
    }

    private static func row(_ run: RunListing) -> [Markup] {
        let settings = run.settings
        let samples = run.path + "/samples"
        func text(_ name: String) -> Markup { "\((settings.value(name) ?? Format.none).cut(to: 40))" }
        func number(_ text: String, _ sort: String = "") -> Markup {
            text == Format.none ? "\(text)" : "<a href=\"\(samples)\(sort)\">\(text)</a>"
        }
        let name = run.run.name
        let id = "run-\(run.run.id)"
        let figures = run.figures
        let (present, wanted) = (run.progress?.present ?? 0, run.progress?.wanted ?? 0)
        let words = run.progress == nil ? "…" : "\(Format.count(present)) of \(Format.count(wanted))"
        return [
            """
            <input type="checkbox" name="run" value="\(name)" id="\(id)" aria-label="compare \(name)"> \
            <a href="\(run.path)">\(name.cut(to: 200))</a>\(run.run.isSimulated ? simulated : Markup())
            """, text("model"), text("dataset"), text("verifier"), text("n"), text("temperature"),
            "\(Format.time(run.run.createdAt).dropLast(4).description)",
            """
            <progress value="\(present)" max="\(max(wanted, 1))" aria-label="completions of \(name)"></progress> \
            <a href="\(samples)">\(words)</a>
            """,
            figures.map { number(Format.percent($0.passAt1.value)) } ?? "…",
            "\(Format.percent(figures?.passAt1.interval))", number(Format.number(figures?.entropy), "?sort=-entropy"),
            figures.map { number(Format.count($0.tokens), "?sort=-tokens") } ?? "…",
            "<a href=\"/compare?run=\(SampleFilter.encode(name))\">compare</a>",
        ]
    }

    /// What else a run can be compared with, each one click.
    public static func choices(for name: String, among runs: [RunListing], of total: Int) -> Markup {
        var body: Markup = "<h1>Compare \(name) with</h1>\n"
        if total > runs.count {
            body.add(
                "<p>The newest \(runs.count) of \(Format.count(total)) runs; others are compared by their names in the address.</p>\n"
            )
        }
        body.add("<ul>")
        for run in runs where run.run.name != name {
            let figures = run.figures.map { ", pass@1 \(Format.percent($0.passAt1.value))" } ?? ""
            body.add(
                """
                <li><a href="/compare?run=\(SampleFilter.encode(name))&amp;run=\(SampleFilter.encode(run.run.name))">\
                \(run.run.name)</a> <span class="soft">\(Format.time(run.run.createdAt))\(figures)</span></li>

                """)
        }
        body.add("</ul>\n")
        return body
    }
}
