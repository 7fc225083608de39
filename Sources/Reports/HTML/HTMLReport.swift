import Experience
import Optim

/// The report as one self-contained page: no network, no script needed.
public enum HTMLReport {
    /// The whole page; `navigation` stands above it.
    public static func render(_ report: Report, navigation: Markup = Markup()) -> String {
        Page.html(title: report.source.run ?? report.source.path, navigation: navigation, body: body(report))
    }

    /// What stands inside `<main>`.
    public static func body(_ report: Report) -> Markup {
        var body = heading(report)
        body.add(headline(report))
        body.add(AccuracyView.section(report))
        if let groups = report.groups { body.add(GroupView.section(groups)) }
        if let entropy = report.entropy { body.add(EntropyView.section(entropy)) }
        if let verifiers = report.verifiers { body.add(VerifierView.section(verifiers)) }
        body.add(examples(report.examples))
        body.add(definitions)
        return body
    }

    private static func heading(_ report: Report) -> Markup {
        let source = report.source
        var heading: Markup = "<h1>\(source.run ?? source.path)</h1>\n<p class=\"soft\">\(source.path)"
        if let verifier = source.verifier { heading.add(" · verifier \(verifier)") }
        heading.add(
            " · \(Format.count(report.overall.completions)) completions of \(Format.count(report.overall.problems)) problems · \(Format.time(source.createdAt))</p>\n"
        )
        if source.isSimulated {
            heading.add(
                "<p class=\"flag\">SIMULATED: the policy was assay’s own simulation, not a language model.</p>\n")
        }
        for note in report.notes { heading.add("<p class=\"flag\">\(note)</p>\n") }
        return heading
    }

    private static func headline(_ report: Report) -> Markup {
        let all = report.overall
        var cards: [(String, String, String)] = [
            ("pass@1", Format.percent(all.passAt1.value), "95 %: " + Format.percent(all.passAt1.interval))
        ]
        if let last = all.curve.last, last.k > 1 {
            cards.append(
                ("pass@\(last.k)", Format.percent(last.pass.value), "95 %: " + Format.percent(last.pass.interval)))
            cards.append(
                (
                    "majority@\(last.k)", Format.percent(last.majority.value),
                    last.majority.reason?.words ?? "95 %: " + Format.percent(last.majority.interval)
                ))
        }
        if let entropy = all.entropy {
            cards.append(("entropy", Format.number(entropy.mean) + " nats", entropy.kind.words))
        }
        if let length = all.length {
            cards.append(("mean length", Format.number(length.all.mean), length.unit.rawValue))
        }
        let unjudged = all.rates.timeout.count + all.rates.verifierError.count
        cards.append(
            (
                "not judged", Format.count(unjudged),
                "timeout \(all.rates.timeout.count), verifier error \(all.rates.verifierError.count)"
            ))
        if let rate = report.groups?.tokensPerSecond {
            cards.append(("tokens/s", Format.number(rate), "sampled, whole run"))
        }
        var markup: Markup = "<dl class=\"cards\">"
        for (name, value, more) in cards {
            markup.add("<div><dt>\(name)</dt><dd>\(value)<small>\(more)</small></dd></div>")
        }
        markup.add("</dl>\n")
        return markup
    }

    private static func examples(_ examples: [Example]) -> Markup {
        if examples.isEmpty { return Markup() }
        var section: Markup = "<section><h2>Some that did not pass</h2>\n"
        for example in examples {
            section.add(
                """
                <details><summary>\(example.id): \(example.outcome.rawValue) (\(example.reason))\
                , got \(example.extracted ?? "nothing"), gold \(example.gold ?? "none")</summary>
                """)
            if let explanation = example.explanation { section.add("<p>\(explanation)</p>") }
            section.add("<pre tabindex=\"0\">\(example.text)</pre></details>\n")
        }
        section.add("</section>\n")
        return section
    }

    private static let definitions: Markup = """
        <section><h2>How to read this</h2>
        <p><b>pass@k</b>: the chance that at least one of k completions of a problem is right; unbiased (Chen et al. 2021), \
        averaged over the problems with k judged completions. <b>majority@k</b>: the chance that the most frequent answer \
        of k is right, exact over all k-subsets, ties shared; right answers count as one answer however they are written. \
        <b>G-Pass@k</b> at τ: at least τ·k of k are right (Liu et al. 2024). Intervals are 95 % over problems: percentile \
        bootstrap, Wilson where every problem has the same value, normal above 5,000 problems. Completions that the \
        verifier could not judge (timeout, verifier error) have no score and are outside all of these. \
        <b>Entropy</b> is the mean over completions of their mean token entropy in nats.</p></section>

        """
}
