import Experience
import Numbers

/// The page of one sample: its verdict, what was said, its siblings, and the way on.
struct OneSamplePage {
    let run: Run
    let sample: BrowsedSample
    let filter: SampleFilter
    /// Address of the page of samples.
    let base: String
    let runPath: String
    let neighbours: Neighbours
    let siblings: [SampleRow]
    /// The sibling that it is set beside.
    let other: (row: SampleRow, text: String)?

    /// What stands before and after it in the filter.
    struct Neighbours {
        var place: Int?
        var total: Int
        var previous: (id: Int64, place: Int)?
        var next: (id: Int64, place: Int)?
    }

    var body: Markup {
        let name = "\(sample.stored.problem) #\(sample.stored.index)"
        var body = crumbs(name)
        body.add(way)
        body.add("<h1>\(name.cut(to: 200))</h1>\n")
        if run.isSimulated { body.add(Page.simulated) }
        body.add(SampleFacts.section(sample))
        let view = SampleView(shade: filter.shade)
        body.add("<div class=\"columns\"><div>\n")
        body.add(view.verdicts(sample))
        body.add(view.prompt(sample, isOpen: true))
        body.add("</div><div>\n")
        body.add(view.texts(sample))
        body.add(shades)
        body.add("</div></div>\n")
        if let trace = sample.trace { body.add(TraceView.section(trace)) }
        body.add(group)
        body.add("<section><h2>How it was sampled</h2>\n\(SampleFacts.provenance(sample, run: run))</section>\n")
        return body
    }

    private func crumbs(_ name: String) -> Markup {
        var list = filter
        (list.place, list.sibling) = (nil, nil)
        list.page = (neighbours.place ?? 0) / SampleBrowser.tableSize
        let words = filter.clauses.isEmpty ? "samples" : "samples: " + SampleQuery.line(filter.clauses)
        return Page.breadcrumb([
            ("Runs", "/"), (run.name, runPath), (words, base + list.query + "#s\(sample.id)"), (name, nil),
        ])
    }

    private var way: Markup {
        func link(_ neighbour: (id: Int64, place: Int)?, _ words: Markup, _ attributes: Markup) -> Markup {
            guard let neighbour else { return "<span class=\"soft\">\(words)</span>" }
            var there = filter
            (there.place, there.sibling) = (neighbour.place, nil)
            return "<a \(attributes) href=\"\(base)/\(Int(clamping: neighbour.id))\(there.query)\">\(words)</a>"
        }
        var way: Markup = "<nav class=\"pager\" aria-label=\"Samples\">"
        way.add(link(neighbours.previous, "← previous", "rel=\"prev\" data-key=\"k\""))
        if let place = neighbours.place {
            way.add("<span>\(Format.count(place + 1)) of \(Format.count(neighbours.total))</span>")
        }
        way.add(link(neighbours.next, "next →", "rel=\"next\" data-key=\"j\""))
        way.add(
            "<a href=\"\(base).jsonl?completion=\(sample.id)\" download>as JSON Lines</a></nav>\n")
        return way
    }

    private var shades: Markup {
        if sample.logprobs.isEmpty { return Markup() }
        var links: Markup = "<p class=\"soft\">Shade tokens by"
        for shade in SampleFilter.Shade.allCases {
            if shade == .advantage, sample.advantage == nil, sample.tokenAdvantages.isEmpty { continue }
            var other = filter
            other.shade = shade
            links.add(
                shade == filter.shade
                    ? " <b>\(shade.rawValue)</b>" : " <a href=\"\(other.query)\">\(shade.rawValue)</a>")
        }
        links.add("</p>\n")
        return links
    }

    // MARK: Siblings

    private var group: Markup {
        if siblings.count < 2 { return Markup() }
        let right = siblings.count { $0.outcome == "correct" }
        var section: Markup = """
            <section><h2>Its group: \(right) of \(siblings.count) right</h2>
            \(table)
            """
        if let other {
            let difference = TextDifference(sample.text, other.text.ends(of: BrowsedSample.textLimit))
            section.add("<h3 id=\"difference\">Beside #\(other.row.index)</h3>\n<div class=\"columns\"><div>")
            section.add("<p>\(VerdictView.short(sample.judgements.last?.outcome)) this, #\(sample.stored.index)</p>")
            section.add(difference.markup(ofFirst: true))
            section.add("</div><div><p>\(VerdictView.short(other.row.outcome)) #\(other.row.index)</p>")
            section.add(difference.markup(ofFirst: false))
            section.add("</div></div>\n")
            if difference.isCut {
                section.add("<p class=\"soft\">The texts go on; their beginnings are compared.</p>\n")
            }
        }
        section.add("</section>\n")
        return section
    }

    private var table: Markup {
        func address(_ row: SampleRow) -> String { "\(base)/\(row.id)?q=group%3A\(row.group)" }
        let here = siblings.firstIndex { $0.id == sample.stored.id } ?? 0
        let rows = siblings.enumerated().map { number, row -> [Markup] in
            let key: Markup = number == here + 1 ? " data-key=\"n\"" : number == here - 1 ? " data-key=\"p\"" : ""
            var beside = filter
            beside.sibling = row.id
            let isHere = number == here
            return [
                isHere ? "<b>#\(row.index), this</b>" : "<a href=\"\(address(row))\"\(key)>#\(row.index)</a>",
                VerdictView.short(row.outcome), "\((row.reason ?? Format.none).cut(to: 60))",
                "<code>\((row.extracted ?? Format.none).replacing("\n", with: " ").cut(to: 60))</code>",
                "\(row.tokens.map(Format.count) ?? Format.none)", "\(Format.number(row.entropy))",
                "\(Format.number(row.advantage))",
                isHere ? "" : "<a href=\"\(beside.query)#difference\">set beside</a>",
            ]
        }
        return Page.table(
            "Samples of the same prompt",
            head: ["sample", "verdict", "reason", "extracted", "tokens", "entropy", "advantage", "difference"],
            rows: rows,
            words: [1, 2, 3])
    }
}
