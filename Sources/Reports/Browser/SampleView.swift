import Experience

/// Lays out a page of samples.
struct SampleView {
    let filter: SampleFilter
    let total: Int
    let datasets: [String]

    func body(run: String, isSimulated: Bool, samples: [BrowsedSample]) -> Markup {
        var body: Markup = "<h1>Samples of \(run)</h1>\n"
        if isSimulated {
            body.add("<p class=\"flag\">SIMULATED: the policy was assay’s own simulation, not a language model.</p>\n")
        }
        body.add(form)
        body.add("<p role=\"status\">\(Format.count(total)) samples\(place)</p>\n")
        for sample in samples { body.add(show(sample)) }
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
            <button>Filter</button></form>

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
            links.add("<a rel=\"prev\" href=\"\(other.query)\">Previous page</a> ")
        }
        if (filter.page + 1) * SampleBrowser.pageSize < total {
            other.page = filter.page + 1
            links.add("<a rel=\"next\" href=\"\(other.query)\">Next page</a>")
        }
        links.add("</p></nav>\n")
        return links
    }

    private func show(_ sample: BrowsedSample) -> Markup {
        var group = SampleFilter()
        group.group = sample.ordinal
        var view: Markup = """
            <article class="sample"><h2>\(sample.problem) #\(sample.index)</h2>
            <p class="soft">\(facts(sample)) · <a href="\(group.query)">its group (\(sample.ordinal))</a></p>

            """
        if let unusable = sample.unusable { view.add("<p class=\"flag\">Not for importance ratios: \(unusable)</p>\n") }
        for judgement in sample.judgements { view.add(show(judgement, gold: sample.gold)) }
        if !sample.prompt.isEmpty {
            view.add("<details><summary>Prompt</summary><pre tabindex=\"0\">\(sample.prompt)</pre></details>\n")
        }
        view.add("<pre tabindex=\"0\">\(sample.text)</pre>\n")
        if sample.isCut { view.add("<p class=\"soft\">The text goes on; the store has all of it.</p>\n") }
        view.add(tokens(sample))
        view.add("</article>\n")
        return view
    }

    private func facts(_ sample: BrowsedSample) -> String {
        var facts = [sample.dataset, sample.model, "finish \(sample.finish)"].filter { !$0.isEmpty }
        if let count = sample.tokenCount { facts.append("\(count) tokens") }
        if let advantage = sample.advantage { facts.append("advantage \(Format.number(advantage))") }
        return facts.joined(separator: " · ")
    }

    private func show(_ judgement: BrowsedSample.Judgement, gold: String?) -> Markup {
        let tone: Markup = judgement.outcome == Outcome.correct.rawValue ? "good" : "bad"
        var view: Markup = """
            <p><b class="\(tone)">\(judgement.outcome)</b> by \(judgement.verifier): \(judgement.reason), score \
            \(judgement.score.map { Format.number($0) } ?? "none"), extracted \
            <code>\(judgement.extracted ?? "nothing")</code>, gold <code>\(gold ?? "none")</code></p>

            """
        if let explanation = judgement.explanation { view.add("<p class=\"soft\">\(explanation)</p>\n") }
        return view
    }

    private func tokens(_ sample: BrowsedSample) -> Markup {
        guard !sample.logprobs.isEmpty else { return Markup() }
        let values = shades(sample)
        guard !values.isEmpty else { return Markup() }
        var view: Markup = "<details open><summary>Tokens shaded by \(words(sample))</summary><p>"
        for (position, value) in values.prefix(BrowsedSample.tokenLimit).enumerated() {
            let id = position < sample.tokenIDs.count ? String(sample.tokenIDs[position]) : "·"
            view.add(
                "<mark class=\"\(level(value))\" title=\"token \(position): \(Format.number(value))\">\(id)</mark> ")
        }
        view.add("</p></details>\n")
        return view
    }

    private func shades(_ sample: BrowsedSample) -> [Double] {
        switch filter.shade {
        case .entropy: return sample.entropies ?? sample.logprobs.map { -Double($0) }
        case .logprob: return sample.logprobs.map { -Double($0) }
        case .advantage:
            if sample.tokenAdvantages.count == sample.logprobs.count { return sample.tokenAdvantages.map(Double.init) }
            return sample.advantage.map { Array(repeating: $0, count: sample.logprobs.count) } ?? []
        }
    }

    // Four steps each way, so that shades can be told apart and named in the stylesheet.
    private func level(_ value: Double) -> Markup {
        let steps = filter.shade == .advantage ? [0.25, 0.75, 1.5, 2.5] : [0.1, 0.5, 1, 2]
        let reached = steps.count { abs(value) >= $0 }
        if reached == 0 { return "" }
        return value > 0 ? "h\(reached)" : "n\(reached)"
    }

    private func words(_ sample: BrowsedSample) -> String {
        switch filter.shade {
        case .entropy where sample.entropies != nil: "entropy in nats (lower bound from the top candidates)"
        case .entropy: "−log-probability in nats: there are no top candidates to bound the entropy"
        case .logprob: "−log-probability in nats"
        case .advantage: "advantage"
        }
    }
}
