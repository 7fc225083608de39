import Experience
import Optim

/// The report as one self-contained page: no network, no script needed.
public enum HTMLReport {
    /// The whole page; `navigation` stands above it, and figures link to the page of samples at `samples`;
    /// `live` says what a run in progress is at.
    public static func render(
        _ report: Report, navigation: Markup = Markup(), samples: String? = nil, live: Markup = Markup()
    ) -> String {
        var body = body(report, SampleLinks(base: samples), live)
        if samples != nil { body.add("<script src=\"/assets/pages.js\"></script>\n") }
        return Page.html(title: report.source.run ?? report.source.path, navigation: navigation, body: body)
    }

    /// What stands inside `<main>`.
    private static func body(_ report: Report, _ links: SampleLinks, _ live: Markup) -> Markup {
        let groups = report.groups.map { GroupView.section($0, report, links) } ?? GroupView.mixes(report, links)
        let sections: [(title: String, content: Markup)] = [
            ("Problems", report.problems.map { ProblemMap.section($0, links) } ?? Markup()),
            ("Accuracy", AccuracyView.section(report, links)), ("Health", HealthView.section(report, links)),
            ("Groups", groups), ("Episodes", report.episodes.map(EpisodeView.section) ?? Markup()),
            ("Entropy", report.entropy.map { EntropyView.section($0, report.overall.entropy) } ?? Markup()),
            ("Training", report.steps.map(StepView.section) ?? Markup()),
            ("Verifiers", report.verifiers.map { VerifierView.section($0, links) } ?? Markup()),
            ("Some that did not pass", examples(report.examples, links)), ("How to read this", definitions),
        ].filter { !$0.1.text.isEmpty }
        var body = heading(report, links)
        body.add(headline(report, links))
        body.add(live)
        body.add("<nav class=\"contents\" aria-label=\"Sections\">")
        for (number, section) in sections.enumerated() { body.add("<a href=\"#s\(number)\">\(section.title)</a> ") }
        body.add("</nav>\n")
        for (number, section) in sections.enumerated() {
            body.add("<section id=\"s\(number)\"><h2>\(section.title)</h2>\n\(section.content)</section>\n")
        }
        return body
    }

    private static func heading(_ report: Report, _ links: SampleLinks) -> Markup {
        let source = report.source
        var heading = Markup()
        if links.base != nil { heading.add(Page.breadcrumb([("Runs", "/"), (source.run ?? source.path, nil)])) }
        heading.add("<h1>\(source.run ?? source.path)</h1>\n<p class=\"soft\">\(source.path)")
        if let verifier = source.verifier { heading.add(" · verifier \(verifier)") }
        heading.add(
            " · \(Format.counted(report.overall.completions, "completion")) of \(Format.counted(report.overall.problems, "problem")) · \(Format.time(source.createdAt))</p>\n"
        )
        if let settings = report.settings {
            var facts = settings.entries.map { (name: $0.name, value: "\($0.value)" as Markup) }
            facts.append(("made", "\(Format.time(settings.createdAt))"))
            heading.add(Page.facts(facts))
        }
        if links.base != nil { heading.add("<p>\(links.link("Browse the samples →") { _ in })</p>\n") }
        if source.isSimulated { heading.add(Page.simulated) }
        let warnings = report.entropy?.warnings ?? []
        for warning in warnings { heading.add("<p class=\"flag\">Entropy: \(warning.message)</p>\n") }
        let notes = report.notes.filter { note in !warnings.contains { note.contains($0.message) } }
        if !notes.isEmpty {
            heading.add("<ul class=\"notes\">")
            for note in notes { heading.add("<li>\(note)</li>") }
            heading.add("</ul>\n")
        }
        return heading
    }

    private static func headline(_ report: Report, _ links: SampleLinks) -> Markup {
        let all = report.overall
        let most = all.curve.last.flatMap { $0.k > 1 ? $0 : nil }
        func link(_ text: String, _ sort: SampleClause.Field? = nil) -> Markup {
            links.link("\(text)", [], sort: SampleSort(sort, isDescending: sort != nil))
        }
        var cards: [(String, Markup, String)] = [
            (
                "pass@1" + (most.map { ", avg@\($0.k)" } ?? ""), link(Format.percent(all.passAt1.value)),
                "95 %: " + Format.percent(all.passAt1.interval)
            )
        ]
        if let most {
            cards.append(
                ("pass@\(most.k)", link(Format.percent(most.pass.value)), "95 %: " + Format.percent(most.pass.interval))
            )
            cards.append(
                (
                    "majority@\(most.k)", link(Format.percent(most.majority.value)),
                    most.majority.reason?.words ?? "95 %: " + Format.percent(most.majority.interval)
                ))
        }
        if let entropy = all.entropy {
            cards.append(("entropy", link(Format.number(entropy.mean) + " nats", .entropy), entropy.words))
        }
        if let length = all.length {
            cards.append(
                (
                    "mean length", link(Format.number(length.all.mean), .tokens),
                    "\(length.unit.rawValue), \(Format.count(length.total)) in all"
                ))
        }
        if let rate = report.groups?.tokensPerSecond {
            cards.append(("tokens/s", "\(Format.number(rate))", "sampled, whole run"))
        }
        if let cost = all.verification {
            cards.append(
                (
                    "verification", link(Format.duration(cost.seconds), .ms),
                    "\(Format.number(cost.meanMilliseconds)) ms each, slowest \(Format.number(cost.maxMilliseconds)) ms"
                ))
        }
        let unjudged = all.rates.timeout.count + all.rates.verifierError.count
        cards.append(
            (
                "not judged",
                links.link(
                    "\(Format.count(unjudged))",
                    [.init(.score, .equals, nil), .init(.outcome, .equals, nil, isNegated: true)]),
                "timeout \(all.rates.timeout.count), verifier error \(all.rates.verifierError.count)"
            ))
        return Page.cards(cards)
    }

    private static func examples(_ examples: [Example], _ links: SampleLinks) -> Markup {
        if examples.isEmpty { return Markup() }
        var section = Markup()
        for example in examples {
            section.add(
                """
                <details><summary>\(example.id): <b>\(example.outcome.rawValue)</b> (\(example.reason))\
                , got <code>\(example.extracted ?? "nothing")</code>, gold <code>\(example.gold ?? "none")</code></summary>

                """)
            if let explanation = example.explanation { section.add("<p>\(explanation)</p>\n") }
            section.add("<pre tabindex=\"0\">\(example.text)</pre>\n")
            if let completion = example.completion, links.base != nil {
                section.add("<p>\(links.link("the whole sample →") { $0.completion = completion })</p>\n")
            }
            section.add("</details>\n")
        }
        return section
    }

    private static let definitions: Markup = """
        <p><b>pass@k</b>: the chance that at least one of k completions of a problem is right; unbiased (Chen et al. 2021), \
        averaged over the problems with k judged completions. <b>avg@n</b>: the mean share of right completions, the same \
        as pass@1. <b>majority@k</b>: the chance that the most frequent answer of k is right, exact over all k-subsets, ties \
        shared; right answers count as one answer however they are written. <b>G-Pass@k</b> at τ: at least τ·k of k are \
        right (Liu et al. 2024). Intervals are 95 % over problems: percentile bootstrap, Wilson where every problem has the \
        same value, normal above 5,000 problems. Completions that the verifier could not judge (timeout, verifier error) \
        have no score and are outside all of these. <b>Entropy</b> is the mean over completions of their mean token entropy \
        in nats.</p>

        """
}
