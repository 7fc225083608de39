import Experience

/// The runs of a store as a table: sorted by its heads, two to eight of them ticked to be compared.
public enum RunsView {
    /// What the table can be sorted by; the first is the order when nothing is asked.
    public static let orders = ["date", "run", "model", "dataset", "pass", "entropy", "tokens"]

    /// The table in an order of `orders`, "-" before it for the other way; the newest first without one.
    public static func table(_ runs: [RunListing], order: String) -> Markup {
        if runs.isEmpty { return "<p class=\"soft\">The store has no runs.</p>\n" }
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
            return "<a href=\"/?sort=\(isCurrent && !isReversed ? "-" : "")\(name)\">\(word)\(arrow)</a>"
        }
        var table: Markup = "<form action=\"/compare\" class=\"runs\">\n"
        table.add(
            Page.table(
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
        let words = run.progress == nil ? "…" : "\(present) of \(wanted)"
        return [
            """
            <input type="checkbox" name="run" value="\(name)" id="\(id)" aria-label="compare \(name)"> \
            <a href="\(run.path)">\(name.cut(to: 32))</a>\(run.run.isSimulated ? simulated : Markup())
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
    public static func choices(for name: String, among runs: [RunListing]) -> Markup {
        var body: Markup = "<h1>Compare \(name) with</h1>\n<ul>"
        for run in runs.reversed() where run.run.name != name {
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
