import Optim

/// A comparison as one self-contained page.
public enum HTMLComparison {
    /// The whole page; `navigation` stands above it.
    public static func render(
        _ comparison: Comparison, navigation: Markup = Markup(), links: CompareLinks = CompareLinks()
    ) -> String {
        var body = Markup()
        if links.base != nil {
            let names = [comparison.first, comparison.second].map(name).joined(separator: " and ")
            body.add(Page.breadcrumb([("Runs", "/"), ("Compare", "/compare"), (names, nil)]))
        }
        body.add(self.body(comparison, links))
        if links.base != nil { body.add("<script src=\"/assets/pages.js\"></script>\n") }
        return Page.html(title: "comparison", navigation: navigation, body: body)
    }

    /// What stands inside `<main>`.
    private static func body(_ comparison: Comparison, _ links: CompareLinks) -> Markup {
        let (first, second) = (comparison.first, comparison.second)
        var body: Markup = """
            <h1>\(name(first)) against \(name(second))</h1>
            <p><b>\(comparison.conclusion).</b></p>
            <p class="soft">\(Format.count(comparison.common)) common problems; \(Format.count(comparison.onlyFirst)) of the \
            first alone, \(Format.count(comparison.onlySecond)) of the second alone. First: \(first.source.path). Second: \
            \(second.source.path).</p>

            """
        if first.source.isSimulated || second.source.isSimulated {
            body.add(Page.simulated)
        }
        for note in comparison.notes { body.add("<p class=\"flag\">\(note)</p>\n") }
        body.add(headline(comparison))
        body.add("<section><h2>pass@k</h2><div class=\"charts\">\n")
        var slices = [first.figures, second.figures]
        slices[0].label = "first: " + name(first)
        slices[1].label = "second: " + name(second)
        let crossing = comparison.crossing.map { "; the curves cross at k = \($0)" } ?? ""
        if comparison.curve.count > 1 {
            body.add(AccuracyView.curveChart(slices, title: "pass@k, 95 % intervals" + crossing))
        }
        slices[0].label = name(first)
        slices[1].label = name(second)
        body.add(AccuracyView.intervalChart(slices, title: "pass@1, 95 % intervals"))
        body.add("</div>\n")
        body.add(curve(comparison, links))
        body.add("</section>\n<section><h2>Problems</h2>\n")
        body.add(problems(comparison))
        body.add(
            changes(
                "never solved by the first, solved by the second", comparison.support.gained, comparison.gained, links,
                id: "gained"))
        body.add(
            changes(
                "solved by the first, never by the second", comparison.support.lost, comparison.lost, links, id: "lost")
        )
        body.add("</section>\n")
        body.add(entropy(comparison))
        if !comparison.settings.isEmpty {
            body.add("<section><h2>Configurations</h2>\n")
            body.add(CompareLinks.table(comparison.settings, names: [name(first), name(second)]))
            body.add("</section>\n")
        }
        return body
    }

    private static func name(_ side: Comparison.Side) -> String { side.source.run ?? side.source.path }

    private static func headline(_ comparison: Comparison) -> Markup {
        let difference = comparison.difference
        let (mean, support) = (difference.difference, comparison.support)
        var cards: [(String, Markup, String)] = [
            (
                "pass@1, second − first", "\(Format.signedPoints(mean.mean)) points",
                mean.interval.map {
                    "95 %: \(Format.signedPoints($0.lower)) to \(Format.signedPoints($0.upper))"
                } ?? "too few problems for an interval"
            ),
            (
                "permutation test", "p = \(difference.permutationTest.map(Format.pValue) ?? Format.none)",
                comparison.detectable ?? "two-sided"
            ),
            (
                "problems", "\(Format.count(difference.wins)) better",
                "\(Format.count(difference.losses)) worse, \(Format.count(difference.ties)) equal under the second"
            ),
            ("newly solved", anchor(support.gained, "gained"), "under the second"),
            ("no longer solved", anchor(support.lost, "lost"), "\(Format.count(support.outOfReach)) by neither"),
        ]
        if let first = comparison.first.figures.entropy, let second = comparison.second.figures.entropy {
            cards.append(
                (
                    "entropy", "\(Format.number(first.mean)) → \(Format.number(second.mean))",
                    comparison.entropyDifference == nil ? "of different kinds" : "nats"
                ))
        }
        return Page.cards(cards)
    }

    static func anchor(_ count: Int, _ list: Markup) -> Markup {
        count > 0 ? "<a href=\"#\(list)\">\(Format.count(count))</a>" : "0"
    }

    private static func curve(_ comparison: Comparison, _ links: CompareLinks) -> Markup {
        Page.table(
            "Second minus first, paired by problem",
            head: ["", "first", "second", "difference (points)", "95 % interval", "problems"],
            rows: comparison.curveCells.map { cells -> [Markup] in
                let sides = [links.samples(comparison.first, cells[1]), links.samples(comparison.second, cells[2])]
                return ["\(cells[0])"] + sides + cells[3...].map { "\($0)" }
            })
    }

    private static func problems(_ comparison: Comparison) -> Markup {
        let difference = comparison.difference
        let support = comparison.support
        func count(_ words: Markup, _ count: Int) -> [Markup] { [words, "\(Format.count(count))"] }
        var rows: [[Markup]] = [
            count("second better", difference.wins), count("first better", difference.losses),
            count("equal", difference.ties),
            ["sign test, two-sided p", "\(difference.signTest.map(Format.pValue) ?? Format.none)"],
            ["permutation test, two-sided p", "\(difference.permutationTest.map(Format.pValue) ?? Format.none)"],
            ["correlation of the two over problems", "\(Format.number(difference.correlation))"],
            count("solved by both", support.preserved), count("gained", support.gained), count("lost", support.lost),
            count("solved by neither", support.outOfReach),
        ]
        let names = [
            "srr": "support retention rate", "ndr": "net discovery rate", "sds": "support dynamic score",
            "nscr": "net support change rate",
        ]
        for (key, value) in comparison.supportMetrics.sorted(by: { $0.key < $1.key }) {
            rows.append(["\(names[key] ?? key)", "\(Format.number(value))"])
        }
        return Page.table("Problems and support", head: ["", ""], rows: rows)
    }

    // Folded away where there are many.
    static func changes(
        _ words: String, _ count: Int, _ changes: [Comparison.Change], _ links: CompareLinks, id: Markup
    ) -> Markup {
        if changes.isEmpty { return Markup() }
        let label = "\(Format.count(count)) \(words)" + (changes.count < count ? "; the first \(changes.count)" : "")
        let table = Page.table(
            label, head: ["problem", "first", "second"],
            rows: changes.map { [links.link(problem: $0.problem), "\($0.first)", "\($0.second)"] })
        return changes.count <= 30
            ? "<div id=\"\(id)\">\(table)</div>\n"
            : "<details id=\"\(id)\"><summary>\(label)</summary>\n\(table)</details>\n"
    }

    private static func entropy(_ comparison: Comparison) -> Markup {
        let sides = [("first", comparison.first), ("second", comparison.second)]
        let rows = sides.compactMap { label, side -> [Markup]? in
            guard let entropy = side.figures.entropy else { return nil }
            return [
                "\(label)", "\(Format.number(entropy.mean))", "\(Format.number(entropy.right))",
                "\(Format.number(entropy.wrong))", "\(entropy.kind.words)",
            ]
        }
        if rows.isEmpty { return Markup() }
        var section: Markup = "<section><h2>Entropy</h2>\n"
        section.add(
            Page.table("Mean token entropy in nats", head: ["", "all", "right", "wrong", "kind"], rows: rows))
        section.add("</section>\n")
        return section
    }
}
