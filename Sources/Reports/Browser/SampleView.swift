import Experience

/// Lays out a page of samples.
struct SampleView {
    let filter: SampleFilter
    let total: Int
    let datasets: [String]

    func body(run: String, isSimulated: Bool, samples: [BrowsedSample]) -> Markup {
        var body: Markup = "<h1>Samples of \(run)</h1>\n"
        if isSimulated { body.add(Page.simulated) }
        body.add(form)
        body.add("<p role=\"status\">\(Format.count(total)) \(total == 1 ? "sample" : "samples")\(place)</p>\n")
        for sample in samples { body.add(show(sample)) }
        if samples.isEmpty { body.add("<p class=\"soft\">No sample fits this filter.</p>\n") }
        body.add(pages)
        return body
    }

    private var place: String {
        let pages = (total + SampleBrowser.pageSize - 1) / SampleBrowser.pageSize
        return pages > 1 ? ", page \(filter.page + 1) of \(pages)" : ""
    }

    private var form: Markup {
        var form: Markup = "<form class=\"filter\" method=\"get\">\n"
        form.add(select("outcome", "verdict", Outcome.allCases.map(\.rawValue), filter.outcome?.rawValue))
        if datasets.count > 1 { form.add(select("dataset", "dataset", datasets, filter.dataset)) }
        form.add(select("finish", "finish", FinishReason.allCases.map(\.rawValue), filter.finish?.rawValue))
        form.add(select("disputed", "verifiers", ["1"], filter.isDisputed ? "1" : nil, names: ["disagree"]))
        form.add(
            select(
                "shade", "shade tokens by", SampleFilter.Shade.allCases.map(\.rawValue), filter.shade.rawValue, any: nil
            ))
        let group = filter.group.map(String.init) ?? ""
        form.add(
            """
            <div><label for="text">text</label><input id="text" name="text" value="\(filter.text ?? "")"></div>
            <div><label for="group">group</label><input id="group" name="group" inputmode="numeric" size="6" \
            value="\(group)"></div>
            <button>Filter</button> <a href="?">all samples</a></form>

            """)
        return form
    }

    private func select(
        _ name: String, _ label: String, _ values: [String], _ chosen: String?, names: [String]? = nil,
        any: String? = "any"
    ) -> Markup {
        var select: Markup = "<div><label for=\"\(name)\">\(label)</label><select id=\"\(name)\" name=\"\(name)\">"
        if let any { select.add("<option value=\"\">\(any)</option>") }
        for (value, word) in zip(values, names ?? values) {
            let state: Markup = value == chosen ? " selected" : ""
            select.add("<option value=\"\(value)\"\(state)>\(word)</option>")
        }
        select.add("</select></div>\n")
        return select
    }

    private var pages: Markup {
        var links: Markup = "<nav aria-label=\"Pages\"><p>"
        var other = filter
        if filter.page > 0 {
            other.page = filter.page - 1
            links.add("<a rel=\"prev\" href=\"\(other.query)\">← Previous page</a> ")
        }
        if (filter.page + 1) * SampleBrowser.pageSize < total {
            other.page = filter.page + 1
            links.add("<a rel=\"next\" href=\"\(other.query)\">Next page →</a>")
        }
        links.add("</p></nav>\n")
        return links
    }

    private func show(_ sample: BrowsedSample) -> Markup {
        var group = SampleFilter()
        group.group = sample.ordinal
        var alone = SampleFilter()
        alone.completion = sample.id
        var view: Markup = """
            <article class="sample"><h2><a href="\(alone.query)">\(sample.problem) #\(sample.index)</a></h2>
            <p class="soft">\(facts(sample)) · <a href="\(group.query)">its group (\(sample.ordinal))</a></p>

            """
        if let unusable = sample.unusable { view.add("<p class=\"flag\">Not for importance ratios: \(unusable)</p>\n") }
        for judgement in sample.judgements { view.add(show(judgement, gold: sample.gold)) }
        if !sample.prompt.isEmpty {
            view.add("<details><summary>Prompt</summary><pre tabindex=\"0\">\(sample.prompt)</pre></details>\n")
        }
        if !sample.reasoning.isEmpty {
            view.add("<details><summary>Reasoning</summary><pre tabindex=\"0\">\(sample.reasoning)</pre></details>\n")
        }
        if !sample.toolCalls.isEmpty {
            view.add("<details><summary>Tool calls</summary><pre tabindex=\"0\">\(sample.toolCalls)</pre></details>\n")
        }
        let shading = TokenShading(sample, by: filter.shade)
        if shading.isText {
            view.add(shading.view)
            view.add(
                "<details><summary>Completion as received</summary><pre tabindex=\"0\">\(sample.text)</pre></details>\n"
            )
        } else {
            view.add("<pre tabindex=\"0\">\(sample.text)</pre>\n")
            view.add(shading.view)
        }
        if sample.isCut { view.add("<p class=\"soft\">The text goes on; the store has all of it.</p>\n") }
        view.add("</article>\n")
        return view
    }

    private func facts(_ sample: BrowsedSample) -> String {
        var facts = [sample.dataset, sample.model, "finish \(sample.finish)"].filter { !$0.isEmpty }
        if let count = sample.tokenCount { facts.append("\(count) tokens") }
        if let advantage = sample.advantage { facts.append("advantage \(Format.number(advantage))") }
        return facts.joined(separator: " · ")
    }

    private func show(_ judgement: StoredVerdict, gold: String?) -> Markup {
        // Told by sign and word, not by colour alone.
        let (tone, sign): (Markup, Markup) =
            switch Outcome(rawValue: judgement.outcome) {
            case .correct: ("good", "✓")
            case .incorrect, .noAnswer: ("bad", "✗")
            default: ("odd", "!")
            }
        var view: Markup = """
            <p class="verdict"><b class="\(tone)">\(sign) \(judgement.outcome)</b> by \(judgement.verifier): \
            \(judgement.reason), score \(judgement.score.map { Format.number($0) } ?? "none"), extracted \
            <code>\(judgement.extracted ?? "nothing")</code>, gold <code>\(gold ?? "none")</code></p>

            """
        if let explanation = judgement.explanation { view.add("<p class=\"soft\">\(explanation)</p>\n") }
        return view
    }
}
