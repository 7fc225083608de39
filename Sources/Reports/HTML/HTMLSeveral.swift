import Optim

/// Three to eight runs beside each other, each paired with the first.
public enum HTMLSeveral {
    /// The whole page; `links` lead to one problem's samples, `names` are the runs' in the comparisons' order, the first first.
    public static func render(
        _ comparisons: [Comparison], settings: [SettingDifference], navigation: Markup, links: CompareLinks
    ) -> String {
        let comparisons = Comparison.adjusted(comparisons)
        guard let first = comparisons.first?.first else {
            return Page.html(title: "comparison", navigation: navigation, body: "<h1>Nothing to compare</h1>\n")
        }
        let sides = [first] + comparisons.map(\.second)
        let names = sides.map { $0.source.run ?? $0.source.path }
        var body = Page.breadcrumb([("Runs", "/"), ("Compare", "/compare"), ("\(sides.count) runs", nil)])
        body.add("<h1>\(sides.count) runs against \(names[0])</h1>\n")
        for (index, comparison) in comparisons.enumerated() {
            body.add("<p><b>\(comparison.second.source.run ?? ""): \(comparison.conclusion).</b></p>\n")
        }
        for note in comparisons.flatMap(\.notes).reduce(into: [String](), { if !$0.contains($1) { $0.append($1) } }) {
            body.add("<p class=\"flag\">\(note)</p>\n")
        }
        body.add(table(comparisons, names, links))
        body.add("<div class=\"charts\">\n")
        var slices = sides.map(\.figures)
        for index in slices.indices { slices[index].label = names[index] }
        body.add(
            AccuracyView.intervalChart(
                slices, title: "pass@1, 95 % intervals, each on what it has in common with the first"))
        if slices.contains(where: { $0.curve.count > 1 }) {
            body.add(AccuracyView.curveChart(slices, title: "pass@k, 95 % intervals"))
        }
        body.add("</div>\n")
        body.add(CompareLinks.table(settings, names: names))
        for (index, comparison) in comparisons.enumerated() {
            let name = comparison.second.source.run ?? ""
            body.add("<section><h2>\(name)</h2>\n")
            body.add(
                HTMLComparison.changes(
                    "never solved by \(names[0]), solved by \(name)", comparison.support.gained, comparison.gained,
                    links,
                    id: "gained-\(index)"))
            body.add(
                HTMLComparison.changes(
                    "solved by \(names[0]), never by \(name)", comparison.support.lost, comparison.lost, links,
                    id: "lost-\(index)"))
            body.add("</section>\n")
        }
        body.add("<script src=\"/assets/pages.js\"></script>\n")
        return Page.html(title: "comparison", navigation: navigation, body: body)
    }

    private static func table(_ comparisons: [Comparison], _ names: [String], _ links: CompareLinks) -> Markup {
        let rows = comparisons.enumerated().map { index, comparison -> [Markup] in
            let difference = comparison.difference
            let interval = difference.difference.interval.map {
                "\(Format.signedPoints($0.lower)) to \(Format.signedPoints($0.upper))"
            }
            return [
                "\(names[index + 1])",
                links.samples(comparison.second, Format.percent(comparison.second.figures.passAt1.value)),
                links.samples(comparison.first, Format.percent(comparison.first.figures.passAt1.value)),
                "\(Format.signedPoints(difference.difference.mean))", "\(interval ?? Format.none)",
                "\(difference.permutationTest.map(Format.pValue) ?? Format.none)", "\(comparison.common)",
                HTMLComparison.anchor(comparison.support.gained, "gained-\(index)"),
                HTMLComparison.anchor(comparison.support.lost, "lost-\(index)"),
            ]
        }
        return Page.table(
            "Each against \(names[0]), on their common problems",
            head: ["run", "pass@1", "of the first", "difference", "95 % interval", "p", "problems", "gained", "lost"],
            rows: rows)
    }
}
